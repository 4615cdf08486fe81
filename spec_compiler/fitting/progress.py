"""How far a training has come, and all that it takes to go on as if it had never stopped."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast

from spec_compiler.compare import identity
from spec_compiler.elaborate.training import Training
from spec_compiler.ir.arrays import Array, np
from spec_compiler.program import Program
from spec_compiler.refusals import Refusal
from spec_compiler.weights.tensors import open_tensors, write_tensors

_FREE = ("epochs", "early_stopping", "doc")
"""What of a section `train` may change between a training and its going on."""


@dataclass(slots=True)
class Checkpoint:
    """The state after an epoch.

    Attributes:
        epoch: How many epochs are done.
        history: What was measured: by name, a number for each epoch.
        state: The variables of the model, then those of the optimiser.
        best: The weights of the best epoch, where early stopping keeps them.
        stopping: The numbers of early stopping.
        stopped: Whether it has ended the training.
        signature: What must be the same where it goes on.
    """

    epoch: int = 0
    history: dict[str, list[float]] = field(default_factory=dict[str, list[float]])
    state: list[Array] = field(default_factory=list[Array])
    best: list[Array] = field(default_factory=list[Array])
    stopping: dict[str, float | None] = field(default_factory=dict[str, "float | None"])
    stopped: bool = False
    signature: Mapping[str, str] = field(default_factory=dict[str, str])

    def measured(self, epoch: int) -> str:
        """The numbers of an epoch, for people."""
        names = [name for name in self.history if name != "learning_rate"]
        names.sort(key=lambda name: (name.startswith("val_"), name.removeprefix("val_") != "loss"))
        return "  ".join(f"{name} {self.history[name][epoch - 1]:.4g}" for name in names)

    def write(self, path: Path) -> None:
        """Write it as a safetensors file, all of it or nothing."""
        words = {
            "epoch": self.epoch,
            "history": self.history,
            "stopping": self.stopping,
            "stopped": self.stopped,
            "signature": dict(self.signature),
        }
        tensors = {f"state.{at:05}": array for at, array in enumerate(self.state)}
        tensors |= {f"best.{at:05}": array for at, array in enumerate(self.best)}
        text = np.frombuffer(json.dumps(words).encode(), np.uint8)
        write_tensors(path, {**tensors, "progress": text})


def read_checkpoint(path: Path, signature: Mapping[str, str]) -> Checkpoint:
    """The state that a file holds.

    Args:
        path: The file.
        signature: That of the training that is to go on.

    Raises:
        Refusal: it is no checkpoint, or one of another training.
        OSError: it cannot be read.
    """
    if not path.exists():
        message = f"there is no checkpoint `{path.name}` to go on from"
        raise Refusal("SPC0913", message, help="leave `--resume` out to begin")
    broken = no_checkpoint(path.name)
    try:
        tensors = open_tensors(path)
    except Refusal as refusal:
        raise no_checkpoint(path.name, refusal.message) from None
    if "progress" not in tensors:
        raise broken
    try:
        words = cast("dict[str, Any]", json.loads(bytes(np.asarray(tensors["progress"]))))
        found = Checkpoint(
            int(words["epoch"]),
            {str(name): list(of) for name, of in words["history"].items()},
            [np.array(tensors[name]) for name in sorted(tensors) if name.startswith("state.")],
            [np.array(tensors[name]) for name in sorted(tensors) if name.startswith("best.")],
            dict(words["stopping"]),
            bool(words["stopped"]),
            dict(words["signature"]),
        )
    except (ValueError, KeyError, TypeError, AttributeError):
        raise broken from None
    for what, text in signature.items():
        if found.signature.get(what) != text:
            raise Refusal(
                "SPC0913",
                f"`{path.name}` is of a training with {what}",
                help="go on with what it began with, or write `--force` in place of `--resume`",
            )
    return found


def no_checkpoint(name: str, why: str = "") -> Refusal:
    """That a training cannot go on with a file."""
    message = f"`{name}` is not a checkpoint of `specc train`"
    return Refusal(
        "SPC0913",
        f"{message}: {why}" if why else message,
        help="to begin again, write `--force` in place of `--resume`",
    )


def signature(program: Program, training: Training, rows: int) -> dict[str, str]:
    """What must be the same for a training to go on, by what is said where it is not."""
    settings = training.train.model_dump(mode="json", exclude=set(_FREE))
    seed = training.train.seed
    settings["seed"] = program.core.header.seed if seed is None else seed
    return {
        "another model": identity(program),
        "another section `train`": json.dumps(settings, sort_keys=True),
        "another number of rows": str(rows),
    }


def no_number(history: Mapping[str, list[float]]) -> int | None:
    """The first epoch, from 1, whose loss is no finite number; None where there is none."""
    losses = history.get("loss", [])
    return next((at for at, loss in enumerate(losses, 1) if not math.isfinite(loss)), None)
