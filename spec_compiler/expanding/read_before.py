"""The settings of layers that were read before, for those that are written as they were."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeAlias

from spec_compiler.declaring.scope import Scope
from spec_compiler.language.settings import Settings
from spec_compiler.layers.base.layer import Layer
from spec_compiler.reading.defaults import Defaults, settings
from spec_compiler.source.node import SourceNode

_Key: TypeAlias = tuple[type[Layer], str, str]
_Known: TypeAlias = tuple[_Key, Settings]


class ReadBefore:
    """What was read in one analysis of a spec, for the next one."""

    def __init__(self) -> None:
        self._names: object = None
        self._now: dict[_Key, Settings] = {}
        self._before: dict[_Key, Settings] = {}
        self._defaults: SourceNode | None = None
        self._items_now: dict[SourceNode, _Known] = {}
        self._items_before: dict[SourceNode, _Known] = {}

    def begin(self, scope: Scope, defaults: Defaults) -> None:
        """Begin an analysis, in which names mean what they mean in a scope."""
        names = repr(dict(scope.params)), dict(scope.dims)
        same = names == self._names
        self._before = self._now if same else {}
        self._items_before = self._items_now if same and defaults.node is self._defaults else {}
        self._names, self._defaults = names, defaults.node
        self._now, self._items_now = {}, {}

    def item(self, item: SourceNode, above: str) -> tuple[type[Layer], Settings] | None:
        """What a node was read as that says what it said; None where it is another."""
        item = item.was or item
        known = self._items_before.get(item)
        if known is None or known[0][2] != above:
            return None
        key, found = known
        self._items_now[item], self._now[key] = known, found
        return key[0], found

    def settings(
        self,
        item: SourceNode,
        cls: type[Layer],
        plain: Mapping[str, Any],
        scope: Scope,
        defaults: Defaults,
        above: str,
    ) -> Settings:
        """See `reading.defaults.settings`; what is refused is read each time.

        `item` is the node that it is written in.
        """
        written = defaults.under(cls.__name__, plain, scope)
        # the text of plain data tells 1 from 1.0 and from true
        key = cls, f"{type(written).__name__} {written!r}", above
        found = self._before.get(key) or self._now.get(key)
        if found is None:
            found = settings(cls, plain, scope, defaults, above)
        self._now[key] = found
        self._items_now[item.was or item] = key, found
        return found
