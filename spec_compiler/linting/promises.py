"""Promises that hold nothing: tests of what is proved anyway, files without a checksum."""

from __future__ import annotations

from collections.abc import Iterator

from spec_compiler.fixes import put
from spec_compiler.linting.looking import Document
from spec_compiler.places import Placed
from spec_compiler.refusals import Refusal

_PROVED = frozenset({"shape", "dtype", "doc"})


def tests_of_types(document: Document) -> Iterator[tuple[Placed, Refusal]]:
    """Tests that expect shapes and dtypes alone."""
    core = document.known.core
    for index, test in core.tests if core is not None else ():
        expected = test.expect
        if test.raises is not None or test.same_as is not None or not expected:
            continue
        if all(item.model_fields_set <= _PROVED for item in expected.values()):
            path = ("tests", index, "expect", next(iter(expected)))
            message = f"the test `{test.name}` looks at no number: shapes and dtypes are proved"
            yield (
                document.node,
                Refusal(
                    "SPC1021",
                    message,
                    argument=path,
                    blame_key=True,
                    fix=put("finite", "true", ", or say what the numbers are", verb="add"),
                ),
            )


def checksums(document: Document) -> Iterator[tuple[Placed, Refusal]]:
    """A file of weights that may be another one tomorrow."""
    core = document.known.core
    weights = core.header.weights if core is not None else None
    if weights is not None and weights.sha256 is None:
        yield (
            document.node,
            Refusal(
                "SPC1022",
                f"nothing says which `{weights.file}` is meant",
                argument=("weights",),
                blame_key=True,
                help="add `sha256: …`, as `sha256sum` prints it",
            ),
        )
