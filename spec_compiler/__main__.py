"""`python -m spec_compiler`."""

import os
import sys

try:
    here = os.getcwd()
except OSError:  # it is gone
    here = ""

if not sys.flags.safe_path and sys.path[:1] == [here]:
    del sys.path[0]  # a folder of specs may hold a `yaml.py`; this package is found already

from spec_compiler.cli import main

if __name__ == "__main__":
    main()
