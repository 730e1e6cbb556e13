"""What the open country is like: land classes, settlements, plans, all by smooth chance."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sample_data.places import TOWNS, Extent, Village, town_index, village_code
from sample_data.rectangles import MILLIMETRES
from sample_data.seeding import Course, Seeds
from sample_data.stage import Stage

__all__ = [
    "CORRIDOR_SLOT_M",
    "CORRIDOR_VILLAGES",
    "MERGED_CLASSES",
    "Country",
    "settle",
    "survey_country",
]

Points = NDArray[np.float64]
Flags = NDArray[np.bool_]

CORRIDOR_X_M = (40.0, 5640.0)
CORRIDOR_Y_M = 2140.0
CORRIDOR_SLOT_M = 140.0
CORRIDOR_VILLAGES = 40

_NAME_FIRST = "东西南北前后上下大小新古"
_NAME_SECOND = "张王李孙赵刘陈周吴郑马沈丁牛曹魏"
_NAME_LAST = "庄村楼屯营店桥寨"

RURAL_CLASSES = ("0102", "0103", "0101", "0201", "0204", "0305", "0307", "1104", "1107", "1202")
RURAL_SHARES = (0.46, 0.2, 0.06, 0.08, 0.02, 0.03, 0.06, 0.04, 0.03, 0.02)
VILLAGE_CLASSES = ("0702", "1004", "08H2", "0601", "1201")
VILLAGE_SHARES = (0.78, 0.07, 0.05, 0.06, 0.04)
URBAN_CLASSES = ("0701", "0601", "05H1", "08H1", "08H2", "0810", "1004", "0809", "0508", "0102")
URBAN_SHARES = (0.3, 0.24, 0.1, 0.04, 0.05, 0.05, 0.06, 0.03, 0.05, 0.08)
HILL_CLASSES = ("0301", "0305", "0404", "1206", "0201")
HILL_SHARES = (0.72, 0.08, 0.08, 0.03, 0.09)


MERGED_CLASSES = ("0301", "1101", "1003")
"""Woods, river and roads are single patches however many cells they have."""


@dataclass(frozen=True, slots=True, eq=False)
class Country:
    """Per seed: whether it is in the county, where it belongs and what it is.

    `village` is an index into the villages, −1 outside the county; `dlbm` and `qsxz` as in
    the third survey; the flags say in which part of the made-up country the cell lies.
    """

    county: Flags
    village: NDArray[np.int64]
    dlbm: NDArray[np.object_]
    qsxz: NDArray[np.object_]
    urban: Flags
    fringe: Flags
    planning: Flags
    settlement: Flags
    hill: Flags
    reserve: Flags
    shore: Flags


def settle(extent: Extent, rng: np.random.Generator) -> tuple[Village, ...]:
    """Villages: two rows along the corridor of the trunk road, a loose grid elsewhere."""
    places = [
        (CORRIDOR_X_M[0] + CORRIDOR_SLOT_M * (slot + 0.5), CORRIDOR_Y_M + side)
        for slot in range(CORRIDOR_VILLAGES)
        for side in (250.0 if slot % 2 == 0 else -250.0,)
    ]
    step = 1050.0
    for y in np.arange(extent.south + step / 2, extent.north, step):
        for x in np.arange(extent.west + step / 2, extent.east, step):
            place = (x + rng.uniform(-200, 200), y + rng.uniform(-200, 200))
            near_corridor = abs(place[1] - CORRIDOR_Y_M) < 700 and -300 < place[0] < 6000
            if not near_corridor:
                places.append(place)
    return _named(places, rng)


def _named(places: list[tuple[float, float]], rng: np.random.Generator) -> tuple[Village, ...]:
    names = [a + b + c for a in _NAME_FIRST for b in _NAME_SECOND for c in _NAME_LAST]
    rng.shuffle(names)
    towns = town_index(*np.array(places).T)
    number = dict.fromkeys(range(len(TOWNS)), 0)
    villages: list[Village] = []
    for (x, y), town in zip(places, towns.tolist(), strict=True):
        number[town] += 1
        code = village_code(TOWNS[town], number[town])
        villages.append(Village(x, y, town, code, names[len(villages) % len(names)] + "（示例）"))
    return tuple(villages)


def _waves(points: Points, wavelength_m: float, rng: np.random.Generator) -> NDArray[np.float64]:
    """Smooth noise of about unit spread."""
    total = np.zeros(len(points))
    for _ in range(8):
        angle, phase = rng.uniform(0, 2 * np.pi, 2)
        k = 2 * np.pi / (wavelength_m * rng.uniform(0.6, 1.6))
        total += np.sin(k * (np.cos(angle) * points[:, 0] + np.sin(angle) * points[:, 1]) + phase)
    return total / 2.0


def _in_county(seeds: Seeds, extent: Extent, stages: Sequence[Stage], noise: Points) -> Flags:
    """Inside the wavering frame; east of a stage that reaches the frame nothing is inside."""
    x, y = seeds.points.T
    waver = 90.0 * noise
    inside = (x > extent.west + waver) & (y > extent.south + waver) & (y < extent.north - waver)
    inside &= x < extent.east + 60 + waver
    for stage in stages:
        frame = stage.frame
        if frame.east == round(extent.east * MILLIMETRES):
            beside = (y > frame.south / 1000 - 260) & (y < frame.north / 1000 + 260)
            inside &= ~(beside & (x > extent.east))
    return np.asarray(inside | (seeds.stage >= 0))


def _nearest_village(points: Points, villages: Sequence[Village]) -> NDArray[np.int64]:
    """Nearest village of the town that holds the place."""
    towns = town_index(points[:, 0], points[:, 1])
    found = np.zeros(len(points), dtype=np.int64)
    for town in range(len(TOWNS)):
        members = np.array([i for i, village in enumerate(villages) if village.town == town])
        here = np.flatnonzero(towns == town)
        if not len(here):
            continue
        places = np.array([(villages[i].x, villages[i].y) for i in members])
        for block in np.array_split(here, 1 + len(here) // 5000):
            away = np.hypot(
                points[block, 0, None] - places[:, 0], points[block, 1, None] - places[:, 1]
            )
            found[block] = members[away.argmin(axis=1)]
    return found


def survey_country(
    seeds: Seeds,
    beds: Sequence[Course],
    extent: Extent,
    stages: Sequence[Stage],
    villages: Sequence[Village],
    rng: np.random.Generator,
) -> Country:
    """Classes and belongings of all cells of the open country."""
    points = seeds.points
    x, y = points.T
    county = _in_county(seeds, extent, stages, _waves(points, 1800, rng))
    village = np.where(county, _nearest_village(points, villages), -1)
    edge = 120.0 * _waves(points, 900, rng)
    urban = (x > -150 + edge) & (x < 5330 + edge) & (y > -600 + edge) & (y < 1700 + edge)
    around = (x > -500 + edge) & (x < 5650 + edge) & (y > -880 + edge) & (y < 1980 + edge)
    centre = np.array([(one.x, one.y) for one in villages])[village]
    hamlet = np.abs(centre[:, 1] - CORRIDOR_Y_M) < 300
    settled = np.hypot(*(points - centre).T) < np.where(hamlet, 70.0, 190.0 + edge)
    around |= (x > 1350 + edge) & (x < 3650 - edge) & (y > 1500) & (y < 2350 + edge)
    core = (x > -700) & (x < 5900) & (y > -700) & (y < 3000)
    height = np.where(core, 0.0, _waves(points, 2600, rng))
    hill = (height > 0.75) & ~settled
    river = next(course for course in beds if course.kind == "1101")
    shore = np.abs(x - np.interp(y, river.line[:, 1], river.line[:, 0])) < 160
    settled &= ~urban & ~shore
    dlbm = _classes(points, urban, settled, hill, rng)
    for index, course in enumerate(beds):
        dlbm[seeds.course == index] = course.kind
    farm = np.char.startswith(dlbm.astype(str), ("01"))
    state = urban & ~farm | (seeds.course >= 0)
    qsxz = np.where(state, "20", "30").astype(object)
    return Country(
        county=county,
        village=village,
        dlbm=dlbm,
        qsxz=qsxz,
        urban=urban,
        fringe=around & ~urban,
        planning=around & county,
        settlement=settled,
        hill=hill,
        reserve=hill & (height > 1.15),
        shore=shore,
    )


def _classes(
    points: Points, urban: Flags, settled: Flags, hill: Flags, rng: np.random.Generator
) -> NDArray[np.object_]:
    """Land classes; neighbours are alike more often than by pure chance."""
    drift = _waves(points, 700, rng) * 0.12
    chance = np.clip(rng.random(len(points)) * 0.75 + 0.125 + drift, 0, 0.999999)
    found = _drawn(chance, RURAL_CLASSES, RURAL_SHARES)
    for where, classes, shares in (
        (hill, HILL_CLASSES, HILL_SHARES),
        (settled, VILLAGE_CLASSES, VILLAGE_SHARES),
        (urban, URBAN_CLASSES, URBAN_SHARES),
    ):
        fresh = _drawn(rng.random(len(points)), classes, shares)
        found[where] = fresh[where]
    return found


def _drawn(
    chance: NDArray[np.float64], classes: Sequence[str], shares: Sequence[float]
) -> NDArray[np.object_]:
    steps = np.cumsum(shares) / np.sum(shares)
    return np.array(classes, dtype=object)[np.searchsorted(steps, chance, side="right")]
