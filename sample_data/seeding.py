"""Seed points of the cells: stage outlines, roads, the river and the open country."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

from sample_data.places import Extent
from sample_data.rectangles import MILLIMETRES, Box
from sample_data.stage import Stage

__all__ = ["Course", "Seeds", "sow"]

PAIR_DISTANCE_M = 50.0
PAIR_SPACING_M = 110.0
STAGE_CLEARANCE_M = 75.0

Points = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Course:
    """Centre line of a road or river with its width; `kind` is its land class."""

    kind: str
    name: str
    width_m: float
    spacing_m: float
    line: Points


@dataclass(frozen=True, slots=True, eq=False)
class Seeds:
    """Seeds in metres from the origin.

    `stage` is the index of the stage that holds the seed, −1 outside; `course` the index of
    the road or river whose bed it is, −1 for other land.
    """

    points: Points
    stage: NDArray[np.int64]
    course: NDArray[np.int64]


def _wave(length: NDArray[np.float64], amplitude: float, phase: float) -> NDArray[np.float64]:
    return amplitude * (np.sin(length / 900.0 + phase) + 0.5 * np.sin(length / 390.0 + 2 * phase))


def _eased(distance: NDArray[np.float64]) -> NDArray[np.float64]:
    """0 in the core, rising to 1 a kilometre outside: courses run straight between stages."""
    return np.clip(distance / 1000.0, 0.0, 1.0) ** 2


def courses(extent: Extent) -> tuple[Course, ...]:
    """Roads in the gaps between the stages, further roads outside, and one river."""
    beyond = 400.0
    xs = np.arange(extent.west - beyond, extent.east + beyond, 20.0)
    ys = np.arange(extent.south - beyond, extent.north + beyond, 20.0)
    found = [
        Course("1101", "薛河（示例）", 45.0, 70.0, np.column_stack((-900 + _wave(ys, 90, 0.4), ys)))
    ]
    level = [330.0, 1250.0, *_beyond_core(extent.south, extent.north, -900.0, 3500.0)]
    for number, y in enumerate(level):
        away = _eased(np.maximum(-xs, xs - 5680))
        line = np.column_stack((xs, y + away * _wave(xs, 60, number)))
        found.append(Course("1003", f"县道{number + 101}（示例）", 18.0, 110.0, line))
    upright = [1430.0, 3770.0, *_beyond_core(extent.west, extent.east, -1600.0, 9e9)]
    for number, x in enumerate(upright):
        away = _eased(np.maximum(-ys, ys - 2900))
        line = np.column_stack((x + away * _wave(ys, 60, number + 7), ys))
        found.append(Course("1003", f"县道{number + 201}（示例）", 16.0, 110.0, line))
    return tuple(found)


def _beyond_core(low: float, high: float, below: float, above: float) -> list[float]:
    """Places every 2.5 km outside the core."""
    return [
        *np.arange(below, low + 300, -2500.0).tolist(),
        *np.arange(above, high - 300, 2500.0).tolist(),
    ]


def _course_rows(course: Course) -> tuple[Points, Points]:
    """Seeds of the bed and of both banks, in step, so that the bed keeps its width."""
    line = shapely.LineString(course.line)
    at = np.arange(course.spacing_m / 2, line.length, course.spacing_m)
    bed = shapely.get_coordinates(shapely.line_interpolate_point(line, at))
    ahead = shapely.get_coordinates(shapely.line_interpolate_point(line, at + 1.0))
    along = ahead - bed
    along /= np.hypot(along[:, 0], along[:, 1])[:, None]
    side = np.column_stack((-along[:, 1], along[:, 0])) * course.width_m
    return bed, np.concatenate((bed + side, bed - side))


def _outline_pairs(frame: Box) -> tuple[Points, Points]:
    """Seeds inside a stage and their mirror images outside: the outline is their edge."""
    west, south, east, north = (
        side / MILLIMETRES for side in (frame.west, frame.south, frame.east, frame.north)
    )
    d = PAIR_DISTANCE_M
    xs = _even(west + d, east - d)
    ys = _even(south + d, north - d)
    inside, outside = [], []
    for x in xs:
        inside += [(x, south + d), (x, north - d)]
        outside += [(x, south - d), (x, north + d)]
    for y in ys:
        inside += [(west + d, y), (east - d, y)]
        outside += [(west - d, y), (east + d, y)]
    outside += [(x, y) for x in (west - d, east + d) for y in (south - d, north + d)]
    return np.array(inside), np.array(outside)


def _even(first: float, last: float) -> Points:
    if last <= first:
        return np.array([(first + last) / 2])
    count = 1 + int(np.ceil((last - first) / PAIR_SPACING_M))
    return np.asarray(np.round(np.linspace(first, last, count), 3))


def _open_country(extent: Extent, spacing: float, rng: np.random.Generator) -> Points:
    """A jittered hexagonal grid a few cells beyond the frame."""
    margin = 5 * spacing
    rows = np.arange(extent.south - margin, extent.north + margin, spacing * 0.866)
    columns = np.arange(extent.west - margin, extent.east + margin, spacing)
    x, y = np.meshgrid(columns, rows)
    x[1::2] += spacing / 2
    points = np.column_stack((x.ravel(), y.ravel()))
    points += rng.uniform(-0.36, 0.36, points.shape) * spacing
    return np.asarray(points[rng.random(len(points)) > 0.08])


def _far_from_frames(
    points: Points, stages: Sequence[Stage], clearance: float
) -> NDArray[np.bool_]:
    far = np.ones(len(points), dtype=bool)
    for stage in stages:
        frame = stage.frame
        dx = np.maximum(frame.west / 1000 - points[:, 0], points[:, 0] - frame.east / 1000)
        dy = np.maximum(frame.south / 1000 - points[:, 1], points[:, 1] - frame.north / 1000)
        far &= np.hypot(np.maximum(dx, 0), np.maximum(dy, 0)) > clearance
    return far


def _far_from_course(points: Points, course: Course, distance: float) -> NDArray[np.bool_]:
    line = shapely.LineString(course.line)
    shapely.prepare(line)
    return np.asarray(~shapely.dwithin(line, shapely.points(points), distance))


def sow(
    extent: Extent, stages: Sequence[Stage], spacing: float, rng: np.random.Generator
) -> tuple[Seeds, tuple[Course, ...]]:
    """All seeds, distinct and on the millimetre.

    Stage outlines come first, then the river, then roads; later seeds keep clear of earlier
    ones, so that outlines and beds stay what they are.
    """
    beds = courses(extent)
    layers: list[tuple[Points, int, int]] = []
    for index, stage in enumerate(stages):
        inside, outside = _outline_pairs(stage.frame)
        layers.append((inside, index, -1))
        layers.append((outside, -1, -1))
    for index, course in enumerate(beds):
        bed, banks = _course_rows(course)
        for points, kind in ((bed, index), (banks, -1)):
            clear = _far_from_frames(points, stages, STAGE_CLEARANCE_M)
            for other in beds[:index]:
                clear &= _far_from_course(points, other, 1.5 * other.width_m + 25)
            layers.append((points[clear], -1, kind))
    fields = _open_country(extent, spacing, rng)
    clear = _far_from_frames(fields, stages, STAGE_CLEARANCE_M)
    for course in beds:
        room = np.hypot(course.width_m / 2, course.spacing_m / 2) + course.width_m / 2 + 5
        clear &= _far_from_course(fields, course, float(room))
    layers.append((fields[clear], -1, -1))
    return _stacked(layers), beds


def _stacked(layers: list[tuple[Points, int, int]]) -> Seeds:
    points = np.round(np.concatenate([layer[0] for layer in layers]) * 1000) / 1000
    sizes = [len(layer[0]) for layer in layers]
    _, first = np.unique(points, axis=0, return_index=True)
    first.sort()
    stage, course = (
        np.repeat([layer[column] for layer in layers], sizes)[first] for column in (1, 2)
    )
    return Seeds(points[first], stage, course)
