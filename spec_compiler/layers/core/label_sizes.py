"""How large the axes of an einsum are: what the input, `sizes` and `output_shape` say together."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from spec_compiler.fixes import Fix, advise, remove, write
from spec_compiler.ir.build import Builder
from spec_compiler.ir.dims import Size, quoted
from spec_compiler.ir.graph import Value
from spec_compiler.layers.core.equation import Equation
from spec_compiler.records import record
from spec_compiler.refusals import ItemPath, Refusal


class _Stated(NamedTuple):
    """What the author says about a label, and where."""

    label: str
    size: Size
    at: ItemPath


@record
class LabelSizes:
    """Finds the size of each label.

    Attributes:
        equation: The labels.
        sizes: What the author says by label.
        output_shape: What the author says by position, without batch and ellipsis, with nulls.
    """

    equation: Equation
    sizes: Mapping[str, Size]
    output_shape: tuple[Size | None, ...] | None

    def find(self, b: Builder, x: Value, elided: str) -> dict[str, Size]:
        """The size of each label: a number where any place gives one.

        Args:
            b: Proves that the places agree, or records it for the data.
            x: The input.
            elided: The labels of the axes that the ellipsis stands for.

        Raises:
            Refusal: two places contradict each other.
        """
        found: dict[str, Size] = dict(zip(self.equation.input.axes(elided), x.shape, strict=True))
        places: dict[str, ItemPath] = {}
        for stated in self._stated(len(elided)):
            label, size, at = stated
            known = found.get(label)
            if known is not None and not b.require(known, "==", size, f"einsum label `{label}`"):
                axes = self.equation.input.axes(elided)
                origins = ((x, axes.index(label)),) if label in axes else ()
                raise self._conflict(stated, known, places.get(label)).but(origins=origins)
            if known is None or isinstance(size, int):
                found[label] = size
                places[label] = at
        return found

    def of_kernel(self, label: str, found: Mapping[str, Size]) -> int:
        """The size of an axis of the kernel.

        Raises:
            Refusal: no place says it.
        """
        size = found.get(label)
        if isinstance(size, int):
            return size
        if size is None:
            message = f"nothing says how large einsum label `{label}` of the kernel is"
            help = f"write `sizes: {{{label}: …}}`, or its size in `output_shape`"
        else:
            message = f"einsum label `{label}` of the kernel is {quoted(size)}, known only from "
            message += "the data"
            help = f"give that axis a number where it is declared, or write `sizes: {{{label}: …}}`"
        raise Refusal(
            "SPC0333",
            message,
            argument=("equation",),
            within=self.equation.kernel.columns(label),
            related=self._open(label) if size is None else (),
            origins=() if size is None else ((size, "size"),),
            help=help,
        )

    def of_bias(self, axes: str, found: Mapping[str, Size], elided: int) -> tuple[int, ...]:
        """The shape of a bias: from its first axis to the end of the output, 1 where it has none.

        Raises:
            Refusal: it would lie over the batch or another size that only the data knows.
        """
        output = self.equation.output
        shape: list[int] = []
        for label in output.labels[min(map(output.labels.index, axes)) :]:
            size = found[label] if label in axes else 1
            if not isinstance(size, int):
                raise self._unknown_bias(label, size, axes.index(label), len(axes) > 1)
            shape.append(size)
        return (*shape, *(1,) * (elided if output.ellipsis == "right" else 0))

    def _stated(self, elided: int) -> Iterator[_Stated]:
        for label, size in self.sizes.items():
            yield _Stated(label, size, ("sizes", label))
        if self.output_shape is None:
            return
        labels = self._labels_of_output_shape(elided, len(self.output_shape))
        for i, (label, size) in enumerate(zip(labels, self.output_shape, strict=True)):
            if size is not None:
                yield _Stated(label, size, ("output_shape", i))

    def _labels_of_output_shape(self, elided: int, given: int) -> str:
        output = self.equation.output
        labels = output.labels[1:]
        # with the batch inside the ellipsis every label is meant; where an ellipsis at the left
        # stands for nothing, the author may have thought of a batch or not, and the length tells
        if output.ellipsis == "left" and (elided or given == len(output.labels)):
            labels = output.labels
        if given != len(labels):
            wanted = "1 entry" if len(labels) == 1 else f"{len(labels)} entries"
            raise Refusal(
                "SPC0334",
                f"`output_shape` needs {wanted}"
                + (f", for {', '.join(f'`{label}`' for label in labels)}" if labels else "")
                + f", and it has {given}",
                argument=("output_shape",),
                related=((("equation",), f"the output is `{output}`"),),
                fix=self._padded(len(labels)),
            )
        return labels

    def _padded(self, wanted: int) -> Fix | None:
        """Nulls for the axes that the input decides, where only the last ones are given."""
        words = "leave out the batch and the axes of an ellipsis, or use `sizes`"
        given = self.output_shape or ()
        if len(given) >= wanted:
            return advise(words)
        entries = ["null"] * (wanted - len(given))
        entries += ["null" if size is None else f"{size}" for size in given]
        text = f"[{', '.join(entries)}]"
        return write(text, words=words, safe=False)._replace(whole=True)

    def _open(self, label: str) -> tuple[tuple[ItemPath, str], ...]:
        """The null in `output_shape` that stands for a label."""
        if self.output_shape is None:
            return ()
        labels = self.equation.output.labels
        entry = labels.index(label) - (len(labels) - len(self.output_shape))
        return ((("output_shape", entry), "null leaves it open"),) if entry >= 0 else ()

    def _conflict(self, stated: _Stated, known: Size, other: ItemPath | None) -> Refusal:
        label, key = stated.label, stated.at[0]
        here = ((stated.at, f"here `{label}` is {quoted(stated.size)}"),)
        there = f"here `{label}` is {quoted(known)}"
        if other is not None:
            fix = advise("make the two agree")
        elif key == "sizes":
            words = f"remove `{label}` from `sizes`: the input already fixes it"
            fix = remove(words).on(*stated.at)
        else:
            words = f"write {known} or null: the input already fixes it"
            fix = write("null", words=words, safe=False).on(*stated.at)
        place = f"`{other[0]}`" if other else "the input"
        return Refusal(
            "SPC0302",
            f"einsum label `{label}` is {quoted(known)} in {place} and {quoted(stated.size)} in "
            f"`{key}`",
            argument=("equation",),
            within=self.equation.columns(label),
            annotation="" if other else there,
            related=((other, there), *here) if other else here,
            fix=fix,
        )

    def _unknown_bias(self, label: str, size: Size, column: int, many: bool) -> Refusal:
        named = self.equation.input
        batch = named.ellipsis != "left" and named.labels[0] == label
        what = "the batch" if batch else f"{quoted(size)}, known only from the data"
        help = f"leave `{label}` out of `bias_axes`"
        words = help if batch else f"{help}, or write `sizes: {{{label}: …}}`"
        return Refusal(
            "SPC0333",
            f"a bias over `{label}` needs a size that is known; it is {what}",
            argument=("bias_axes",),
            within=(column, column + 1),
            origins=((size, "size"),),
            fix=write("", words=words, safe=False) if many else remove(words),
        )
