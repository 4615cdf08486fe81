"""What other tools call the sections of a spec."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from spec_compiler.declaring.other_tools.names import Names, any_of, meant, other_names
from spec_compiler.declaring.plain import is_list, is_mapping
from spec_compiler.fixes import Fix, advise, called, entry, lift, move, remove, rename
from spec_compiler.spelling import folded

_SECTIONS: Names = other_names(
    {
        "layers": "modules services sequential add network net architecture arch backbone steps "
        "jobs nodes ops operators operations stages pipeline graph layer_list model_layers "
        "nn.sequential nn.modulelist modulelist module_list body blocks_list stack tasks",
        "inputs": "input_features features placeholders input_layers signature feeds "
        "input_signature graph_inputs sources args",
        "outputs": "output_features output_layers returns return heads results fetches "
        "output_names graph_outputs targets result",
        "params": "values vars env hparams hyper_parameters parameters arguments settings "
        "properties hyperparams configs knobs defines",
        "dims": "dynamic_axes axes sizes dimensions symbols dynamic_shapes symbolic_dims",
        "blocks": "definitions defs $defs components templates functions macros subgraphs partials "
        "fragments custom_layers local_functions cells anchors",
        "defaults": "default common globals global layer_defaults shared",
        "tests": "test_cases unit_tests checks assertions asserts cases examples specs "
        "expectations validations",
        "train": "trainer training_args training_arguments learning fitting train_config "
        "training_config optimization solver",
        "constraints": "rules invariants conditions requirements relations where require ensure "
        "preconditions",
        "weights": "checkpoint checkpoints state_dict pretrained initializers ckpt weights_file "
        "load_from init_from_checkpoint pretrained_weights init_checkpoint",
        "imports": "import libraries library dependencies uses requires extends bases packages "
        "externals opset_import",
        "dtype": "precision policy mixed_precision default_dtype torch_dtype dtype_policy floatx "
        "compute_dtype float_type",
        "seed": "random_seed random_state rng rng_seed manual_seed global_seed seed_everything",
        "name": "title model_name id graph_name project experiment",
        "doc": "summary about readme docstring doc_string",
        "specc": "spec_version schema_version language_version specc_version format_version "
        "ir_version language lang",
    }
)
_LISTS = frozenset({"layers", "tests", "constraints"})
"""Sections that hold lists; those of this table but `_TEXTS` hold mappings."""
_TEXTS = frozenset({"dtype", "seed", "name", "doc", "specc", "weights"})
_FACTS = other_names(
    {
        "metadata": "author authors license licence tags annotations maintainer maintainers date "
        "created updated url homepage repository source organization organisation contact email "
        "copyright citation reference references paper task domain keywords owner team status "
        "category producer_name producer_version model_type framework"
    }
)
"""What is told to readers alone."""
_NOWHERE: Mapping[str, str] = MappingProxyType(
    {
        **dict.fromkeys(
            ("device", "devices", "gpu", "gpus", "cuda", "accelerator", "num_gpus", "strategy"),
            "leave it out: where a model runs is not said in a spec",
        ),
        **dict.fromkeys(
            ("forward", "call", "edges", "connections", "flow", "wiring", "topology", "links"),
            "leave it out: a layer reads the one above, or what its `from` names",
        ),
        **dict.fromkeys(
            ("kind", "class", "_target_", "type", "object"),
            "leave it out: a spec is a model, or blocks for others",
        ),
        **dict.fromkeys(
            ("logging", "logger", "log", "debug", "verbose", "num_workers", "output_dir"),
            "leave it out: what a command does is said on the command line",
        ),
        **dict.fromkeys(
            ("data", "dataset", "datasets", "preprocessing", "dataloader", "datamodule"),
            "leave it out: data comes with the command, `specc train --data FILE`; what a model "
            "does to it is a layer",
        ),
    }
)
_VERSIONS = any_of("apiversion")


def of_section(key: str, given: Mapping[str, object]) -> str | Fix | None:
    """What to write for a key that a spec has not; None where nothing is known of it.

    Args:
        key: What is written.
        given: All that stands beside it.
    """
    if given.get(key) is None and len(key.split()) > 1:
        return remove("leave it out: a spec has sections only; a comment begins with `#`")
    inside = given.get(key)
    if is_mapping(inside) and "layers" in inside and "layers" not in given:
        return lift(f"write its keys at the outermost level, without `{key}`")
    if folded(key) in _VERSIONS:
        if "specc" in given:
            return remove("leave it out: `specc: 1` says the version of the language")
        return entry("specc", "1", "write `specc: 1`", safe=True)
    if folded(key) in _FACTS:
        words = f"what readers are told stands in `metadata`: `metadata: {{{key}: …}}`"
        return move("metadata", key, words, safe=True)
    section = _fitting(key, given)
    if section == "specc":
        if type(given[key]) is int:
            return rename("specc", safe=given[key] == 1)
        return entry("specc", "1", "write `specc: 1`")
    if section in {"layers", "blocks"} and "layers" not in given:
        return rename(section, safe=is_list(given[key]))
    if section is not None:
        return rename(section, safe=False)
    if words := next((_NOWHERE[name] for name in _NOWHERE if folded(name) == folded(key)), ""):
        return remove(words)
    # where the section stands, or what is written is none of its form
    own = next(iter(_SECTIONS.get(folded(key), ())), None)
    if own is None:
        return None
    if own in given:
        return advise(f"that is `{own}` here, which stands in this file already")
    return called(own, f"that is `{own}` here, which is {_form(own)}")


def _fitting(key: str, given: Mapping[str, object]) -> str | None:
    """The section that is called so, where it is not there and what is written has its form."""
    fix = meant(_SECTIONS, key, given)
    if fix is None:
        return None
    value = given[key]
    if fix.text == "layers" and is_mapping(value) and "blocks" not in given:
        held = list(value.values())
        own = held and all(is_mapping(item) and "layers" in item for item in held)
        return "blocks" if own else "layers"
    if fix.text in _TEXTS:
        return fix.text if not is_mapping(value) and not is_list(value) else None
    if fix.text == "outputs" and isinstance(value, str):
        return fix.text
    fits = is_list(value) if fix.text in _LISTS else is_mapping(value)
    return fix.text if fits or (fix.text == "outputs" and is_list(value)) else None


def _form(section: str) -> str:
    if section == "layers":
        return "a list: `- {type: Dense, units: 8}`"
    if section in _LISTS:
        return "a list"
    return "a mapping from names" if section not in _TEXTS else "a word or a number"
