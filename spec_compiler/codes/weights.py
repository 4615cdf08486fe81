"""Weights."""

from __future__ import annotations

from hashlib import sha256

from spec_compiler.codes.code import Code

DENSE_MODEL = """\
specc: 1
inputs: {x: {shape: [1]}}
layers:
  - {type: Dense, name: dense, units: 1, use_bias: false}
weights: {file: dense.safetensors}
"""
"""A model of one weight, for examples."""


def _mapped(transform: str) -> str:
    """The model with a transform of its weight."""
    entry = f'{{from: dense.kernel, as: "{transform}"}}'
    return f"{DENSE_MODEL[:-2]}, map: {{dense.kernel: {entry}}}}}\n"


def _file(header: str, data: str = "\0" * 4) -> str:
    """A safetensors file as text: eight bytes with the header's length, the header, the data."""
    return chr(len(header)) + "\0" * 7 + header + data


def _tensor(dtype: str = "F32", shape: str = "[1,1]", offsets: str = "[0,4]") -> str:
    return f'"dense.kernel":{{"dtype":"{dtype}","shape":{shape},"data_offsets":{offsets}}}'


DENSE_WEIGHTS = _file(f"{{{_tensor()}}}")
"""The weights of `DENSE_MODEL`."""


def _header_code(code: str, title: str, explanation: str, wrong: str) -> Code:
    files = {"model.yaml": DENSE_MODEL}
    return Code(
        code,
        title,
        explanation,
        wrong,
        DENSE_WEIGHTS,
        varies="dense.safetensors",
        files=files,
        mend="elsewhere",
    )


SHARDED_MODEL = DENSE_MODEL.replace("dense.safetensors", "model.safetensors.index.json")
"""The same with an index of shards."""
DENSE_INDEX = '{"weight_map": {"dense.kernel": "dense.safetensors"}}\n'


def _index_code(
    code: str, title: str, explanation: str, wrong: str, files: dict[str, str] | None = None
) -> Code:
    held = {"model.yaml": SHARDED_MODEL, "dense.safetensors": DENSE_WEIGHTS, **(files or {})}
    index = "model.safetensors.index.json"
    return Code(
        code, title, explanation, wrong, DENSE_INDEX, varies=index, files=held, mend="elsewhere"
    )


WEIGHTS: tuple[Code, ...] = (
    _header_code(
        "SPC0601",
        "not a safetensors file",
        "Weights are read from safetensors files, which start with the length of a JSON header and "
        "the header. This file starts with something else: it may be another format, or the text "
        "that a version control system keeps in place of a large file.",
        "version https://git-lfs.example/spec/v1\n",
    ),
    Code(
        "SPC0602",
        "pickled weights",
        "Pickles, and the formats built on them or on HDF5, can hold code that runs when they are "
        "opened. specc never opens them. Load the file where you trust it and save its tensors as "
        "safetensors.",
        wrong=DENSE_MODEL.replace("dense.safetensors", "dense.pt"),
        right=DENSE_MODEL,
        files={"dense.pt": "", "dense.safetensors": DENSE_WEIGHTS},
    ),
    _header_code(
        "SPC0603",
        "broken header of a weights file",
        "The header of a safetensors file is a JSON object with a dtype, a shape and two offsets "
        "for every tensor. This one is cut off, too long, not JSON, or says something else. The "
        "file was damaged or written by a faulty program; write it again.",
        _file('{"dense.kernel":{"dtype":"F32"}}'),
    ),
    _header_code(
        "SPC0604",
        "a tensor named twice",
        "Two tensors of a weights file have the same name, so one of them would be lost, and "
        "programs differ in which. Give each a name of its own.",
        _file('{"w":0,"w":0}'),
    ),
    _header_code(
        "SPC0605",
        "unknown dtype in a weights file",
        "The file holds a tensor of a dtype that specc does not compute with, for example an "
        "eight-bit float. Convert the tensor to a dtype of the list and write the file again.",
        _file(f"{{{_tensor(dtype='F8_E4M3', offsets='[0,1]')}}}", "\0"),
    ),
    _header_code(
        "SPC0606",
        "a tensor outside its file",
        "The header says that a tensor lies at bytes that the file does not have. Most often the "
        "download or copy of the file was cut off.",
        _file(f"{{{_tensor()}}}", "\0\0"),
    ),
    _header_code(
        "SPC0607",
        "a tensor of the wrong size",
        "The bytes of a tensor are not as many as its shape and dtype need, so one of the three is "
        "wrong. Write the file again from the tensors.",
        _file(f"{{{_tensor(shape='[1,2]')}}}"),
    ),
    _header_code(
        "SPC0608",
        "tensors that overlap",
        "Two tensors of a weights file share bytes. The format forbids that, since a small file "
        "could then stand for endless data. Write each tensor with bytes of its own.",
        _file(
            '{"a":{"dtype":"U8","shape":[2],"data_offsets":[0,2]},'
            '"b":{"dtype":"U8","shape":[2],"data_offsets":[1,3]}}',
            "\0\0\0",
        ),
    ),
    _header_code(
        "SPC0609",
        "bytes of no tensor",
        "A weights file has bytes between its tensors or after the last one that belong to none. "
        "The format forbids that, since something could be hidden there. Write the file again.",
        _file(f"{{{_tensor()}}}", "\0" * 8),
    ),
    Code(
        "SPC0610",
        "weights file that cannot be read",
        "The file that `weights` names does not exist or cannot be opened. To validate a spec this "
        "is a warning, to run it an error. `specc init` writes a file with initial "
        "weights, as `map` reads it.",
        wrong=DENSE_MODEL.replace("dense.safetensors", "denes.safetensors"),
        right=DENSE_MODEL,
        files={"dense.safetensors": DENSE_WEIGHTS},
        mend="unsafe",
    ),
    Code(
        "SPC0611",
        "weight that the file does not have",
        "The model has a weight of which the file holds nothing. Names are the layer's and the "
        "weight's own with a dot between them.",
        wrong=DENSE_MODEL.replace(", use_bias: false", ""),
        right=DENSE_MODEL,
        files={"dense.safetensors": DENSE_WEIGHTS},
    ),
    Code(
        "SPC0612",
        "weight of another shape",
        "The tensor in the file has another shape than the model needs. Either the file belongs to "
        "another version of the model, or a size in the spec is wrong.",
        wrong=DENSE_MODEL.replace("units: 1", "units: 2"),
        right=DENSE_MODEL,
        files={"dense.safetensors": DENSE_WEIGHTS},
    ),
    _header_code(
        "SPC0613",
        "weight that is not a float",
        "The tensor in the file holds whole numbers or booleans, and the model computes with "
        "floats. Convert it and write the file again.",
        _file(f"{{{_tensor(dtype='I32')}}}"),
    ),
    _header_code(
        "SPC0614",
        "tensor that the model does not use",
        "The file holds a tensor that no weight of the model has the name of, so a part of what "
        "was trained would be lost. Remove it from the file, or write `strict: false`.",
        _file(f'{{{_tensor()},"w":{{"dtype":"U8","shape":[1],"data_offsets":[4,5]}}}}', "\0" * 5),
    ),
    Code(
        "SPC0615",
        "another checksum",
        "The spec says which SHA-256 the weights file has, and it has another one: it was changed, "
        "damaged, or is not the one that was meant.",
        wrong=f"{DENSE_MODEL[:-2]}, sha256: {sha256(b'').hexdigest()}}}\n",
        right=f"{DENSE_MODEL[:-2]}, sha256: {sha256(DENSE_WEIGHTS.encode()).hexdigest()}}}\n",
        files={"dense.safetensors": DENSE_WEIGHTS},
        mend="unsafe",
    ),
    _index_code(
        "SPC0616",
        "not an index of weights",
        "A name that ends with `.json` under `weights` is an index: a mapping `weight_map` from "
        "the name of each tensor to the file that holds it, as large models are published. This "
        "file is JSON, but not an index.",
        '{"dense.kernel": "dense.safetensors"}\n',
    ),
    _index_code(
        "SPC0617",
        "tensor that its file lacks",
        "The index says that a file holds a tensor, and the file does not. The index and the files "
        "belong to different models, or one of them was changed.",
        '{"weight_map": {"dense.kernel": "dense.safetensors", "w": "dense.safetensors"}}\n',
    ),
    Code(
        "SPC0618",
        "tensor that the index does not list",
        "A file that the index names holds a tensor that the index does not list. The index and "
        "the files belong to different models, or one of them was changed.",
        wrong=_file(
            f'{{{_tensor()},"w":{{"dtype":"U8","shape":[1],"data_offsets":[4,5]}}}}', "\0" * 5
        ),
        right=DENSE_WEIGHTS,
        varies="dense.safetensors",
        files={"model.yaml": SHARDED_MODEL, "model.safetensors.index.json": DENSE_INDEX},
        mend="elsewhere",
    ),
    Code(
        "SPC0619",
        "tensor in two files",
        "Two files of an index hold a tensor of the same name, so it is not known which of them is "
        "meant. Write the files again, each tensor into one of them.",
        wrong=_file(
            f'{{{_tensor()},"w":{{"dtype":"U8","shape":[1],"data_offsets":[4,5]}}}}', "\0" * 5
        ),
        right=_file('{"w":{"dtype":"U8","shape":[1],"data_offsets":[0,1]}}', "\0"),
        varies="other.safetensors",
        files={
            "model.yaml": SHARDED_MODEL.replace("json}", "json, strict: false}"),
            "model.safetensors.index.json": '{"weight_map": {"dense.kernel": "dense.safetensors", '
            '"w": "other.safetensors"}}\n',
            "dense.safetensors": DENSE_WEIGHTS,
        },
        mend="elsewhere",
    ),
    Code(
        "SPC0620",
        "entry of `map` that fits nothing",
        "A key of `map` is the name of a weight, or a pattern for several: `block.{i}.kernel`, "
        "where `{i}` stands for one part of the name. This one fits no weight of the model, or its "
        "source asks for a part that the key does not have.",
        wrong=f"{DENSE_MODEL[:-2]}, map: {{dens.kernel: w}}}}\n",
        right=f"{DENSE_MODEL[:-2]}, map: {{dense.kernel: dense.kernel}}}}\n",
        files={"dense.safetensors": DENSE_WEIGHTS},
        mend="safe",
    ),
    Code(
        "SPC0621",
        "two patterns for one weight",
        "Two patterns of `map` with as much literal text fit the same weight, so it is not said "
        "where it comes from. An entry with the weight's own name wins over patterns, and one with "
        "more literal text over one with less.",
        wrong=f'{DENSE_MODEL[:-2]}, map: {{"{{a}}.kernel": dense.kernel, '
        '"dense.{b}l": dense.kernel}}\n',
        right=f'{DENSE_MODEL[:-2]}, map: {{"{{a}}.kernel": dense.kernel}}}}\n',
        files={"dense.safetensors": DENSE_WEIGHTS},
    ),
    Code(
        "SPC0622",
        "checksums that do not fit the files",
        "`sha256` is one checksum for one file. With an index it is a mapping with that of each "
        "file that the index names: the index's own would say nothing of the weights.",
        wrong=f"{SHARDED_MODEL[:-2]}, sha256: {sha256(DENSE_INDEX.encode()).hexdigest()}}}\n",
        right=f"{SHARDED_MODEL[:-2]}, sha256: "
        f"{{dense.safetensors: {sha256(DENSE_WEIGHTS.encode()).hexdigest()}}}}}\n",
        files={"dense.safetensors": DENSE_WEIGHTS, "model.safetensors.index.json": DENSE_INDEX},
    ),
    Code(
        "SPC0623",
        "transform that makes far more than the weight",
        "A transform under `map` gives a tensor the layout that the model needs. A step of this "
        "one would make many times more numbers than the tensor and the weight have, before "
        "anything is known of the memory that there is.",
        wrong=_mapped("w + 0 * sum(arange(9000000))"),
        right=_mapped("w + 0"),
        files={"dense.safetensors": DENSE_WEIGHTS},
    ),
    Code(
        "SPC0624",
        "transform that cannot be turned round",
        "`specc init` writes tensors as the file that `map` was written for has them, so it turns "
        "each transform round: names, `transpose`, `reshape`, slices and `split` that leave "
        "nothing out, `concat`, `stack`, a number that is added or multiplied. This entry makes a "
        "weight in another way, or leaves open what a part of the tensor is.",
        wrong=_mapped("exp(w)"),
        right=_mapped("2 * transpose(w)"),
        command="init model.yaml --output new.safetensors",
    ),
)
