"""Write a Parquet file of a given size: `python make.py rows.parquet --megabytes 1000`."""

import argparse

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

WIDTH = 64
GROUP = 16_384


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("file")
    parser.add_argument("--megabytes", type=int, default=1000)
    options = parser.parse_args()
    kind = pa.list_(pa.float32(), WIDTH)
    schema = pa.schema([pa.field("x", kind, nullable=False)])
    left = options.megabytes * 1_000_000 // (4 * WIDTH)
    random = np.random.default_rng(0)
    with pq.ParquetWriter(options.file, schema, compression="none", use_dictionary=False) as file:
        while left:
            rows = random.standard_normal((min(left, GROUP), WIDTH), dtype=np.float32)
            column = pa.FixedSizeListArray.from_arrays(pa.array(rows.reshape(-1)), WIDTH)
            file.write_batch(pa.record_batch([column], schema=schema))
            left -= len(rows)


if __name__ == "__main__":
    main()
