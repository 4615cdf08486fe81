// Where specc serves the page, it is loaded again when the spec is saved, and looks the same.

const KEPT = "specc-view";

function nameOf(id) {
  const part = parts.get(id);
  return part
    ? `${part.isGroup ? (part.copies ? "repeat" : "group") : part.role} ${part.name}`
    : "";
}

function watchLive() {
  if (!picture.live) return;
  const events = new EventSource(`events/${picture.live}`);
  events.addEventListener("changed", () => {
    const state = {
      view: { ...view },
      folded: [...folded].map(nameOf),
      groups: picture.groups.map((group) => nameOf(group.id)),
      selected: nameOf(selected),
      theme: document.documentElement.dataset.theme,
    };
    sessionStorage.setItem(KEPT, JSON.stringify(state));
    location.reload();
  });
}

/** What was looked at before the page was loaded again. */
function recall() {
  if (!picture.live) return null;
  const text = sessionStorage.getItem(KEPT);
  sessionStorage.removeItem(KEPT);
  if (!text) return null;
  const state = JSON.parse(text);
  const ids = new Map([...parts.keys()].map((id) => [nameOf(id), id]));
  for (const name of state.groups) {
    if (!ids.has(name)) continue;
    if (state.folded.includes(name)) folded.add(ids.get(name));
    else folded.delete(ids.get(name));
  }
  const { view: seen, theme } = state;
  return { view: seen, theme, selected: ids.get(state.selected) ?? "" };
}
