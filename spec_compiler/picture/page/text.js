// The spec beside the graph: lines that select, are lit, and show what is wrong with them.

const LINES_AT_A_TIME = 150;
const lineElements = new Map(); // by number; those of what went are negative
let lit = [];

function fillText() {
  const lines = picture.text.split("\n");
  if (lines.at(-1) === "") lines.pop();
  const panel = byId("lines");
  const remarks = new Map();
  for (const remark of picture.remarks) {
    if (remark.lines && !remark.place) {
      const at = Math.min(remark.lines[0], lines.length);
      remarks.set(at, [...(remarks.get(at) ?? []), remark]);
    }
  }
  const slice = (from) => {
    const made = document.createDocumentFragment();
    lines.slice(from, from + LINES_AT_A_TIME).forEach((text, index) => {
      made.append(lineElement(text, from + index + 1, remarks.get(from + index + 1) ?? []));
    });
    panel.append(made);
    if (from + LINES_AT_A_TIME < lines.length) {
      requestAnimationFrame(() => slice(from + LINES_AT_A_TIME));
    } else panel.append(...goneElements());
  };
  slice(0);
}

/** What the older text said of all that went. */
function goneElements() {
  const wanted = new Set();
  for (const [, [first, last]] of picture.went) {
    for (let at = first; at <= last; at += 1) wanted.add(at);
  }
  if (!wanted.size) return [];
  const lines = picture.old_text.split("\n");
  const made = [html("p", "went", `removed, of ${visibleText(picture.old)}`)];
  for (const at of [...wanted].sort((one, two) => one - two)) {
    made.push(lineElement(lines[at - 1] ?? "", -at, []));
    made.at(-1).classList.add("removed");
  }
  return made;
}

function lineElement(text, number, remarks) {
  const made = html("div", "line");
  made.dataset.line = String(number);
  made.append(html("span", "number", String(Math.abs(number))), codeElement(text, remarks));
  for (const remark of remarks) {
    made.classList.add(remark.severity);
    const words = html("span", `inline ${remark.severity}`, visibleText(remark.message));
    made.append(words);
  }
  lineElements.set(number, made);
  return made;
}

const KEY = /^(\s*(?:- )*)([A-Za-z_][\w.-]*)(:)(?=\s|$)/;

/** A line of text, its key and its comment told apart, and underlined where it is blamed. */
function codeElement(text, remarks) {
  const made = html("code");
  const blamed = remarks.find((remark) => remark.columns);
  if (blamed) {
    const signs = [...text];
    const [from, to] = blamed.columns;
    made.append(visibleText(signs.slice(0, from - 1).join("")));
    made.append(html("span", "blamed", visibleText(signs.slice(from - 1, to - 1).join(""))));
    made.append(visibleText(signs.slice(to - 1).join("")));
    return made;
  }
  const comment = text.search(/(^|\s)#/);
  const code = comment < 0 ? text : text.slice(0, comment);
  const key = KEY.exec(code);
  if (key) {
    made.append(key[1], html("span", "key", visibleText(key[2])));
    made.append(visibleText(code.slice(key[1].length + key[2].length)));
  } else made.append(visibleText(code));
  if (comment >= 0) made.append(html("span", "comment", visibleText(text.slice(comment))));
  return made;
}

/** Light lines of the text, and none else. */
function showLines(lines, scroll) {
  for (const element of lit) element.classList.remove("lit");
  lit = [];
  if (!lines) return;
  for (let at = lines[0]; at <= lines[1]; at += 1) {
    const element = lineElements.get(at);
    if (!element) continue;
    element.classList.add("lit");
    lit.push(element);
  }
  if (scroll) lit[0]?.scrollIntoView({ block: "nearest" });
}

function watchText() {
  const panel = byId("lines");
  panel.addEventListener("click", (event) => {
    if (!getSelection().isCollapsed) return; // text is being marked
    const line = event.target.closest(".line");
    if (line) selectLine(Number(line.dataset.line));
  });
  panel.addEventListener("keydown", (event) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (!step) return;
    event.preventDefault();
    event.stopPropagation();
    const from = step > 0 ? lit.at(-1) : lit[0];
    const here = Number(from?.dataset.line);
    const next = !from ? 1 : here < 0 ? here - step : here + step;
    if (lineElements.has(next)) {
      selectLine(next);
      showLines([next, next], true);
    }
  });
}
