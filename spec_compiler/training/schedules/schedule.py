"""What a schedule is."""

from __future__ import annotations

from spec_compiler.declaring.choice import Choice


class Schedule(Choice):
    """A learning rate that depends on how many batches were trained on."""
