// What nodes, frames and edges look like; a still picture has the same.

const BOLD = '600 13px ui-monospace, "SF Mono", "DejaVu Sans Mono", Menlo, Consolas, monospace';
const PLAIN = '11px ui-monospace, "SF Mono", "DejaVu Sans Mono", Menlo, Consolas, monospace';
const NAME_AT_MOST = 36;

const FAMILIES = [
  [/Dense|Einsum|Embedding|Lambda/, "dense"],
  [/Conv|Pool|UpSampling|Padding|Cropping/, "window"],
  [/LSTM|GRU|RNN|TimeDistributed|Bidirectional/, "recurrent"],
  [/Attention/, "attention"],
  [/Normalization/, "normal"],
  [/Add|Concat|Multiply|Subtract|Average|Maximum|Minimum|Dot/, "merge"],
];

const isBlock = (part) => part.isGroup || part.role === "block";

function familyOf(part) {
  if (isBlock(part)) return "block";
  if (part.role !== "layer") return part.role;
  return FAMILIES.find(([pattern]) => pattern.test(part.kind))?.[1] ?? "other";
}

/** What is asked of the library: the sizes of what is drawn, and what belongs together. */
function asked(shown) {
  const size = (part) => {
    const name = widthOf(cut(shortName(part), NAME_AT_MOST), BOLD);
    const kind = widthOf(cut(kindOf(part), NAME_AT_MOST), PLAIN) + 52; // and what it costs
    const round = part.role === "input" || part.role === "output";
    const width = Math.max(round ? 72 : 120, name + 34, round ? 0 : kind + 22);
    return { width: Math.ceil(width), height: round ? 32 : 46 };
  };
  const placed = (part) => ({ id: part.id, group: part.group, order: orders.get(part.id) });
  return {
    nodes: shown.nodes.map((part) => ({ ...placed(part), ...size(part) })),
    frames: shown.frames.map(placed),
    edges: shown.edges.map((edge) => {
      const lines = labelLines(edge);
      const width = Math.max(0, ...lines.map((line) => widthOf(line.text, PLAIN)));
      const { source, target, kind, quiet = false } = edge;
      const size = { width: Math.ceil(width), height: lines.length * 15 + 4 };
      return { source, target, kind, quiet, ...size };
    }),
  };
}

/** What is written beside an edge: its type, its mask, or why it is there. */
function labelLines(edge) {
  if (edge.kind === "weights") return [{ text: "same weights", kind: "weights" }];
  if (edge.quiet) return [];
  const name = edge.name && edge.kind === "data" ? `${edge.name}: ` : "";
  const lines = [];
  if (edge.next) lines.push({ text: "to the next", kind: "next" });
  if (edge.label) lines.push({ text: cut(name + edge.label, 60), kind: "type" });
  else if (edge.kind === "open") lines.push({ text: "not known", kind: "open" });
  if (edge.kind === "mask") lines.push({ text: "as mask", kind: "mask" });
  if (edge.mask) lines.push({ text: cut(`mask ${edge.mask}`, 60), kind: "mask" });
  return lines;
}

/** The frame of an open group; `sign` says that it can be folded. */
function frameElement(part, place, sign = "▾ ") {
  const made = svg("g", { class: "frame", "data-id": part.id, role: "button", tabindex: "-1" });
  made.setAttribute("aria-expanded", "true");
  made.setAttribute("aria-label", `${visibleText(part.name)}, ${visibleText(kindOf(part))}, open`);
  const x = tenths(place.x - place.width / 2);
  const y = tenths(place.y - place.height / 2);
  const [width, height] = [tenths(place.width), tenths(place.height)];
  made.append(svg("rect", { x, y, width, height, rx: 10 }));
  const name = cut(shortName(part), NAME_AT_MOST);
  const kind = cut(kindOf(part), NAME_AT_MOST);
  const words = kind.startsWith(name) || !kind ? kind || name : `${name} · ${kind}`;
  const room = Math.max(8, Math.floor((place.width - 20) / widthOf("n", PLAIN)));
  made.append(svg("text", { class: "frame-name", x: x + 10, y: y + 16 }, cut(sign + words, room)));
  return made;
}

/** A box, or a group that is folded; `cost` stands at its right. */
function nodeElement(part, place, cost = "") {
  const { width, height } = place;
  const round = part.role === "input" || part.role === "output";
  const classes = ["node", `family-${familyOf(part)}`];
  if (isBlock(part)) classes.push("group");
  const change = changeOf(part);
  if (change) classes.push(change);
  const made = svg("g", {
    class: classes.join(" "),
    "data-id": part.id,
    role: "button",
    tabindex: "-1",
    "aria-label": spoken(part),
    transform: `translate(${tenths(place.x - width / 2)} ${tenths(place.y - height / 2)})`,
  });
  if (part.isGroup) made.setAttribute("aria-expanded", "false");
  if (part.copies > 1) {
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
    made.append(svg("text", { class: "cost", x: width - 10, y: 35, "text-anchor": "end" }, cost));
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
  if (isBlock(part) || part.role === "layer")
    words.push(`${whole(costOf(part, "parameters"))} parameters`);
  const marks = remarksAt(part).length;
  if (marks) words.push(marks === 1 ? "1 finding" : `${marks} findings`);
  return visibleText(words.join(", "));
}

const tenths = (number) => Math.round(number * 10) / 10;

function edgeElement(edge, { points, x, y, aside }) {
  const classes = ["edge", edge.kind];
  if (edge.mask || edge.kind === "mask") classes.push("masked");
  if (edge.next) classes.push("next");
  if (aside) classes.push("aside");
  if (edge.change) classes.push(edge.change);
  const made = svg("g", { class: classes.join(" ") });
  const path = svg("path", { d: curve(points), fill: "none" });
  if (edge.kind !== "weights") path.setAttribute("marker-end", "url(#arrow)");
  made.append(path);
  const lines = x === null ? [] : labelLines(edge);
  const wide = Math.max(0, ...lines.map((line) => widthOf(line.text, PLAIN))) + 6;
  const high = lines.length * 14 + 2;
  if (lines.length) {
    const corner = { x: tenths(x - wide / 2), y: tenths(y - high / 2) };
    const at = { ...corner, width: tenths(wide), height: high, rx: 4 };
    made.append(svg("rect", { class: "under", ...at }));
  }
  lines.forEach(({ text, kind }, index) => {
    const down = tenths(y + 4 + (index - (lines.length - 1) / 2) * 14);
    const at = { x: tenths(x), y: down, "text-anchor": "middle" };
    made.append(svg("text", { class: `label ${kind}`, ...at }, text));
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
