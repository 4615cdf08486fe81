"""The settings of layers that were read before, for those that are written as they were."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeAlias

from spec_compiler.declaring.scope import Scope
from spec_compiler.language.settings import Settings
from spec_compiler.layers.base.layer import Layer
from spec_compiler.reading.defaults import Defaults, settings

_Key: TypeAlias = tuple[type[Layer], str, str]


class ReadBefore:
    """What was read in one analysis of a spec, for the next one."""

    def __init__(self) -> None:
        self._names: object = None
        self._now: dict[_Key, Settings] = {}
        self._before: dict[_Key, Settings] = {}

    def begin(self, scope: Scope) -> None:
        """Begin an analysis, in which names mean what they mean in a scope."""
        names = repr(dict(scope.params)), dict(scope.dims)
        self._before = self._now if names == self._names else {}
        self._names, self._now = names, {}

    def settings(
        self,
        cls: type[Layer],
        plain: Mapping[str, Any],
        scope: Scope,
        defaults: Defaults,
        above: str,
    ) -> Settings:
        """See `reading.defaults.settings`; what is refused is read each time."""
        written = defaults.under(cls.__name__, plain, scope)
        # the text of plain data tells 1 from 1.0 and from true
        key = cls, f"{type(written).__name__} {written!r}", above
        found = self._before.get(key) or self._now.get(key)
        if found is None:
            found = settings(cls, plain, scope, defaults, above)
        self._now[key] = found
        return found
