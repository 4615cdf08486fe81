// What is said of parts: costs, the heat of them, findings, changes.

const HEATS = { parameters: "parameters", flops: "FLOPs", memory: "memory" };
let heat = "";

/** What a box costs, or all boxes in a group; null where it has no number. */
function costOf(part, kind) {
  let total = 0;
  for (const box of boxesIn(part.id)) {
    const cost = kind === "parameters" ? box.costs.trainable + box.costs.frozen : box.costs[kind];
    if (cost === null) return null;
    total += cost;
  }
  return total;
}

const isCounted = (part) => isBlock(part) || part.role === "layer";

let shares = new Map(); // of each part that is coloured, its cost and its share of the largest

/** Colour what is drawn by what it costs. */
function showHeat() {
  const costs = new Map();
  for (const { part, layer } of drawn.values()) {
    if (heat && layer === "nodes" && isCounted(part)) costs.set(part.id, costOf(part, heat));
  }
  const known = [...costs.values()].filter((cost) => cost !== null);
  const most = known.reduce((one, two) => Math.max(one, two), 1);
  shares = new Map([...costs].map(([id, cost]) => [id, { cost, share: cost / most }]));
  for (const item of drawn.values()) if (item.element) dressHeat(item);
  byId("legend").hidden = !heat;
  if (heat) {
    const sizes = picture.assumed.map(([name, size]) => `${visibleText(name)} = ${size}`);
    const given = sizes.length && heat !== "parameters" ? `, with ${sizes.join(", ")}` : "";
    const unit = heat === "memory" ? "B of results" : ` ${HEATS[heat]}`;
    byId("legend-words").textContent = `up to ${brief(most)}${unit}${given}`;
  }
}

function dressHeat({ part, element, layer }) {
  if (layer !== "nodes" || !isCounted(part)) return;
  const { cost, share } = shares.get(part.id) ?? { cost: null, share: 0 };
  element.classList.toggle("hot", cost !== null);
  element.style.setProperty("--heat", `${Math.round(Math.sqrt(share) * 100)}%`);
  const words = cost ? brief(cost) + (heat === "memory" ? "B" : "") : "";
  element.querySelector(".cost").textContent = words;
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
