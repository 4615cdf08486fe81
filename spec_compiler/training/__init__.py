"""What training is made of: Keras's losses, metrics, optimisers and schedules, by name.

Only a spec with a section `train` loads any of it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from spec_compiler.declaring.choice import Registry
from spec_compiler.training.losses import LOSSES
from spec_compiler.training.metrics import METRICS
from spec_compiler.training.optimizers import OPTIMIZERS
from spec_compiler.training.schedules import SCHEDULES

TRAINING: Mapping[str, Registry[Any]] = {
    "loss": LOSSES,
    "metric": METRICS,
    "optimizer": OPTIMIZERS,
    "schedule": SCHEDULES,
}
"""The registries by the kind of thing."""
