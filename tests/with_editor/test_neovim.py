"""Debian's Neovim with the documented settings: what it shows is read back from its buffers."""

import pytest
from nvim import Neovim

SPEC = """\
specc: 1
params: {width: 16}
inputs:
  tokens: {shape: [length], dtype: int32, values: {min: 0, max: 99}}
layers:
  - {type: Embedding, name: embed, input_dim: 100, output_dim: width, mask_zero: true}
  - {type: LSTM, name: read, units: width}
  - {type: Dense, name: probs, units: 4, activation: softmax}
dims: {length: {max: 50}}
outputs:
  probs: {shape: [batch, 4], dtype: float32}
"""


@pytest.fixture
def vim(tmp_path):
    with Neovim(tmp_path) as vim:
        yield vim


def test_a_slip_is_told_while_it_is_typed_and_mended_by_a_code_action(vim):
    vim.open("m.yaml", SPEC)
    vim.keys("7Gfucw" + "unitz<Esc>")
    vim.until(lambda: vim.findings() == [("SPC0103", 7, 30)], "the slip is told")
    vim.lua("vim.ui.select = function(items, _, choose) choose(items[1], 1) end")
    vim.keys("gra")
    vim.until(lambda: vim.text == SPEC.rstrip("\n"), "it is mended")
    vim.until(lambda: vim.findings() == [], "nothing is told")


def test_hover_tells_the_type_of_a_layer(vim):
    vim.open("m.yaml", SPEC)
    vim.keys("6Gfm")
    vim.lua("vim.lsp.buf.hover()")
    (shown,) = vim.until(vim.windows, "a window")
    assert "Embedding" in shown
    assert "batch, length, 16" in shown


def test_completion_offers_the_arguments_of_the_layer(vim):
    vim.open("m.yaml", SPEC)
    vim.keys("7Gf}i, ret<C-x><C-o>")
    offered = vim.until(
        lambda: [item["word"] for item in vim.vim.funcs.complete_info(["items"])["items"]],
        "a menu",
    )
    assert {"return_sequences", "return_state"} <= {word.split(":")[0] for word in offered}


def test_a_layer_is_renamed_wherever_it_is_named(vim):
    vim.open("m.yaml", SPEC)
    vim.keys("8Gfb")
    vim.lua("vim.lsp.buf.rename('mood')")
    vim.until(lambda: vim.text == SPEC.rstrip("\n").replace("probs", "mood"), "both are renamed")


def test_the_definition_of_a_param_is_found(vim):
    vim.open("m.yaml", SPEC)
    vim.keys("7G$F w")
    vim.keys("gd")
    vim.until(lambda: vim.vim.current.window.cursor[0] == 2, "the params")


def test_a_text_is_put_into_style(vim):
    vim.open("m.yaml", SPEC.replace("  - {type: LSTM", "  -   {type:   LSTM"))
    vim.lua("(vim.lsp.buf.format or vim.lsp.buf.formatting)()")
    vim.until(lambda: vim.text == SPEC.rstrip("\n"), "as `specc fmt` writes it")
