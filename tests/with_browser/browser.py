"""A real browser without a window, driven by its own protocol."""

from __future__ import annotations

import base64
import json
import shutil
import subprocess
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path

from websockets.sync.client import connect

NAMES = ("chromium", "chromium-browser", "google-chrome", "chrome")
PATIENCE = 60  # seconds that anything may take on a busy machine


def executable():
    """The browser that is installed; None where there is none."""
    return next((found for name in NAMES if (found := shutil.which(name))), None)


class Browser:
    """A process of the browser; each `open` is a page of its own."""

    def __init__(self):
        self.profile = tempfile.mkdtemp(prefix="specc-browser-")
        self.process = subprocess.Popen(
            [
                executable(),
                "--headless=new",
                "--no-sandbox",  # there is none in containers, and the pages are our own
                "--disable-gpu",
                "--disable-dev-shm-usage",
                "--no-first-run",
                "--hide-scrollbars",
                "--remote-debugging-port=0",
                "--window-size=1400,900",
                f"--user-data-dir={self.profile}",
                "about:blank",
            ],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        address = Path(self.profile, "DevToolsActivePort")
        until(lambda: address.exists() and len(address.read_text().split()) == 2)
        port, path = address.read_text().split()
        self.open_until_closed = ExitStack()
        asked = connect(f"ws://127.0.0.1:{port}{path}", max_size=None)
        self.socket = self.open_until_closed.enter_context(asked)
        self.count = 0
        self.events = []

    def call(self, method, session=None, /, **parameters):
        """What the browser answers; events that come meanwhile are kept."""
        self.count += 1
        message = {"id": self.count, "method": method, "params": parameters}
        self.socket.send(json.dumps(message | ({"sessionId": session} if session else {})))
        while True:
            answer = json.loads(self.socket.recv(timeout=PATIENCE))
            if answer.get("id") != self.count:
                self.events.append(answer)
                continue
            if "error" in answer:
                raise RuntimeError(f"{method}: {answer['error']}")
            return answer["result"]

    def open(self, address, **settings):
        """A new page, loaded and drawn."""
        return Page(self, address, **settings)

    def close(self):
        self.open_until_closed.close()
        self.process.terminate()
        self.process.wait(PATIENCE)
        shutil.rmtree(self.profile, ignore_errors=True)


class Page:
    """A page, what it asked of the network, and what it complained about."""

    def __init__(self, browser, address, *, dark=False, before="", drawn=True):
        self.browser = browser
        target = browser.call("Target.createTarget", url="about:blank")["targetId"]
        attached = browser.call("Target.attachToTarget", targetId=target, flatten=True)
        self.target, self.session = target, attached["sessionId"]
        for domain in ("Page", "Runtime", "Network", "Log"):
            self.call(f"{domain}.enable")
        scheme = {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}
        self.call("Emulation.setEmulatedMedia", media="", features=[scheme])
        size = {"width": 1400, "height": 900, "deviceScaleFactor": 1, "mobile": False}
        self.call("Emulation.setDeviceMetricsOverride", **size)
        if before:
            self.call("Page.addScriptToEvaluateOnNewDocument", source=before)
        self.call("Page.navigate", url=address)
        if drawn:
            self.drawn()

    def call(self, method, **parameters):
        return self.browser.call(method, self.session, **parameters)

    def run(self, script):
        """The value of an expression of JavaScript, seen by the page's own elements."""
        answer = self.call(
            "Runtime.evaluate", expression=script, returnByValue=True, awaitPromise=True
        )
        if "exceptionDetails" in answer:
            raise RuntimeError(json.dumps(answer["exceptionDetails"])[:2000])
        return answer["result"].get("value")

    def drawn(self, more_than=0):
        """Wait until the graph was drawn, and drawn again."""
        count = "Number(document.documentElement?.dataset?.drawn ?? 0)"
        until(lambda: self.run(count) > more_than)
        return self.run(count)

    def texts(self, selector):
        script = f"[...document.querySelectorAll({json.dumps(selector)})].map(e => e.textContent)"
        return self.run(script)

    def text(self, selector):
        found = self.texts(selector)
        assert len(found) == 1, (selector, found)
        return found[0]

    def count(self, selector):
        return len(self.texts(selector))

    def place(self, selector, holding=""):
        """The middle of the first element that holds a text, on the screen."""
        script = f"""(() => {{
            const found = [...document.querySelectorAll({json.dumps(selector)})]
              .find(e => e.textContent.includes({json.dumps(holding)}));
            found.scrollIntoView({{block: "nearest"}});
            const at = found.getBoundingClientRect();
            return [at.x + at.width / 2, at.y + at.height / 2];
        }})()"""
        return self.run(script)

    def click(self, selector, holding=""):
        """A click of the mouse, where the element is on the screen."""
        x, y = self.place(selector, holding)
        for kind in ("mousePressed", "mouseReleased"):
            self.call("Input.dispatchMouseEvent", type=kind, x=x, y=y, button="left", clickCount=1)
        self.settle()

    def key(self, name, text=None, shift=False):
        """A key that is pressed and let go."""
        text = text if text is not None else name if len(name) == 1 else None
        codes = {"Enter": 13, "Tab": 9, "Escape": 27, "ArrowUp": 38, "ArrowDown": 40,
                 "ArrowLeft": 37, "ArrowRight": 39}  # fmt: skip
        words = {"key": name, "modifiers": 8 if shift else 0}
        words |= {"windowsVirtualKeyCode": codes[name]} if name in codes else {}
        down = words | ({"type": "keyDown", "text": text} if text else {"type": "rawKeyDown"})
        self.call("Input.dispatchKeyEvent", **down)
        self.call("Input.dispatchKeyEvent", type="keyUp", **words)
        self.settle()

    def type(self, words):
        self.call("Input.insertText", text=words)
        self.settle()

    def settle(self):
        """Two frames, in which what was asked for is done, where it needs no worker."""
        frames = "new Promise(r => requestAnimationFrame(() => requestAnimationFrame(() => r(1))))"
        self.run(frames)

    def screenshot(self, path):
        data = self.call("Page.captureScreenshot", format="png")["data"]
        Path(path).write_bytes(base64.b64decode(data))

    def heard(self, *methods):
        """Events of some kinds that this page has sent."""
        self.run("1")
        return [
            event["params"]
            for event in self.browser.events
            if event.get("sessionId") == self.session and event["method"] in methods
        ]

    def complaints(self):
        """What went to the console: errors, and violations of the policy."""
        logs = [event["entry"] for event in self.heard("Log.entryAdded")]
        said = [f"{entry['level']}: {entry['text']}" for entry in logs]
        thrown = self.heard("Runtime.exceptionThrown")
        said += [json.dumps(event["exceptionDetails"])[:1000] for event in thrown]
        console = self.heard("Runtime.consoleAPICalled")
        return said + [json.dumps(event["args"])[:500] for event in console]

    def requests(self):
        """What was asked of the network: all but the page, its data and its worker."""
        urls = [event["request"]["url"] for event in self.heard("Network.requestWillBeSent")]
        return [url for url in urls if not url.startswith(("file:", "blob:", "data:", "about:"))]

    def close(self):
        self.browser.call("Target.closeTarget", targetId=self.target)


def until(true):
    """Wait for something to be true."""
    end = time.monotonic() + PATIENCE
    while not true():
        if time.monotonic() > end:
            raise TimeoutError("it did not come to be")
        time.sleep(0.02)
