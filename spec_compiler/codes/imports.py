"""Files that other files import."""

from __future__ import annotations

from spec_compiler.codes.code import Code

_HEAD = "specc: 1\ninputs: {x: {shape: [4]}}\n"
_HALF = "  half: {inputs: {x: {}}, layers: [{type: Dense, units: 2}], outputs: dense}\n"
_PARTS = f"specc: 1\nblocks:\n{_HALF}"
_WHOLE = f"{_HEAD}layers: [{{type: Dense, units: 2}}]\n"

IMPORTS: tuple[Code, ...] = (
    Code(
        "SPC0215",
        "unknown import",
        "`use: parts.half` means the block `half` of the file that `imports` calls `parts`. Here "
        "no import has that name.",
        f"{_HEAD}imports: {{parts: ./parts.yaml}}\nlayers: [{{use: part.half}}]\n",
        f"{_HEAD}imports: {{parts: ./parts.yaml}}\nlayers: [{{use: parts.half}}]\n",
        files={"parts.yaml": _PARTS},
        mend="safe",
    ),
    Code(
        "SPC0216",
        "files that import each other",
        "A file that imports itself, directly or through others, could never be read to its end. "
        "The message shows the path, a line for each step. Move what both files need to a third "
        "one that imports neither.",
        f"{_HEAD}imports: {{parts: ./parts.yaml}}\nlayers: [{{use: parts.half}}]\n",
        f"specc: 1\nblocks:\n{_HALF}",
        files={"parts.yaml": f"specc: 1\nimports: {{model: ./model.yaml}}\nblocks:\n{_HALF}"},
    ),
    Code(
        "SPC0217",
        "import that cannot be read",
        "The path under `imports` leads to no file that can be read. It is relative to the file "
        "that it stands in, and must stay in the folder of the spec that is compiled. A name that "
        "begins with `specc:` is a library that comes with specc: there is `specc:std`.",
        f"{_HEAD}imports: {{parts: ./part.yaml}}\nlayers: [{{use: parts.half}}]\n",
        f"{_HEAD}imports: {{parts: ./parts.yaml}}\nlayers: [{{use: parts.half}}]\n",
        files={"parts.yaml": _PARTS},
        mend="unsafe",
    ),
    Code(
        "SPC0218",
        "nothing to run",
        "The file holds blocks for other files to import, and no inputs and layers of its own. "
        "`specc validate` proves the blocks; everything else needs a spec that uses them.",
        _PARTS,
        f"{_HEAD}blocks:\n{_HALF}layers: [{{use: half}}]\n",
        command="hash model.yaml",
    ),
    Code(
        "SPC0219",
        "weights that are not loaded",
        "A whole file is used as a block, and it names weights. A spec has one set of weights, "
        "which it names itself: those of a file that it imports are not loaded. Name the file "
        "under the importing spec's own `weights`, with a `map` to the names that the layers have "
        "there. Without that they are drawn from the seed, and this is a warning.",
        f"{_HEAD}imports: {{part: ./part.yaml}}\nlayers: [{{use: part}}]\n",
        f"{_HEAD}imports: {{part: ./other.yaml}}\nlayers: [{{use: part}}]\n",
        files={
            "part.yaml": f"{_WHOLE}weights: {{file: part.safetensors}}\n",
            "other.yaml": _WHOLE,
        },
    ),
)
