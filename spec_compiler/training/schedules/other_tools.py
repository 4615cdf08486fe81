"""What other tools call schedules of the learning rate, and their arguments."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from spec_compiler.declaring.other_tools.names import Names, any_of, meant, other_names
from spec_compiler.fixes import Fix, rename
from spec_compiler.spelling import folded

NAMES: Mapping[str, Fix] = {
    "cosine": rename("cosine_decay", safe=False),
    "cosineannealinglr": rename("cosine_decay", safe=False),
    "cosineannealing": rename("cosine_decay", safe=False),
    "exponential": rename("exponential_decay", safe=False),
    "exponentiallr": rename("exponential_decay", safe=False),
    "polynomial": rename("polynomial_decay", safe=False),
    "linear": rename("polynomial_decay", safe=False),
    "inversetime": rename("inverse_time_decay", safe=False),
    "piecewise": rename("piecewise_constant_decay", safe=False),
}
_SCHEDULE: Names = other_names(
    {
        "initial_learning_rate": "initial lr learning_rate base_lr start init_lr initial_lr max_lr",
        "decay_steps": "steps total_steps t_max num_training_steps step_size max_steps",
        "decay_rate": "gamma rate factor decay",
        "warmup_steps": "warmup num_warmup_steps",
        "end_learning_rate": "final end min_lr eta_min final_lr end_lr",
    }
)

_OTHERWISE = any_of("t_max step_size max_lr")
"""What others count in epochs, or reach and do not begin with."""


def of_schedule(key: str, given: Mapping[str, object], known: Collection[str]) -> Fix | None:
    """What to write for an argument that a schedule has not."""
    others = {name for names in _SCHEDULE.values() for name in names}
    own = meant(_SCHEDULE, key, [*given, *(name for name in others if name not in known)])
    return None if own is None else own._replace(safe=own.safe and folded(key) not in _OTHERWISE)
