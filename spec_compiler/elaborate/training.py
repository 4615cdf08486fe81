"""How a model is trained, proved against the program: losses, labels, metrics, and the rest."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import NamedTuple

from spec_compiler.diagnostics import Diagnostics
from spec_compiler.elaborate.labels import Labels, told_by_labels
from spec_compiler.elaborate.output_forms import made
from spec_compiler.fixes import Fix, advise, put, write
from spec_compiler.formats import DATA_FORMATS, unknown_format
from spec_compiler.language.train import ONLY, Train
from spec_compiler.places import Outside
from spec_compiler.program import Port, Program
from spec_compiler.refusals import Refusal
from spec_compiler.spelling import listed, nearest, suggestion
from spec_compiler.training.facts import LabelType, Made
from spec_compiler.training.losses import Loss
from spec_compiler.training.metrics import Metric


class Trainee(NamedTuple):
    """An output that is trained.

    Attributes:
        made: What is known of it.
        loss: What is made small.
        label: The name of its labels in the data.
        type: What they must be.
        metrics: What is measured, by the name that it is shown under.
    """

    made: Made
    loss: Loss
    label: str
    type: LabelType
    metrics: Mapping[str, Metric]


class Training(NamedTuple):
    """A section `train` that was proved.

    Attributes:
        train: As it is written.
        outputs: What is trained, by output.
        labels: What the data holds beside the inputs, by name.
    """

    train: Train
    outputs: Mapping[str, Trainee]
    labels: Mapping[str, Port]

    def with_labels(self, program: Program) -> Program:
        """The program as the data of training is held against it: labels are inputs, too."""
        inputs = {name: port.signal.value for name, port in self.labels.items()}
        graph = replace(program.graph, inputs={**program.graph.inputs, **inputs})
        return replace(program, graph=graph, inputs={**program.inputs, **self.labels})

    @property
    def measured(self) -> dict[str, bool]:
        """What an epoch gives numbers of, as the history calls it, and whether less is better."""
        several = len(self.outputs) > 1
        found = {"loss": True}
        for name, of in self.outputs.items():
            prefix = f"{name}_" if several else ""
            found |= {f"{prefix}loss": True} if several else {}
            found |= {f"{prefix}{key}": metric.falls for key, metric in of.metrics.items()}
        kept = {f"val_{name}": falls for name, falls in found.items()}
        return found | kept if self.train.validates else found


def check_training(program: Program, diagnostics: Diagnostics) -> Training | None:
    """What is trained; None where it was refused, or there is no section `train`.

    Args:
        program: Without errors.
        diagnostics: Collects what is wrong.
    """
    train = program.core.train
    if train is None:
        return None
    return _Check(program, train, diagnostics).run()


class _Check:
    """Walks the section; knows where things are, while the rules know why."""

    def __init__(self, program: Program, train: Train, found: Diagnostics) -> None:
        self.program, self.train, self.found = program, train, found
        self.node = program.core.node.nearest(("train",))
        self.outputs: dict[str, Trainee] = {}
        self.all_known = True
        """Whether each loss is said of an output that there is."""

    def run(self) -> Training | None:
        """See `check_training`."""
        before = len(self.found.errors)
        losses = self.losses()
        self.named("loss_weights", self.train.loss_weights, losses)
        self.named("metrics", self.train.metrics, losses)
        labels = Labels(self.program, self.train, list(losses))
        for label in self.train.labels if self.all_known else ():
            with self.found.at(self.node):
                labels.check_name(label)
        for name, loss in losses.items():
            with self.found.at(self.node):
                self.output(name, loss, labels)
        if len(self.found.errors) > before:
            return None
        training = Training(self.train, self.outputs, labels.ports)
        for check in (self.class_weight, self.early_stopping, self.validation, self.weights):
            with self.found.at(self.node):
                check(training)
        return training if len(self.found.errors) == before else None

    def losses(self) -> dict[str, Loss]:
        """The losses by output, of those that there are."""
        found: dict[str, Loss] = {}
        outputs = self.program.outputs
        for name, loss in self.train.loss.items():
            with self.found.at(self.node):
                each = ", ".join(f"{output}: {loss.names[0]}" for output in outputs)
                fix = write(f"{{{each}}}", words=f"write `loss: {{{each}}}`, or a part of it")
                self.its_own("loss", name, fix._replace(safe=False))
                found[self.known(name or next(iter(outputs)), _at("loss", name))] = loss
        self.all_known = len(found) == len(self.train.loss)
        return found

    def its_own(self, key: str, name: str, fix: Fix | None) -> None:
        """Refuse what says of no output that it is its own, where there are several."""
        count = len(self.program.outputs)
        if name == ONLY and count > 1:
            message = f"the model has {count} outputs, and `{key}` says of none that it is its own"
            raise Refusal("SPC0901", message, argument=_at(key, name), fix=fix)

    def known(self, name: str, at: tuple[str, ...]) -> str:
        """The name of an output.

        Raises:
            Refusal: there is none of this name.
        """
        outputs = self.program.outputs
        if name in outputs:
            return name
        guess = nearest(name, outputs)
        if guess is None and at[:1] == ("loss",):
            guess = told_by_labels(self.train, outputs)
        raise Refusal(
            "SPC0901",
            f"the model has no output `{name}`",
            argument=at,
            blame_key=True,
            **suggestion(
                guess, f"it has {', '.join(f'`{item}`' for item in outputs)}", outputs, only=outputs
            ),
        )

    def named(self, key: str, said: Mapping[str, object], losses: Mapping[str, Loss]) -> None:
        """Refuse what is said of an output that is not there, or has no loss."""
        for name in said:
            with self.found.at(self.node):
                one = next(iter(losses), next(iter(self.program.outputs)))
                self.its_own(key, name, advise(f"write `{key}: {{{one}: …}}`"))
                self.with_loss(name, _at(key, name), losses)

    def with_loss(self, name: str, at: tuple[str, ...], losses: Mapping[str, Loss]) -> None:
        """Refuse an output without a loss."""
        if name and self.known(name, at) not in losses and losses:
            raise Refusal(
                "SPC0901",
                f"the output `{name}` has no loss",
                argument=at,
                blame_key=True,
                help=f"write `loss: {{{name}: …}}`, too, or leave it out here",
                allowed=listed(losses),
            )

    def output(self, name: str, loss: Loss, labels: Labels) -> None:
        """Prove what is said of an output.

        Raises:
            Refusal: it does not fit.
        """
        port = self.program.outputs[name]
        of = made(self.program, port)
        at = _at("loss", name if name in self.train.loss else ONLY)
        try:
            if port.signal.batch != 0:
                raise Refusal(
                    "SPC0903",
                    f"the output `{name}` is the same for every row: there is nothing to compare",
                )
            wanted = loss.labels(of)
        except Refusal as refusal:
            raise self.at_layer(refusal.under(at), of) from None
        label = labels.of(name, wanted)
        self.outputs[name] = Trainee(of, loss, label, wanted, self.metrics(of, loss))

    def at_layer(self, refusal: Refusal, of: Made) -> Refusal:
        """The refusal of an output that is mended in the layer which makes it."""
        if refusal.fix is None or not isinstance(refusal.fix.at, Outside):
            return refusal
        place = self.program.core.places.get(of.layer)
        return refusal if place is None else refusal.but(fix=refusal.fix._replace(at=place))

    def metrics(self, of: Made, loss: Loss) -> dict[str, Metric]:
        """The metrics of an output, by the name that each is shown under.

        Raises:
            Refusal: one does not fit.
        """
        key = of.name if of.name in self.train.metrics else ONLY
        found: dict[str, Metric] = {}
        for index, metric in enumerate(self.train.metrics.get(key, [])):
            try:
                metric.check(of, loss)
            except Refusal as refusal:
                raise refusal.under((*_at("metrics", key), index)) from None
            count = sum(name.startswith(metric.names[0]) for name in found)
            found[metric.names[0] + (f"_{count + 1}" if count else "")] = metric
        return found

    # --- what is left ---------------------------------------------------------------------------

    def class_weight(self, training: Training) -> None:
        """Weights of classes need one output whose labels are classes."""
        weights = self.train.class_weight
        if weights is None:
            return
        at = ("class_weight",)
        if len(training.outputs) > 1:
            message = "classes have weights where one output has a loss, and here have "
            raise Refusal("SPC0908", f"{message}{len(training.outputs)}", argument=at)
        ((name, of),) = training.outputs.items()
        shape, count = of.made.type.shape, 2
        if of.loss.shares and len(shape) == 2 and isinstance(shape[1], int):
            count = shape[1]
        elif of.loss.of_classes or not (len(shape) == 1 or shape[1:] == (1,)):
            raise Refusal(
                "SPC0908",
                f"the labels of `{name}` are no classes of rows: {of.type.what}",
                argument=at,
                help="weights of classes go with a loss of classes, such as "
                "`sparse_categorical_crossentropy`; else leave them out",
            )
        for number in weights:
            if number >= count:
                raise Refusal(
                    "SPC0908",
                    f"there is no class {number}: the output `{name}` has the classes 0 to "
                    f"{count - 1}",
                    argument=(*at, str(number)),
                    blame_key=True,
                )

    def early_stopping(self, training: Training) -> None:
        """What is watched must be measured."""
        stopping = self.train.early_stopping
        if stopping is None or stopping.monitor in training.measured:
            return
        monitor, at = stopping.monitor, ("early_stopping", "monitor")
        node = self.node.nearest(("early_stopping",))
        where = at if node.get("monitor") is not None else at[:1]
        if monitor.startswith("val_") and not self.train.validates:
            raise Refusal(
                "SPC0907",
                f"`early_stopping` watches `{monitor}`, and no data is kept apart to measure it on",
                argument=where,
                fix=put(
                    "validation_split",
                    "0.2",
                    words="add `validation_split: 0.2`, or write `monitor: loss`",
                ).on(),
            )
        raise Refusal(
            "SPC0907",
            f"`early_stopping` watches `{monitor}`, which is not measured",
            argument=where,
            **suggestion(
                nearest(monitor, training.measured),
                f"one of {', '.join(training.measured)}",
                training.measured,
            ),
        )

    def validation(self, training: Training) -> None:
        """The file of validation data lies beside the spec."""
        file = training.train.validation_data
        if file is None:
            return
        try:
            self.program.core.origin.locate(file)
            if not file.lower().endswith(DATA_FORMATS):
                raise unknown_format(file)
        except Refusal as refusal:
            raise refusal.but(argument=("validation_data",)) from None

    def weights(self, training: Training) -> None:
        """Something must be there that changes."""
        if any(item.weight.trainable for item in self.program.weights.values()):
            return
        why = "all have `trainable: false`" if self.program.weights else "it has none"
        raise Refusal(
            "SPC0909",
            f"no weight of the model can be trained: {why}",
            help="leave `train` out" if not self.program.weights else "let a layer be trained",
        )


def _at(key: str, name: str) -> tuple[str, ...]:
    """Where something is said of an output, or of the only one."""
    return (key,) if name == ONLY else (key, name)
