"""What other libraries call an optimizer, and those that Keras has not."""

from __future__ import annotations

from collections.abc import Mapping

from spec_compiler.fixes import Fix, called, rename, write
from spec_compiler.spelling import folded

_OWN = "it is an optimizer of its own, and Keras has none that does the same"
_MOMENTUM = "{type: sgd, momentum: 0.9}"
_MEANT: Mapping[str, str | Fix] = {
    **dict.fromkeys(
        ("gd", "gradientdescent", "gradientdescentoptimizer", "stochasticgradientdescent"),
        rename("sgd", safe=True),
    ),
    **dict.fromkeys(("adamwtorch", "adamwhf", "adamwtorchfused"), rename("adamw", safe=True)),
    **dict.fromkeys(("amsgrad", "adamams"), write("{type: adam, amsgrad: true}")),
    **dict.fromkeys(
        ("momentum", "sgdmomentum", "sgdm", "momentumoptimizer"), write(_MOMENTUM, safe=False)
    ),
    **dict.fromkeys(
        ("nesterov", "nag", "sgdnesterov"),
        write("{type: sgd, momentum: 0.9, nesterov: true}", safe=False),
    ),
    "nadamw": called("nadam", "write `nadam`, which takes `weight_decay`"),
    **dict.fromkeys(
        ("schedulefree", "schedulefreeadam", "adamwschedulefree"),
        rename("schedule_free_adamw", safe=False),
    ),
    **dict.fromkeys(
        (
            *("radam", "rectifiedadam", "adabelief", "adamp", "sgdp", "adabound", "amsbound"),
            *("adamod", "yogi", "novograd", "lookahead", "ranger", "ranger21", "sgdw", "sgdr"),
            *("adahessian", "shampoo", "lars", "larc", "adan", "sophia", "prodigy", "sparseadam"),
            *("lbfgs", "bfgs", "sam", "adamwr", "asgd", "rprop", "adam8bit", "adamw8bit", "qhadam"),
            *("pagedadamw", "pagedadamw32bit", "pagedadamw8bit", "adamwbnb8bit", "dadaptation"),
            *("dadaptadam", "galore", "galoreadamw", "soap", "mars", "fromage", "madgrad", "came"),
            *("noisysgd", "fusedadam", "adagradw", "padam", "adamg", "diffgrad", "aggmo", "swats"),
            *("adas", "nero", "lion8bit", "adascale", "adamini", "adammini", "grokadamw", "apollo"),
            *("proximaladagrad", "proximalgradientdescent", "adagradda", "conjugategradient"),
        ),
        _OWN,
    ),
}
"""By names in small letters and without signs."""


def of_optimizer(name: str) -> str | Fix | None:
    """What to write for an optimizer of other libraries; None where it is not known."""
    return _MEANT.get(folded(name))
