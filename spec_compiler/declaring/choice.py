"""One of several things, by name or by a mapping with its arguments: an activation, say."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, Generic, TypeVar, cast

from pydantic import ValidationInfo

from spec_compiler.declaring.fields import Declaration, refuse, scope_of
from spec_compiler.declaring.plain import in_braces, is_list, is_mapping
from spec_compiler.declaring.scope import described
from spec_compiler.declaring.validated import key_names, validated
from spec_compiler.fixes import Fix, advise, lift, write
from spec_compiler.refusals import Refusal
from spec_compiler.source.python_forms import call_of
from spec_compiler.spelling import Guess, folded, suggestion


class Choice(Declaration):
    """A thing that authors choose by name.

    `names` are the names that it has, the first is the one that is printed.
    """

    entry: ClassVar[str] = "argument"
    names: ClassVar[tuple[str, ...]]

    @classmethod
    def belongs(cls, key: str, given: Mapping[str, object]) -> str | Fix | None:
        """See `Declaration`; other tools have the arguments in a mapping of their own."""
        if key in _HOLDING and is_mapping(given.get(key)):
            return lift(f"write what is in `{key}` beside `type`")
        return super().belongs(key, given)

    def written(self) -> str | dict[str, Any]:
        """The shortest way to write it: its name, or a mapping with what is not a default."""
        settings = self.model_dump(exclude_defaults=True, mode="json")
        return {"type": self.names[0], **settings} if settings else self.names[0]


Kind = TypeVar("Kind", bound=Choice)
_HOLDING = frozenset(
    ("params", "config", "kwargs", "args", "options", "arguments", "hyperparameters", "parameters")
)
"""What other tools call the mapping of a choice's arguments."""
_SAME = {
    **dict.fromkeys(("xavier_uniform", "glorot"), "glorot_uniform"),
    "xavier_normal": "glorot_normal",
    "kaiming_normal": "he_normal",
    "kaiming_uniform": "he_uniform",
    "normal": "random_normal",
    "uniform": "random_uniform",
    "ridge": "l2",
    "lasso": "l1",
}
"""What other libraries call a choice."""
_NEAR = {
    "xavier": "glorot_uniform",
    "gaussian": "random_normal",
    **dict.fromkeys(("he", "kaiming"), "he_normal"),
    "lecun": "lecun_normal",
    **dict.fromkeys(("trunc_normal", "truncnormal"), "truncated_normal"),
    **dict.fromkeys(("elastic_net", "elasticnet"), "l1_l2"),
}
"""What may mean a choice, or one that is like it."""
_KINDS = ("name", "class_name", "class", "kind", "method", "algorithm", "cls", "_target_", "id",
          "optimizer", "loss", "metric", "function", "fn", "class_path", "op", "schedule",
          "scheduler", "activation", "initializer", "regularizer")  # fmt: skip
"""What other tools call the key that says which it is."""
_NOTHING = ("None", "none")


class Registry(Generic[Kind]):
    """All choices of one kind.

    Args:
        what: What one is called, with its article.
        by_name: The choices by every name that they have.
        of_number: The one that people mean who write a number instead.
        others: The module whose `NAMES` tell what to write for what other tools call one.
    """

    def __init__(
        self,
        what: str,
        by_name: Mapping[str, type[Kind]],
        of_number: str = "",
        others: str = "",
    ) -> None:
        self.what = what
        self.by_name = by_name
        self.of_number = of_number
        self.others = others

    @property
    def choices(self) -> tuple[type[Kind], ...]:
        """Each once, in the order of their first names; all of them are loaded."""
        return tuple(dict.fromkeys(self.by_name.values()))

    def parse(self, written: object, info: ValidationInfo) -> Kind:
        """A choice from a name or a mapping with `type`; for use as a pydantic validator."""
        if isinstance(written, Choice):
            return cast("Kind", written)
        settings: dict[str, Any] = {}
        name: object = written
        if written in _NOTHING and "linear" in self.by_name:
            raise refuse(f"is the text `{written}`, which means nothing here", fix=write("null"))
        at: tuple[str, ...] = ()
        if is_mapping(written):
            settings = dict(written)
            if "type" not in settings:
                message = f"{self.what} needs `type`"
                raise refuse(message, "SPC0102", about_field="", fix=self._typed(settings))
            name, at = settings.pop("type"), ("type",)
        if not isinstance(name, str):
            message = (
                f"must be the name of {self.what} or a mapping with `type`, not {described(name)}"
            )
            number = isinstance(name, int | float) and not isinstance(name, bool)
            fix = self._typed({self.of_number: name}) if number else None
            if is_list(name):
                fix = self._listed_meant(name)
            raise refuse(message, argument=at, fix=fix, allowed=self._listed())
        choice = self.by_name.get(name)
        if choice is None:
            raise self._unknown(name, at, scope_of(info).params)
        chosen = validated(choice, settings, scope_of(info), f"`{name}`")
        # two choices with other words for the reader are the same choice
        return chosen if chosen.doc is None else chosen.model_copy(update={"doc": None})

    def _listed_meant(self, written: list[object]) -> Fix | None:
        """What to write for `[adam]`, and for `[adam, 0.001]`."""
        name, *rest = written or [None]
        choice = self.by_name.get(name) if isinstance(name, str) else None
        if not rest and isinstance(name, str):
            return write(name)
        if choice is None or len(rest) > 1 or not isinstance(rest[0], int | float):
            return None
        return write(f"{{type: {name}, {key_names(choice)[0]}: {rest[0]}}}", safe=False)

    def _named(self, name: str) -> type[Kind] | None:
        """The choice that Python has under a name: `L2` is `l2`."""
        folded = name.casefold().replace("_", "")
        names = (known for known in self.by_name if known.casefold().replace("_", "") == folded)
        return self.by_name.get(next(names, ""))

    def _listed(self) -> tuple[str, ...]:
        """The first name of each."""
        return tuple(choice.names[0] for choice in self.choices)

    def _typed(self, settings: Mapping[str, Any]) -> Fix | None:
        """What to write for a mapping without `type`."""
        called = next((key for key in _KINDS if isinstance(settings.get(key), str)), "")
        first = next(iter(settings), "")
        given: dict[str, Any] = {key: item for key, item in settings.items() if key != called}
        choice: type[Kind] | None = None
        sure = len(settings) < 2 or bool(called)
        if called:  # as Keras writes it
            choice = self._named(str(settings[called]).rpartition(".")[2])
            meant = None if choice else self._of_others(settings[called])
            if isinstance(meant, Fix) and meant.kind == "name":
                choice, sure = self.by_name.get(meant.text), meant.safe
            inner = [item for key, item in given.items() if key in _HOLDING and is_mapping(item)]
            given = dict(inner[0]) if len(inner) == len(given) == 1 else given
        elif len(settings) > 1:
            fits = (item for item in self.choices if settings.keys() <= item.model_fields.keys())
            choice = next(fits, None)
        elif choice := self._named(first):
            inner = settings[first]
            given = {**inner} if is_mapping(inner) else {key_names(choice)[0]: inner}
        if choice is None:
            return advise("add `type: …`" if "" not in settings else "")
        entries = "".join(f", {key}: {in_braces(value)}" for key, value in given.items())
        return write(f"{{type: {choice.names[0]}{entries}}}", safe=sure)

    def _unknown(self, name: str, at: tuple[str, ...], params: Mapping[str, object]) -> Refusal:
        own = name.rpartition(".")[2]  # Python's `tf.nn.relu`
        call = call_of(name)
        choice = self._named(call.name) if call is not None else None
        if call is not None and choice is not None:
            instead = call.mapping(list(key_names(choice)), type=choice.names[0])
            raise refuse(
                "must be a name or a mapping, not Python's call of one",
                argument=at,
                fix=write(instead if call.values or call.keywords else choice.names[0]),
                allowed=self._listed(),
            )
        names = self._listed()
        instead = self._of_others(own) if name not in params else None
        guess = None if instead else self._guess(name, own, params)
        otherwise = instead if isinstance(instead, str) else f"one of {', '.join(names)}"
        refusal = Refusal(
            "SPC0106",
            f"there is no {self.what.removeprefix('an ').removeprefix('a ')} `{name}`",
            argument=at,
            about_field="topic",
            **suggestion(guess, otherwise, names),
        )
        return refusal.mended(instead) if isinstance(instead, Fix) else refusal

    def _of_others(self, name: str) -> str | Fix | None:
        if not self.others:
            return None
        # only where a choice is not known
        from importlib import import_module

        names: Mapping[str, str | Fix] = import_module(f"spec_compiler.{self.others}").NAMES
        return names.get(folded(name).replace(" ", ""))

    def _guess(self, name: str, own: str, params: Mapping[str, object]) -> Guess | None:
        """The name that was probably meant; `own` is it without what Python has before a dot."""
        if name in params:
            return Guess(f"${name}", True)
        for table in (_SAME, _NEAR):
            meant = table.get(own.casefold().rstrip("_"), "")
            if meant in self.by_name:
                # torch's `normal_` and `uniform_` have other numbers
                return Guess(meant, table is _SAME and own not in ("normal_", "uniform_"))
        # only where a name is not known
        from spec_compiler.likeness import word_meant

        guess = word_meant(own, self.by_name)
        same = guess is not None and self._named(own) is self.by_name[guess]
        if guess is not None and own.endswith("_"):
            return Guess(guess)  # torch's `normal_` has another deviation
        return Guess(guess, True) if guess is not None and same else guess
