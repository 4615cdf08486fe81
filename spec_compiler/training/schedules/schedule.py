"""What a schedule is."""

from __future__ import annotations

from collections.abc import Mapping

from spec_compiler.declaring.choice import Choice
from spec_compiler.declaring.validated import key_names
from spec_compiler.fixes import Fix


class Schedule(Choice):
    """A learning rate that depends on how many batches were trained on."""

    @classmethod
    def belongs(cls, key: str, given: Mapping[str, object]) -> str | Fix | None:
        """See `Declaration`."""
        # only where an argument is not known
        from spec_compiler.training.schedules.other_tools import of_schedule

        return super().belongs(key, given) or of_schedule(key, given, key_names(cls))
