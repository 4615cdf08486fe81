"""Shapes and sizes."""

from __future__ import annotations

from spec_compiler.codes.attention import ATTENTION
from spec_compiler.codes.axes import AXES
from spec_compiler.codes.code import Code
from spec_compiler.codes.einsum import EINSUM
from spec_compiler.codes.rearranging import REARRANGING
from spec_compiler.codes.sizes import SIZES
from spec_compiler.codes.windows import WINDOWS

_WEIGHTED = """\
specc: 1
inputs: {{x: {{shape: [4], dtype: int32}}, w: {{shape: [4]}}}}
layers: [{{type: CategoryEncoding, from: [x, w], num_tokens: 3, output_mode: {}}}]
"""

_STEP = """\
specc: 1
inputs: {{x: {{shape: [5, 4]}}}}
blocks:
  step:
    inputs: {{x: {{shape: [4]}}, h: {{shape: [4]}}}}
    layers:
      - {{type: Add, name: sum, from: [x, h]}}
      - {{type: Dense, name: new, units: {units}}}
    outputs: {{h: new}}
layers: [{{type: RNN, cell: step}}]
"""


SHAPES: tuple[Code, ...] = (
    *SIZES,
    Code(
        "SPC0310",
        "an activation's axis that does not exist",
        "`softmax`, `log_softmax`, `sparsemax` and `glu` work along `axis`. Axes count the batch, "
        "which is axis 0; negative ones count from the last. Write one that the tensor has.",
        "specc: 1\ninputs: {x: {shape: [4]}}\n"
        "layers:\n  - {type: Activation, activation: {type: softmax, axis: 2}}\n",
        "specc: 1\ninputs: {x: {shape: [4]}}\n"
        "layers:\n  - {type: Activation, activation: {type: softmax, axis: 1}}\n",
        mend="unsafe",
    ),
    Code(
        "SPC0311",
        "an axis that has no half",
        "`glu` splits an axis into two halves, so its size must be even. In front of it, make the "
        "axis twice as large as it is wanted afterwards.",
        "specc: 1\ninputs: {x: {shape: [4]}}\n"
        "layers:\n  - {type: Dense, units: 5, activation: glu}\n",
        "specc: 1\ninputs: {x: {shape: [4]}}\n"
        "layers:\n  - {type: Dense, units: 10, activation: glu}\n",
    ),
    Code(
        "SPC0312",
        "a weight that its initializer cannot make",
        "Some initializers make only weights of certain shapes: `identity` makes matrices, "
        "`orthogonal` weights of rank 2 or more, `stft` kernels `[steps, 1, frequencies]`; and "
        "`input_axes` and `output_axes` must be axes of the weight. Use another initializer.",
        "specc: 1\ninputs: {x: {shape: [4]}}\n"
        "layers:\n  - {type: Dense, units: 4, bias_initializer: identity}\n",
        "specc: 1\ninputs: {x: {shape: [4]}}\n"
        "layers:\n  - {type: Dense, units: 4, kernel_initializer: identity}\n",
        mend="unsafe",
    ),
    Code(
        "SPC0314",
        "shares of nothing",
        "`softmax`, `log_softmax` and `sparsemax` divide 1 among the entries of an axis, so the "
        "axis must have at least one entry. Give it a size above 0.",
        'specc: 1\ndims: {n: {min: 0}}\nconstraints: ["n < 1"]\ninputs: {x: {shape: [n]}}\n'
        "layers:\n  - {type: Activation, activation: softmax}\n",
        'specc: 1\ndims: {n: {min: 0}}\nconstraints: ["n > 0"]\ninputs: {x: {shape: [n]}}\n'
        "layers:\n  - {type: Activation, activation: softmax}\n",
    ),
    Code(
        "SPC0315",
        "a regularizer or constraint that does not fit the weight",
        "`orthogonal_regularizer` is defined for matrices only, and the `axis` of a norm "
        "constraint must be one or several different axes of the weight: a kernel `[in, out]` has "
        "the axes 0 and 1.",
        "specc: 1\ninputs: {x: {shape: [4]}}\n"
        "layers:\n  - {type: Dense, units: 4, kernel_constraint: {type: max_norm, axis: 2}}\n",
        "specc: 1\ninputs: {x: {shape: [4]}}\n"
        "layers:\n  - {type: Dense, units: 4, kernel_constraint: {type: max_norm, axis: 1}}\n",
        mend="unsafe",
    ),
    Code(
        "SPC0336",
        "values of another shape",
        "Values that stand in the spec must fit what they are for: the `weights` of an Embedding "
        "are `input_dim` rows of `output_dim` numbers, and a `mask_value` is one number or one for "
        "each feature of the last axis, and so are `scale` and `offset` of Rescaling. `mean` and "
        "`variance` of Normalization have the sizes of its axes.",
        wrong="""\
specc: 1
inputs: {x: {shape: [4], dtype: int32}}
layers: [{type: Embedding, input_dim: 3, output_dim: 2, weights: [[0, 0], [1, 2]]}]
""",
        right="""\
specc: 1
inputs: {x: {shape: [4], dtype: int32}}
layers: [{type: Embedding, input_dim: 2, output_dim: 2, weights: [[0, 0], [1, 2]]}]
""",
        mend="unsafe",
    ),
    *EINSUM,
    Code(
        "SPC0340",
        "a merge of too few inputs",
        "Layers such as Add take two inputs or more. Without `from`, a layer reads only the item "
        "above it, so the list of inputs has probably been forgotten.",
        "specc: 1\ninputs: {x: {shape: [4]}}\nlayers:\n  - {type: Add, name: sum, from: x}\n",
        "specc: 1\ninputs: {x: {shape: [4]}, y: {shape: [4]}}\n"
        "layers:\n  - {type: Add, name: sum, from: [x, y]}\n",
        mend="unsafe",
    ),
    Code(
        "SPC0341",
        "no axis to join along",
        "Concatenate joins along an axis that all inputs have, and never along the batch (axis 0). "
        "Axes count the batch; negative ones count from the last.",
        "specc: 1\ninputs: {x: {shape: [4]}, y: {shape: [4]}}\n"
        "layers:\n  - {type: Concatenate, name: both, from: [x, y], axis: 2}\n",
        "specc: 1\ninputs: {x: {shape: [4]}, y: {shape: [4]}}\n"
        "layers:\n  - {type: Concatenate, name: both, from: [x, y], axis: 1}\n",
        mend="unsafe",
    ),
    Code(
        "SPC0342",
        "inputs that do not join",
        "Inputs of Concatenate have one rank, and are equal in all axes but the joined one; "
        "nothing is broadcast. The message names the axis, the inputs and both sizes.",
        "specc: 1\ninputs: {x: {shape: [2, 4]}, y: {shape: [3, 4]}}\n"
        "layers:\n  - {type: Concatenate, name: both, from: [x, y], axis: -1}\n",
        "specc: 1\ninputs: {x: {shape: [2, 4]}, y: {shape: [3, 4]}}\n"
        "layers:\n  - {type: Concatenate, name: both, from: [x, y], axis: 1}\n",
        mend="unsafe",
    ),
    Code(
        "SPC0343",
        "a part of the initial states",
        "A recurrent layer starts from zeros, or from initial states for all of its states. An "
        "LSTM has two, `initial_state_h` and `initial_state_c`.",
        "specc: 1\ninputs: {x: {shape: [5, 3]}, h: {shape: [4]}}\n"
        "layers:\n  - {type: LSTM, name: l, units: 4, from: [x, h]}\n",
        "specc: 1\ninputs: {x: {shape: [5, 3]}, h: {shape: [4]}, c: {shape: [4]}}\n"
        "layers:\n  - {type: LSTM, name: l, units: 4, from: [x, h, c]}\n",
    ),
    Code(
        "SPC0344",
        "an initial state that does not fit",
        "An initial state of a recurrent layer has the shape `[batch, units]`, with the batch of "
        "the sequence.",
        "specc: 1\ninputs: {x: {shape: [5, 3]}, h: {shape: [5]}, c: {shape: [4]}}\n"
        "layers:\n  - {type: LSTM, name: l, units: 4, from: [x, h, c]}\n",
        "specc: 1\ninputs: {x: {shape: [5, 3]}, h: {shape: [4]}, c: {shape: [4]}}\n"
        "layers:\n  - {type: LSTM, name: l, units: 4, from: [x, h, c]}\n",
        mend="unsafe",
    ),
    Code(
        "SPC0345",
        "a state that changes its type",
        "What a block as a cell makes of a state is what the next step reads: it has the shape and "
        "the dtype of the state that goes in. Here it comes out otherwise.",
        _STEP.format(units=3),
        _STEP.format(units=4),
    ),
    Code(
        "SPC0349",
        "an input that nothing reads",
        "The arguments of the layer leave no use for one of its inputs: CategoryEncoding counts "
        "with `count_weights` in one of its output modes only. Leave the input out, or change the "
        "argument.",
        _WEIGHTED.format("multi_hot"),
        _WEIGHTED.format("count"),
        mend="unsafe",
    ),
    *AXES,
    *REARRANGING,
    *WINDOWS,
    *ATTENTION,
)
