// The graph as elements: frames, edges, nodes, in slices, so that the page stays awake.

const AT_A_TIME = 120; // elements of the graph that are made before others have a turn
const drawn = new Map(); // the element and the place of each part that is seen
const drawnEdges = []; // the same of edges
let drawing = 0;

const FAMILIES = [
  [/Dense|Einsum|Embedding|Lambda/, "dense"],
  [/Conv|Pool|UpSampling|Padding|Cropping/, "window"],
  [/LSTM|GRU|RNN|TimeDistributed|Bidirectional/, "recurrent"],
  [/Attention/, "attention"],
  [/Normalization/, "normal"],
  [/Add|Concat|Multiply|Subtract|Average|Maximum|Minimum|Dot/, "merge"],
];

function familyOf(part) {
  if (part.isGroup) return "block";
  if (part.role !== "layer") return part.role;
  return FAMILIES.find(([pattern]) => pattern.test(part.kind))?.[1] ?? "other";
}

/** Draw what is visible; `done` is called when all of it is there. */
function draw(done) {
  const shown = visible();
  shown.edges = visibleEdges();
  layout(shown, (placed) => {
    drawing += 1;
    const mine = drawing;
    const layers = ["frames", "edges", "nodes"].map((name) => svg("g", { class: name }));
    byId("drawing").replaceChildren(...layers);
    drawn.clear();
    drawnEdges.length = 0;
    Object.assign(extent, { width: placed.width || 1, height: placed.height || 1 });
    shown.frames.forEach((part, index) =>
      drawn.set(part.id, { part, place: placed.frames[index] }),
    );
    shown.nodes.forEach((part, index) => drawn.set(part.id, { part, place: placed.nodes[index] }));
    const work = [
      ...shown.frames.map((part) => () => layers[0].append(frameElement(part))),
      ...shown.nodes.map((part) => () => layers[2].append(nodeElement(part))),
      ...shown.edges.map((edge, at) => () => layers[1].append(edgeElement(edge, placed.edges[at]))),
    ];
    const slice = (from) => {
      if (mine !== drawing) return; // something else is to be drawn by now
      for (const make of work.slice(from, from + AT_A_TIME)) make();
      if (from + AT_A_TIME < work.length) requestAnimationFrame(() => slice(from + AT_A_TIME));
      else done();
    };
    slice(0);
  });
}

function frameElement(part) {
  const { place } = drawn.get(part.id);
  const made = svg("g", { class: "frame", "data-id": part.id, role: "button", tabindex: "-1" });
  made.setAttribute("aria-expanded", "true");
  made.setAttribute("aria-label", `${visibleText(part.name)}, ${visibleText(kindOf(part))}, open`);
  const x = place.x - place.width / 2;
  const y = place.y - place.height / 2;
  made.append(svg("rect", { x, y, width: place.width, height: place.height, rx: 10 }));
  const name = cut(shortName(part), NAME_AT_MOST);
  const kind = cut(kindOf(part), NAME_AT_MOST);
  const words = kind.startsWith(name) || !kind ? kind || name : `${name}  ·  ${kind}`;
  made.append(svg("text", { class: "frame-name", x: x + 10, y: y + 16 }, `▾ ${words}`));
  drawn.get(part.id).element = made;
  return made;
}

function nodeElement(part) {
  const { place } = drawn.get(part.id);
  const { width, height } = place;
  const round = part.role === "input" || part.role === "output";
  const classes = ["node", `family-${familyOf(part)}`];
  if (part.isGroup) classes.push("group");
  const change = changeOf(part);
  if (change) classes.push(change);
  const made = svg("g", {
    class: classes.join(" "),
    "data-id": part.id,
    role: "button",
    tabindex: "-1",
    "aria-label": spoken(part),
    transform: `translate(${place.x - width / 2} ${place.y - height / 2})`,
  });
  if (part.isGroup) made.setAttribute("aria-expanded", "false");
  if (part.isGroup && part.copies > 1) {
    made.append(svg("rect", { class: "behind", x: 5, y: -5, width, height, rx: 8 }));
  }
  made.append(svg("rect", { class: "body", width, height, rx: round ? 16 : 8 }));
  if (!round)
    made.append(
      svg("rect", { class: "stripe", width: 5, height: height - 16, x: 7, y: 8, rx: 2.5 }),
    );
  const name = cut(shortName(part), NAME_AT_MOST);
  const left = round ? width / 2 : 20;
  const title = svg("text", { class: "name", x: left, y: round ? 20.5 : 19 }, name);
  if (round) title.setAttribute("text-anchor", "middle");
  made.append(title);
  if (!round) {
    const kind = (part.isGroup ? "▸ " : "") + cut(kindOf(part), NAME_AT_MOST);
    made.append(svg("text", { class: "kind", x: left, y: 35 }, kind));
    made.append(svg("text", { class: "cost", x: width - 10, y: 35, "text-anchor": "end" }));
  }
  const marks = remarksAt(part);
  if (marks.length) made.append(badge(worst(marks), marks.length, width));
  const tip = svg("title", {}, spoken(part));
  made.append(tip);
  drawn.get(part.id).element = made;
  return made;
}

function badge(severity, count, width) {
  const made = svg("g", { class: `badge ${severity}`, transform: `translate(${width - 4} 2)` });
  made.append(svg("circle", { r: 9 }));
  const sign = { error: "!", warning: "!", note: "i" }[severity];
  made.append(svg("text", { y: 4, "text-anchor": "middle" }, count > 1 ? String(count) : sign));
  return made;
}

/** What a part is called by a screen reader, and in the hint that the pointer shows. */
function spoken(part) {
  const words = [part.name, kindOf(part)];
  const change = changeOf(part);
  if (change) words.push(change);
  if (part.role === "refused" || part.role === "unknown") words.push(part.role);
  for (const [name, shape, dtype, mask] of part.tensors ?? []) {
    words.push(`${name ? `${name}: ` : ""}${shape} ${dtype}${mask ? `, mask ${mask}` : ""}`);
  }
  if (part.isGroup || part.role === "layer")
    words.push(`${whole(costOf(part, "parameters"))} parameters`);
  const marks = remarksAt(part).length;
  if (marks) words.push(marks === 1 ? "1 finding" : `${marks} findings`);
  return visibleText(words.join(", "));
}

function edgeElement(edge, { points, x, y }) {
  const classes = ["edge", edge.kind];
  if (edge.mask || edge.kind === "mask") classes.push("masked");
  if (edge.change) classes.push(edge.change);
  const made = svg("g", { class: classes.join(" ") });
  const path = svg("path", { d: curve(points), fill: "none" });
  if (edge.kind !== "weights") path.setAttribute("marker-end", "url(#arrow)");
  made.append(path);
  const lines = labelLines(edge);
  const wide = Math.max(0, ...lines.map((line) => widthOf(line.text, PLAIN))) + 6;
  const high = lines.length * 14 + 2;
  if (lines.length) {
    const at = { x: x - wide / 2, y: y - high / 2, width: wide, height: high, rx: 4 };
    made.append(svg("rect", { class: "under", ...at }));
  }
  lines.forEach(({ text, kind }, index) => {
    const down = y + 4 + (index - (lines.length - 1) / 2) * 14;
    made.append(svg("text", { class: `label ${kind}`, x, y: down, "text-anchor": "middle" }, text));
  });
  drawnEdges.push({ edge, element: made });
  return made;
}

/** A smooth line through the middles between bends. */
function curve(points) {
  const [first, ...rest] = points;
  const at = (point) => `${point.x.toFixed(1)} ${point.y.toFixed(1)}`;
  const parts = [`M${at(first)}`];
  rest.forEach((point, index) => {
    if (index === rest.length - 1) parts.push(`L${at(point)}`);
    else {
      const next = rest[index + 1];
      const middle = { x: (point.x + next.x) / 2, y: (point.y + next.y) / 2 };
      parts.push(`Q${at(point)} ${at(middle)}`);
    }
  });
  return parts.join("");
}
