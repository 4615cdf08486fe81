// Where things stand: dagre, in a worker, so that the page never waits for it.

let worker = null;
let request = 0;
let waiting = null;

function startWorker() {
  const library = byId("layout-library").textContent;
  const run = `\n${linesAside}\n(${layoutWorker})();`;
  const code = new Blob([library, run], { type: "text/javascript" });
  const address = URL.createObjectURL(code);
  worker = new Worker(address);
  URL.revokeObjectURL(address);
  worker.onmessage = ({ data }) => {
    if (!waiting || data.request !== waiting.request) return;
    const { done } = waiting;
    waiting = null;
    document.body.classList.remove("waiting");
    done(data);
  };
}

/** Lay out what is visible, and hand on where it stands. */
function layout(shown, done) {
  if (waiting && worker) {
    worker.terminate(); // what it works on is not wanted any more
    worker = null;
  }
  if (!worker) startWorker();
  request += 1;
  waiting = { request, done };
  document.body.classList.add("waiting");
  worker.postMessage({ request, ...asked(shown) });
}
