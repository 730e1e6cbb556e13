"""`make fuzz`: spoil sound files of every kind for a while; keep what brings a fault to light.

    python -m fuzz.run --seconds 600 [--seed 1] [--only site.shp]

Every reading must end as `fuzz.outcome` says, within the time and memory of the sandbox. A
file that breaks this is kept under `.fuzz/` with its seed; once mended it moves to
`fuzz/corpus/`, which the tests replay. At the end the process must not have grown.
"""

from __future__ import annotations

import argparse
import os
import random
import resource
import shutil
import sys
import tempfile
import time
import traceback
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from geo.process import prepare_process

prepare_process()

from fuzz.mutation import spoilt, spoilt_archive
from fuzz.outcome import outcome_of
from fuzz.seeds import sound_files
from geo.intake import ReadOptions

KEPT = Path(".fuzz")
ARCHIVES = frozenset({".zip", ".kmz", ".xlsx"})
# most faults of the archive itself end at its checksums
INSIDE_SHARE = 0.8
# one reading may take this long on a small file; the sandbox has its own, wider clock
SLOW_S = 20.0
MOST_GROWTH_MB = 400
MOST_OPEN_MORE = 8


@dataclass(slots=True)
class Tally:
    """What the readings ended in, by kind of file."""

    ends: Counter[str] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)
    slowest_s: float = 0.0


def main() -> int:
    """Fuzz for the time given; exit code 1 when there was any fault."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=300.0)
    parser.add_argument("--seed", type=int, default=int(time.time()))
    parser.add_argument("--only", default="")
    asked = parser.parse_args()
    tally = Tally()
    with tempfile.TemporaryDirectory(prefix="fuzz-") as name:
        # what this process leaves in its own folder nobody else has left there
        tempfile.tempdir = name
        seeds = [path for path in sound_files(Path(name) / "seeds") if asked.only in path.name]
        for path in seeds:
            if outcome_of(path, _seed_options(path)).code is not None:
                raise SystemExit(f"the seed {path.name} is refused")
        _fuzz(seeds, Path(name) / "spoilt", asked.seed, asked.seconds, tally)
    print(
        f"seed {asked.seed}; {sum(tally.ends.values())} readings; slowest {tally.slowest_s:.1f} s"
    )
    for end, count in tally.ends.most_common():
        print(f"{count:8d}  {end}")
    for fault in tally.faults:
        print(f"FAULT {fault}")
    return 1 if tally.faults else 0


def _seed_options(path: Path) -> ReadOptions:
    return ReadOptions(swap_axes=path.stem == "swapped_axes")


def _fuzz(seeds: list[Path], work: Path, seed: int, seconds: float, tally: Tally) -> None:
    ends, round_number = time.monotonic() + seconds, 0
    grown_from, open_from = None, 0
    while time.monotonic() < ends:
        for path in seeds:
            _one(path, work, f"{seed}-{round_number}", seeds, tally)
        round_number += 1
        if round_number == 20:
            grown_from, open_from = _peak_mb(), _open_files()
    if grown_from is not None:
        if _peak_mb() - grown_from > MOST_GROWTH_MB:
            tally.faults.append(f"the process grew by {_peak_mb() - grown_from} MB")
        if _open_files() - open_from > MOST_OPEN_MORE:
            tally.faults.append(f"{_open_files() - open_from} more files are open")


def _one(path: Path, work: Path, key: str, seeds: list[Path], tally: Tally) -> None:
    rng = random.Random(f"{key}-{path.name}")
    victim = rng.choice(sorted(path.parent.iterdir()))
    other = rng.choice(seeds)
    shutil.rmtree(work, ignore_errors=True)
    shutil.copytree(path.parent, work)
    inside = victim.suffix in ARCHIVES and rng.random() < INSIDE_SHARE
    spoil = spoilt_archive if inside else spoilt
    (work / victim.name).write_bytes(spoil(victim.read_bytes(), rng, other.read_bytes()))
    options = ReadOptions(
        swap_axes=rng.random() < 0.1,
        accept_repairs=rng.random() < 0.3,
        crs=rng.choice([None, None, "EPSG:4527"]),
        encoding=rng.choice([None, None, None, "GBK"]),
    )
    began = time.monotonic()
    try:
        outcome = outcome_of(work / path.name, options)
        tally.ends[f"{path.name}: {outcome.code or 'taken'}"] += 1
    except Exception as fault:  # noqa: BLE001  whatever escapes is the find
        tally.ends[f"{path.name}: FAULT"] += 1
        _keep(work, key, path.name, f"{type(fault).__name__}: {fault}", tally)
        traceback.print_exc(file=sys.stderr)
    taken = time.monotonic() - began
    tally.slowest_s = max(tally.slowest_s, taken)
    if taken > SLOW_S:
        _keep(work, key, path.name, f"{taken:.0f} s", tally)


def _keep(work: Path, key: str, name: str, what: str, tally: Tally) -> None:
    target = KEPT / f"{key}-{name}"
    shutil.copytree(work, target, dirs_exist_ok=True)
    tally.faults.append(f"{target}: {what}")


def _peak_mb() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


def _open_files() -> int:
    folder = Path("/proc/self/fd")
    return len(os.listdir(folder)) if folder.exists() else 0  # noqa: PTH208  no paths wanted


if __name__ == "__main__":
    sys.exit(main())
