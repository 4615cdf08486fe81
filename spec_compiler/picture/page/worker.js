// What runs in the worker, behind the library: positions for nodes, frames, and bends of edges.

function layoutWorker() {
  const AT_ONCE = 120; // nodes that the library lays out together: its time grows with the square
  const GAP = 40; // between what is laid out apart
  const PADDING = 24; // within a frame

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

    const levels = (id) => {
      const inside = members.get(id).filter((part) => members.has(part.id));
      return 1 + inside.reduce((most, part) => Math.max(most, levels(part.id)), 0);
    };
    /** Room for the name of a frame, and for those of the frames in it. */
    function raise(place, count) {
      const more = Math.min(12 * count, 36);
      place.y -= more / 2;
      place.height += more;
    }

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
      for (const { id } of inside) if (members.has(id)) raise(places.get(id), levels(id));
      for (const index of own) {
        const { source, target } = data.edges[index];
        const { points, x, y } = graph.edge(source, target, String(index));
        bends[index] = { points, x, y };
      }
      const { width, height } = graph.graph();
      return { ids, own, width, height };
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

    const whole = stacked(members.get(""));
    move(whole, PADDING, PADDING);
    data.edges.forEach((edge, index) => {
      if (bends[index]) return;
      const from = places.get(edge.source);
      const to = places.get(edge.target);
      const start = { x: from.x, y: from.y + from.height / 2 };
      const end = { x: to.x, y: to.y - to.height / 2 };
      const x = (start.x + end.x) / 2;
      bends[index] = { points: [start, end], x, y: end.y - 22 };
    });
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
