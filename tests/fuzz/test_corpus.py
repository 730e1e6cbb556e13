"""The kept corpus of `make fuzz`, replayed: each file ends in sound polygons or in words."""

import random
import tempfile
from pathlib import Path

import pytest

from fuzz.mutation import FAULTS, spoilt
from fuzz.outcome import Outcome, ReaderFaultError, outcome_of
from fuzz.seeds import sound_files
from geo.intake import ReadOptions

CORPUS = Path(__file__).parents[2] / "fuzz" / "corpus"
# a folder holds the parts of one file; the part to read is named by the folder
CASES = sorted(path for path in CORPUS.iterdir() if path.suffix != ".md")


@pytest.fixture(autouse=True)
def own_temporary_folder(tmp_path, monkeypatch):
    (tmp_path / "temporary").mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "temporary"))


def part_to_read(case):
    return case / f"site{case.suffix}" if case.is_dir() else case


@pytest.mark.parametrize("case", CASES, ids=lambda path: path.name)
@pytest.mark.parametrize("crs", [None, "EPSG:4527"])
def test_a_kept_file_ends_well(case, crs):
    outcome_of(part_to_read(case), ReadOptions(crs=crs, accept_repairs=crs is not None))


def test_sound_files_are_taken_whole(tmp_path):
    for path in sound_files(tmp_path / "seeds"):
        outcome = outcome_of(path, ReadOptions(swap_axes=path.stem == "swapped_axes"))
        assert (outcome.code, outcome.refused) == (None, 0), path.name
        assert outcome.kept > 0


def test_the_same_seed_spoils_alike():
    data = bytes(range(256)) * 4
    one, same, other = (spoilt(data, random.Random(seed)) for seed in (1, 1, 2))
    assert one == same != other


@pytest.mark.parametrize("fault", sorted(set(FAULTS), key=lambda each: each.__name__))
def test_every_fault_takes_any_file(fault):
    for seed in range(50):
        for data in (b"x", b"ab", bytes(300)):
            fault(bytearray(data), random.Random(seed), b"other")


def test_a_reader_that_loses_a_feature_is_caught(tmp_path, monkeypatch):
    """The oracle counts for itself: of two features in the file one must not vanish."""
    (path,) = (p for p in sound_files(tmp_path / "seeds") if p.name == "site.geojson")
    assert outcome_of(path) == Outcome(kept=2)
    monkeypatch.setattr("fuzz.outcome.features_in", lambda _path: 3)
    with pytest.raises(ReaderFaultError, match="3 features in, 2"):
        outcome_of(path)
