// In the worker, too: lines that go beside all boxes, where many would run abreast between them.

/** Which edges go aside, and where they run when all else stands. */
function linesAside() {
  const ABREAST = 8; // lines that pass a row of boxes on their way further down
  const APART = 9; // between lines beside each other
  const PLAIN_FROM = 60; // edges that say nothing
  const AWAY = 22; // from the boxes

  /** The row of each node, counted along the longest way to it. */
  function rowsOf(nodes, edges) {
    const order = new Map(nodes.map(({ id, order }) => [id, order]));
    const into = new Map(nodes.map(({ id }) => [id, []]));
    edges.forEach((edge, index) => {
      const flows = order.get(edge.source) < order.get(edge.target); // not from a copy to the next
      if (edge.kind !== "weights" && flows) into.get(edge.target).push(index);
    });
    const rows = new Map();
    for (const { id } of [...nodes].sort((one, two) => one.order - two.order)) {
      const above = into.get(id).map((index) => rows.get(edges[index].source));
      rows.set(
        id,
        above.reduce((most, row) => Math.max(most, row + 1), 0),
      );
    }
    return { rows, into };
  }

  /**
   * Indices of edges that are left out of the layout. Aside go the longest, where more run abreast
   * than can be read, and those that `isFar`; none of all decides in which row a node stands.
   */
  function choose({ nodes, edges }, isFar) {
    const { rows, into } = rowsOf(nodes, edges);
    const span = (index) => rows.get(edges[index].target) - rows.get(edges[index].source);
    const free = [...into.values()].flatMap((list) => list.filter((index) => span(index) > 1));
    free.sort((one, two) => span(two) - span(one) || one - two);
    const passing = [];
    const between = (index, add) => {
      let most = 0;
      const last = rows.get(edges[index].target);
      for (let row = rows.get(edges[index].source) + 1; row < last; row += 1) {
        passing[row] = (passing[row] ?? 0) + add;
        most = Math.max(most, passing[row]);
      }
      return most;
    };
    for (const index of free) between(index, 1);
    const chosen = new Set();
    for (const index of free) {
      if (isFar(edges[index]) || between(index, 0) > ABREAST) {
        between(index, -1);
        chosen.add(index);
      }
    }
    // all that a box gives to others far below runs as one line, and so does all that one reads
    const from = new Set([...chosen].map((index) => edges[index].source));
    const to = new Set([...chosen].map((index) => edges[index].target));
    const goes = ({ source, target }) => from.has(source) || to.has(target);
    const aside = new Set(free.filter((index) => goes(edges[index])));
    return { aside, plain: plainOf(edges, into, span) };
  }

  /** Indices of edges to the next row that say nothing, where many do: they are straight lines. */
  function plainOf(edges, into, span) {
    const found = new Set();
    let spread = 0;
    for (const list of into.values()) {
      const near = list.filter((index) => span(index) === 1);
      const quiet = near.filter((index) => edges[index].quiet);
      // one must say in which row the box stands: another one for each box, so that they spread
      const kept = quiet.length < near.length ? -1 : quiet[spread++ % quiet.length];
      for (const index of quiet) if (index !== kept) found.add(index);
    }
    return found.size > PLAIN_FROM ? found : new Set();
  }

  /** Bends of the chosen edges, and how far they reach to the right; those of a box run as one. */
  function run({ nodes, edges }, places, chosen) {
    const bends = new Map();
    const sources = new Map();
    for (const index of chosen) {
      const { source, target } = edges[index];
      const [from, to] = [places.get(source), places.get(target)];
      if (!sources.has(source)) sources.set(source, { from, top: from.y, bottom: to.y, ends: [] });
      const line = sources.get(source);
      line.top = Math.min(line.top, to.y);
      line.bottom = Math.max(line.bottom, to.y);
      line.ends.push({ index, to });
    }
    const lines = [...sources.values()].sort(
      (one, two) => one.bottom - one.top - (two.bottom - two.top),
    );
    const boxes = nodes.map(({ id }) => places.get(id));
    const meets = (one, two) => one.top <= two.bottom && two.top <= one.bottom;
    let right = 0;
    lines.forEach((line, at) => {
      line.x = AWAY;
      for (const { x, y, width } of boxes) {
        if (y >= line.top && y <= line.bottom) line.x = Math.max(line.x, x + width / 2 + AWAY);
      }
      const beside = lines.slice(0, at).filter((other) => meets(line, other));
      beside.sort((one, two) => one.x - two.x);
      for (const { x } of beside) if (Math.abs(x - line.x) < APART) line.x = x + APART;
      right = Math.max(right, line.x);
      for (const { index, to } of line.ends) bends.set(index, bend(line, to));
    });
    return { bends, right };
  }

  /** Out at the right of a box, down, and in at the right of another. */
  function bend({ from, x }, to) {
    const start = { x: from.x + from.width / 2, y: from.y };
    const end = { x: to.x + to.width / 2, y: to.y };
    const corner = Math.min(12, Math.abs(end.y - start.y) / 2) * Math.sign(end.y - start.y);
    const points = [
      start,
      { x: x - 6, y: start.y },
      { x, y: start.y },
      { x, y: start.y + corner },
      { x, y: end.y - corner },
      { x, y: end.y },
      { x: x - 6, y: end.y },
      end,
    ];
    return { points, x: null, y: null, aside: true };
  }

  return { choose, run };
}
