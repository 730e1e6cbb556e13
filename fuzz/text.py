"""Coverage-guided fuzzing of the readers of text, which are plain Python (`make fuzz`).

    python -m fuzz.text --all --seconds 300
    python -m fuzz.text TARGET [corpus] [options of libFuzzer, such as -max_total_time=300]

A target reads the bytes as a file of its kind in this process, so that the fuzzer sees which
lines they reach; it may end in features that add up or in a refusal, and in nothing else.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

import atheris

from geo.process import prepare_process

prepare_process()

from fuzz.seeds import sound_files

with atheris.instrument_imports(include=["geo.io", "geo.ring_nesting", "geo.stated_area"]):
    from geo.errors import GeoError
    from geo.intake import ReadOptions
    from geo.io.boundary.features import read_boundary_txt
    from geo.io.coordinate_table.features import read_coordinate_text
    from geo.io.geojson.reader import read_geojson
    from geo.io.kml.reader import read_kml
    from geo.io.limits import ReadLimits
    from geo.io.raw_features import RawFeatures
    from geo.io.wkt_features import read_wkt

Reader = Callable[[Path, ReadOptions, ReadLimits], RawFeatures]

READERS: dict[str, tuple[Reader, str]] = {
    "boundary_txt": (read_boundary_txt, ".txt"),
    "geojson": (read_geojson, ".geojson"),
    "coordinate_list": (read_coordinate_text, ".csv"),
    "wkt": (read_wkt, ".wkt"),
    "kml": (read_kml, ".kml"),
}
KEPT = Path(".fuzz")
LIMITS = ("-max_len=8192", "-timeout=10", "-rss_limit_mb=3000")
SMALL = ReadLimits(max_bytes=1_000_000, max_features=2_000, max_vertices=20_000)
SWAPPED = ReadOptions(swap_axes=True)
PLAIN = ReadOptions()


def target(reader: Reader, path: Path) -> Callable[[bytes], None]:
    """What the fuzzer calls with its bytes; the first one chooses the options."""

    def read(data: bytes) -> None:
        if not data[1:]:
            # the door refuses empty files before any reader
            return
        path.write_bytes(data[1:])
        options = SWAPPED if data[:1] == b"\x01" else PLAIN
        try:
            raw = reader(path, options, SMALL)
        except GeoError:
            return
        refused = sum(each.index is not None for each in raw.refused)
        if raw.count != len(raw.frame) + refused:
            raise AssertionError(f"{raw.count} in, {len(raw.frame)} + {refused} out")

    return read


def main() -> int:
    """Fuzz one target until the fuzzer ends the process, or all of them one by one."""
    if sys.argv[1:2] == ["--all"]:
        return max(_in_own_process(name, sys.argv[3]) for name in READERS)
    name, *options = sys.argv[1:]
    reader, suffix = READERS[name]
    folder = Path(tempfile.mkdtemp(prefix="fuzz-"))
    atheris.Setup([sys.argv[0], *options], target(reader, folder / f"fuzzed{suffix}"))
    atheris.Fuzz()
    return 0


def _in_own_process(name: str, seconds: str) -> int:
    """Exit code of a target that starts from sound files; finds lie under `.fuzz/`."""
    reader_suffix = READERS[name][1]
    KEPT.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="fuzz-") as folder:
        corpus = Path(folder) / "corpus"
        corpus.mkdir()
        for path in sound_files(Path(folder) / "seeds"):
            if path.suffix == reader_suffix:
                (corpus / f"{path.parent.name}{path.suffix}").write_bytes(
                    b"\x00" + path.read_bytes()
                )
        limits = [f"-max_total_time={seconds}", *LIMITS, f"-artifact_prefix={KEPT}/{name}-"]
        command = [sys.executable, "-m", "fuzz.text", name, str(corpus), *limits]
        return subprocess.run(command, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
