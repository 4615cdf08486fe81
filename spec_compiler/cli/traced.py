"""What `specc trace` says of two runs."""

from __future__ import annotations

from spec_compiler.cli.typed import UsageError
from spec_compiler.cli.words import say
from spec_compiler.shortening import counted
from spec_compiler.testing.trace import Pair, Trace

_NAMED = 8
"""How many results are named of those that are alike."""


def say_trace(traced: Trace) -> int:
    """Print what was found, and give the exit code.

    Raises:
        UsageError: nothing was compared.
    """
    if not traced.compared:
        raise UsageError("no result of one has the name of a result of the other")
    differing = traced.differing
    if not differing:
        say(f"{counted(len(traced.compared), 'result')} compared: all are the same")
    else:
        first = differing[0]
        before = traced.compared.index(first)
        say(f"{counted(len(traced.compared), 'result')} compared, {before} the same before:")
        _say_first(traced, first)
        others = [pair.name for pair in differing[1:]]
        if others:
            say(f"  behind it differ {_listed(others)}")
    for names, where in ((traced.only_first, "first"), (traced.only_second, "second")):
        if names:
            say(f"  only in the {where}: {_listed(names)}")
    return int(bool(differing))


def _say_first(traced: Trace, pair: Pair) -> None:
    refusal = pair.found
    kind = pair.result.type
    called = pair.name if pair.other == pair.name else f"{pair.name}, there {pair.other}"
    say(f"  {called} ({kind}) {pair.result.noted.signal.value.type}")
    if refusal is not None:
        say(f"  {refusal.message}")
        for note in refusal.notes:
            say(f"    {note}")
    feeds = traced.feeds(pair)
    if feeds:
        say("  fed by " + ", ".join(f"{name} ({said})" for name, said in feeds))
    differ = [item.name for item in traced.inside if item.found is not None]
    same = [of.name for of in traced.inside if of.found is None and not of.result.mask_of]
    said = [
        f"{way} {_listed(names)}"
        for way, names in (("differ", differ), ("the same are", same))
        if names
    ]
    if said:
        say(f"  inside of it {'; '.join(said)}")


def _listed(names: list[str] | tuple[str, ...]) -> str:
    more = f" and {len(names) - _NAMED} more" if len(names) > _NAMED else ""
    return ", ".join(names[:_NAMED]) + more
