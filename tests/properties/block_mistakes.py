"""Wrong changes to blocks, their use, and defaults."""

from hypothesis import assume
from hypothesis import strategies as st
from mistakes import Change, layer_with, misspelt

from spec_compiler.layers import LAYERS


def used_blocks(document):
    """The blocks that stand somewhere; an unused one is not expanded."""
    ahead, found = [name for item in document["layers"] for name in _named(item, document)], {}
    while ahead:
        name = ahead.pop()
        found[name] = True
        inside = document["blocks"][name]["layers"]
        ahead += [n for item in inside for n in _named(item, document) if n not in found]
    return found


def _named(item, document):
    """The block that an item uses, or that is the cell of its layer."""
    if "use" in item:
        yield item["use"]
    elif isinstance(item.get("cell"), dict):
        yield from _named(item["cell"], document)
    elif item.get("cell") in document["blocks"]:
        yield item["cell"]


def misused_block(draw, document):
    i = layer_with(draw, document, "use")
    item = document["layers"][i]
    way = draw(st.sampled_from(["block", "param", "missing", "size", "count", "flag"]))
    if way == "block":
        item["use"] = misspelt(draw, item["use"], document["blocks"])
        return Change(document, ("layers", i, "use"), ("SPC0210",))
    if way == "param":
        item["with"] = {**item.get("with", {}), "widht": 3}
        return Change(document, ("layers", i, "with", "widht"))
    if way == "count":
        item.pop("each", None)
        item["repeat"] = draw(st.sampled_from([-1, 0.5, "two", True, [2]]))
        return Change(document, ("layers", i))
    if way == "flag":
        key = draw(st.sampled_from(["share", "residual"]))
        item[key] = draw(st.sampled_from(["no", 1, None, []]))
        return Change(document, ("layers", i, key))
    assume("w" in item.get("with", {}))
    if way == "missing":
        del item["with"]["w"]
        return Change(document, ("layers", i))
    item["with"]["w"] = draw(st.sampled_from([0, -1, 0.5, "widht", [], True]))
    # what only the block can refuse is shown there, and where it is used
    return Change(document, ("layers", i))


def mistake_in_a_block(draw, document):
    """One mistake, however many copies there are of it."""
    assume("blocks" in document)
    name = draw(st.sampled_from([*used_blocks(document)]))
    layers = document["blocks"][name]["layers"]
    i = draw(st.integers(0, len(layers) - 1))
    layer, path = layers[i], ("blocks", name, "layers", i)
    way = draw(st.sampled_from(["key", "type", "source", "dtype"]))
    if way == "key":
        layer["unist"] = 3
        return Change(document, (*path, "unist"), ("SPC0103",), True)
    if way == "source":
        layer["from"] = "encoder"
        return Change(document, (*path, "from"), ("SPC0203",))
    assume("type" in layer)
    if way == "type":
        layer["type"] = misspelt(draw, layer["type"], LAYERS)
        return Change(document, (*path, "type"), ("SPC0202",))
    layer["dtype"] = "flaot32"
    return Change(document, (*path, "dtype"), ("SPC0106",))


def wrong_default(draw, document):
    kind = draw(st.sampled_from(["Dense", "Softmax", "Dropout"]))
    key, wrong, codes = draw(
        st.sampled_from([("unist", 3, ("SPC0103",)), ("dtype", "flaot32", ("SPC0106",))])
    )
    defaults = document.setdefault("defaults", {})
    defaults[kind] = {**defaults.get(kind, {}), key: wrong}
    return Change(document, ("defaults", kind, key), codes)
