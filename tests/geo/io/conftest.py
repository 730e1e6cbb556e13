"""Small files of sites, written by hand so that a reader is never tested by its writer."""

import time
from contextlib import contextmanager
from pathlib import Path

import pytest

HEADER = {
    "格式版本号": "1.01版本",
    "数据产生单位": "示例",
    "数据产生日期": "2024-01-01",
    "坐标系": "2000国家大地坐标系",
    "几度分带": "3",
    "投影类型": "高斯克吕格",
    "计量单位": "米",
    "带号": "39",
    "精度": "0.001",
    "转换参数": ",,,,,,",
}
# north, east of a rectangle 100 m × 200 m
RECTANGLE = [
    (3850000.0, 39524000.0),
    (3850100.0, 39524000.0),
    (3850100.0, 39524200.0),
    (3850000.0, 39524200.0),
]


@pytest.fixture
def header():
    return dict(HEADER)


@pytest.fixture
def rectangle():
    return list(RECTANGLE)


@pytest.fixture
def boundary_file(tmp_path):
    """Writer of a TXT from a header, lines of parcels and points, and an encoding."""

    def write(*lines, header=HEADER, encoding="gb18030", name="red.txt", end="\r\n"):
        head = ["[属性描述]", *(f"{key}={value}" for key, value in header.items()), "[地块坐标]"]
        path: Path = tmp_path / name
        path.write_bytes(end.join([*head, *lines, ""]).encode(encoding))
        return path

    return write


@pytest.fixture
def points():
    """Lines of one ring; the first point is repeated at the end when it is closed."""

    def lines(corners, *, ring=1, first=1, closed=True, form="J{n},{ring},{a:.3f},{b:.3f}"):
        numbered = [(first + at, corner) for at, corner in enumerate(corners)]
        if closed:
            numbered.append((first, corners[0]))
        return [form.format(n=n, ring=ring, a=a, b=b) for n, (a, b) in numbered]

    return lines


@pytest.fixture
def timed():
    """Guard against quadratic work: far above the time that is needed, far below the square."""

    @contextmanager
    def at_most(seconds):
        begin = time.process_time()
        yield
        assert time.process_time() - begin < seconds

    return at_most
