"""Large specs: seconds and microseconds a layer, each measured in a process of its own.

python benchmarks/compile_scale.py [--profile]
"""

import argparse
import cProfile
import gc
import pstats
import subprocess
import sys
import time


def mixed(layers):
    """Masked sequences through eight kinds of layers, with residual connections."""
    lines = [
        "specc: 1",
        "dims: {seq: {min: 1}}",
        "inputs: {tokens: {shape: [seq], dtype: int32, values: {min: 0, max: 99}}}",
        "layers:",
        "  - {type: Embedding, name: same0, input_dim: 100, output_dim: 64, mask_zero: true}",
    ]
    block = 0
    while len(lines) - 4 < layers:
        before, block = f"same{block}", block + 1
        lines += [
            f"  - {{type: Dense, name: up{block}, from: {before}, units: 128, activation: relu}}",
            f"  - {{type: EinsumDense, name: down{block}, equation: 'bsd,dh->bsh', "
            "sizes: {h: 64}, mask: pass}",
            f"  - {{type: Activation, name: bent{block}, activation: gelu}}",
            f"  - {{type: Add, name: sum{block}, from: [{before}, bent{block}]}}",
            f"  - {{type: LSTM, name: steps{block}, units: 32, return_sequences: true}}",
            f"  - {{type: Concatenate, name: both{block}, from: [sum{block}, steps{block}]}}",
            f"  - {{type: Dense, name: back{block}, units: 64}}",
            f"  - {{type: Identity, name: same{block}}}",
        ]
    return "\n".join(lines) + "\n"


def chain(layers):
    """One layer after another, none of them named."""
    return "specc: 1\ninputs:\n  x: {shape: [8]}\nlayers:\n" + "  - {type: Identity}\n" * layers


CASES = {
    "mixed, 10,000 layers": (mixed, 10_000),
    "chain, 10,000 layers": (chain, 10_000),
    "chain, 100,000 layers": (chain, 100_000),
}


def measure(case, profile):
    """Validate one case in this process, as the command line does: without the cycle collector."""
    from spec_compiler import validate  # so that the parent stays small

    make, layers = CASES[case]
    text = make(layers)
    list(
        validate(chain(2))
    )  # what is loaded at the first use is start-up, which startup.py measures
    gc.disable()
    recorder = cProfile.Profile()
    start = time.perf_counter()
    found = recorder.runcall(validate, text) if profile else validate(text)
    taken = time.perf_counter() - start
    errors = [str(item) for item in found if item.severity.name == "ERROR"]
    if errors:
        sys.exit(f"{case}: {len(errors)} errors, the first: {errors[0]}")
    print(f"{taken:7.2f} s  {taken / layers * 1e6:6.0f} µs a layer  {case}")
    if profile:
        pstats.Stats(recorder).sort_stats("tottime").print_stats(15)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--profile", action="store_true", help="where the time goes, by function")
    parser.add_argument("--case", choices=CASES, help="only this one, in this process")
    chosen = parser.parse_args()
    if chosen.case:
        measure(chosen.case, chosen.profile)
        return
    for case in CASES:
        again = [sys.executable, __file__, "--case", case]
        subprocess.run(again + ["--profile"] * chosen.profile, check=True)


if __name__ == "__main__":
    main()
