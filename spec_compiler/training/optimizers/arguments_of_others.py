"""What other tools call the arguments of optimisers where the name is another."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from spec_compiler.declaring.other_names import Names, any_of, meant, other_names
from spec_compiler.declaring.plain import in_braces, is_list, is_mapping
from spec_compiler.fixes import Fix, entry, put
from spec_compiler.spelling import folded

_OPTIMIZER: Names = other_names(
    {
        "learning_rate": "schedule scheduler lr_schedule lr_scheduler learning_rate_schedule "
        "initial_lr base_lr init_lr",
        "clipnorm": "grad_clip clip clip_norm gradient_clipping clip_gradient clip_gradients",
        "global_clipnorm": "max_grad_norm gradient_clip_val clip_grad_norm grad_norm max_norm",
        "clipvalue": "clip_value clip_grad_value",
        "weight_decay": "wd l2 decay weight_decay_rate l2_penalty",
        "beta_1": "beta1 b1 adam_beta1",
        "beta_2": "beta2 b2 adam_beta2",
        "epsilon": "eps adam_epsilon",
        "rho": "alpha smoothing",
        "nesterov": "use_nesterov",
        "gradient_accumulation_steps": "accumulate_grad_batches accumulation_steps grad_accum",
    }
)


def of_optimizer(key: str, given: Mapping[str, object], known: Collection[str]) -> Fix | None:
    """What to write for an argument that an optimizer has not."""
    if folded(key) in _BETAS and (fix := _of_betas(given.get(key), given, known)):
        return fix
    own = meant(_OPTIMIZER, key, [*given, *(name for name in _ARGUMENTS if name not in known)])
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


_OTHER_RULES = ("weight_decay", "clipnorm", "global_clipnorm")
"""What others compute in another way, or of all weights together."""
_BETAS = any_of("betas beta adam_betas")
_ARGUMENTS = frozenset(name for names in _OPTIMIZER.values() for name in names)
