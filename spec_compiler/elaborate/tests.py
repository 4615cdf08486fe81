"""What a spec's tests say, proved against the program as far as that needs no data."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from functools import partial
from itertools import product
from typing import Any

from spec_compiler.diagnostics import Diagnostics
from spec_compiler.elaborate.claimed_axes import with_cause
from spec_compiler.elaborate.given_data import check_lengths, check_numbers, lengths
from spec_compiler.elaborate.inputs import extent
from spec_compiler.fixes import Fix
from spec_compiler.formats import DATA_FORMATS, unknown_format
from spec_compiler.ir.dim_operations import bounds, evaluate
from spec_compiler.ir.dims import Shape, Size, symbols
from spec_compiler.ir.facts import Check, Facts
from spec_compiler.ir.types import TensorType, shape_text
from spec_compiler.language.inputs import TensorFile
from spec_compiler.language.tests import MOST_CASES, Expectation, SpecTest, holds_booleans
from spec_compiler.layers.base.claim import OtherClaim, claimed_of, extra_axis
from spec_compiler.program import Program
from spec_compiler.refusals import ItemPath, Refusal, Skipped
from spec_compiler.spelling import nearest, suggestion

_OF_DATA = "SPC05"
"""The family of codes that a run refuses its inputs with."""


def check_tests(program: Program, diagnostics: Diagnostics, *, as_written: bool = True) -> None:
    """Refuse tests that could not be run, or that no run could pass.

    The inputs of a test with `raises` are not looked at: what is wrong with them is its point.

    Args:
        program: The spec.
        diagnostics: Takes what is refused.
        as_written: Whether its params are as it says; with others, its inputs may take less.
    """
    for index, test in program.core.tests:
        node = program.core.node.nearest(("tests", index))
        for check in _checks(program, test, as_written=as_written):
            with diagnostics.at(node):
                check()


def _checks(program: Program, test: SpecTest, *, as_written: bool) -> Iterator[Callable[[], None]]:
    """What there is to prove, each apart."""
    for name, expected in test.expect.items():
        yield partial(_check_output, program, name, expected)
    if test.raises is not None:
        yield partial(_check_code, test.raises)
        return
    yield partial(_check_sizes, program, test)
    compared = test.same_as.inputs if test.same_as else None
    for at, inputs in ((("inputs",), test.inputs), (("same_as", "inputs"), compared)):
        if inputs is not None:
            yield partial(_check_all_given, program, inputs, at)
            yield partial(check_lengths, program, test.dims, inputs, at)
            for name, data in inputs.items():
                yield partial(_check_input, program, name, data, at)
                if as_written:
                    yield partial(check_numbers, program, name, data, at)
    if test.same_as is not None:
        yield partial(_check_twin, program, test)


CODE_ASKED = "write the code of what the data does wrong, such as `SPC0520`; a run says which"


def _check_code(code: str) -> None:
    # the texts of all codes are loaded only where a test names one
    from spec_compiler.codes import CODES

    if code not in CODES:
        raise Refusal(
            "SPC0704",
            f"there is no code `{code}`",
            argument=("raises",),
            **suggestion(
                nearest(code.upper(), CODES),
                f"{CODE_ASKED}; `specc explain` lists them",
                [known for known in CODES if known.startswith(_OF_DATA)],
            ),
        )
    if not code.startswith(_OF_DATA):
        message = f"no inputs are refused with `{code}`: {CODES[code].title}"
        raise _never(message, ("raises",), f"what data can do wrong has a code {_OF_DATA}xx")


def _check_sizes(program: Program, test: SpecTest) -> None:
    known = program.named_sizes
    if test.count > MOST_CASES:
        raise Refusal(
            "SPC0706",
            f"`dims` makes {test.count:,} cases, and {MOST_CASES:,} are the most",
            argument=("dims",),
        )
    for name, sizes in test.dims.items():
        item, fixed = known.get(name), program.core.scope.dims.get(name)
        if item is None and isinstance(fixed, int):
            if any(size != fixed for size in sizes):
                raise _never(f"`{name}` is fixed at {fixed}", ("dims", name))
            continue
        if item is None:
            raise _unknown("size", name, known, ("dims", name))
        for size in sizes:
            limit = program.asked(name, size)
            if limit:
                raise _never(f"`{name}` must be {limit}, not {size}", ("dims", name))
    for check in program.graph.checks:
        _check_relation(test, check)


def _check_relation(test: SpecTest, check: Check) -> None:
    """Refuse sizes that break a relation between them, as far as the test gives them all."""
    names = [item.name for size in (check.left, check.right) for item in symbols(size)]
    given = {name: test.dims.get(name, ()) for name in names}
    for sizes in product(*given.values()):
        chosen = dict(zip(given, sizes, strict=True))
        if not check.holds(chosen):
            shown = " and ".join(f"`{n}` is {size}" for n, size in chosen.items())
            relation, _, or_one = check.relation.partition(" or ")
            wanted = f"`{check.left} {relation} {check.right}`" + ", or one of them 1" * bool(
                or_one
            )
            raise _never(f"{check.why} needs {wanted}, and {shown}", ("dims", names[0]))


def _check_all_given(program: Program, inputs: Mapping[str, Any], at: ItemPath) -> None:
    missing = [name for name in program.graph.inputs if name not in inputs]
    unknown = [name for name in inputs if name not in program.graph.inputs]
    if missing and not unknown:  # a slip in a name is one mistake
        raise Refusal(
            "SPC0102",
            f"`{at[-1]}` has no data for `{missing[0]}`",
            argument=at,
            help=f"add `{missing[0]}: …`",
        )


def _check_input(program: Program, name: str, data: Any, at: ItemPath) -> None:
    known = program.graph.inputs
    if name not in known:
        raise _unknown("input", name, known, (*at, name))
    try:
        _check_data(program, data, known[name].type, f"the input `{name}`", (*at, name))
    except Refusal as refusal:  # only where it is none
        from spec_compiler.elaborate.fixed_dims import of_fixed_dim

        raise of_fixed_dim(refusal, name, data, program.core) from None


def _check_twin(program: Program, test: SpecTest) -> None:
    """Refuse other inputs whose results have another shape."""
    if test.inputs is None or test.same_as is None:
        return
    try:
        sizes = [lengths(program, inputs) for inputs in (test.inputs, test.same_as.inputs)]
    except Refusal:
        raise Skipped from None  # it is said of the input
    shapes = {
        name: [tuple(_size(size, known) for size in port.type.shape) for known in sizes]
        for name, port in program.outputs.items()
    }
    apart = [name for name, (one, other) in shapes.items() if _differ(one, other)]
    wrong = next((name for name in test.expect or program.outputs if name in apart), None)
    if wrong is not None:
        one, other = map(shape_text, shapes[wrong])
        together = [name for name in shapes if name not in apart]
        message = f"`{wrong}` is {one} here, and with the other inputs {other}"
        raise _never(message, ("same_as",), compared_only(together))


def compared_only(names: Collection[str]) -> str:
    """What to write where only some results can be the same."""
    if not names:
        return "give inputs that make results of one shape"
    named = ", ".join(f"{name}: {{finite: true}}" for name in names)
    return f"only what stands under `expect` is compared: write `expect: {{{named}}}`"


def _size(size: Size, known: Mapping[str, int]) -> Size:
    """The number that a size is; itself where that cannot be told."""
    told = isinstance(size, int) or all(item.name in known for item in symbols(size))
    return evaluate(size, known) if told else size


def _differ(one: Shape, other: Shape) -> bool:
    return any(
        isinstance(a, int) and isinstance(b, int) and a != b
        for a, b in zip(one, other, strict=True)
    )


def _check_output(program: Program, name: str, expected: Expectation) -> None:
    if name not in program.outputs:
        if name in program.steps:
            raise _inside(name)
        raise _unknown("output", name, program.outputs, ("expect", name))
    port, at = program.outputs[name], ("expect", name)
    what = f"the output `{name}`"
    if expected.value is not None:
        _check_data(program, expected.value, port.type, what, (*at, "value"))
    if expected.file is not None:
        _check_path(program, expected.file, (*at, "file"))
        if expected.file.lower().endswith(".csv") and port.type.rank != 2:
            message = f"a csv file holds rows and columns, and {what} has rank {port.type.rank}"
            raise _never(message, (*at, "file"), "name an npy, npz or json file")
    if expected.shape is not None:
        try:
            _compare(expected.shape, port.type, what, (*at, "shape"))
        except Refusal as refusal:
            source = program.wiring.outputs[name.partition(".")[0]].reference.source
            settings = {step: of.settings for step, of in program.steps.items()}
            raise with_cause(refusal, source, program.wiring.calls, settings) from None
    if expected.dtype is not None and expected.dtype != port.type.dtype:
        raise _never(f"{what} is `{port.type.dtype}`, not `{expected.dtype}`", (*at, "dtype"))
    axis = expected.sum.axis if expected.sum else None
    if axis is not None and not -port.type.rank <= axis < port.type.rank:
        raise _never(f"{what} has rank {port.type.rank}, no axis {axis}", (*at, "sum", "axis"))
    _check_mask(expected.mask, port.mask, what, (*at, "mask"))


def _check_mask(claimed: Any, mask: TensorType | None, what: str, at: ItemPath) -> None:
    if claimed == "none" and mask is not None:
        raise _never(f"{what} has a mask", at)
    if claimed in (None, "none"):
        return
    if mask is None:
        raise _never(f"{what} has no mask", at)
    values = holds_booleans(claimed)
    shape = extent(claimed, at, "the mask") if values else claimed
    _compare(shape, mask, f"the mask of {what}", at, whole=values)


def _check_data(program: Program, data: Any, of: TensorType, what: str, at: ItemPath) -> None:
    if isinstance(data, TensorFile):
        _check_path(program, data.file, (*at, "file"))
    else:
        shape = extent(data, at, f"the data for {what}")
        if shape:  # a number alone stands for every entry
            _compare(shape, of, what, at, whole=True)


def _check_path(program: Program, file: str, at: ItemPath) -> None:
    try:
        program.core.origin.locate(file)
        if not file.lower().endswith(DATA_FORMATS):
            raise unknown_format(file)
    except Refusal as refusal:
        raise refusal.but(argument=at) from None


_BATCH_FIRST = "its first axis is the batch"


def _compare(
    shape: tuple[Size | None, ...], of: TensorType, what: str, at: ItemPath, *, whole: bool = False
) -> None:
    """Refuse a shape that no run can have; `whole` for data, which is blamed as a whole."""
    same_rank = len(shape) == of.rank
    wrong = [
        real
        for size, real in (zip(shape, of.shape, strict=True) if same_rank else ())
        if size is not None and Facts().equal(size, real) is False
    ]
    if wrong or not same_rank:
        kind = "data" if whole else "claim"
        shown = ", ".join("null" if size is None else str(size) for size in shape)
        hint = extra_axis(of.shape, shape)
        if not hint and len(shape) == of.rank - 1:
            hint = _BATCH_FIRST
        if wrong and not isinstance(wrong[0], int):
            low, high = bounds(wrong[0])
            limits = f"at least {low}" if high is None else f"{low} to {high}"
            hint = f"`{wrong[0]}` is {limits}"
        message = f"{what} is {shape_text(of.shape)}, and the {kind} is [{shown}]"
        if not whole:
            fix = claimed_of(of.shape, shape, hint)
            raise OtherClaim("SPC0705", message, at, of.shape, shape, fix)
        as_row = Fix("entry", "[@]", f"{at[-1]}", safe=False, help=hint)
        raise _never(message, at, hint).but(fix=as_row if hint == _BATCH_FIRST else None)


def _never(message: str, at: ItemPath, hint: str = "") -> Refusal:
    return Refusal("SPC0705", message, argument=at, help=hint)


def _inside(name: str) -> Refusal:
    return Refusal(
        "SPC0704",
        f"the model has no output `{name}`",
        argument=("expect", name),
        blame_key=True,
        annotation="a layer inside of the model",
        help=f"name it under `outputs`, too: `{name}: {name}`; or claim it beside the layer, "
        "`expect: {shape: …}`",
    )


def _unknown(what: str, name: str, known: Mapping[str, object], at: ItemPath) -> Refusal:
    listed = ", ".join(f"`{item}`" for item in known) or "none"
    return Refusal(
        "SPC0704",
        f"the model has no {what} `{name}`",
        argument=at,
        blame_key=True,
        **suggestion(nearest(name, known), f"there is {listed}", known, only=known),
    )
