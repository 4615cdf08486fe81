// The picture as it was written into the page, and what of it is folded.

const picture = JSON.parse(document.getElementById("picture").textContent);
const OPEN_AT_MOST = 40; // nodes of a picture up to which blocks are open at first

const SAID_AT_MOST = 4; // edges of a box that say the same each

const parts = new Map(); // boxes and groups by id
const members = new Map([["", []]]); // ids of boxes and groups by the group that they stand in
const folded = new Set();

for (const group of picture.groups) {
  parts.set(group.id, { ...group, isGroup: true });
  members.set(group.id, []);
}
for (const box of picture.boxes) parts.set(box.id, box);
// lines of the older text are negative
for (const [id, [first, last]] of picture.went) parts.get(id).lines = [-last, -first];
for (const part of parts.values()) members.get(part.group).push(part.id);

// groups stand where the first of their boxes does in the order of execution
const orders = new Map(picture.boxes.map((box, index) => [box.id, index]));
for (const group of [...picture.groups].reverse()) {
  orders.set(group.id, Math.min(...members.get(group.id).map((id) => orders.get(id))));
}

for (const inside of members.values()) {
  inside.sort((one, two) => orders.get(one) - orders.get(two));
}

/** What is alike is closed; blocks are opened, a level at a time, as far as it can be read. */
function foldAtFirst() {
  for (const group of picture.groups) folded.add(group.id);
  let level = openings(members.get(""));
  while (level.length) {
    for (const id of level) folded.delete(id);
    if (countVisible() > OPEN_AT_MOST) {
      for (const id of level) folded.add(id);
      return;
    }
    level = level.flatMap((id) => openings(members.get(id)));
  }
}

const openings = (ids) => ids.filter((id) => parts.get(id).isGroup && !(parts.get(id).copies > 1));

/** How many nodes are drawn. */
function countVisible(group = "") {
  return members
    .get(group)
    .reduce((sum, id) => sum + (members.has(id) && !folded.has(id) ? countVisible(id) : 1), 0);
}

/** The groups around a part, the innermost first. */
function around(id) {
  const found = [];
  for (let at = parts.get(id).group; at; at = parts.get(at).group) found.push(at);
  return found;
}

/** What a part is seen as: itself, or the outermost folded group that it stands in. */
function shownAs(id) {
  let shown = id;
  for (const group of around(id)) if (folded.has(group)) shown = group;
  return shown;
}

/** The boxes in a group, in all of its groups; of a box, itself. */
function boxesIn(id) {
  const part = parts.get(id);
  if (!part.isGroup) return [part];
  return members.get(id).flatMap(boxesIn);
}

/** The name of a part as it is said inside what is drawn around it. */
function shortName(part) {
  const outer = part.group ? parts.get(part.group).name + "." : "";
  return outer && part.name.startsWith(outer) ? part.name.slice(outer.length) : part.name;
}

/** What a part is: the type of a layer, the block of a group. */
function kindOf(part) {
  const kind = part.isGroup ? part.block : part.kind;
  return part.copies > 1 ? `${kind} ×${part.copies}` : kind;
}

/** Parts that are drawn: boxes and folded groups as nodes, open groups as frames. */
function visible() {
  const nodes = [];
  const frames = [];
  const walk = (group) => {
    for (const id of members.get(group)) {
      const part = parts.get(id);
      if (!part.isGroup || folded.has(id)) nodes.push(part);
      else {
        frames.push(part);
        walk(id);
      }
    }
  };
  walk("");
  return { nodes, frames };
}

/** Edges between what is drawn, the undermost first; those that look the same are one. */
function visibleEdges() {
  const found = new Map();
  const shown = new Map();
  const see = (id) => {
    if (!shown.has(id)) shown.set(id, shownAs(id));
    return shown.get(id);
  };
  for (const edge of picture.edges) {
    const source = see(edge.source);
    const target = see(edge.target);
    if (source === target) continue;
    const key = [source, target, edge.name, edge.label, edge.mask, edge.kind, edge.change];
    const text = JSON.stringify(key);
    if (!found.has(text)) found.set(text, { ...edge, source, target });
  }
  hush(found.values());
  const under = (edge) => (edge.kind === "weights" ? 0 : 1);
  return [...found.values()].sort((one, two) => under(one) - under(two));
}

/** Of many edges of a box that say the same, the first says it. */
function hush(edges) {
  const alike = new Map();
  for (const edge of edges) {
    if (edge.kind === "weights" || edge.change) continue;
    const { source, name, label, mask, kind, next } = edge;
    const key = JSON.stringify([source, name, label, mask, kind, next]);
    if (!alike.has(key)) alike.set(key, []);
    alike.get(key).push(edge);
  }
  for (const [, ...others] of alike.values()) {
    if (others.length < SAID_AT_MOST) continue;
    for (const edge of others) edge.quiet = true;
  }
}

/** Whether anything is to be opened or folded. */
function toggle(id) {
  if (!parts.get(id).isGroup) return false;
  if (folded.has(id)) folded.delete(id);
  else folded.add(id);
  return true;
}

/** Open every group around a part. */
function reveal(id) {
  let changed = false;
  for (const group of around(id)) changed = folded.delete(group) || changed;
  return changed;
}
