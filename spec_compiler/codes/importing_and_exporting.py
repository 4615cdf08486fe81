"""Import, export and other programs."""

from __future__ import annotations

from spec_compiler.codes.code import Code

_INPUT = '{"class_name": "InputLayer", "config": {"name": "x", "batch_shape": [null, 2]}}'
_DENSE = '{"class_name": "Dense", "config": {"name": "d", "units": 1}}'


def _sequential(*layers: str) -> str:
    inside = ", ".join((_INPUT, *layers))
    return f'{{"class_name": "Sequential", "config": {{"name": "m", "layers": [{inside}]}}}}\n'


def _tensor(layer: str) -> str:
    history = f'{{"keras_history": ["{layer}", 0, 0]}}'
    return f'{{"class_name": "__keras_tensor__", "config": {history}}}'


def _called(layer: str, args: str, kwargs: str = "") -> str:
    return f'{layer[:-1]}, "inbound_nodes": [{{"args": [{args}], "kwargs": {{{kwargs}}}}}]}}'


def _functional(*layers: str) -> str:
    inside = ", ".join((_INPUT, *layers))
    ends = '"input_layers": ["x", 0, 0], "output_layers": ["d", 0, 0]'
    config = f'{{"name": "m", "layers": [{inside}], {ends}}}'
    return f'{{"class_name": "Functional", "config": {config}}}\n'


_RIGHT = _sequential(_DENSE)
_LSTM = '{"class_name": "LSTM", "config": {"name": "d", "units": 1}}'
_STEPS = _INPUT.replace("[null, 2]", "[null, 3, 2]")
_INDICES = '{"class_name": "Embedding", "config": {"name": "e", "input_dim": 4, "output_dim": 2}}'
_MODEL = """specc: 1
inputs: {x: INPUT}
layers:
  - {type: Lambda, function: x * 2}
"""
_IMPORT = "import model.json -o model.yaml"
_WITH_WEIGHTS = "import model.json --weights weights.json -o model.yaml"


def _code(code: str, title: str, explanation: str, wrong: str, right: str = _RIGHT) -> Code:
    return Code(code, title, explanation, wrong, right, _IMPORT, "model.json", mend="elsewhere")


IMPORTING_AND_EXPORTING: tuple[Code, ...] = (
    _code(
        "SPC0801",
        "not a Keras model",
        "`specc import` reads functional and sequential models of Keras 1 to 3: the JSON of "
        "`model.to_json()`, `.keras` and `.h5` files, and TensorFlow.js's `model.json`. What a "
        "file is, is found out by what is in it. A subclassed model has no description that could "
        "be read without running its code, a SavedModel is code, a file of weights alone has no "
        "layers, and a sequential model that was never built has no input shape.",
        '{"class_name": "MyModel", "module": "my.models", "config": {}}\n',
    ),
    _code(
        "SPC0802",
        "malformed model file",
        "A part of the model's JSON is not what Keras writes there: a number where text should be, "
        "a missing key, two layers of one name. The message names the place in the file. Save the "
        "model again instead of mending the file by hand.",
        _sequential(_DENSE.replace('"d"', "7")),
    ),
    _code(
        "SPC0803",
        "layer class that cannot be imported",
        "specc has no counterpart of this class of Keras, or of this operation between layers. "
        "All layers of a class are one finding. Replace it by layers that have a counterpart, or "
        "write it in the spec as a Lambda expression.",
        _sequential(_DENSE.replace("Dense", "MaxoutDense")),
    ),
    _code(
        "SPC0804",
        "somebody's own code in a model file",
        "The model names a class or function that is not Keras's: a registered object, or the "
        "bytecode of a Lambda layer. To know what it does, its code would have to run, and specc "
        "never runs code that a file names. Write the layer in the spec, for example as a Lambda "
        "expression.",
        _sequential(_DENSE.replace('"config"', '"registered_name": "pkg>Dense", "config"')),
    ),
    _code(
        "SPC0805",
        "setting that a spec cannot hold",
        "The class is known, but one of its arguments, the values given to them, or the way it is "
        "called has no counterpart: quantisation, ragged or optional inputs, `training=True`, an "
        "unknown activation, a stateful LSTM.",
        _sequential(_DENSE.replace("}}", ', "activation": "rellu"}}')),
        _sequential(_DENSE.replace("}}", ', "activation": "relu"}}')),
    ),
    _code(
        "SPC0806",
        "broken graph in a model file",
        "A call in the model's JSON uses an output that no layer gives, or layers wait for each "
        "other. Keras does not write such files: save the model again.",
        _functional(_called(_DENSE, _tensor("y"))),
        _functional(_called(_DENSE, _tensor("x"))),
    ),
    _code(
        "SPC0807",
        "mask that a spec cannot hold",
        "A layer is given a `mask` that is neither the one that its input carries anyway nor a "
        "boolean tensor. Let a Masking or Embedding layer make the mask, or make it an "
        "input of dtype bool. A Softmax layer leaves out what is masked, and the activation "
        "`softmax` does not: apply it where there is no mask.",
        _functional(_called(_LSTM, _tensor("x"), f'"mask": {_tensor("x")}'))
        .replace(_INPUT, _STEPS),
        _functional(_called(_LSTM, _tensor("x"))).replace(_INPUT, _STEPS),
    ),
    Code(
        "SPC0808",
        "array that belongs to no layer",
        "Arrays are matched by the ends of their paths in Keras: the layer's name and the "
        "weight's, such as `dense/kernel`. No layer of the model has this one, or several layers "
        "of nested models could have it. Every array must have its place, so nothing is lost "
        "silently. Keras's paths come with "
        '`np.savez("weights.npz", **{w.path: w.numpy() for w in model.weights})`.',
        '{"d/kernel": [[1.0], [2.0]], "d/bias": [0.0], "other/kernel": [[1.0]]}\n',
        '{"d/kernel": [[1.0], [2.0]], "d/bias": [0.0]}\n',
        _WITH_WEIGHTS,
        "weights.json",
        {"model.json": _RIGHT},
    mend="elsewhere"),
    Code(
        "SPC0809",
        "weight without an array",
        "The model has weights for which the file of arrays holds nothing, and a model with half "
        "of its weights would be another model: nothing is written. Save all of `model.weights`, "
        'each under its path: `np.savez("weights.npz", **{w.path: w.numpy() for w in '
        "model.weights})`. Without `--weights`, the spec alone is written.",
        '{"d/kernel": [[1.0], [2.0]]}\n',
        '{"d/kernel": [[1.0], [2.0]], "d/bias": [0.0]}\n',
        _WITH_WEIGHTS,
        "weights.json",
        {"model.json": _RIGHT},
    mend="elsewhere"),
    _code(
        "SPC0810",
        "model file beyond all measure",
        "Models or values are nested more than 32 levels deep, or inlining the nested models gives "
        "more than 50,000 calls of layers. No real model does that.",
        _sequential('{"class_name": "Masking", "config": {"name": "k", "mask_value": '
                    + "[" * 34 + "]" * 34 + "}}"),
        _sequential('{"class_name": "Masking", "config": {"name": "k", "mask_value": 0}}'),
    ),
    _code(
        "SPC0811",
        "embedding of floating numbers",
        "Keras cuts floating numbers to integers inside an Embedding. A spec's indices are "
        "integers: an input that only Embeddings read becomes int32 by itself, but another layer "
        "reads this one too, or a layer computes it. Give the model an int32 input of its own.",
        _functional(_called(_INDICES, _tensor("x")), _called(_DENSE, _tensor("x"))),
        _functional(_called(_INDICES, _tensor("x")), _called(_DENSE, _tensor("e"))),
    ),
    _code(
        "SPC0812",
        "model whose spec would be refused",
        "The layer can be imported, and the spec that it gives does not validate: Keras builds it, "
        "and fails or goes on by accident when it runs. Nothing is written. Mend the model, and "
        "save it again.",
        _sequential('{"class_name": "Concatenate", "config": {"name": "j", "axis": 3}}'),
        _RIGHT,
    ),
    Code(
        "SPC0813",
        "array that does not fit the weight",
        "The file of arrays has one for this weight, and its shape is not the weight's, or it "
        "holds whole numbers where weights are floats: the arrays are those of another model, or "
        "of one that was changed since. Nothing is written. Save the weights of this very model.",
        '{"d/kernel": [[1.0], [2.0], [3.0]], "d/bias": [0.0]}\n',
        '{"d/kernel": [[1.0], [2.0]], "d/bias": [0.0]}\n',
        _WITH_WEIGHTS,
        "weights.json",
        {"model.json": _RIGHT},
    mend="elsewhere"),
    Code(
        "SPC0814",
        "other numbers than Keras's",
        "`specc import --check` builds the model in Keras, too, and gives both the same random "
        "data at three sizes. An output or a mask differs, or Keras does not build the model. The "
        "notes of the import say where a difference is meant, such as in rows of padding alone. "
        "Any other one is a fault of the import: please report it.",
        wrong="",
        right="",
    mend="elsewhere"),
    Code(
        "SPC0820",
        "what cannot be exported",
        "Keras has no form for it: a model without inputs, a size that stands in no shape of an "
        "input, or a Python function that was registered with `sc.PythonFunction`. All else is "
        "exported: what none of Keras's layers computes becomes a small class of its own.",
        _MODEL.replace("INPUT", "{tensor: [1, 2]}"),
        _MODEL.replace("INPUT", "{shape: [2]}"),
        "export python model.yaml -o model.py",
    ),
    Code(
        "SPC0821",
        "Keras is not installed",
        "An archive is written by Keras 3 with one of its backends, which specc does not install "
        'by itself. Install it with `pip install "spec-compiler[keras]"` and `pip install torch`, '
        "`jax` or `tensorflow`; `specc export python` writes a program and needs neither.",
        "",
        "",
    mend="elsewhere"),
    Code(
        "SPC0822",
        "Keras computes something else",
        "The archive was loaded again and run beside specc, and Keras, or its backend, refused it "
        "or gave numbers that differ by more than rounding, or other masks. Nothing was written. "
        "Another backend may have what this one lacks: `KERAS_BACKEND=jax`.",
        "",
        "",
    ),
)  # fmt: skip
