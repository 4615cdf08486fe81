"""A client that says all at once and closes its end gets all of its answers."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

TREE = Path(__file__).parents[2]
SPEC = "specc: 1\ninputs: {x: {shape: [2]}}\nlayers: [{type: Flatten}]\n"
HELLO = {
    "protocolVersion": "2025-06-18",
    "capabilities": {},
    "clientInfo": {"name": "pipe", "version": "1"},
}


def call(number, tool, **arguments):
    return {"id": number, "method": "tools/call", "params": {"name": tool, "arguments": arguments}}


def piped(*messages):
    """The answers of a server whose input is these messages and no more, by their ids."""
    lines = (json.dumps({"jsonrpc": "2.0", **message}) + "\n" for message in messages)
    ran = subprocess.run(
        [sys.executable, "-m", "spec_compiler", "mcp"],
        input="".join(lines),
        capture_output=True,
        text=True,
        timeout=120,
        cwd=TREE,
        check=True,
    )
    answers = [json.loads(line) for line in ran.stdout.splitlines()]
    return {answer["id"]: answer.get("result", answer.get("error")) for answer in answers}


BEGIN = (
    {"id": 1, "method": "initialize", "params": HELLO},
    {"method": "notifications/initialized"},
)


def test_all_that_came_is_answered():
    calls = [call(number, "validate", text=SPEC) for number in range(3, 9)]
    answers = piped(*BEGIN, {"id": 2, "method": "tools/list"}, *calls)
    assert sorted(answers) == [*range(1, 9)]
    assert {tool["name"] for tool in answers[2]["tools"]} >= {"validate", "fmt"}
    assert all(answers[number]["structuredContent"]["valid"] for number in range(3, 9))


@pytest.mark.parametrize("last", [(), BEGIN[:1], BEGIN], ids=len)
def test_it_ends_with_what_comes_in(last):
    assert len(piped(*last)) == min(len(last), 1)


def test_what_is_taken_back_is_not_waited_for():
    taken_back = {"method": "notifications/cancelled", "params": {"requestId": 2}}
    answers = piped(*BEGIN, call(2, "validate", text=SPEC), taken_back, call(3, "fmt", text=SPEC))
    assert {1, 3} <= {*answers}


def test_half_a_character_is_answered_too():
    answers = piped(*BEGIN, call(2, "validate", text="\ud800"), call(3, "validate", text=SPEC))
    assert answers[2]["structuredContent"]["valid"] is False
    assert answers[3]["structuredContent"]["valid"] is True
    (first,) = answers[2]["structuredContent"]["report"]["diagnostics"]
    assert "\ufffd" in first["message"]
