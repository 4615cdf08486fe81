"""What other tools call an optimizer and its arguments, and those that Keras has not."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from spec_compiler.declaring.other_tools.names import Names, any_of, meant, other_names
from spec_compiler.declaring.plain import in_braces, is_list, is_mapping
from spec_compiler.fixes import Fix, called, entry, put, rename, write
from spec_compiler.spelling import folded

_OWN = "it is an optimizer of its own, and Keras has none that does the same"
_MOMENTUM = "{type: sgd, momentum: 0.9}"
NAMES: Mapping[str, str | Fix] = {
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
_ARGUMENTS_OF: Names = other_names(
    {
        "learning_rate": "schedule scheduler lr_schedule lr_scheduler learning_rate_schedule "
        "initial_lr base_lr init_lr",
        "clipnorm": "grad_clip clip gradient_clipping clip_gradient clip_gradients",
        "global_clipnorm": "max_grad_norm gradient_clip_val clip_grad_norm grad_norm max_norm",
        "clipvalue": "clip_grad_value",
        "weight_decay": "wd l2 decay weight_decay_rate l2_penalty",
        "beta_1": "b1 adam_beta1",
        "beta_2": "b2 adam_beta2",
        "epsilon": "eps adam_epsilon",
        "rho": "alpha smoothing",
        "nesterov": "use_nesterov",
        "gradient_accumulation_steps": "accumulate_grad_batches accumulation_steps grad_accum",
    }
)
_OTHER_RULES = ("weight_decay", "clipnorm", "global_clipnorm")
"""What others compute in another way, or of all weights together."""
_BETAS = any_of("betas beta adam_betas")
_ARGUMENTS = frozenset(name for names in _ARGUMENTS_OF.values() for name in names)


def of_argument(key: str, given: Mapping[str, object], known: Collection[str]) -> Fix | None:
    """What to write for an argument that an optimizer has not."""
    if folded(key) in _BETAS and (fix := _of_betas(given.get(key), given, known)):
        return fix
    own = meant(_ARGUMENTS_OF, key, [*given, *(name for name in _ARGUMENTS if name not in known)])
    if own is None:
        return None
    if own.text == "clipnorm" and isinstance(given.get(key), str | bool):
        return None
    if own.text == "learning_rate" and not is_mapping(given.get(key)):
        return own._replace(safe=isinstance(given.get(key), int | float | str))
    return own._replace(safe=own.text not in _OTHER_RULES)


def _of_betas(written: object, given: Mapping[str, object], known: Collection[str]) -> Fix | None:
    """The two numbers of a list, each under its name."""
    names = ("beta_1", "beta_2")
    if not is_list(written) or len(written) != 2 or not {*names} <= {*known} or {*names} & {*given}:
        return None
    first, second = (in_braces(number) for number in written)
    words = f"write `beta_1: {first}, beta_2: {second}`"
    return entry("beta_1", first, words, safe=True).and_(put("beta_2", second, beside=True))
