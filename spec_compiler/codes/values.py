"""Values and running."""

from __future__ import annotations

from spec_compiler.codes.code import Code
from spec_compiler.codes.feeding import FEEDING
from spec_compiler.codes.weights import DENSE_MODEL, DENSE_WEIGHTS

_RUN = "run model.yaml --input x=x"
_MODEL = """\
specc: 1
inputs: {x: {shape: [2]}}
layers: [{type: Activation, activation: relu}]
"""


def _constant(tensor: str) -> str:
    """A model whose only input is a constant."""
    return f"""\
specc: 1
inputs: {{x: {{tensor: {tensor}}}}}
layers: [{{type: Activation, activation: relu}}]
"""


_FILES: tuple[Code, ...] = (
    Code(
        "SPC0551",
        "path outside the spec's folder",
        "A spec names files by paths relative to itself, and none may leave its folder: not by "
        "`..`, not as an absolute path, not through a link. So a spec from a stranger cannot make "
        "specc read or write anything else. Move the file into the folder.",
        wrong=DENSE_MODEL.replace("dense.safetensors", "../dense.safetensors"),
        right=DENSE_MODEL,
        files={"dense.safetensors": DENSE_WEIGHTS},
        mend="unsafe",
    ),
    Code(
        "SPC0552",
        "not an ordinary file",
        "The path leads to a folder, a device, a socket or a pipe where a file is needed. Reading "
        "one may never end, so specc only opens ordinary files.",
        wrong=DENSE_MODEL.replace("dense.safetensors", "."),
        right=DENSE_MODEL,
        files={"dense.safetensors": DENSE_WEIGHTS},
    ),
    Code(
        "SPC0553",
        "output over a file that stays",
        "The output would replace one of the files that it is made from, or be written through a "
        "link to somewhere else. specc writes neither; name another file. `specc init` and "
        "`specc import` replace no file at all, which may be trained weights or an edited spec, "
        "unless they are told so by `--force`.",
        wrong=_constant("{file: y.json}"),
        right=_constant("{file: x.json}"),
        command="run model.yaml --output y.json",
        files={"x.json": "[[1.0, 2.0]]", "y.json": "[[1.0, 2.0]]"},
        mend="elsewhere",
    ),
    Code(
        "SPC0554",
        "ragged array",
        "An array is rectangular: lists at the same depth have the same length, and so have the "
        "rows of a table. Pad the shorter ones, for example with the value that means padding.",
        wrong="[[1, 2], [3]]",
        right="[[1, 2], [3, 0]]",
        command=f"{_RUN}.json",
        varies="x.json",
        files={"model.yaml": _MODEL},
        mend="elsewhere",
    ),
    Code(
        "SPC0555",
        "damaged data file",
        "The file is not what its suffix says, is cut off, or its header contradicts its content. "
        "Write it again, with `np.save` or `np.savez`.",
        wrong=_constant("{file: x.npy}"),
        right=_constant("{file: x.json}"),
        command="run model.yaml",
        files={"x.json": "[[1.0, 2.0]]", "x.npy": "[[1.0, 2.0]]"},
        mend="elsewhere",
    ),
    Code(
        "SPC0556",
        "data that is not JSON",
        "Data in JSON is nested lists of numbers, or a mapping from names to such lists, each name "
        "once. A comma after the last value is not JSON. `NaN` and `Infinity` are allowed.",
        wrong="[[1, 2],]",
        right="[[1, 2]]",
        command=f"{_RUN}.json",
        varies="x.json",
        files={"model.yaml": _MODEL},
        mend="elsewhere",
    ),
    Code(
        "SPC0557",
        "a value that is not a number",
        "An array holds numbers, or booleans, but not both, and neither text nor null. Write `NaN` "
        "for a missing number, and numbers without quotes.",
        wrong='[[1, "2"]]',
        right="[[1, 2]]",
        command=f"{_RUN}.json",
        varies="x.json",
        files={"model.yaml": _MODEL},
        mend="elsewhere",
    ),
    Code(
        "SPC0558",
        "a table that is not of numbers",
        "A CSV file holds numbers separated by commas; its first line may be a header. Write `nan` "
        "in empty cells, a point in decimal numbers, and no separators of thousands.",
        wrong="a,b\n1,\n",
        right="a,b\n1,2\n",
        command=f"{_RUN}.csv",
        varies="x.csv",
        files={"model.yaml": _MODEL},
        mend="elsewhere",
    ),
    Code(
        "SPC0559",
        "data too large for memory",
        "Reading the source would take more memory than is allowed: what its arrays take, and what "
        "reading them takes, which for text is many times its size. All of it is measured before "
        "it is taken, since a small compressed file can stand for gigabytes. Data in an `.npy` "
        "file, or in an `.npz` file that is not compressed, is mapped and has no limit. Elsewhere "
        "`--max-memory` allows more; by default it is 80 % of what is free, at most 8 GiB. A "
        "constant may take 1 GiB, whatever is free: make a larger one a weight.",
        wrong="",
        right="",
        mend="elsewhere",
    ),
    Code(
        "SPC0560",
        "pickled data",
        "The file holds pickled Python objects, which can run code when they are read. specc never "
        "reads them. Convert the array to numbers where you trust it, and save it again.",
        wrong="",
        right="",
        mend="elsewhere",
    ),
    Code(
        "SPC0561",
        "array of another kind",
        "specc computes with floats of 16, 32 and 64 bits, with integers and with booleans, in "
        "arrays of at most 32 axes. Text, dates, complex numbers and records must be converted.",
        wrong="[" * 33 + "1, 2" + "]" * 33,
        right="[" * 2 + "1, 2" + "]" * 2,
        command=f"{_RUN}.json",
        varies="x.json",
        files={"model.yaml": _MODEL},
        mend="elsewhere",
    ),
    Code(
        "SPC0562",
        "no such array in the file",
        "The file holds several arrays, and none has the name that is asked for. Name one with a "
        "colon behind the file, as in `--input tokens=data.npz:ids`, or call it like the input.",
        wrong='{"a": [[1, 2]], "b": [[3, 4]]}',
        right='{"x": [[1, 2]], "b": [[3, 4]]}',
        command=f"{_RUN}.json",
        varies="x.json",
        files={"model.yaml": _MODEL},
        mend="elsewhere",
    ),
    Code(
        "SPC0563",
        "a library that this needs is not installed",
        "specc does not install by itself what few need: scipy, which reads sparse matrices, "
        "pyarrow and zarr, which read tables and stores, Dask, which runs partitions, h5py, "
        "which reads the HDF5 files of Keras, `.h5` and those inside `.keras`, threadpoolctl, "
        "which keeps BLAS to one thread where slices have theirs, and Keras, which "
        "`specc import --check` compares with. Install it with "
        '`pip install "spec-compiler[sparse]"`, `[arrow]`, `[zarr]`, `[dask]`, `[h5]`, '
        "`[threads]` or `[keras]`, or save a dense array, and the model's JSON with its weights "
        "as npz.",
        wrong="",
        right="",
        mend="elsewhere",
    ),
    Code(
        "SPC0564",
        "unknown data format",
        "The suffix says how a data file is written: `.npy` (one array), `.npz` (several), `.csv` "
        "(a table) or `.json` (nested lists); the data of a run may be `.parquet`, `.arrow`, "
        "`.feather` or `.zarr`, too. `-` is JSON on standard input or output.",
        wrong=_constant("{file: x.jsn}"),
        right=_constant("{file: x.json}"),
        command="run model.yaml",
        files={"x.json": "[[1.0, 2.0]]", "x.jsn": "[[1.0, 2.0]]"},
        mend="unsafe",
    ),
    Code(
        "SPC0565",
        "arrays that the format cannot hold",
        "`.npy` and `.csv` files hold one array, and a table has rows and columns only. Several "
        "arrays, or arrays with more axes, need `.npz` or `.json`. The columns of a `.parquet` or "
        "`.arrow` file have as many rows, and no axis of size 0.",
        wrong=_constant("[[[1.0, 2.0]]]"),
        right=_constant("[[1.0, 2.0]]"),
        command="run model.yaml --output y.csv",
        mend="elsewhere",
    ),
    Code(
        "SPC0566",
        "constant that cannot be read",
        "The file of a constant input does not exist or cannot be opened. Its path is relative to "
        "the spec.",
        wrong=_constant("{file: missing.json}"),
        right=_constant("{file: x.json}"),
        files={"x.json": "[[1.0, 2.0]]"},
    ),
)


def _tokens(values: str, rows: int) -> str:
    """A model that looks up rows of a table."""
    return f"""\
specc: 1
inputs: {{x: {{shape: [2], dtype: int32{values}}}}}
layers: [{{type: Embedding, input_dim: {rows}, output_dim: 2}}]
"""


def _padding(value: str) -> str:
    """A model that masks steps."""
    return f"""\
specc: 1
inputs: {{x: {{shape: [4, 2]}}}}
layers: [{{type: Masking, mask_value: {value}}}]
"""


_ELEMENTS: tuple[Code, ...] = (
    Code(
        "SPC0501",
        "index outside the table",
        "The input declares in `values` which numbers it holds, and the Embedding has no row for "
        "some of them. `input_dim` is the number of rows, so the greatest index is one less. "
        "Elsewhere this gives NaN, zeros or the last row, depending on the machine.",
        wrong=_tokens(", values: {min: 0, max: 3}", 3),
        right=_tokens(", values: {min: 0, max: 3}", 4),
        mend="unsafe",
    ),
    Code(
        "SPC0502",
        "index outside the table, in the data",
        "The data holds an index that the table has no row for, or shifts a number by more bits "
        "than it has. Mend the data, or give the Embedding more rows. Declare `values: {min: …, "
        "max: …}` on the input to have the range proved before any data is there.",
        wrong="[[0, 3]]",
        right="[[0, 2]]",
        command=f"{_RUN}.json",
        varies="x.json",
        files={"model.yaml": _tokens("", 3)},
        mend="elsewhere",
    ),
    Code(
        "SPC0503",
        "mask value that nothing equals",
        "Masking compares elements with `mask_value`. NaN equals nothing, and whole numbers never "
        "equal a fraction or a number beyond their dtype, so no step would ever be masked. Write "
        "the number that stands for padding in the data.",
        wrong=_padding(".nan"),
        right=_padding("-1.0"),
    ),
    Code(
        "SPC0504",
        "number that its dtype makes infinite",
        "The number is finite as it is written, and beyond the greatest one of the dtype that it "
        "stands in: 65504 in `float16`, 3.4e38 in `float32` and `bfloat16`. There it would be "
        "infinite, and results with it infinite or NaN. The same is said of an initializer that "
        "may make such values, and of weights, from a file or from Python, that the dtype of the "
        "model cannot hold. In a constant, infinity itself can be written, `.inf`; in a weight it "
        "may stand.",
        wrong=_constant("[[1.0e+39, 2.0]]"),
        right=_constant("[[1.0e+38, .inf]]"),
    ),
)

VALUES: tuple[Code, ...] = (
    *_ELEMENTS,
    *FEEDING,
    *_FILES,
)
