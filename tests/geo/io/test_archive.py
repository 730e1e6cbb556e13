"""Zip archives: unpacked within limits, or refused by name."""

import random
import stat
import zipfile
from contextlib import suppress

import pytest

from geo.errors import UnreadableFileError
from geo.io.archive.unpacking import ArchiveLimits, unpacked_datasets
from geo.io.file_kind import FileKind, file_kind

SMALL = ArchiveLimits(
    max_members=4,
    max_geodatabase_files=6,
    max_bytes=10_000,
    max_ratio=20,
    max_dense_ratio=40,
    ratio_counts_from=1_000,
)
READABLE = frozenset({FileKind.JSON, FileKind.KML, FileKind.BOUNDARY_TXT, FileKind.XLSX})


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
    with unpacked_datasets(path, READABLE, limits) as found:
        return {name: (main.name, main.read_bytes()) for name, main in found.datasets.items()}


def refusal(path, limits=SMALL):
    with pytest.raises(UnreadableFileError) as caught, unpacked_datasets(path, READABLE, limits):
        pass
    assert caught.value.params["file"] == "site.zip"
    return caught.value


def test_parts_lie_side_by_side_under_names_of_our_own(archive):
    path = archive([("a/地块.shp", b"1"), ("a/地块.DBF", b"2"), ("a/readme.md", b"3")])
    with unpacked_datasets(path, READABLE, SMALL) as found:
        (name, shp), *others = found.datasets.items()
        assert found.skipped == ("a/readme.md",)
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


def test_tables_may_be_denser_than_the_rest(archive):
    """0x00 and 0x01 in runs of 30 deflate about 30-fold: beyond 20, within 40."""
    data = b"".join(bytes([n % 251]) * 60 for n in range(60))
    assert found_in(archive([("a.shp", b"1"), ("a.dbf", data)]))["a"][1] == b"1"
    assert refusal(archive([("a.shp", data)])).code == "zip_ratio"


def test_a_bomb_does_not_hide_behind_what_cannot_be_packed(archive):
    noise = random.Random(1).randbytes(4_000)
    assert refusal(archive([("a.shp", noise), ("b.shp", bytes(5_000))])).code == "zip_ratio"


def test_the_bomb_of_195_kilobytes(archive):
    path = archive([("a.geojson", b'{"a":"' + bytes(200_000_000) + b'"}')])
    assert 150_000 < path.stat().st_size < 250_000
    found = refusal(path, ArchiveLimits())
    assert (found.code, found.params["limit"]) == ("zip_ratio", 100)
    assert found.params["found"] > 1_000


def test_without_data(archive):
    found = refusal(archive([("readme.md", b"1"), ("plan.dwg", b"AC1032")]))
    assert found.code == "zip_without_data"
    assert found.params["members"] == "readme.md、plan.dwg"
    assert refusal(archive([])).code == "zip_without_data"


def test_lone_files_are_datasets_by_content(archive):
    members = [
        ("地块.geojson", b'{"a": 1}'),
        ("red.kml", b"<kml/>"),
        ("x.vrt", b"<OGRVRTDataSource/>"),
    ]
    path = archive(members)
    assert found_in(path) == {
        "地块.geojson": ("0.geojson", b'{"a": 1}'),
        "red.kml": ("1.kml", b"<kml/>"),
    }
    with unpacked_datasets(path, READABLE, SMALL) as found:
        assert found.skipped == ("x.vrt",)


def test_a_text_beside_data_is_no_dataset_unless_it_has_boundaries(archive):
    readme, boundaries = ("说明.txt", b"words"), ("b.txt", "[地块坐标]".encode("gbk"))
    assert set(found_in(archive([("a.json", b"{}"), readme]))) == {"a.json"}
    assert set(found_in(archive([("a.json", b"{}"), readme, boundaries]))) == {"a.json", "b.txt"}
    # alone it may be one of the dialects without sections
    assert set(found_in(archive([readme]))) == {"说明.txt"}


def test_a_workbook_is_no_archive_in_an_archive(archive):
    assert set(found_in(archive([("a.xlsx", b"PK\x03\x04")]))) == {"a.xlsx"}
    assert refusal(archive([("a.json", b"PK\x03\x04")])).code == "zip_nested"


GDB = ("a00000001.gdbtable", "a00000001.gdbtablx", "gdb", "timestamps", "a00000004.gdbtable")


@pytest.mark.parametrize("folder", ["规划.gdb/", "x/y/规划.gdb/", "规划.GDB/"])
def test_a_geodatabase_is_one_dataset_with_a_limit_of_its_own(archive, folder):
    path = archive([(folder + name, b"1") for name in (*GDB, "_gdb.x.sr.lock")])
    with unpacked_datasets(path, READABLE, SMALL) as found:
        ((name, main),) = found.datasets.items()
        assert (name, main.name) == (folder.split("/")[-2], "0.gdb")
        assert sorted(item.name for item in main.iterdir()) == sorted(GDB)
        assert found.skipped == ()
    more = [(f"{folder}a0000000{n}.spx", b"1") for n in range(2)]
    members = [(folder + name, b"1") for name in GDB]
    assert refusal(archive([*members, *more])).code == "zip_too_many_members"


def test_a_geodatabase_at_the_root_is_named_after_the_archive(archive):
    path = archive([(name, b"1") for name in GDB])
    with unpacked_datasets(path, READABLE, SMALL) as found:
        assert list(found.datasets) == ["site.gdb"]


def test_the_document_of_a_kmz_is_the_first_kml(archive, tmp_path):
    members = [
        ("files/b.kml", b"<kml/>"),
        ("doc.kml", b"<kml>1</kml>"),
        ("i.png", b"\x89PNG\r\n\x1a\n"),
    ]
    path = archive(members)
    with unpacked_datasets(path, READABLE, SMALL) as found:
        assert list(found.datasets) == ["doc.kml"]
        assert found.skipped == ("files/b.kml", "i.png")
    path = archive([("b.kml", b"<kml/>"), ("a.kml", b"<kml/>")])
    assert set(found_in(path)) == {"a.kml", "b.kml"}
    assert set(found_in(path.rename(tmp_path / "site.kmz"))) == {"b.kml"}


def test_names_too_long_for_a_disk_do_no_harm(archive):
    assert set(found_in(archive([("a." + "x" * 5_000, b"{}")]))) == {"a." + "x" * 5_000}


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
    with suppress(UnreadableFileError), unpacked_datasets(path, READABLE, SMALL) as found:
        assert found.datasets


@pytest.mark.parametrize(
    ("method", "name"), [(zipfile.ZIP_LZMA, "LZMA"), (zipfile.ZIP_BZIP2, "BZIP2"), (9, "Deflate64")]
)
def test_methods_other_than_store_and_deflate(archive, method, name):
    path = archive([("a.shp", b"1")], compression=zipfile.ZIP_STORED)
    data = bytearray(path.read_bytes())
    for at in (8, data.index(b"PK\x01\x02") + 10):
        data[at : at + 2] = method.to_bytes(2, "little")
    path.write_bytes(data)
    found = refusal(path)
    assert (found.code, found.params["method"], found.params["member"]) == (
        "zip_method",
        name,
        "a.shp",
    )


def test_a_list_of_members_that_would_fill_memory_is_not_read(archive):
    path = archive([("x" * 60_000, b"") for _ in range(1)])
    with zipfile.ZipFile(path, "w") as target:
        for number in range(45):
            target.writestr(f"{number}" + "x" * 50_000, b"")
    assert refusal(path, ArchiveLimits()).code == "zip_too_many_members"
    assert file_kind(path) is FileKind.ZIP


def test_a_list_longer_than_the_file_is_broken(archive):
    path = archive([("a.json", b"{}")])
    data = bytearray(path.read_bytes())
    data[-10:-6] = (500_000_000).to_bytes(4, "little")
    path.write_bytes(data)
    assert refusal(path).code == "zip_broken"
