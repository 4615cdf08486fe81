"""Operations that have kernels, with drawn settings and operands."""

from __future__ import annotations

from itertools import combinations
from math import prod

from hypothesis import strategies as st
from plans import Case

from spec_compiler.ir.composites.normalizations import (
    LayerNormalization,
    RootMeanSquareNormalization,
)
from spec_compiler.ir.composites.sigmoids import Sigmoid
from spec_compiler.ir.composites.smooth import Gelu
from spec_compiler.ir.composites.softmaxes import MaskedSoftmax, Softmax
from spec_compiler.ir.primitives import structure
from spec_compiler.ir.primitives.contraction import Contract
from spec_compiler.ir.primitives.elementwise import BINARY, UNARY, Cast, Select
from spec_compiler.ir.primitives.indexing import Take
from spec_compiler.ir.primitives.reduction import REDUCE
from spec_compiler.ir.types import DTYPES, TensorType
from spec_compiler.passes.attention import Attention
from spec_compiler.passes.pooled import SumOfRows

SIZES = st.sampled_from([0, 1, 2, 3, 5])
SOME = st.sampled_from([1, 2, 3, 5, 17])
FLOATING = st.sampled_from(["float32", "float32", "float64", "float16"])


def _shape(draw, least=0, most=3, sizes=SIZES):
    return tuple(draw(st.lists(sizes, min_size=least, max_size=most)))


def _broadcast(draw, shape):
    """A shape that becomes another one: fewer axes, some of size 1."""
    kept = shape[draw(st.integers(0, len(shape))) :]
    return tuple(1 if draw(st.booleans()) else size for size in kept)


def _shuffled(draw, labels):
    return draw(st.permutations(labels))


def unary(draw, kind):
    of = TensorType(draw(st.sampled_from(sorted(kind.takes))), _shape(draw))
    return Case([of], lambda b, x: b.apply(kind(), x))


def binary(draw, kind):
    dtype, shape = draw(st.sampled_from(sorted(kind.takes))), _shape(draw)
    types = [TensorType(dtype, shape), TensorType(dtype, _broadcast(draw, shape))]
    if draw(st.booleans()):
        types.reverse()
    if draw(st.integers(0, 3)) == 0:
        return Case(types[:1], lambda b, x: b.apply(kind(), x, b.constant(0, dtype)))
    if draw(st.integers(0, 3)) == 0:
        numbers = [at % (2 if dtype == "bool" else 5) for at in range(1, prod(types[1].shape) + 1)]
        return Case(types[:1], lambda b, x: b.apply(kind(), x, b.literal(numbers, types[1])))
    return Case(types, lambda b, x, y: b.apply(kind(), x, y))


def select(draw, kind):
    dtype, shape = draw(st.sampled_from(DTYPES)), _shape(draw)
    shapes = _shuffled(draw, [shape, _broadcast(draw, shape), _broadcast(draw, shape)])
    types = [TensorType(of, to) for of, to in zip(("bool", dtype, dtype), shapes, strict=True)]
    if dtype == "bool" and draw(st.booleans()):
        return Case(types[:2], lambda b, x, y: b.apply(kind(), x, y, x))
    return Case(types, lambda b, *xs: b.apply(kind(), *xs))


def cast(draw, kind):
    source, dtype = draw(st.sampled_from(DTYPES)), draw(st.sampled_from(DTYPES))
    return Case([TensorType(source, _shape(draw))], lambda b, x: b.apply(kind(dtype), x))


def contract(draw, kind):
    counts = (draw(st.integers(0, most)) for most in (2, 2, 2, 2))
    names = iter("abcdefgh")
    lead, rows, columns, inner = ([next(names) for _ in range(count)] for count in counts)
    sizes = {name: draw(SIZES) for name in (*lead, *rows, *columns, *inner)}
    left, right = _shuffled(draw, lead + rows + inner), _shuffled(draw, lead + columns + inner)
    axes = [
        (tuple(map(left.index, those)), tuple(map(right.index, those))) for those in (inner, lead)
    ]
    dtype = draw(FLOATING)
    types = [TensorType(dtype, tuple(sizes[name] for name in names)) for names in (left, right)]
    return Case(types, lambda b, x, y: b.apply(kind(*axes), x, y))


def take(draw, kind):
    table = TensorType(draw(st.sampled_from(DTYPES)), (5, *_shape(draw, most=2)))
    whole = st.sampled_from(["int32", "int64", "uint8", "uint64"])
    return Case([table, TensorType(draw(whole), _shape(draw))], lambda b, *xs: b.apply(kind(), *xs))


def reduce(draw, kind):
    shape = _shape(draw, sizes=SOME if "m" in kind.name[7:] and "sum" not in kind.name else SIZES)
    axes = [c for n in range(len(shape) + 1) for c in combinations(range(len(shape)), n)]
    chosen, keep = draw(st.sampled_from(axes)), draw(st.booleans())
    of = TensorType(draw(st.sampled_from(sorted(kind.takes))), shape)
    return Case([of], lambda b, x: b.apply(kind(chosen, keep), x), high=2)


def _any(draw, least=1):
    return TensorType(draw(st.sampled_from(DTYPES)), _shape(draw, least))


def reshape(draw, kind):
    of = _any(draw)
    at = draw(st.integers(0, len(of.shape) - 1))
    head, tail = of.shape[:at], of.shape[at:]
    forms = [(*head, *tail, 1), (1, *of.shape), of.shape]
    if len(tail) > 1 and 0 not in of.shape:
        forms.append((*head, tail[0] * tail[1], *tail[2:]))
        forms.append((*head, tail[1], tail[0], *tail[2:]))
    shape = draw(st.sampled_from(forms))
    return Case([of], lambda b, x: b.apply(kind(shape), x))


def broadcast(draw, kind):
    shape = _shape(draw)
    of = TensorType(draw(st.sampled_from(DTYPES)), _broadcast(draw, shape))
    return Case([of], lambda b, x: b.apply(kind(shape), x))


def _of_axis(settings):
    def case(draw, kind):
        of = _any(draw)
        axis = draw(st.integers(0, len(of.shape) - 1))
        more = settings(draw, of.shape[axis])
        return Case([of], lambda b, x: b.apply(kind(axis, *more), x))

    return case


def _part(draw, size):
    start = draw(st.integers(0, size))
    return start, draw(st.integers(start, size))


def transpose(draw, kind):
    of = _any(draw)
    axes = tuple(_shuffled(draw, range(len(of.shape))))
    return Case([of], lambda b, x: b.apply(kind(axes), x))


def concatenate(draw, kind):
    of = _any(draw)
    axis = draw(st.integers(0, len(of.shape) - 1))
    sizes = draw(st.lists(SIZES, min_size=1, max_size=3))
    types = [of._replace(shape=(*of.shape[:axis], n, *of.shape[axis + 1 :])) for n in sizes]
    return Case(types, lambda b, *xs: b.apply(kind(axis), *xs))


def _composite(made):
    def case(draw, kind):
        of = TensorType(draw(FLOATING), _shape(draw, 1, sizes=SOME))
        composite = made(draw, len(of.shape))
        return Case([of], lambda b, x: b.compose(composite, x))

    return case


def _axes(draw, rank):
    return (draw(st.sampled_from([rank - 1, rank - 1, 0])),)


def masked_softmax(draw, kind):
    of = TensorType(draw(FLOATING), _shape(draw, 1, sizes=SOME))
    kept = TensorType("bool", (*_broadcast(draw, of.shape[:-1]), of.shape[-1]))
    axes = (len(of.shape) - 1,)
    return Case([of, kept], lambda b, x, y: b.compose(kind(axes), x, y))


def attention(draw, kind):
    lead = list("ab"[: draw(st.integers(1, 2))])
    sizes = {name: draw(st.sampled_from([1, 2, 3])) for name in "abde"}
    sizes |= {name: draw(st.sampled_from([1, 3, 40])) for name in "qk"}
    query, key, value = (_shuffled(draw, [*lead, *more]) for more in ("qd", "kd", "ke"))
    scores = [*lead, "q", "k"]
    dtype, rank = draw(FLOATING), len(scores)
    product = Contract(
        ((query.index("d"),), (key.index("d"),)),
        (tuple(map(query.index, lead)), tuple(map(key.index, lead))),
    )
    context = Contract(
        ((rank - 1,), (value.index("k"),)),
        (tuple(range(rank - 2)), tuple(map(value.index, lead))),
    )
    types = [TensorType(dtype, tuple(sizes[n] for n in names)) for names in (query, key, value)]
    mask = draw(st.booleans())
    if mask:
        shape = tuple(sizes[name] for name in scores)
        types.append(TensorType("bool", (*_broadcast(draw, shape[:-1]), shape[-1])))
    softmax = (MaskedSoftmax if mask else Softmax)((rank - 1,))
    return Case(types, lambda b, *xs: b.compose(kind(product, softmax, context), *xs))


def sum_of_rows(draw, kind):
    rows, columns = draw(st.sampled_from([(3, 2), (70, 60), (1, 4100)]))
    batch = draw(st.sampled_from([0, 1, 3]))
    types = [
        TensorType(draw(FLOATING), (5, columns)),
        TensorType("int32", (batch, rows)),
        TensorType("bool", (batch, rows, 1)),
    ]
    return Case(types, lambda b, *xs: b.compose(kind(), *xs))


_NOT_ONE_CALL = {"shift_left", "shift_right"}
DRAWN = {
    **dict.fromkeys(UNARY.values(), unary),
    **{kind: binary for name, kind in BINARY.items() if name not in _NOT_ONE_CALL},
    Select: select,
    Cast: cast,
    Contract: contract,
    Take: take,
    **dict.fromkeys(REDUCE.values(), reduce),
    structure.Reshape: reshape,
    structure.BroadcastTo: broadcast,
    structure.Reverse: _of_axis(lambda draw, size: ()),
    structure.Slice: _of_axis(_part),
    structure.Stride: _of_axis(lambda draw, size: (draw(st.integers(1, 3)),)),
    structure.Transpose: transpose,
    structure.Concatenate: concatenate,
    Sigmoid: _composite(lambda draw, rank: Sigmoid()),
    Gelu: _composite(lambda draw, rank: Gelu(approximate=draw(st.booleans()))),
    Softmax: _composite(lambda draw, rank: Softmax(_axes(draw, rank))),
    MaskedSoftmax: masked_softmax,
    LayerNormalization: _composite(
        lambda draw, rank: LayerNormalization(_axes(draw, rank), 1e-3, draw(st.booleans()))
    ),
    RootMeanSquareNormalization: _composite(
        lambda draw, rank: RootMeanSquareNormalization(_axes(draw, rank), 1e-3)
    ),
    Attention: attention,
    SumOfRows: sum_of_rows,
}
