"""A Neovim without a screen, with the settings that the documentation shows, typed into."""

import os
import re
import time
from pathlib import Path

import pynvim

ROOT = Path(__file__).parents[2]
PATIENCE = 60


def settings():
    """What `docs/editors.md` says of Neovim, after what it says of an old one."""
    page = (ROOT / "docs/editors.md").read_text()
    every, older = re.findall(r"^```lua\n(.*?)^```$", page, re.MULTILINE | re.DOTALL)
    return older + every


class Neovim:
    """`with Neovim(folder) as vim:`; the command `specc` is looked for on the path."""

    def __init__(self, folder):
        self.folder = folder

    def __enter__(self):
        os.chdir(self.folder)
        self.vim = pynvim.attach("child", argv=["nvim", "--embed", "--headless", "--clean"])
        self.vim.command("filetype on")
        self.lua(settings())
        return self

    def __exit__(self, *error):
        self.vim.close()

    def lua(self, code, *values):
        return self.vim.exec_lua(code, *values)

    def open(self, name, text):
        Path(self.folder, name).write_text(text)
        self.vim.command(f"edit {name}")
        self.until(lambda: self.lua("return #vim.lsp.buf_get_clients(0)"), "the server started")

    @property
    def text(self):
        return "\n".join(self.vim.current.buffer[:])

    def keys(self, keys):
        """Type, with `<Esc>` and the like as in a mapping."""
        self.vim.input(keys)

    def findings(self):
        """Code, line and column (from 1) of what is told of the text."""
        told = self.lua("return vim.diagnostic.get(0)")
        return sorted((item["code"], item["lnum"] + 1, item["col"] + 1) for item in told)

    def until(self, holds, what):
        """What holds in the end."""
        end = time.monotonic() + PATIENCE
        while not (found := holds()):
            assert time.monotonic() < end, (what, self.text, self.findings())
            time.sleep(0.05)
        return found

    def windows(self):
        """The texts of the windows that float above."""
        floating = self.lua(
            "return vim.tbl_filter(function(w) return vim.api.nvim_win_get_config(w).relative"
            " ~= '' end, vim.api.nvim_list_wins())"
        )
        buffers = [self.vim.api.win_get_buf(window) for window in floating]
        return ["\n".join(self.vim.api.buf_get_lines(of, 0, -1, False)) for of in buffers]
