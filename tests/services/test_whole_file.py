"""Either the whole new file or what was there before."""

import pytest

from services.errors import TargetExistsError
from services.whole_file import whole_file


def test_the_file_appears_when_the_block_ends_well(tmp_path):
    target = tmp_path / "新建" / "面积.csv"
    with whole_file(target) as beside:
        beside.write_text("a")
        assert not target.exists()
    assert target.read_text() == "a"
    assert [path.name for path in target.parent.iterdir()] == ["面积.csv"]


def test_an_error_leaves_what_was_there(tmp_path):
    target = tmp_path / "t.csv"
    target.write_text("old")

    def interrupted():
        with whole_file(target, overwrite=True) as beside:
            beside.write_text("half")
            raise KeyboardInterrupt("Ctrl-C")

    with pytest.raises(KeyboardInterrupt, match="Ctrl-C"):
        interrupted()
    assert target.read_text() == "old"
    assert [path.name for path in tmp_path.iterdir()] == ["t.csv"]


def test_an_existing_file_is_not_replaced_unasked(tmp_path):
    target = tmp_path / "t.csv"
    target.write_text("old")
    with pytest.raises(TargetExistsError, match="file_exists"), whole_file(target):
        pass
    assert target.read_text() == "old"
