// Elements of the page. Text is always put in as text: names come from strangers.

const SVG = "http://www.w3.org/2000/svg";
const byId = (id) => document.getElementById(id);

/** An element of HTML with a class, and text. */
function html(tag, className = "", text = "") {
  const made = document.createElement(tag);
  if (className) made.className = className;
  if (text) made.textContent = text;
  return made;
}

/** An element of SVG with attributes. */
function svg(tag, attributes = {}, text = "") {
  const made = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  if (text) made.textContent = text;
  return made;
}

const ruler = document.createElement("canvas").getContext("2d");
const widths = new Map();

/** The width of a line of text in pixels. */
function widthOf(text, font) {
  const key = `${font}|${text}`;
  if (!widths.has(key)) {
    ruler.font = font;
    widths.set(key, ruler.measureText(text).width);
  }
  return widths.get(key);
}

/** Text that is no longer than some characters; the end is what tells names apart. */
function cut(text, most) {
  const signs = [...text];
  if (signs.length <= most) return visibleText(text);
  const tail = Math.ceil(most / 2) - 1;
  const head = most - tail - 1;
  return visibleText(`${signs.slice(0, head).join("")}…${signs.slice(-tail).join("")}`);
}

/** Text in which signs that act, or cannot be seen, are written out. */
function visibleText(text) {
  return text.replace(/[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Zl}\p{Zp}\ufffe\uffff]/gu, (sign) => {
    const code = sign.codePointAt(0).toString(16);
    return code.length > 2 ? `\\u${code.padStart(4, "0")}` : `\\x${code.padStart(2, "0")}`;
  });
}

const UNITS = ["", "k", "M", "G", "T", "P", "E"];

/** A count as people say it: 1.25k. */
function brief(number) {
  if (number === null) return "?";
  let value = number;
  let unit = 0;
  while (value >= 1000 && unit < UNITS.length - 1) {
    value /= 1000;
    unit += 1;
  }
  const digits = unit === 0 || value >= 100 ? 0 : value >= 10 ? 1 : 2;
  return `${value.toFixed(digits)}${UNITS[unit]}`;
}

/** A count with commas: 1,250. */
const whole = (number) =>
  number === null ? "?" : String(number).replace(/\B(?=(\d{3})+$)/g, ",");
