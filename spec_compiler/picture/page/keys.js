// The keyboard: arrows walk along edges, and a key for what buttons do.

function focusGraph() {
  const id = drawn.has(selected) ? selected : entryId();
  drawn.get(id)?.element?.focus({ preventScroll: true });
}

/** The part that an arrow leads to. */
function neighbour(id, key) {
  const here = drawn.get(id)?.place;
  if (!here) return "";
  const along = { ArrowDown: ["source", "target"], ArrowUp: ["target", "source"] }[key];
  if (along) {
    const [mine, other] = along;
    const near = drawnEdges.filter(({ edge }) => edge[mine] === id).map(({ edge }) => edge[other]);
    const far = (one) => Math.abs(drawn.get(one).place.x - here.x);
    near.sort((one, two) => far(one) - far(two));
    if (near.length) return near[0];
    if (!parts.get(id).isGroup || folded.has(id)) return "";
    const inside = members.get(id).map(shownAs);
    return key === "ArrowDown" ? inside[0] : inside.at(-1);
  }
  const side = key === "ArrowRight" ? 1 : -1;
  let best = "";
  let least = Infinity;
  for (const [other, { part, place }] of drawn) {
    if (part.isGroup && !folded.has(other)) continue;
    const beside = (place.x - here.x) * side;
    const away = beside + 3 * Math.abs(place.y - here.y);
    if (other !== id && beside > 1 && Math.abs(place.y - here.y) < 80 && away < least) {
      least = away;
      best = other;
    }
  }
  return best;
}

const KEYS = {
  "/": () => byId("search").focus(),
  "+": () => zoomBy(1.25),
  "=": () => zoomBy(1.25),
  "-": () => zoomBy(0.8),
  0: () => fit(true),
  1: () => fit(),
  f: () => byId("fold").click(),
  o: () => byId("open").click(),
  t: () => byId("theme").click(),
  s: () => byId("beside").click(),
  Escape: () => {
    byId("findings").open = false;
    select("");
  },
};

function watchKeys() {
  graphElement.addEventListener("keydown", (event) => {
    if (event.key.startsWith("Arrow")) {
      event.preventDefault();
      const next = selected ? neighbour(selected, event.key) : entryId();
      if (next) select(next, { focus: true });
    } else if (event.key === "Enter" || event.key === " ") {
      event.preventDefault();
      const id = document.activeElement.dataset?.id ?? "";
      if (id && id !== selected) select(id, { focus: true });
      else if (selected) flip(selected);
    }
  });
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.target.closest?.("input, select, textarea")) return;
    const act = KEYS[event.key];
    if (!act) return;
    event.preventDefault();
    act();
  });
}
