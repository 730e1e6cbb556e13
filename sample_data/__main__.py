"""Command line: write a sample county of any size to a folder."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from sample_data.county import DEFAULT_PARCELS, DEFAULT_SEED, generate
from sample_data.input_files import write_inputs

__all__ = ["main"]

FEWEST_PARCELS = 2000


def main(arguments: list[str] | None = None) -> int:
    """Write a county and say what was written."""
    parser = argparse.ArgumentParser(
        prog="python -m sample_data", description="Write a made-up county with planted sites."
    )
    parser.add_argument("--out", type=Path, help="folder for the county")
    parser.add_argument("--inputs", type=Path, help="folder for the input files")
    parser.add_argument(
        "--parcels", type=_parcels, default=DEFAULT_PARCELS, help="survey patches, about"
    )
    parser.add_argument("--seed", type=int, default=DEFAULT_SEED, help="seed of all chance")
    options = parser.parse_args(arguments)
    if options.out is None and options.inputs is None:
        parser.error("nothing to write: give --out or --inputs")
    if options.out is not None:
        manifest = generate(options.out, parcels=options.parcels, seed=options.seed)
        sys.stdout.write(
            f"{options.out}: {len(manifest.layers)} layers, {len(manifest.sites)} planted sites\n"
        )
    if options.inputs is not None:
        good, bad = write_inputs(options.inputs)
        sys.stdout.write(f"{options.inputs}: {len(good)} red lines, {len(bad)} bad files\n")
    return 0


def _parcels(text: str) -> int:
    count = int(text)
    if count < FEWEST_PARCELS:
        raise argparse.ArgumentTypeError(f"at least {FEWEST_PARCELS}")
    return count


if __name__ == "__main__":
    sys.exit(main())
