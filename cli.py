"""Launcher for a checkout: `python cli.py validate model.yaml`."""

from spec_compiler.cli import main

if __name__ == "__main__":
    main()
