"""`specc view --watch` in a real browser: a spec that is saved is another picture."""

import signal
import subprocess
import sys

import pytest
from browser import until
from pictures import STACK


@pytest.fixture
def served(tmp_path):
    path = tmp_path / "model.yaml"
    path.write_text(STACK)
    command = [sys.executable, "-m", "spec_compiler", "view", str(path), "--watch"]
    process = subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    )
    address = process.stdout.readline().split()[1]
    yield path, address
    process.send_signal(signal.SIGINT)
    assert process.wait(60) == 130
    process.stdout.close()


def test_the_page_is_loaded_again_and_looks_the_same(browser, served):
    path, address = served
    page = browser.open(address)
    page.click(".node", "pool")
    page.click("#theme")
    path.write_text(STACK.replace("units: 2,", "units: 7,"))
    until(lambda: "[batch, 7] float32" in page.texts(".label"))
    assert page.text(".node.selected .name") == "pool"
    assert page.run("document.documentElement.dataset.theme") == "dark"
    path.write_text(STACK.replace("units: 2,", "unis: 7,"))
    until(lambda: page.texts(".line.error .inline") == ["Dense has no argument `unis`"])
    assert page.complaints() == []
    assert {url.partition("/events")[0].rstrip("/") for url in page.requests()} == {
        address.rstrip("/")
    }
    page.close()
