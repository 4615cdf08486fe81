// What the scripts of the page find where there is no browser: elements as data, and a ruler for one font.

const ADVANCE = 0.602; // of DejaVu Sans Mono, in the size of the type; other monospaced fonts are narrower
const WIDE =
  /\p{sc=Han}|\p{sc=Hiragana}|\p{sc=Katakana}|\p{sc=Hangul}|\p{sc=Bopomofo}|[\u3000-\u303f\uff01-\uff60\uffe0-\uffe6]|\p{Emoji_Presentation}/u;
const NO_ROOM = /\p{Mn}|\p{Me}/u;

/** How many columns a line of text takes; wide signs take two. */
function columnsOf(text) {
  let columns = 0;
  for (const sign of text) if (!NO_ROOM.test(sign)) columns += WIDE.test(sign) ? 2 : 1;
  return columns;
}

/** An element as data: a tag, attributes, and what is in it. */
class Plain {
  constructor(tag) {
    this.tag = tag;
    this.attributes = {};
    this.inside = [];
  }

  setAttribute(name, value) {
    this.attributes[name] = String(value);
  }

  set textContent(text) {
    this.inside = [String(text)];
  }

  append(...made) {
    this.inside.push(...made);
  }

  toJSON() {
    return [this.tag, this.attributes, this.inside];
  }
}

const aRuler = {
  font: "",
  measureText(text) {
    const size = Number(/(\d+)px/.exec(this.font)[1]);
    return { width: columnsOf(text) * size * ADVANCE };
  },
};

const document = {
  getElementById: () => ({ textContent: sent }),
  createElement: () => ({ getContext: () => aRuler }),
  createElementNS: (space, tag) => new Plain(tag),
};

/** As in browsers, for what the library copies. */
function structuredClone(value) {
  return value === undefined ? undefined : JSON.parse(JSON.stringify(value));
}

const self = {};
