// The graph as elements: frames, edges, nodes, in slices, so that the page stays awake.

const AT_A_TIME = 60; // elements of the graph that are made before others have a turn
const LAYERS = ["frames", "edges", "nodes"];
const drawn = new Map(); // the place of each part that was laid out, its element once it is seen
const drawnEdges = []; // the same of edges
let layers = {};
let missing = []; // what has no element yet
let drawing = 0;

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
