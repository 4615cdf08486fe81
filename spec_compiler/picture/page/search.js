// Search: by name, type and block; what is found in folded groups is shown, too.

let hits = [];
let hit = -1;
let found = new Set(); // ids of what is drawn and was found, or holds what was

function find(words) {
  const text = words.trim().toLowerCase();
  const said = (part) => `${part.name} ${kindOf(part)}`.toLowerCase();
  hits = text ? [...parts.values()].filter((part) => said(part).includes(text)) : [];
  const isOther = (part) => (part.name.toLowerCase() === text ? 0 : 1); // the very name is first
  hits.sort((one, two) => isOther(one) - isOther(two));
  hit = -1;
  markHits();
}

/** Mark what was found; a folded group that holds some of it, too. */
function markHits() {
  found = new Set(hits.map((part) => shownAs(part.id)));
  const isSearching = Boolean(byId("search").value.trim());
  byId("graph").classList.toggle("searching", isSearching);
  for (const [id, { element }] of drawn) element?.classList.toggle("hit", found.has(id));
  byId("found").textContent = isSearching ? `${hit + 1} of ${hits.length}` : "";
}

function nextHit(step) {
  if (!hits.length) return;
  hit = hit < 0 && step < 0 ? hits.length - 1 : (hit + step + hits.length) % hits.length;
  show(hits[hit].id);
  markHits();
}

function watchSearch() {
  const field = byId("search");
  field.addEventListener("input", () => find(field.value));
  field.addEventListener("keydown", (event) => {
    if (event.key === "Enter") {
      event.preventDefault();
      nextHit(event.shiftKey ? -1 : 1);
    } else if (event.key === "Escape") {
      field.value = "";
      find("");
      focusGraph();
    } else return;
    event.stopPropagation();
  });
}
