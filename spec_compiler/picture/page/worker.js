// What runs in the worker, behind the library: positions for nodes, frames, and bends of edges.

function layoutWorker() {
  const AT_ONCE = 120; // nodes that the library lays out together: its time grows with the square
  const GAP = 40; // between what is laid out apart
  const PADDING = 24; // within a frame
  const NAME = 14; // for the name of a frame

  /** A frame, or a list, whose nodes are too many to be laid out together is cut into runs. */
  function runsOf(parts, nodesIn) {
    const runs = [];
    let size = Infinity;
    for (const part of parts) {
      const nodes = nodesIn(part);
      if (size + nodes > AT_ONCE) {
        runs.push([]);
        size = 0;
      }
      runs.at(-1).push(part);
      size += nodes;
    }
    return runs;
  }

  const asides = linesAside();

  self.onmessage = ({ data }) => {
    const members = new Map([["", []]]);
    const parts = new Map();
    const places = new Map();
    const bends = data.edges.map(() => null);
    for (const frame of data.frames) members.set(frame.id, []);
    for (const part of [...data.frames, ...data.nodes]) parts.set(part.id, part);
    const byOrder = [...parts.values()].sort((one, two) => one.order - two.order);
    for (const part of byOrder) members.get(part.group).push(part);

    const counts = new Map();
    const nodesIn = (part) => {
      if (!members.has(part.id)) return 1;
      if (!counts.has(part.id)) {
        counts.set(
          part.id,
          members.get(part.id).reduce((sum, one) => sum + nodesIn(one), 0),
        );
      }
      return counts.get(part.id);
    };
    const everything = (list) =>
      list.flatMap((part) => [part, ...everything(members.get(part.id) ?? [])]);

    /** The run in which each node is laid out, as far as it is known before. */
    const runs = new Map();
    const divide = (list) => {
      for (const run of runsOf(list, nodesIn)) {
        const large = run.length === 1 && nodesIn(run[0]) > AT_ONCE && members.has(run[0].id);
        if (large) divide(members.get(run[0].id));
        else for (const { id } of everything(run)) runs.set(id, run);
      }
    };
    divide(members.get(""));
    const isFar = ({ source, target }) => runs.get(source) !== runs.get(target);
    const { aside, plain } = asides.choose(data, isFar);

    /** Lay out parts that are few enough; their places are relative to the run's own corner. */
    function together(run) {
      const inside = everything(run);
      const ids = new Set(inside.map((part) => part.id));
      const top = new Set(run.map((part) => part.id));
      const compound = inside.some((part) => members.has(part.id));
      const graph = new dagre.graphlib.Graph({ multigraph: true, compound });
      graph.setGraph({ rankdir: "TB", nodesep: 28, edgesep: 14, ranksep: 26 });
      for (const { id, width, height } of inside) {
        graph.setNode(id, members.has(id) ? {} : { width, height });
      }
      for (const { id, group } of inside) if (!top.has(id) && group) graph.setParent(id, group);
      const own = [];
      data.edges.forEach((edge, index) => {
        if (edge.kind === "weights" || aside.has(index) || plain.has(index)) return;
        if (!ids.has(edge.source) || !ids.has(edge.target)) return;
        const label = { width: edge.width, height: edge.height, labelpos: "c", minlen: 1 };
        graph.setEdge(edge.source, edge.target, label, String(index));
        own.push(index);
      });
      dagre.layout(graph);
      for (const { id } of inside) {
        const { x, y, width, height } = graph.node(id);
        places.set(id, { id, x, y, width, height });
      }
      for (const index of own) {
        const { source, target } = data.edges[index];
        const { points, x, y } = graph.edge(source, target, String(index));
        bends[index] = { points, x, y };
      }
      const { width, height } = graph.graph();
      if (isReversed(inside)) mirror(inside, own, width);
      return { ids, own, width, height: height + makeRoom(inside, own) };
    }

    /** Whether what is written first stands at the right more often than at the left. */
    function isReversed(inside) {
      const rows = new Map();
      for (const { id, order } of inside) {
        if (members.has(id)) continue;
        const { x, y } = places.get(id);
        const row = Math.round(y);
        rows.set(row, [...(rows.get(row) ?? []), { x, order }]);
      }
      let reversed = 0;
      for (const row of rows.values()) {
        row.sort((one, two) => one.x - two.x);
        const ascends = (one, at) => at && Math.sign(row[at - 1].order - one.order);
        reversed += row.map(ascends).reduce((sum, one) => sum + one, 0);
      }
      return reversed > 0;
    }

    function mirror(inside, own, width) {
      for (const { id } of inside) places.get(id).x = width - places.get(id).x;
      for (const index of own) {
        bends[index].x = width - bends[index].x;
        for (const point of bends[index].points) point.x = width - point.x;
      }
    }

    /** Push all that is below the top of a frame down, so that its name has room; how far. */
    function makeRoom(inside, own) {
      const topOf = ({ y, height }) => y - height / 2;
      const frames = inside.filter(({ id }) => members.has(id)).map(({ id }) => places.get(id));
      const tops = [...new Set(frames.map((frame) => Math.round(topOf(frame))))];
      const pushed = (y) => NAME * tops.filter((top) => top < Math.round(y)).length;
      const moved = new Map();
      for (const { id } of inside) {
        const place = places.get(id);
        const top = topOf(place);
        const bottom = top + place.height;
        moved.set(id, pushed(top));
        if (members.has(id)) place.height += pushed(bottom) - pushed(top);
        place.y = top + pushed(top) + place.height / 2;
      }
      for (const index of own) {
        const bend = bends[index];
        bend.y += pushed(bend.y);
        const { source, target } = data.edges[index];
        const [first, ...rest] = bend.points;
        const last = rest.pop();
        for (const point of rest) point.y += pushed(point.y);
        first.y += moved.get(source); // it stays at its box
        last.y += moved.get(target);
      }
      return NAME * tops.length;
    }

    function move({ ids, own }, right, down) {
      for (const id of ids) {
        const place = places.get(id);
        place.x += right;
        place.y += down;
      }
      for (const index of own) {
        const bend = bends[index];
        bend.x += right;
        bend.y += down;
        for (const point of bend.points) {
          point.x += right;
          point.y += down;
        }
      }
    }

    /** Lay out a frame that is too large for the library: what is in it, then what is around. */
    function apart(frame) {
      const laid = stacked(members.get(frame.id));
      move(laid, PADDING, PADDING + 8);
      const width = laid.width + 2 * PADDING;
      const height = laid.height + 2 * PADDING + 8;
      places.set(frame.id, { id: frame.id, x: width / 2, y: height / 2, width, height });
      laid.ids.add(frame.id);
      return { ...laid, width, height };
    }

    /** Runs one under the other, each so far to the right that what leads into it is straight. */
    function stacked(list) {
      const all = { ids: new Set(), own: [], width: 0, height: 0 };
      let left = 0;
      for (const run of runsOf(list, nodesIn)) {
        const large = run.length === 1 && nodesIn(run[0]) > AT_ONCE && members.has(run[0].id);
        const laid = large ? apart(run[0]) : together(run);
        const into = data.edges.findLast(
          (edge) => all.ids.has(edge.source) && laid.ids.has(edge.target),
        );
        const shift = into ? places.get(into.source).x - places.get(into.target).x : 0;
        move(laid, shift, all.height ? all.height + GAP : 0);
        all.height += laid.height + (all.height ? GAP : 0);
        left = Math.min(left, shift);
        all.width = Math.max(all.width, shift + laid.width);
        for (const id of laid.ids) all.ids.add(id);
        all.own.push(...laid.own);
      }
      move(all, -left, 0);
      all.width -= left;
      return all;
    }

    /** An edge between what was laid out apart. */
    function straight({ source, target }) {
      const [from, to] = [places.get(source), places.get(target)];
      const start = { x: from.x, y: from.y + from.height / 2 };
      const end = { x: to.x, y: to.y - to.height / 2 };
      return { points: [start, end], x: (start.x + end.x) / 2, y: end.y - 22 };
    }

    /** A line between two uses of the same weights, which is no flow: it moves nothing. */
    function joined(edge) {
      const [from, to] = [places.get(edge.source), places.get(edge.target)];
      const across = Math.sign(to.x - from.x) / 2;
      const down = Math.sign(to.y - from.y) / 2;
      const beside = Math.abs(to.x - from.x) > (from.width + to.width) / 2;
      const end = ({ x, y, width, height }, side) =>
        beside ? { x: x + side * across * width, y } : { x, y: y + side * down * height };
      const points = [end(from, 1), end(to, -1)];
      const x = (points[0].x + points[1].x) / 2;
      const y = (points[0].y + points[1].y) / 2;
      return isFree({ ...edge, x, y }) ? { points, x, y } : { points, x: null, y: null };
    }

    /** Whether nothing else stands in a place: no box, and no label. */
    function isFree(place) {
      const meets = (other, { width, height }) =>
        Math.abs(other.x - place.x) < (width + place.width) / 2 &&
        Math.abs(other.y - place.y) < (height + place.height) / 2;
      const labels = data.edges.some(
        (edge, index) => bends[index] && bends[index].x !== null && meets(bends[index], edge),
      );
      return !labels && !data.nodes.some(({ id }) => meets(places.get(id), places.get(id)));
    }

    const whole = stacked(members.get(""));
    move(whole, PADDING, PADDING);
    const beside = asides.run(data, places, aside);
    whole.width = Math.max(whole.width, beside.right - PADDING);
    data.edges.forEach((edge, index) => {
      if (edge.kind !== "weights") bends[index] ??= beside.bends.get(index) ?? straight(edge);
    });
    data.edges.forEach((edge, index) => (bends[index] ??= joined(edge)));
    self.postMessage({
      request: data.request,
      nodes: data.nodes.map(({ id }) => places.get(id)),
      frames: data.frames.map(({ id }) => places.get(id)),
      edges: bends,
      width: whole.width + 2 * PADDING,
      height: whole.height + 2 * PADDING,
    });
  };
}
