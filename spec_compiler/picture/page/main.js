// The page begins: what is in the header, what is looked at first.

function setTheme(name) {
  document.documentElement.dataset.theme = name;
  byId("theme").textContent = name === "dark" ? "light" : "dark";
}

function watchHeader() {
  const dark = matchMedia("(prefers-color-scheme: dark)");
  setTheme(kept?.theme ?? (dark.matches ? "dark" : "light"));
  dark.addEventListener("change", () => setTheme(dark.matches ? "dark" : "light"));
  byId("theme").addEventListener("click", () => {
    setTheme(document.documentElement.dataset.theme === "dark" ? "light" : "dark");
  });
  byId("heat").addEventListener("change", (event) => {
    heat = event.target.value;
    showHeat();
  });
  const all = (fold) => () => {
    for (const group of picture.groups) fold ? folded.add(group.id) : folded.delete(group.id);
    redraw({
      then: () => {
        fit();
        select(selected ? shownAs(selected) : "");
      },
    });
  };
  byId("fold").addEventListener("click", all(true));
  byId("open").addEventListener("click", all(false));
  for (const id of ["fold", "open"]) byId(id).hidden = !picture.groups.length;
  byId("nearer").addEventListener("click", () => zoomBy(1.25));
  byId("farther").addEventListener("click", () => zoomBy(0.8));
  byId("whole").addEventListener("click", () => fit(true));
  byId("beside").addEventListener("click", () => {
    const shown = document.body.classList.toggle("without-text");
    byId("beside").setAttribute("aria-pressed", String(!shown));
  });
}

function fillFindings() {
  const panel = byId("findings");
  panel.hidden = !picture.remarks.length;
  const counts = RANKS.map((rank) => picture.remarks.filter((one) => one.severity === rank).length);
  const words = RANKS.map(
    (rank, at) => counts[at] && `${counts[at]} ${rank}${counts[at] > 1 ? "s" : ""}`,
  );
  byId("findings-count").textContent = words.filter(Boolean).join(", ");
  panel.dataset.worst = worst(picture.remarks) ?? "";
  for (const remark of picture.remarks) {
    const made = html("button", `remark ${remark.severity}`);
    made.append(...remarkElement(remark).childNodes);
    made.addEventListener("click", () => {
      panel.open = false;
      if (remark.boxes.length) show(remark.boxes[0]);
      if (remark.lines) showLines(remark.lines, true);
    });
    byId("findings-list").append(made);
  }
}

const ENDS = new Set(["input", "constant", "output"]);

function fillHeader() {
  document.title = `${visibleText(picture.title)} – specc`;
  byId("title").textContent = visibleText(picture.title);
  const boxes = picture.boxes.filter((box) => box.change !== "removed");
  const total = boxes.reduce((sum, { costs }) => sum + costs.trainable + costs.frozen, 0);
  const layers = boxes.filter((box) => !ENDS.has(box.role)).length;
  const words = [`${whole(layers)} layer${layers === 1 ? "" : "s"}`, `${whole(total)} parameters`];
  if (picture.old)
    words.unshift(`beside ${visibleText(picture.old)}: ${visibleText(picture.verdict)}`);
  byId("subtitle").textContent = words.join(" · ");
  byId("subtitle").title = visibleText(picture.doc);
}

function watchGraph() {
  graphElement.addEventListener("click", (event) => {
    const id = event.target.closest("[data-id]")?.dataset.id ?? "";
    const name = event.target.closest(".frame-name, .group .kind, .group.selected");
    if (id && name) flip(id);
    else select(id, { focus: true, scroll: Boolean(id) });
  });
}

foldAtFirst();
const kept = recall();
fillHeader();
fillFindings();
fillText();
for (const watch of [watchHeader, watchPointer, watchText, watchSearch, watchKeys, watchGraph])
  watch();
watchPrinting();
redraw({
  then: () => {
    if (kept) {
      Object.assign(view, kept.view);
      showView();
    } else fit();
    select(kept?.selected ?? "", { scroll: false });
  },
});
watchLive();
