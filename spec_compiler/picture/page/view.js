// What part of the graph is seen: panning and zooming are a box of view in its coordinates.

const graphElement = byId("graph");
const view = { x: 0, y: 0, width: 1, height: 1, zoom: 1 };
const extent = { width: 1, height: 1 };
const NEAREST = 3;
const FARTHEST = 0.02;

function showView() {
  fillSoon();
  graphElement.setAttribute("viewBox", `${view.x} ${view.y} ${view.width} ${view.height}`);
}

let soon = 0;

/** What comes into view is made in the next frame. */
function fillSoon() {
  cancelAnimationFrame(soon);
  soon = requestAnimationFrame(fill);
}

function room() {
  const { width, height } = graphElement.getBoundingClientRect();
  return { width: Math.max(width, 1), height: Math.max(height, 1) };
}

const scale = () => view.zoom;

/** Look with a scale, so that a point of the graph stands at a point of the window. */
function look(zoom, point, at) {
  const { width, height } = room();
  view.zoom = zoom;
  view.width = width / zoom;
  view.height = height / zoom;
  view.x = point.x - at.x / zoom;
  view.y = point.y - at.y / zoom;
  showView();
}

/** The whole graph, or, where names would be too small to read, its upper end. */
function fit(whole = false) {
  const { width, height } = room();
  const least = whole ? FARTHEST : 0.55;
  const zoom = Math.min(1, width / extent.width, height / extent.height);
  const chosen = Math.max(least, zoom);
  const top = chosen > zoom ? 0 : Math.max(0, (height - extent.height * chosen) / 2);
  look(chosen, { x: extent.width / 2, y: 0 }, { x: width / 2, y: top });
}

function zoomBy(factor, at = null) {
  const { width, height } = room();
  const point = at ?? { x: width / 2, y: height / 2 };
  const before = scale();
  const zoom = Math.min(NEAREST, Math.max(FARTHEST, before * factor));
  look(zoom, { x: view.x + point.x / before, y: view.y + point.y / before }, point);
}

function panBy(x, y) {
  view.x += x / scale();
  view.y += y / scale();
  showView();
}

/** Move as little as is needed to see a part that stands at a place. */
function bring(place) {
  const margin = 40 / scale();
  const left = place.x - place.width / 2 - margin;
  const right = place.x + place.width / 2 + margin;
  const top = place.y - place.height / 2 - margin;
  const bottom = place.y + place.height / 2 + margin;
  if (left < view.x) view.x = left;
  else if (right > view.x + view.width) view.x = right - view.width;
  if (top < view.y) view.y = top;
  else if (bottom > view.y + view.height) view.y = bottom - view.height;
  showView();
}

let printing = false;

/** On paper all of it is seen. */
function watchPrinting() {
  const change = (on) => {
    printing = on;
    if (on) fillAll();
    if (on) graphElement.setAttribute("viewBox", `0 0 ${extent.width} ${extent.height}`);
    else showView();
  };
  window.addEventListener("beforeprint", () => change(true));
  window.addEventListener("afterprint", () => change(false));
  matchMedia("print").addEventListener("change", (event) => change(event.matches));
}

function watchPointer() {
  let held = null;
  graphElement.addEventListener("pointerdown", (event) => {
    if (event.button !== 0) return;
    held = { x: event.clientX, y: event.clientY, moved: false };
  });
  graphElement.addEventListener("pointermove", (event) => {
    if (!held) return;
    const x = event.clientX - held.x;
    const y = event.clientY - held.y;
    if (!held.moved && Math.hypot(x, y) < 4) return;
    if (!held.moved) graphElement.setPointerCapture(event.pointerId);
    panBy(-x, -y);
    held = { x: event.clientX, y: event.clientY, moved: true };
  });
  const release = () => setTimeout(() => (held = null));
  graphElement.addEventListener("pointerup", release);
  graphElement.addEventListener("pointercancel", release);
  // what ends a drag is no click
  graphElement.addEventListener("click", (event) => held?.moved && event.stopPropagation(), true);
  graphElement.addEventListener(
    "wheel",
    (event) => {
      event.preventDefault();
      const { left, top } = graphElement.getBoundingClientRect();
      const at = { x: event.clientX - left, y: event.clientY - top };
      if (event.ctrlKey || event.metaKey) zoomBy(Math.exp(-event.deltaY / 200), at);
      else panBy(event.deltaX, event.deltaY);
    },
    { passive: false },
  );
  new ResizeObserver(() => {
    view.width = room().width / view.zoom;
    view.height = room().height / view.zoom;
    if (!printing) showView();
  }).observe(graphElement);
}
