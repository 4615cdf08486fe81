"""A picture of a spec as data: what stands in it, what flows, and what is said of it.

Whatever draws it (a page, an image, DOT) reads this and nothing else. Names come from strangers.
"""

from __future__ import annotations

from typing import Literal, NamedTuple

from spec_compiler.records import record
from spec_compiler.shortening import counted

Role = Literal["input", "constant", "layer", "block", "output", "refused", "unknown"]
Change = Literal["", "added", "removed", "changed"]


class Lines(NamedTuple):
    """Lines of the spec's text, from 1, both included."""

    first: int
    last: int


class Tensor(NamedTuple):
    """What a box gives.

    Attributes:
        name: Of one of several results; the only one is called ``.
        shape: In words: `(batch, seq, 64)`.
        dtype: Of its elements.
        mask: The shape of its mask, in words; empty where there is none.
    """

    name: str
    shape: str
    dtype: str
    mask: str = ""

    def __str__(self) -> str:
        return f"{self.shape} {self.dtype}"


@record
class Costs:
    """What a layer costs; of sizes that only the data knows, numbers are of those assumed.

    Attributes:
        trainable: Parameters that training changes.
        frozen: Parameters that it does not.
        flops: Of one run; None where the formula has no number.
        flops_words: The formula.
        memory: The bytes of its results; None as above.
        memory_words: The formula.
    """

    trainable: int = 0
    frozen: int = 0
    flops: int | None = 0
    flops_words: str = "0"
    memory: int | None = 0
    memory_words: str = "0"

    @property
    def parameters(self) -> int:
        """Of both kinds."""
        return self.trainable + self.frozen


@record
class Box:
    """An input, a layer, an output; or a layer that was refused, or that reads what was.

    Where a picture is folded, a closed block, or several layers or blocks that are alike.

    Attributes:
        id: Safe in every format.
        name: The full name.
        kind: The type of a layer, the name of a block; else what the role is.
        role: What it is.
        group: The id of the group that it stands in; empty for none.
        tensors: What it gives, as far as it is known.
        costs: What it costs.
        lines: Where it is written in the text that the picture has.
        reuse: The layer whose weights it uses again; empty for none.
        copies: How many there are of it, where it stands for others, too; in each copy of the
            groups around it.
        layers: How many layers it stands for, in all copies; its costs are of these.
        change: What became of it between two specs.
        words: What differs, a line each.
    """

    id: str
    name: str
    kind: str
    role: Role
    group: str = ""
    tensors: tuple[Tensor, ...] = ()
    costs: Costs = Costs()
    lines: Lines | None = None
    reuse: str = ""
    copies: int = 1
    layers: int = 1
    change: Change = ""
    words: tuple[str, ...] = ()


@record
class Group:
    """A copy of a block, or all copies of a use that repeats one; of what is alike, too.

    Attributes:
        id: As that of a box.
        name: The full name of what uses the block, or of the copy; `dense*` of what is alike.
        block: The name of the block, the type of layers, or `sequence`.
        group: The one that it stands in.
        copies: How many there are, of a use that repeats, or in a folded picture of those that are
            alike and drawn once; else 0.
        lines: Where it is written.
        layers: How many layers a group of a folded picture stands for, in all copies.
        costs: Of these; None in a picture that is not folded.
    """

    id: str
    name: str
    block: str
    group: str = ""
    copies: int = 0
    lines: Lines | None = None
    layers: int = 0
    costs: Costs | None = None


@record
class Edge:
    """What flows from a box to another.

    Attributes:
        source: The id of a box.
        target: The id of a box.
        name: Of one of several results.
        label: Shape and dtype; empty where they are not known.
        mask: The shape of the mask beside it; empty where there is none.
        kind: `data`; `mask` where it is read as a mask; `weights` joins two uses of the same
            weights; `open` where what it reads was refused.
        next: Whether it goes from one copy of what is drawn once to another.
        change: What became of it between two specs.
    """

    source: str
    target: str
    name: str = ""
    label: str = ""
    mask: str = ""
    kind: Literal["data", "mask", "weights", "open"] = "data"
    next: bool = False
    change: Change = ""


@record
class Remark:
    """A finding in its place.

    Attributes:
        severity: `error`, `warning` or `note`.
        code: Of the finding.
        message: What is wrong.
        help: What to write instead.
        notes: Further facts.
        lines: Where, in the text that the picture has; None elsewhere.
        columns: The first that is blamed, and the one behind the last, where it is one line.
        place: The file and the line in words, where it is another file.
        boxes: The ids of the boxes and groups that it is about.
    """

    severity: str
    code: str
    message: str
    help: str = ""
    notes: tuple[str, ...] = ()
    lines: Lines | None = None
    columns: tuple[int, int] | None = None
    place: str = ""
    boxes: tuple[str, ...] = ()


@record
class Picture:
    """All of it.

    Attributes:
        file: The name of the spec.
        title: That of the model, or of the file.
        doc: What the author says of it.
        text: The spec's text.
        boxes: Inputs, layers in executable order, outputs.
        groups: Each behind the one that it stands in.
        edges: By their targets.
        remarks: By place.
        assumed: Numbers for sizes that only the data knows, for the costs.
        old: The name of the spec that it is compared with; empty for none.
        old_text: The text of that, where something of it went.
        went: The ids of boxes and groups that went, and their lines in that text.
        verdict: What differs, in one line.
    """

    file: str
    title: str
    doc: str
    text: str
    boxes: tuple[Box, ...]
    groups: tuple[Group, ...]
    edges: tuple[Edge, ...]
    remarks: tuple[Remark, ...] = ()
    assumed: tuple[tuple[str, int], ...] = ()
    old: str = ""
    old_text: str = ""
    went: tuple[tuple[str, Lines], ...] = ()
    verdict: str = ""

    @property
    def counted(self) -> str:
        """How much there is, in words: `12 layers, 1,024 parameters`."""
        boxes = [box for box in self.boxes if box.change != "removed"]
        roles = {"layer", "block", "refused", "unknown"}
        layers = sum(box.layers for box in boxes if box.role in roles)
        parameters = sum(box.costs.parameters for box in boxes)
        return f"{counted(layers, 'layer')}, {counted(parameters, 'parameter')}"
