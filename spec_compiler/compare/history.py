"""What a change does to many specs: those that differ, that came, and that went."""

from __future__ import annotations

from collections.abc import Mapping

from spec_compiler.compare.programs import Comparison
from spec_compiler.records import record


@record
class Changes:
    """Specs before and after a change.

    Attributes:
        compared: Each that differs.
        same: How many are the same models.
        added: Files that were no specs before.
        removed: Files that are no specs any more.
        refused: Specs that cannot be compared, and why: one of their sides is refused.
    """

    compared: tuple[Comparison, ...]
    same: int
    added: tuple[str, ...]
    removed: tuple[str, ...]
    refused: Mapping[str, str]

    @property
    def verdict(self) -> str:
        """All of it in one line."""
        counts = {
            "changed": len(self.compared),
            "added": len(self.added),
            "removed": len(self.removed),
            "not comparable": len(self.refused),
            "the same": self.same,
        }
        total = sum(counts.values())
        said = ", ".join(f"{count:,} {what}" for what, count in counts.items() if count)
        return f"{total:,} spec{'' if total == 1 else 's'}: {said}" if total else "no specs"
