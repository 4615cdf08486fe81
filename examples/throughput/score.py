"""Run specc on a file, and say how many rows it computed a second and what memory it took."""

import argparse
import os
import resource
import subprocess
import sys
import time
from pathlib import Path

import pyarrow.parquet as pq

HERE = Path(__file__).parent


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("file")
    parser.add_argument("output")
    parser.add_argument("--max-memory", default="200M")
    options = parser.parse_args()
    command = [sys.executable, "-m", "spec_compiler", "run", str(HERE / "model.yaml")]
    command += ["--input", f"x={options.file}", "--output", options.output]
    command += ["--max-memory", options.max_memory]
    begun = time.perf_counter()
    status = subprocess.run(command, check=False).returncode
    seconds = time.perf_counter() - begun
    if status:
        return status
    rows = pq.read_metadata(options.file).num_rows
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    peak_bytes = peak if sys.platform == "darwin" else peak * 1024
    size = os.path.getsize(options.file)
    print(f"{rows:,} rows, {size / 1e6:,.0f} MB, in {seconds:.1f} s: {rows / seconds:,.0f} rows/s")
    print(f"the process had {peak_bytes / 1e6:,.0f} MB at its peak")
    return 0


if __name__ == "__main__":
    sys.exit(main())
