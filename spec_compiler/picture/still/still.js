// The picture as one drawing that nobody touches: all of it, a title above, and what signs mean below.

const EDGE = 20; // around all of it
const SAMPLE = 30; // the width of a line in the legend

function laidOut(shown) {
  let placed = null;
  self.postMessage = (data) => (placed = data);
  layoutWorker();
  self.onmessage({ data: asked(shown) });
  return placed;
}

const titled = [
  [cut(picture.title, 60), "name", BOLD],
  [picture.counted, "kind", PLAIN],
];

function titleElement() {
  const made = svg("g", { class: "title" });
  titled.forEach(([text, name], index) => {
    made.append(svg("text", { class: name, x: EDGE, y: EDGE + 12 + 18 * index }, text));
  });
  return made;
}

/** What lines and signs mean, of those that are there. */
function meanings(edges, nodes, bends) {
  const some = (test) => edges.some(test);
  const ofAll = some((edge) => edge.next) ? ", of all copies" : "";
  return [
    [some((edge) => edge.mask), "data masked", "a mask goes beside the value"],
    [some((edge) => edge.kind === "mask"), "mask masked", "read as the mask"],
    [some((edge) => edge.kind === "weights"), "weights", "the same weights"],
    [some((edge) => edge.next), "data next", "from one copy to the next"],
    [bends.some((bend) => bend.aside), "data aside", "read further down, too"],
    [nodes.some((part) => parametersIn(part)), "", `numbers in boxes: parameters${ofAll}`],
  ].filter(([there]) => there);
}

function legendElement(rows, down) {
  const made = svg("g", { class: "legend" });
  rows.forEach(([, name, words], index) => {
    const y = down + 18 * index;
    if (name) {
      const line = svg("g", { class: `edge ${name}` });
      line.append(svg("path", { d: `M${EDGE} ${y - 4}H${EDGE + SAMPLE}`, fill: "none" }));
      made.append(line);
    }
    made.append(svg("text", { class: "kind", x: name ? EDGE + SAMPLE + 10 : EDGE, y }, words));
  });
  return made;
}

function parametersIn(part) {
  const parameters = costOf(part, "parameters");
  return isCounted(part) && parameters ? brief(parameters) : "";
}

function drawnStill() {
  const shown = { ...visible(), edges: visibleEdges() };
  const placed = laidOut(shown);
  const rows = meanings(shown.edges, shown.nodes, placed.edges);
  const widths = [
    placed.width,
    ...titled.map(([text, , font]) => widthOf(text, font) + 2 * EDGE),
    ...rows.map(([, , words]) => widthOf(words, PLAIN) + SAMPLE + 10 + 2 * EDGE),
  ];
  const width = Math.ceil(Math.max(...widths));
  const top = EDGE + 34;
  const below = top + placed.height + 10;
  const right = tenths((width - placed.width) / 2);
  const made = svg("g", { transform: `translate(${right} ${top})` });
  const frames = shown.frames.map((part, index) => frameElement(part, placed.frames[index], ""));
  const names = frames.map((frame) => frame.inside.pop()); // over edges
  made.append(...frames);
  shown.edges.forEach((edge, index) => made.append(edgeElement(edge, placed.edges[index])));
  made.append(...names);
  shown.nodes.forEach((part, index) => {
    made.append(nodeElement(part, placed.nodes[index], parametersIn(part)));
  });
  const height = Math.ceil(below + (rows.length ? 18 * rows.length + 6 : 0));
  const inside = [titleElement(), made, legendElement(rows, below + 10)];
  return JSON.stringify({ width, height, inside });
}
