"""`python -m spec_compiler`."""

import os
import sys

if not sys.flags.safe_path and sys.path[:1] == [os.getcwd()]:
    del sys.path[0]  # a folder of specs may hold a `yaml.py`; this package is found already

from spec_compiler.cli import main

if __name__ == "__main__":
    main()
