"""Who feeds whom, and in which order: names become edges, a cycle becomes a message."""

from spec_compiler.wiring.connect import connect
from spec_compiler.wiring.edges import Call, Feeds, Outlet, Reference, Wiring

__all__ = ["Call", "Feeds", "Outlet", "Reference", "Wiring", "connect"]
