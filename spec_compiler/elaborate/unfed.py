"""Names in an expression that layers have which do not feed it: what `from` says with them."""

from __future__ import annotations

from spec_compiler.expanding.core import Item
from spec_compiler.expression import names_in, with_words
from spec_compiler.fixes import Fix, in_quotes, put, write
from spec_compiler.language.settings import Sources, input_names
from spec_compiler.layers.core.lambda_ import Lambda
from spec_compiler.refusals import Refusal

_UNKNOWN = "SPC0123"


def with_feeds(refusal: Refusal, item: Item, layer: object) -> Refusal:
    """The refusal of a name that is no input of a Lambda, where a layer or an input has it.

    Args:
        refusal: Of an expression.
        item: The layer.
        layer: Its settings.
    """
    if refusal.code != _UNKNOWN or not isinstance(layer, Lambda) or refusal.within is None:
        return refusal
    if refusal.fix is not None and refusal.fix.kind == "write":
        return refusal  # `x[0]`, of which more is known than that `x` is a name
    texts = {"": layer.function} if isinstance(layer.function, str) else layer.function
    output = refusal.argument[-1] if len(refusal.argument) > 1 else ""
    name = texts[str(output)][slice(*refusal.within)]
    read = dict.fromkeys(word for text in texts.values() for word in names_in(text))
    others = {*input_names(item.sources), *layer.arguments_, *texts, item.name}
    meant = [word for word in read if word in item.names.meaning and word not in others]
    if name not in meant:
        return refusal
    if isinstance(item.sources, dict) and name in item.sources.values():
        return refusal.mended(_renamed(name, texts[str(output)], item.sources))
    above = item.above or next(iter(item.names.inputs), "")
    written = _with(item.sources or above, meant, read)
    words = f"`{name}` is not fed to it: write `from: {written}`"
    safe = item.sources is None and "x" not in read  # else what feeds it may be meant
    fix = put("from", written, words=words, safe=safe)._replace(ahead="function")
    return refusal.mended(fix.on())


def _renamed(name: str, text: str, sources: dict[str, str]) -> Fix:
    """The expression with the name that `from` gives to what feeds it."""
    role = next(role for role, source in sources.items() if source == name)
    new = with_words(text, {name: role})
    words = f"`{name}` is called `{role}` here: write `{new}`"
    return write(in_quotes(new), words=words)._replace(whole=True)


def _with(sources: Sources, meant: list[str], read: dict[str, None]) -> str:
    """What `from` says with other names.

    Args:
        sources: What feeds the layer.
        meant: The names of layers that are to feed it, too.
        read: All names that its expressions read.
    """
    more = {name: name for name in meant}
    if isinstance(sources, dict):
        return _entries({**sources, **more})
    listed = [sources] if isinstance(sources, str) else sources
    if len(listed) > 1:
        return f"[{', '.join([*listed, *meant])}]"
    if "x" in read and "x" not in meant:
        return _entries({"x": listed[0], **more})
    names = [name for name in read if name in meant or name == listed[0]]
    return f"[{', '.join(names)}]" if len(names) > 1 else names[0]


def _entries(fed: dict[str, str]) -> str:
    return f"{{{', '.join(f'{role}: {source}' for role, source in fed.items())}}}"
