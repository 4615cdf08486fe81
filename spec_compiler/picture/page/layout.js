// Where things stand: dagre, in a worker, so that the page never waits for it.

const BOLD = '600 13px ui-monospace, "SF Mono", "DejaVu Sans Mono", Menlo, Consolas, monospace';
const PLAIN = '11px ui-monospace, "SF Mono", "DejaVu Sans Mono", Menlo, Consolas, monospace';
const NAME_AT_MOST = 36;

let worker = null;
let request = 0;
let waiting = null;

function startWorker() {
  const library = byId("layout-library").textContent;
  const code = new Blob([library, `\n(${layoutWorker})();`], { type: "text/javascript" });
  const address = URL.createObjectURL(code);
  worker = new Worker(address);
  URL.revokeObjectURL(address);
  worker.onmessage = ({ data }) => {
    if (!waiting || data.request !== waiting.request) return;
    const { done } = waiting;
    waiting = null;
    document.body.classList.remove("waiting");
    done(data);
  };
}

/** Lay out what is visible, and hand on where it stands. */
function layout(shown, done) {
  if (waiting && worker) {
    worker.terminate(); // what it works on is not wanted any more
    worker = null;
  }
  if (!worker) startWorker();
  request += 1;
  waiting = { request, done };
  document.body.classList.add("waiting");
  const size = (part) => {
    const name = widthOf(cut(shortName(part), NAME_AT_MOST), BOLD);
    const kind = widthOf(cut(kindOf(part), NAME_AT_MOST), PLAIN) + 52; // and what it costs
    const round = part.role === "input" || part.role === "output";
    const width = Math.max(round ? 72 : 120, name + 34, round ? 0 : kind + 22);
    return { width: Math.ceil(width), height: round ? 32 : 46 };
  };
  const placed = (part) => ({ id: part.id, group: part.group, order: orders.get(part.id) });
  worker.postMessage({
    request,
    nodes: shown.nodes.map((part) => ({ ...placed(part), ...size(part) })),
    frames: shown.frames.map(placed),
    edges: shown.edges.map((edge) => {
      const lines = labelLines(edge);
      const width = Math.max(0, ...lines.map((line) => widthOf(line.text, PLAIN)));
      const ends = { source: edge.source, target: edge.target };
      return { ...ends, width: Math.ceil(width), height: lines.length * 15 + 4 };
    }),
  });
}

/** What is written beside an edge: its type, its mask, or why it is there. */
function labelLines(edge) {
  if (edge.kind === "weights") return [{ text: "same weights", kind: "weights" }];
  const name = edge.name && edge.kind === "data" ? `${edge.name}: ` : "";
  const lines = [];
  if (edge.label) lines.push({ text: cut(name + edge.label, 60), kind: "type" });
  else if (edge.kind === "open") lines.push({ text: "not known", kind: "open" });
  if (edge.kind === "mask") lines.push({ text: "as mask", kind: "mask" });
  if (edge.mask) lines.push({ text: cut(`mask ${edge.mask}`, 60), kind: "mask" });
  return lines;
}
