// What is said of parts: costs, the heat of them, findings, changes.

const HEATS = { parameters: "parameters", flops: "FLOPs", memory: "memory" };
let heat = "";

/** What a box costs, or all boxes in a group; null where it has no number. */
function costOf(part, kind) {
  let total = 0;
  for (const box of boxesIn(part.id)) {
    const cost = kind === "parameters" ? box.trainable + box.frozen : box[kind];
    if (cost === null) return null;
    total += cost;
  }
  return total;
}

const isCounted = (part) => part.isGroup || part.role === "layer";

/** Colour what is drawn by what it costs. */
function showHeat() {
  const costs = new Map();
  for (const { part } of drawn.values()) {
    if (isCounted(part) && (!part.isGroup || folded.has(part.id))) {
      costs.set(part.id, heat ? costOf(part, heat) : null);
    }
  }
  const most = Math.max(1, ...[...costs.values()].filter((cost) => cost !== null));
  for (const [id, cost] of costs) {
    const { element } = drawn.get(id);
    if (!element) continue;
    element.classList.toggle("hot", cost !== null);
    const share = cost === null ? 0 : Math.sqrt(cost / most);
    element.style.setProperty("--heat", `${Math.round(share * 100)}%`);
    const words = cost ? brief(cost) + (heat === "memory" ? "B" : "") : "";
    element.querySelector(".cost").textContent = words;
  }
  byId("legend").hidden = !heat;
  if (heat) {
    const sizes = picture.assumed.map(([name, size]) => `${visibleText(name)} = ${size}`);
    const given = sizes.length && heat !== "parameters" ? `, with ${sizes.join(", ")}` : "";
    const unit = heat === "memory" ? "B of results" : ` ${HEATS[heat]}`;
    byId("legend-words").textContent = `up to ${brief(most)}${unit}${given}`;
  }
}

const RANKS = ["error", "warning", "note"];
const worst = (remarks) => RANKS.find((rank) => remarks.some((one) => one.severity === rank));

const remarksOf = new Map();
picture.remarks.forEach((remark) => {
  for (const id of remark.boxes) {
    if (!remarksOf.has(id)) remarksOf.set(id, []);
    remarksOf.get(id).push(remark);
  }
});

/** Findings about a part; about a folded group, those about what is in it, too. */
function remarksAt(part) {
  const found = new Set(remarksOf.get(part.id) ?? []);
  if (part.isGroup) {
    for (const id of members.get(part.id)) {
      for (const remark of remarksAt(parts.get(id))) found.add(remark);
    }
  }
  return [...found];
}

/** What became of a part: of a group, what became of all that is in it. */
function changeOf(part) {
  if (!part.isGroup) return part.change;
  const found = new Set(boxesIn(part.id).map((box) => box.change));
  return found.size === 1 ? [...found][0] : "changed";
}
