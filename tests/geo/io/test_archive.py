"""Zip archives: unpacked within limits, or refused by name."""

import random
import stat
import zipfile
from contextlib import suppress

import pytest

from geo.errors import UnreadableFileError
from geo.io.archive import ArchiveLimits, unpacked_shapefiles

SMALL = ArchiveLimits(max_members=4, max_bytes=10_000, max_ratio=20, ratio_counts_from=1_000)


@pytest.fixture
def archive(tmp_path):
    def write(members, *, compression=zipfile.ZIP_DEFLATED):
        path = tmp_path / "site.zip"
        with zipfile.ZipFile(path, "w", compression) as target:
            for name, data in members:
                target.writestr(name, data)
        return path

    return write


def found_in(path, limits=SMALL):
    with unpacked_shapefiles(path, limits) as found:
        return {name: (shp.name, shp.read_bytes()) for name, shp in found.items()}


def refusal(path, limits=SMALL):
    with pytest.raises(UnreadableFileError) as caught, unpacked_shapefiles(path, limits):
        pass
    assert caught.value.params["file"] == "site.zip"
    return caught.value


def test_parts_lie_side_by_side_under_names_of_our_own(archive):
    path = archive([("a/地块.shp", b"1"), ("a/地块.DBF", b"2"), ("a/readme.md", b"3")])
    with unpacked_shapefiles(path, SMALL) as found:
        (name, shp), *others = found.items()
        assert (name, others) == ("地块", [])
        assert shp.name == "0.shp"
        assert shp.with_suffix(".dbf").read_bytes() == b"2"
        assert sorted(item.name for item in shp.parent.iterdir()) == ["0.dbf", "0.shp"]
        folder = shp.parent
    assert not folder.exists()


def test_several_shapefiles_and_the_folder_of_apple(archive):
    found = found_in(archive([("a.shp", b"1"), ("b.shp", b"2"), ("__MACOSX/._a.shp", b"3")]))
    assert found == {"a": ("0.shp", b"1"), "b": ("1.shp", b"2")}


def test_same_names_in_two_folders_are_told_apart(archive):
    assert set(found_in(archive([("x/a.shp", b"1"), ("y/a.shp", b"2")]))) == {"a", "y/a"}


def test_names_in_gbk_without_a_flag(archive, tmp_path):
    """Windows writes names in its code page; the flag for UTF-8 (bit 11) stays unset."""
    placeholder = "abcdefgh.shp"
    path = archive([(placeholder, b"1")])
    path.write_bytes(path.read_bytes().replace(b"abcdefgh", "红线范围".encode("gbk")))
    assert set(found_in(path)) == {"红线范围"}


@pytest.mark.parametrize(
    "name", ["../a.shp", "x/../../a.shp", "/etc/a.shp", "C:/a.shp", "x\\..\\a.shp", "a\x07.shp"]
)
def test_names_that_would_leave_the_archive(archive, name):
    # the writer of the standard library keeps such names as they are
    path = archive([("placeholder", b"1")])
    with zipfile.ZipFile(path, "w") as target:
        info = zipfile.ZipInfo("x")
        info.filename = name
        target.writestr(info, b"1")
    assert refusal(path).code == "zip_unsafe_name"


def test_links(archive):
    info = zipfile.ZipInfo("a.shp")
    info.external_attr = (stat.S_IFLNK | 0o777) << 16
    path = archive([(info, b"/etc/passwd")])
    assert refusal(path).code == "zip_link"


def test_encrypted_members(archive):
    path = archive([("a.shp", b"1")])
    data = bytearray(path.read_bytes())
    data[6] |= 1
    data[data.index(b"PK\x01\x02") + 8] |= 1
    path.write_bytes(data)
    assert refusal(path).code == "zip_encrypted"


@pytest.mark.parametrize("name", ["b.zip", "b.RAR", "x/b.7z"])
def test_archives_in_archives(archive, name):
    assert refusal(archive([("a.shp", b"1"), (name, b"2")])).code == "zip_nested"


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_the_same_name_twice(archive):
    assert refusal(archive([("a.shp", b"1"), ("A.shp", b"2")])).code == "zip_duplicate_name"


def test_too_many_members(archive):
    found = refusal(archive([(f"{n}.shp", b"1") for n in range(5)]))
    assert found.code == "zip_too_many_members"
    assert (found.params["found"], found.params["limit"]) == (5, 4)


def test_too_large_by_its_own_list(archive):
    assert refusal(archive([("a.shp", bytes(range(256)) * 40)])).code == "zip_too_large"


def test_too_large_whatever_its_list_says(archive):
    """The sizes in the list of members are set to 1; the bytes that come out are counted."""
    path = archive([("a.shp", bytes(range(256)) * 40)])
    size = (256 * 40).to_bytes(4, "little")
    data = path.read_bytes().replace(size, (1).to_bytes(4, "little"))
    path.write_bytes(data)
    assert refusal(path).code in ("zip_too_large", "zip_broken")


def test_a_bomb_is_known_by_its_ratio(archive):
    found = refusal(archive([("a.shp", bytes(9_000))]))
    assert found.code == "zip_ratio"
    assert found.params["limit"] == 20


def test_small_archives_may_be_dense(archive):
    assert found_in(archive([("a.shp", bytes(900))]))["a"][1] == bytes(900)


def test_without_shp(archive):
    assert refusal(archive([("readme.txt", b"1")])).code == "zip_without_shp"
    assert refusal(archive([])).code == "zip_without_shp"


def test_broken_archives(archive, tmp_path):
    path = archive([("a.shp", bytes(range(200)))], compression=zipfile.ZIP_STORED)
    data = bytearray(path.read_bytes())
    data[60] ^= 0xFF
    path.write_bytes(data)
    assert refusal(path).code == "zip_broken"
    path.write_bytes(b"PK\x03\x04 and then nothing")
    assert refusal(path).code == "zip_broken"


@pytest.mark.parametrize("seed", range(60))
def test_any_spoilt_archive_is_told_as_such(archive, seed):
    """Random bytes are replaced, cut out or cut off; nothing but our own errors comes out."""
    rng = random.Random(seed)
    path = archive([("a.shp", bytes(range(200))), ("a.dbf", b"2" * 50)])
    data = bytearray(path.read_bytes())
    for _ in range(rng.choice([1, 2, 8])):
        at = rng.randrange(len(data))
        choice = rng.random()
        if choice < 0.6:
            data[at] = rng.randrange(256)
        elif choice < 0.8:
            del data[at : at + rng.randrange(1, 30)]
        else:
            data[at : at + 8] = rng.choice([b"\xff" * 8, bytes(8)])
    path.write_bytes(data)
    with suppress(UnreadableFileError), unpacked_shapefiles(path, SMALL) as found:
        assert found


def test_methods_other_than_store_and_deflate(archive):
    assert refusal(archive([("a.shp", b"1")], compression=zipfile.ZIP_LZMA)).code == "zip_broken"
