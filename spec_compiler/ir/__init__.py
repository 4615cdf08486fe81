"""The typed intermediate representation that layers lower to."""
