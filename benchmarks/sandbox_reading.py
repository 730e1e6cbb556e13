"""What reading in a process of its own costs: a file at a time, many files, and a large layer."""

from __future__ import annotations

import argparse
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from geo.process import prepare_process

prepare_process()

from geo.io.sandbox import LAYER_SANDBOX, confinement_in_force, start_ahead

start_ahead()

import geopandas as gpd
import numpy as np
import shapely
from convert_many import made_files

from geo.intake import ReadOptions
from geo.io.geopackage.layers import write_geopackage
from geo.io.limits import LAYER_LIMITS, SITE_LIMITS
from geo.io.vector import read_features
from services.file_reading import IN_PROCESS, SITES_APART, FileReading, apart

OPTIONS = ReadOptions()
ONE_BY_ONE = 100
LAYER_PARCELS = 100_000
ADDED_GOAL_S = 0.2


def seconds(act: Callable[[], object]) -> float:
    """Wall seconds of one act."""
    began = time.perf_counter()
    act()
    return time.perf_counter() - began


def each_alone(reading: FileReading, files: list[Path]) -> list[float]:
    """Seconds of every file, read one after the other."""
    return [seconds(lambda path=file: reading.read(path, OPTIONS, SITE_LIMITS)) for file in files]


def made_layer(path: Path) -> None:
    """A layer of 100 000 round parcels of 65 corners."""
    numbers = np.arange(LAYER_PARCELS)
    middles = np.column_stack([39_500_000 + 30.0 * (numbers % 300), 3_850_000 + 0.1 * numbers])
    outlines = shapely.buffer(shapely.points(middles), 14.0, quad_segs=16)
    frame = gpd.GeoDataFrame({"code": numbers}, geometry=outlines, crs="EPSG:4527")
    write_geopackage(frame, path, layer="parcels")


def main() -> None:
    """Measure and print the rows of the table; end with 1 when the goal is missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--files", type=int, default=1_000)
    options = parser.parse_args()
    began = time.perf_counter()
    guards = confinement_in_force().guards
    ready = time.perf_counter() - began
    print(f"in force: {', '.join(state.guard for state in guards if state.on)}")
    print(f"first process ready after {ready:.2f} s more\n")
    print("| reading | here | in a process of its own | added |\n|---|---|---|---|")
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch) / "txt"
        folder.mkdir()
        made_files(folder, options.files, 10)
        files = sorted(folder.iterdir())
        read_features(files[0], OPTIONS)
        alone = {
            name: statistics.median(each_alone(reading, files[:ONE_BY_ONE]))
            for name, reading in {"here": IN_PROCESS, "apart": SITES_APART}.items()
        }
        added = alone["apart"] - alone["here"]
        print(
            f"| a TXT of ten parcels, median of {ONE_BY_ONE} | {1000 * alone['here']:.1f} ms | "
            f"{1000 * alone['apart']:.1f} ms | {1000 * added:.1f} ms (goal: < 200 ms) |"
        )
        many = [
            seconds(lambda way=reading: list(way.read_each(files, OPTIONS, SITE_LIMITS)))
            for reading in (IN_PROCESS, SITES_APART)
        ]
        print(
            f"| {options.files} of them, {SITES_APART.at_once} at a time | {many[0]:.1f} s | "
            f"{many[1]:.1f} s | {many[1] - many[0]:.1f} s |"
        )
        layer = Path(scratch) / "layer.gpkg"
        made_layer(layer)
        large = [
            seconds(lambda way=reading: way.read(layer, OPTIONS, LAYER_LIMITS))
            for reading in (IN_PROCESS, apart(LAYER_SANDBOX))
        ]
        print(
            f"| GeoPackage of 100 000 parcels, 6.5 million vertices | {large[0]:.1f} s | "
            f"{large[1]:.1f} s | {large[1] - large[0]:.1f} s |"
        )
    sys.exit(1 if added > ADDED_GOAL_S else 0)


if __name__ == "__main__":
    main()
