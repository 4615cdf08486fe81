"""Wrong changes to a valid spec: each makes one mistake, and knows where it is."""

import json
from typing import NamedTuple

from hypothesis import assume
from hypothesis import strategies as st

from spec_compiler.declaring.validated import key_names
from spec_compiler.layers import LAYERS


class Change(NamedTuple):
    """A document with a mistake, where the mistake is, and the codes that may name it."""

    document: dict
    path: tuple
    codes: tuple = ()
    key_only: bool = False


def misspelt(draw, word, known=()):
    """The word with a letter twice, missing, or swapped with the next."""
    at = draw(st.integers(0, len(word) - 1))
    ways = [
        word[: at + 1] + word[at:],
        word[:at] + word[at + 1 :],
        word[:at] + word[at + 1 : at + 2] + word[at] + word[at + 2 :],
    ]
    wrong = draw(st.sampled_from(ways))
    assume(
        wrong
        and wrong != word
        and wrong not in known
        and not wrong.startswith("x-")
        and wrong[0].isalpha()
    )
    return wrong


def layer_with(draw, document, *keys):
    found = [i for i, layer in enumerate(document["layers"]) if all(key in layer for key in keys)]
    assume(found)
    return draw(st.sampled_from(found))


def renamed(mapping, old, new):
    items = [(new if key == old else key, value) for key, value in mapping.items()]
    mapping.clear()
    mapping.update(items)


def misspelt_key(draw, document):
    i = layer_with(draw, document)
    layer = document["layers"][i]
    key = draw(st.sampled_from([*layer]))
    known = key_names(LAYERS[layer["type"]]) if "type" in layer else ["name", "from", "reuse"]
    wrong = misspelt(draw, key, (*known, "type", "reuse", "use"))
    assume(key != "name" or not used(document, layer["name"]))
    renamed(layer, key, wrong)
    return Change(document, ("layers", i, wrong), ("SPC0103",), True)


def used(document, name):
    """Whether anything reads a layer."""
    reads = [[layer.get(key) for key in ("from", "reuse", "mask")] for layer in document["layers"]]
    texts = json.dumps([reads, document["outputs"]])
    return f'"{name}"' in texts or f'"{name}.' in texts


def misspelt_section(draw, document):
    key = draw(st.sampled_from([key for key in document if key not in {"specc"}]))
    wrong = misspelt(draw, key, document)
    assume(key not in {"params", "dims"})
    renamed(document, key, wrong)
    return Change(document, (wrong,), ("SPC0103",), True)


def misspelt_type(draw, document):
    i = layer_with(draw, document, "type")
    document["layers"][i]["type"] = misspelt(draw, document["layers"][i]["type"], LAYERS)
    return Change(document, ("layers", i, "type"), ("SPC0202",))


def misspelt_reference(draw, document):
    names = [*document["inputs"], *(layer["name"] for layer in document["layers"])]
    i = layer_with(draw, document, "from")
    layer = document["layers"][i]
    path = ("layers", i, "from")
    holder, key = layer, "from"
    if not isinstance(layer["from"], str):
        holder = layer["from"]
        key = (
            draw(st.sampled_from([*holder]))
            if isinstance(holder, dict)
            else draw(st.integers(0, len(holder) - 1))
        )
        path = (*path, key)
    source, dot, output = holder[key].partition(".")
    if dot and draw(st.booleans()):
        holder[key] = f"{source}.{misspelt(draw, output)}"
    else:
        wrong = draw(st.sampled_from(["encoder", source + "_", "q" + source]))
        holder[key] = wrong + dot + output
        assume(wrong not in names)
    return Change(document, path, ("SPC0203",))


def misspelt_output(draw, document):
    name = draw(st.sampled_from([*document["outputs"]]))
    item = document["outputs"][name]
    if item == {}:
        assume("." not in name)
        renamed(document["outputs"], name, name + "q")
        return Change(document, ("outputs", name + "q"), ("SPC0203",), True)
    document["outputs"][name] = "encoder" if isinstance(item, str) else {"from": "encoder"}
    path = ("outputs", name) if isinstance(item, str) else ("outputs", name, "from")
    return Change(document, path, ("SPC0203",))


def wrong_scalar(draw, document):
    flags = (
        "use_bias",
        "mask_zero",
        "return_sequences",
        "return_state",
        "trainable",
        "unroll",
        "go_backwards",
    )
    key = draw(
        st.sampled_from(
            (*flags, "units", "output_dim", "input_dim", "lora_rank", "equation", "name")
        )
    )
    i = layer_with(draw, document, key, "type")
    wrong = {"equation": [3, []], "name": [3, [], {}]}.get(key, ["no", "010", [1], {}, None, 0.5])
    if key in flags:
        wrong = ["no", "true", 1, 0, [True], None]
    if key == "name":
        assume(not used(document, document["layers"][i]["name"]))
    if key == "lora_rank":
        wrong = [0, -1, "x y", [1]]
    document["layers"][i][key] = draw(st.sampled_from(wrong))
    return Change(document, ("layers", i, key))


def unknown_choice(draw, document):
    key = draw(st.sampled_from(["activation", "kernel_initializer", "dtype"]))
    i = layer_with(draw, document, key, "type")
    layer = document["layers"][i]
    nested = isinstance(layer[key], dict)
    word = layer[key]["type"] if nested else layer[key]
    wrong = draw(st.sampled_from(["nothing", "x" + word, word + "2"]))
    if nested:
        layer[key]["type"] = wrong
        return Change(document, ("layers", i, key, "type"), ("SPC0106",))
    layer[key] = wrong
    return Change(document, ("layers", i, key), ("SPC0205" if wrong[0] == "$" else "SPC0106",))


def missing_argument(draw, document):
    key = draw(st.sampled_from(["units", "equation", "input_dim", "output_dim", "type"]))
    i = layer_with(draw, document, key)
    del document["layers"][i][key]
    return Change(document, ("layers", i), ("SPC0102",))


def false_claim(draw, document):
    i = layer_with(draw, document)
    assume("use" not in document["layers"][i])
    key = draw(st.sampled_from(["shape", "dtype"]))
    claim = {"shape": [77, 78, 79, 80, 81, 82, 83], "dtype": "uint64"}
    document["layers"][i]["expect"] = {key: claim[key]}
    return Change(document, ("layers", i, "expect"), ("SPC0309", "SPC0405"))


def same_name(draw, document):
    i = layer_with(draw, document)
    layer = document["layers"][i]
    assume(not used(document, layer["name"]))
    assume("use" not in layer)
    others = [
        *document["inputs"],
        *(o["name"] for o in document["layers"] if o is not layer and "use" not in o),
    ]
    layer["name"] = draw(st.sampled_from(others))
    return Change(document, ("layers", i, "name"), ("SPC0201",))


def wrong_equation(draw, document):
    i = layer_with(draw, document, "equation")
    layer = document["layers"][i]
    text = layer["equation"]
    ways = [
        text + "z" * ("z" not in text) + "Q",
        text.replace(",", ""),
        text.replace("->", ","),
        text + "?",
        text.replace("->", "Q->"),
    ]
    layer["equation"] = draw(st.sampled_from(ways))
    assume(layer["equation"] != text)
    return Change(document, ("layers", i, "equation"))


def wrong_list(draw, document):
    """Axes, sizes and expressions that are none."""
    wrong = {
        "target_shape": [[-1, -1], [0.5], "x"],
        "dims": [[1, 1], [0, 1], [7], "a"],
        "axes": [[1, 1, 1], 0.5, {}],
        "axis": [[1, 1], 77, "a", 0.5],
        "function": ["x +", "y * 2 + q", "open(x)", "", "x.shape", 3],
        "noise_shape": [[1] * 9, 3, ["a"]],
        "attention_axes": [[0], [], [77], "a"],
        "rate": [2, "x", None, -0.5],
        "num_heads": [0, "x y", None],
    }
    key = draw(st.sampled_from([*wrong]))
    i = layer_with(draw, document, key, "type")
    layer = document["layers"][i]
    layer[key] = draw(st.sampled_from(wrong[key]))
    return Change(document, ("layers", i))


def unknown_size(draw, document):
    i = layer_with(draw, document, "units")
    document["layers"][i]["units"] = draw(
        st.sampled_from(["widht", "$widht", "2*widht", "width +", "sq", "7 / 2", "seq"])
    )
    return Change(document, ("layers", i, "units"))


def wrong_input(draw, document):
    name = draw(st.sampled_from([*document["inputs"]]))
    entry = document["inputs"][name]
    way = draw(st.sampled_from(["dtype", "size", "key", "none", "values"]))
    if way == "dtype":
        entry["dtype"] = "flaot32"
        return Change(document, ("inputs", name, "dtype"), ("SPC0106",))
    if way == "key":
        entry["shpae"] = [3]
        return Change(document, ("inputs", name, "shpae"), ("SPC0103",))
    if way == "size":
        key = next((key for key in ("shape", "batch_shape") if entry.get(key)), None)
        assume(key)
        at = draw(st.integers(0, len(entry[key]) - 1))
        entry[key][at] = draw(st.sampled_from(["sq", -1, 0.5, "3 +", True]))
        return Change(document, ("inputs", name, key, at))
    if way == "values":
        assume("values" in entry)
        entry["values"] = {"min": 3, "max": 1}
        return Change(document, ("inputs", name, "values"), ("SPC0107",))
    assume("tensor" not in entry or "shape" not in entry)  # a tensor needs no other word
    key = next(key for key in ("shape", "batch_shape", "tensor") if key in entry)
    del entry[key]
    return Change(document, ("inputs", name))
