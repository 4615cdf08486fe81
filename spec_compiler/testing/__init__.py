"""Running the tests that stand in specs."""

from __future__ import annotations

from spec_compiler.testing.outcome import Outcome
from spec_compiler.testing.quickly import Quickly
from spec_compiler.testing.report import REPORTS
from spec_compiler.testing.running import run_tests

__all__ = ["REPORTS", "Outcome", "Quickly", "run_tests"]
