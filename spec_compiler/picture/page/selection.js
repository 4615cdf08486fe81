// What is selected: in the graph, in the text, and in words.

let selected = "";

/** Select a part, or nothing. */
function select(id, { scroll = true, focus = false } = {}) {
  selected = parts.has(id) ? id : "";
  const part = parts.get(selected);
  for (const item of drawn.values()) if (item.element) dressPart(item);
  for (const item of drawnEdges) if (item.element) dressEdge(item);
  showLines(part?.lines ?? null, scroll);
  showDetails(part);
  const there = drawn.get(selected);
  if (there && scroll) bring(there.place);
  if (there && focus) {
    ensure(there);
    there.element.focus({ preventScroll: true });
  }
}

/** How a part looks for what is selected, searched and counted. */
function dressPart(item) {
  const { part, element } = item;
  const entry = selected || entryId(); // what the tabulator comes to
  element.classList.toggle("selected", part.id === selected);
  element.setAttribute("tabindex", part.id === entry ? "0" : "-1");
  element.classList.toggle("hit", found.has(part.id));
  dressHeat(item);
}

/** The first node, where nothing is selected. */
function entryId() {
  for (const [id, { layer }] of drawn) if (layer === "nodes") return id;
  return "";
}

function dressEdge({ edge, element }) {
  element.classList.toggle("near", edge.source === selected || edge.target === selected);
}

/** Select what is written in a line: the part whose text around it is the shortest. */
function selectLine(line) {
  let best = "";
  let least = Infinity;
  for (const part of parts.values()) {
    if (!part.lines) continue;
    const [first, last] = part.lines;
    if (first <= line && line <= last && last - first < least) {
      least = last - first;
      best = part.id;
    }
  }
  if (!best) {
    select("");
    return;
  }
  show(best);
}

/** Open what hides a part, and select it. */
function show(id, options = {}) {
  if (reveal(id)) redraw({ then: () => select(id, options) });
  else select(id, options);
}

function showDetails(part) {
  const panel = byId("details");
  panel.hidden = !part;
  if (!part) return;
  const made = [
    html("h2", "", visibleText(part.name)),
    html("p", "kind", visibleText(kindOf(part))),
  ];
  const facts = html("dl");
  const fact = (name, text, kind = "") => {
    if (text) facts.append(html("dt", "", name), html("dd", kind, visibleText(text)));
  };
  fact("change", changeOf(part), changeOf(part));
  for (const words of part.words ?? []) fact("", words);
  for (const [name, shape, dtype, mask] of part.tensors ?? []) {
    fact(name ? visibleText(name) : "gives", `${shape} ${dtype}`);
    fact("mask", mask, "mask");
  }
  if (isCounted(part)) {
    fact("parameters", whole(costOf(part, "parameters")));
    fact("FLOPs", costWords(part, "flops", part.costs?.flops_words));
    fact("memory", costWords(part, "memory", part.costs?.memory_words));
  }
  fact("weights of", part.reuse);
  if (part.isGroup) fact("layers", whole(boxesIn(part.id).length));
  made.push(facts);
  for (const remark of remarksAt(part)) made.push(remarkElement(remark));
  if (part.isGroup) {
    const button = html("button", "", folded.has(part.id) ? "open" : "fold");
    button.addEventListener("click", () => flip(part.id));
    made.push(button);
  }
  panel.replaceChildren(...made);
}

function costWords(part, kind, formula) {
  const number = whole(costOf(part, kind));
  const words = formula && formula !== number ? ` = ${formula}` : "";
  return number + words;
}

function remarkElement(remark) {
  const made = html("div", `remark ${remark.severity}`);
  made.append(html("strong", "", `${remark.severity} ${remark.code}`));
  made.append(html("p", "", visibleText(remark.message)));
  if (remark.help) made.append(html("p", "help", visibleText(remark.help)));
  for (const note of remark.notes) made.append(html("p", "note", visibleText(note)));
  if (remark.place) made.append(html("p", "place", visibleText(remark.place)));
  return made;
}

/** Fold or open a group; it stays where it is on the screen. */
function flip(id) {
  if (!toggle(id)) return;
  const before = drawn.get(id)?.place;
  const top = (place) => ({ x: place.x, y: place.y - place.height / 2 });
  const from = before && top(before);
  redraw({
    then: () => {
      const after = drawn.get(id)?.place;
      if (from && after) {
        view.x += top(after).x - from.x;
        view.y += top(after).y - from.y;
        showView();
      }
      select(id, { scroll: false, focus: true });
    },
  });
}

/** Draw again, and select what was selected. */
function redraw({ then = null } = {}) {
  draw(() => {
    showHeat();
    markHits();
    if (then) then();
    else select(drawn.has(selected) ? selected : "", { scroll: false });
  });
}
