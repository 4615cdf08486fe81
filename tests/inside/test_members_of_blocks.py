"""A name of a block, where a result is asked for: what is in it is listed."""

import pytest

from spec_compiler.compile import prove_text
from spec_compiler.runtime.inside import chosen

SPEC = """\
specc: 1
inputs: {x: {shape: [4]}}
blocks:
  b:
    inputs: {x: {shape: [d]}}
    layers:
      - {type: Dense, name: up, units: d}
      - {type: Activation, name: act, activation: relu}
    outputs: act
layers:
  - {use: b, name: stack, repeat: COPIES}
  - {type: Flatten, name: end}
"""


def said(name: str, copies: int) -> str:
    program = prove_text(SPEC.replace("COPIES", f"{copies}"), "m.yaml")
    with pytest.raises(ValueError, match="is no layer") as caught:
        chosen(program, [name])
    return str(caught.value)


def test_the_copies_of_a_repeat() -> None:
    assert said("stack", 2) == (
        "`stack` is no layer; `stack.*` means the results in it: `stack.0.*`, `stack.1.*`"
    )


def test_the_layers_of_a_copy() -> None:
    assert said("stack.1", 2).endswith("in it: `stack.1.up`, `stack.1.act`")


def test_of_many_a_part() -> None:
    listed = said("stack", 20).partition("in it: ")[2]
    assert listed == ", ".join([*(f"`stack.{copy}.*`" for copy in range(7)), "…", "`stack.19.*`"])
