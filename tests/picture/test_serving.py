"""`--watch` serves one page to this machine alone, says the news, and ends when it is told to."""

import http.client
import os
import signal
import socket
import subprocess
import sys

import pytest
from pictures import STACK

from spec_compiler.picture.serving import PageServer


@pytest.fixture
def server():
    started = PageServer()
    started.show("<p>one</p>")
    started.start()
    yield started
    started.stop()


def ask(server, path="/", host=None, method="GET"):
    with socket.create_connection(("127.0.0.1", server.server_port), timeout=60) as line:
        name = host if host is not None else f"127.0.0.1:{server.server_port}"
        line.sendall(f"{method} {path} HTTP/1.1\r\nHost: {name}\r\n\r\n".encode())
        answer = http.client.HTTPResponse(line)
        answer.begin()
        return answer.status, dict(answer.getheaders()), answer.read()


def test_it_listens_to_this_machine_alone(server):
    assert server.server_address[0] == "127.0.0.1"
    assert server.address == f"http://127.0.0.1:{server.server_port}/"


def test_the_page_is_the_only_one(server):
    status, headers, content = ask(server)
    assert (status, content) == (200, b"<p>one</p>")
    assert headers["Cache-Control"] == "no-store"
    assert headers["X-Content-Type-Options"] == "nosniff"
    for path in ("/model.yaml", "/..", "/index.html", "/events", "/events/x", "/?a"):
        assert ask(server, path)[0] == 404, path
    assert ask(server, method="POST")[0] == 501


@pytest.mark.parametrize("host", ["", "evil.example", "127.0.0.1", "evil.example:{port}", "[::1]"])
def test_other_names_that_lead_here_are_refused(server, host):
    status, _, content = ask(server, host=host.format(port=server.server_port))
    assert status == 421
    assert b"one" not in content
    assert ask(server, host=f"localhost:{server.server_port}")[0] == 200


def test_news_are_told_also_those_of_before(server):
    with socket.create_connection(("127.0.0.1", server.server_port), timeout=60) as line:
        name = f"Host: 127.0.0.1:{server.server_port}"
        line.sendall(f"GET /events/1 HTTP/1.1\r\n{name}\r\n\r\n".encode())
        heard = line.makefile("rb")
        while heard.readline().strip():
            pass
        assert heard.readline() == b": specc\n"
        server.show("<p>two</p>")
        while (said := heard.readline()) in {b"\n", b":\n"}:
            pass
        assert said == b"event: changed\n"
        heard.close()
    assert server.version == 2
    with socket.create_connection(("127.0.0.1", server.server_port), timeout=60) as line:
        line.sendall(f"GET /events/1 HTTP/1.1\r\n{name}\r\n\r\n".encode())
        heard = line.makefile("rb")
        while b"changed" not in heard.readline():
            pass  # it was another one before the browser listened
        heard.close()


def test_ctrl_c_ends_it(tmp_path):
    (tmp_path / "model.yaml").write_text(STACK)
    process = subprocess.Popen(
        [sys.executable, "-m", "spec_compiler", "view", "model.yaml", "--watch"],
        cwd=tmp_path,
        env={**os.environ, "PYTHONUNBUFFERED": "1"},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    said = process.stdout.readline()
    address = said.split()[1]
    assert "51 layers" in said
    port = int(address.rpartition(":")[2].strip("/"))
    with socket.create_connection(("127.0.0.1", port), timeout=60):
        process.send_signal(signal.SIGINT)
        _, errors = process.communicate(timeout=60)
    assert process.returncode == 130
    assert "Traceback" not in errors
    assert "watching has ended" in errors


def test_a_port_that_is_taken_is_said(specc, server, tmp_path):
    (tmp_path / "model.yaml").write_text(STACK)
    for port in (str(server.server_port), "70000"):
        code, _, said = specc("view", tmp_path / "model.yaml", "--watch", "--port", port)
        assert code == 2
        assert f"--port {port}: " in said
    assert specc("view", tmp_path / "model.yaml", "--port", "8000")[0] == 2
    assert specc("view", tmp_path / "model.yaml", "--watch", "-o", "x.html")[0] == 2
