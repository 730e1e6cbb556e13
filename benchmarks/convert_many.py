"""1 000 coordinate TXT of ten parcels each, converted one by one and into one file."""

from __future__ import annotations

import argparse
import random
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

PLOTWISE = Path(sys.executable).with_name("plotwise")
GOAL_S = 15.0
HEADER = (
    "[属性描述]\r\n格式版本号=1.01版本\r\n数据产生单位=基准测试\r\n数据产生日期=2026-01-01\r\n"
    "坐标系=2000国家大地坐标系\r\n几度分带=3\r\n投影类型=高斯克吕格\r\n计量单位=米\r\n带号=39\r\n"
    "精度=0.001\r\n转换参数=,,,,,,\r\n[地块坐标]\r\n"
)
EAST_M, NORTH_M = 39_500_000.0, 3_840_000.0
CORNERS = 24


def parcel(number: int, generator: random.Random) -> str:
    """One parcel of 24 corners: an irregular outline around a point of the county."""
    east = EAST_M + generator.uniform(0, 40_000)
    north = NORTH_M + generator.uniform(0, 40_000)
    steps = [generator.uniform(0.5, 3.0) for _ in range(CORNERS // 2 - 1)]
    lower, upper, at = [(0.0, 0.0)], [(0.0, 40.0)], 0.0
    for step in steps:
        at += 3.0 * step
        lower.append((at, generator.uniform(-5.0, 5.0)))
        upper.append((at, generator.uniform(35.0, 45.0)))
    ring = [*lower, *reversed(upper)]
    area = abs(
        sum(a[0] * b[1] - b[0] * a[1] for a, b in zip(ring, [*ring[1:], ring[0]], strict=True)) / 2
    )
    lines = [f"{len(ring) + 1},{area / 10_000:.4f},DK-{number},地块{number},面,,工业用地,0601,@"]
    for label, (x, y) in enumerate([*ring, ring[0]]):
        lines.append(f"J{label % len(ring) + 1},1,{north + y:.3f},{east + x:.3f}")
    return "\r\n".join(lines)


def made_files(folder: Path, files: int, parcels: int) -> None:
    """Write the inputs, the same every time."""
    generator = random.Random(20260101)
    for file in range(files):
        text = "\r\n".join(parcel(file * parcels + at, generator) for at in range(parcels))
        (folder / f"批次{file:04}.txt").write_bytes((HEADER + text + "\r\n").encode("gb18030"))


def main() -> None:
    """Measure and print the rows of the table; end with 1 when the goal is missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--files", type=int, default=1_000)
    parser.add_argument("--parcels", type=int, default=10)
    parser.add_argument("--runs", type=int, default=3)
    options = parser.parse_args()
    slowest = 0.0
    with tempfile.TemporaryDirectory() as scratch:
        source = Path(scratch) / "in"
        source.mkdir()
        made_files(source, options.files, options.parcels)
        for name, arguments in {
            "each to a shapefile": ["out_shp", "--format", "shp"],
            "each to a GeoPackage": ["out_gpkg", "--format", "gpkg"],
            "each to a TXT": ["out_txt", "--format", "txt"],
            "all to one shapefile": ["all.shp"],
        }.items():
            taken = []
            for run in range(options.runs):
                target = str(Path(scratch) / f"{run}_{arguments[0]}")
                began = time.perf_counter()
                subprocess.run(
                    [str(PLOTWISE), "convert", str(source), target, *arguments[1:]],
                    check=True,
                    capture_output=True,
                )
                taken.append(time.perf_counter() - began)
            middle = statistics.median(taken)
            slowest = max(slowest, middle)
            print(
                f"| {options.files:,} TXT of {options.parcels} parcels, {name} | {middle:.1f} s "
                f"| {min(taken):.1f}–{max(taken):.1f} | < {GOAL_S:.0f} s |",
                flush=True,
            )
    sys.exit(slowest >= GOAL_S)


if __name__ == "__main__":
    main()
