// The graph as elements: frames, edges, nodes, in slices, so that the page stays awake.

const AT_A_TIME = 60; // elements of the graph that are made before others have a turn
const LAYERS = ["frames", "edges", "nodes"];
const drawn = new Map(); // the place of each part that was laid out, its element once it is seen
const drawnEdges = []; // the same of edges
let layers = {};
let missing = []; // what has no element yet
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

/** Lay out what is visible, and draw what of it is seen; `done` is called when that is there. */
function draw(done) {
  const shown = visible();
  shown.edges = visibleEdges();
  layout(shown, (placed) => {
    drawing += 1;
    layers = Object.fromEntries(LAYERS.map((name) => [name, svg("g", { class: name })]));
    byId("drawing").replaceChildren(...Object.values(layers));
    drawn.clear();
    drawnEdges.length = 0;
    Object.assign(extent, { width: placed.width || 1, height: placed.height || 1 });
    shown.frames.forEach((part, index) => addPart(part, placed.frames[index], "frames"));
    shown.edges.forEach((edge, index) => addEdge(edge, placed.edges[index]));
    shown.nodes.forEach((part, index) => addPart(part, placed.nodes[index], "nodes"));
    missing = [...drawn.values(), ...drawnEdges];
    done();
    fill();
  });
}

function addPart(part, place, layer) {
  const { x, y, width, height } = place;
  const box = [x - width / 2, y - height / 2, x + width / 2, y + height / 2];
  const make = layer === "frames" ? frameElement : nodeElement;
  drawn.set(part.id, { part, place, box, layer, make: () => make(part, place) });
}

function addEdge(edge, bend) {
  const across = bend.points.map((point) => point.x);
  const down = bend.points.map((point) => point.y);
  const box = [
    Math.min(...across) - 120,
    Math.min(...down),
    Math.max(...across) + 120,
    Math.max(...down),
  ];
  drawnEdges.push({ edge, box, layer: "edges", make: () => edgeElement(edge, bend) });
}

/** Make the element of something that was laid out, once. */
function ensure(item) {
  if (item.element) return;
  item.element = item.make();
  layers[item.layer].append(item.element);
  if (item.part) dressPart(item);
  else dressEdge(item);
}

function isSeen({ box: [left, top, right, bottom] }) {
  const beside = view.width / 2;
  const below = view.height / 2;
  return (
    right > view.x - beside &&
    left < view.x + view.width + beside &&
    bottom > view.y - below &&
    top < view.y + view.height + below
  );
}

let filling = 0;

/** Make what is seen now, or will soon be, some at a time. */
function fill() {
  cancelAnimationFrame(filling);
  const wanted = missing.filter(isSeen);
  for (const item of wanted.slice(0, AT_A_TIME)) ensure(item);
  missing = missing.filter((item) => !item.element);
  if (wanted.length > AT_A_TIME) filling = requestAnimationFrame(fill);
  else document.documentElement.dataset.drawn = String(drawing);
}

/** Make all of it, for paper. */
function fillAll() {
  missing.forEach(ensure);
  missing = [];
}

function frameElement(part, place) {
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
  return made;
}

function nodeElement(part, place) {
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
  if (change) {
    const sign = { added: "+", removed: "−", changed: "~" }[change];
    const side = { x: width - 12, y: round ? 21 : 20, "text-anchor": "middle" };
    made.append(svg("text", { class: "sign", ...side }, sign));
  }
  const marks = remarksAt(part);
  if (marks.length) made.append(badge(worst(marks), marks.length, width));
  const tip = svg("title", {}, spoken(part));
  made.append(tip);
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
