"""Cells of few seeds: straight ones known in the head, bent ones still without gap."""

import numpy as np
import pytest
import shapely

from sample_data.coverage import NO_LABEL, build_mesh, dissolve
from sample_data.places import extent_for
from sample_data.rectangles import box
from sample_data.seeding import sow
from sample_data.stage import Survey, urban
from sample_data.tessellation import bend, voronoi_edges


def lattice(side: int, step: float = 100.0) -> np.ndarray:
    x, y = np.meshgrid(np.arange(side) * step, np.arange(side) * step)
    return np.column_stack((x.ravel(), y.ravel()))


def inner(side: int) -> np.ndarray:
    row = np.arange(side * side) // side
    column = np.arange(side * side) % side
    return (row > 0) & (row < side - 1) & (column > 0) & (column < side - 1)


def mesh_of(seeds: np.ndarray, used: np.ndarray, softness: float, seed: int = 1):
    outside = np.full(len(seeds), -1)
    edges = voronoi_edges(seeds, outside, used)
    return build_mesh(
        edges,
        seeds,
        outside,
        (),
        step_m=np.full(len(edges.left), 20.0),
        softness=np.full(len(edges.left), softness),
        rng=np.random.default_rng(seed),
    )


def test_square_lattice_gives_squares() -> None:
    seeds, used = lattice(5), inner(5)
    mesh = mesh_of(seeds, used, softness=0.0)
    labels = np.where(used, np.arange(25), NO_LABEL)
    cells, found = dissolve(mesh, labels)
    assert len(cells) == 9
    assert sorted(found) == np.flatnonzero(used).tolist()
    assert shapely.area(cells) == pytest.approx(np.full(9, 10_000.0), abs=1e-9)
    # a square has four corners, its ring five points
    assert set(shapely.get_num_coordinates(cells)) == {5}


@pytest.mark.parametrize("seed", range(5))
def test_bent_cells_neither_overlap_nor_leave_gaps(seed: int) -> None:
    rng = np.random.default_rng(seed)
    seeds = np.round(lattice(12) + rng.uniform(-45, 45, (144, 2)), 3)
    used = inner(12)
    mesh = mesh_of(seeds, used, softness=1.0, seed=seed)
    cells, found = dissolve(mesh, np.where(used, np.arange(144), NO_LABEL))
    (outline,), _ = dissolve(mesh, np.where(used, 0, NO_LABEL))
    assert len(cells) == 100
    assert shapely.coverage_is_valid(cells)
    assert shapely.area(cells).sum() == pytest.approx(outline.area, rel=1e-12)
    assert shapely.symmetric_difference(shapely.coverage_union_all(cells), outline).area < 1e-6
    assert shapely.contains(cells, shapely.points(seeds[found])).all()


def test_equal_labels_are_one_polygon_with_its_hole() -> None:
    seeds, used = lattice(5), inner(5)
    labels = np.where(used, 7, NO_LABEL)
    labels[12] = 8
    polygons, found = dissolve(mesh_of(seeds, used, softness=0.0), labels)
    areas = dict(zip(found.tolist(), shapely.area(polygons).tolist(), strict=True))
    assert areas == pytest.approx({7: 80_000.0, 8: 10_000.0}, abs=1e-9)
    assert shapely.get_num_interior_rings(polygons).sum() == 1


def test_a_cell_that_is_not_star_shaped_is_refused() -> None:
    edges = voronoi_edges(lattice(4), np.full(16, -1), inner(4))
    wrong = lattice(4) + 500.0
    with pytest.raises(ArithmeticError, match="not star-shaped"):
        bend(
            edges,
            wrong,
            step_m=np.full(len(edges.left), 20.0),
            softness=np.ones(len(edges.left)),
            rng=np.random.default_rng(1),
        )


def test_a_stage_stands_in_the_mesh_as_the_rectangle_it_is() -> None:
    stage = urban("x").paint("land_survey", Survey("0102", "30"), box(100, 50, 200, 150))
    stage = stage.moved(1_000_000, 500_000)
    seeds, _ = sow(extent_for(2000), (stage,), 150.0, np.random.default_rng(3))
    near = np.hypot(*(seeds.points - (1260, 600)).T) < 900
    edges = voronoi_edges(seeds.points, seeds.stage, near)
    mesh = build_mesh(
        edges,
        seeds.points,
        seeds.stage,
        (stage,),
        step_m=np.full(len(edges.left), 40.0),
        softness=np.ones(len(edges.left)),
        rng=np.random.default_rng(3),
    )
    (cells,) = mesh.stages
    country = np.where(near & (seeds.stage < 0), 0, NO_LABEL)
    painted = [
        1 if stage.value_at("land_survey", *c) != Survey("0601", "20") else 2
        for c in cells.centres()
    ]
    polygons, found = dissolve(mesh, np.concatenate((country, painted)))
    by_label = {label: polygons[found == label] for label in (1, 2)}
    assert by_label[1][0].equals(shapely.box(1100, 550, 1200, 650))
    assert by_label[2][0].area == 520 * 200 - 100 * 100
    assert shapely.box(*by_label[2][0].bounds).equals(shapely.box(1000, 500, 1520, 700))
    assert shapely.coverage_is_valid(polygons)
