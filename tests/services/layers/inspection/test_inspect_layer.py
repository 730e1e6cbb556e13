"""Layers of rectangles with one fault each, inspected as a user would."""

from dataclasses import replace
from datetime import date

import numpy as np
import pytest
import shapely
from shapely import box

from services.domain.issue import Duty, Severity
from services.domain.project import UseScheme
from services.domain.wording import Language
from services.errors import InvalidOptionError, RoleNotFoundError, WorkspaceError
from services.issue_log import counted_by_severity
from services.layers.inspection.code_tables import scheme_codes, suggestion
from services.layers.inspection.documents import inspection_document, inspection_issues
from services.layers.inspection.inspect import LayerInspection, inspect_layer
from services.layers.inspection.report import Check, CheckState

EAST, NORTH = 39_520_000, 3_850_000
NAMES = {"0102": "水浇地", "0103": "旱地", "0601": "工业用地", "0301": "乔木林地"}


def survey(count, **columns):
    """Columns of a faultless survey of `count` parcels, some replaced."""
    codes = columns.pop("DLBM", ["0102"] * count)
    full = {
        "BSM": [f"37040300000000{n:04d}" for n in range(count)],
        "YSDM": ["2001010100"] * count,
        "TBBH": [f"{n:04d}" for n in range(count)],
        "DLBM": codes,
        "DLMC": [NAMES.get(code, "") or "某地" for code in codes],
        "QSXZ": ["30"] * count,
        "QSDWDM": ["370403101037"] * count,
        "QSDWMC": ["示例村"] * count,
        "ZLDWDM": ["370403101037"] * count,
        "ZLDWMC": ["示例村"] * count,
        "TBMJ": [None] * count,
        "TBDLMJ": ["1"] * count,
        "GDPDJB": ["1"] * count,
        "SJNF": [2020] * count,
        "MSSM": ["00"] * count,
    }
    return full | columns


@pytest.fixture
def inspected(workspace, add):
    """Import rectangles and inspect them at once."""

    first_days = (date(2020, 1, day) for day in range(1, 29))

    def run(shapes, columns=None, role="land_survey", options=None, **request):
        if columns is None and role == "land_survey":
            columns = survey(len(shapes))
        add(role, shapes, columns, valid_from=next(first_days), **request)
        return inspect_layer(LayerInspection(role, **(options or {})), workspace)

    return run


def states(inspection):
    return {outcome.check: outcome.state for outcome in inspection.outcomes}


def named(inspection, check):
    return [(fault.code, fault.features) for fault in inspection.of(check)]


ROW = [(0, 0, 100, 100), (100, 0, 200, 100), (200, 0, 300, 100)]


def test_a_sound_layer_passes_every_check_that_can_be_run(inspected):
    areas = {"TBMJ": [10_000.0] * 3}
    inspection = inspected(ROW, survey(3, **areas), coverage="self")
    assert inspection.faults == ()
    assert [outcome.check for outcome in inspection.outcomes] == list(Check)
    assert set(states(inspection).values()) == {CheckState.PASSED}


@pytest.mark.parametrize(
    ("shapes", "check", "expected", "area"),
    [
        ([(0, 0, 100, 100), (99.999, 0, 200, 100)], Check.OVERLAP,
         [("topology_overlap", (1, 2))], 0.1),
        ([(0, 0, 100, 100), (100.001, 0, 200, 100)], Check.GAP, [("topology_gap", (1, 2))], 0.1),
        ([(0, 0, 100, 100), (20, 20, 60, 60)], Check.NESTED, [("topology_nested", (2, 1))], 1600.0),
    ],
)  # fmt: skip
def test_a_millimetre_is_an_error_with_its_features_and_area(
    inspected, shapes, check, expected, area
):
    inspection = inspected(shapes)
    assert named(inspection, check) == expected
    (fault,) = inspection.of(check)
    assert fault.area_m2 == pytest.approx(area, abs=2e-6)
    assert fault.severity is Severity.ERROR
    assert inspection.has_errors
    others = {Check.GAP, Check.OVERLAP, Check.NESTED, Check.DUPLICATE} - {check}
    assert all(states(inspection)[other] is CheckState.PASSED for other in others)


def test_thin_places_are_marked_and_counted_as_slivers(inspected):
    shapes = [(0, 0, 100, 100), (99.98, 0, 200, 100)]
    inspection = inspected(shapes)
    # 0.02 m × 100 m = 2 m²: narrow, but not below 1 m²
    assert not any(fault.is_sliver for fault in inspection.of(Check.OVERLAP))
    narrower = inspected([(0, 0, 100, 50), (99.99, 0, 200, 50)])
    (overlap,) = narrower.of(Check.OVERLAP)
    assert overlap.is_sliver
    message = next(o.message for o in narrower.outcomes if o.check is Check.SLIVER)
    assert "0 thin gaps, 1 thin overlaps, 0 thin crossings, 0 thin features" in message.en


def test_what_is_narrower_than_the_tolerance_is_counted_with_its_area(inspected):
    shapes = [(0, 0, 100, 100), (99.999, 0, 200, 100)]
    inspection = inspected(shapes, options={"tolerance_m": 0.01})
    assert inspection.of(Check.OVERLAP) == ()
    message = next(o.message for o in inspection.outcomes if o.check is Check.OVERLAP)
    assert message.en == "nothing found, 1 more are narrower than 0.01 m, 0.1000 m² in all"


def test_holes_are_held_against_their_size_and_the_boundary(inspected, layer_file):
    frame = [(0, 0, 300, 100), (0, 200, 300, 300), (0, 100, 100, 200), (200, 100, 300, 200)]
    hole = inspected(frame)
    assert [(f.severity, f.area_m2) for f in hole.of(Check.GAP)] == [
        (Severity.WARNING, pytest.approx(10_000.0))
    ]
    bound = layer_file("bound", [(0, 0, 310, 300)])
    filled = inspected(frame, options={"boundary": str(bound)})
    gaps = filled.of(Check.GAP)
    assert [f.area_m2 for f in gaps] == pytest.approx([10_000.0, 3000.0])
    assert {f.severity for f in gaps} == {Severity.ERROR}


def test_a_coverage_made_of_the_layer_itself_hides_no_hole(inspected):
    frame = [(0, 0, 300, 100), (0, 120, 300, 300), (0, 100, 100, 120), (110, 100, 300, 120)]
    inspection = inspected(frame, coverage="self")
    (gap,) = inspection.of(Check.GAP)
    assert gap.area_m2 == pytest.approx(200.0)


def test_a_missing_parcel_inside_declared_ground_is_an_error(inspected, layer_file):
    """The same hole of 10 000 m²: an error where the coverage says that there is ground."""
    frame = [(0, 0, 300, 100), (0, 200, 300, 300), (0, 100, 100, 200), (200, 100, 300, 200)]
    bound = layer_file("bound", [(0, 0, 300, 300)])
    for coverage, severity in ((str(bound), Severity.ERROR), ("self", Severity.WARNING)):
        (gap,) = inspected(frame, coverage=coverage).of(Check.GAP)
        assert gap.area_m2 == pytest.approx(10_000.0)
        assert gap.severity is severity


def test_features_beyond_the_boundary(inspected, layer_file):
    bound = layer_file("bound", [(0, 0, 250, 100)])
    inspection = inspected([*ROW, (400, 0, 500, 100)], options={"boundary": str(bound)})
    assert named(inspection, Check.OUTSIDE) == [
        ("topology_outside", (4,)),
        ("topology_crosses_boundary", (3,)),
    ]
    assert [f.area_m2 for f in inspection.of(Check.OUTSIDE)] == pytest.approx([10_000.0, 5000.0])
    assert [f.severity for f in inspection.of(Check.OUTSIDE)] == [Severity.ERROR, Severity.WARNING]


def test_layers_whose_features_may_overlap_are_only_told(inspected):
    shapes = [(0, 0, 100, 100), (50, 0, 150, 100), (0, 0, 100, 100), (10, 10, 20, 20)]
    inspection = inspected(shapes, {"type": list("aaab")}, role="geohazard")
    assert states(inspection)[Check.OVERLAP] is CheckState.INFORMATION
    assert states(inspection)[Check.NESTED] is CheckState.INFORMATION
    assert states(inspection)[Check.GAP] is CheckState.NOT_RUN
    assert states(inspection)[Check.DUPLICATE] is CheckState.FAULTY
    assert named(inspection, Check.DUPLICATE) == [("topology_duplicate_record", (1, 3))]


def test_the_same_outline_with_other_attributes_is_told_apart(inspected):
    columns = survey(3, DLBM=["0102", "0102", "0103"])
    columns = {name: list(values) for name, values in columns.items()}
    for name in columns:
        if name not in ("BSM", "DLBM", "DLMC"):
            columns[name] = [columns[name][0]] * 3
    inspection = inspected([(0, 0, 100, 100)] * 3, columns)
    assert sorted(named(inspection, Check.DUPLICATE)) == [
        ("topology_duplicate", (1, 3)),
        ("topology_duplicate", (2, 3)),
        ("topology_duplicate_record", (1, 2)),
    ]


def test_codes_that_stand_in_no_table_and_what_they_may_mean(inspected):
    codes = ["0102", "0102 ", "９９", "101", "011", "XYZ"]
    shapes = [(n * 100, 0, n * 100 + 100, 100) for n in range(6)]
    inspection = inspected(shapes, survey(6, DLBM=codes))
    found = {
        f.features[0]: (f.code, f.params["better"], f.severity) for f in inspection.of(Check.CODES)
    }
    assert found == {
        2: ("inspect_code_spelled", "0102", Severity.WARNING),
        3: ("inspect_code_unknown", "", Severity.ERROR),
        4: ("inspect_code_spelled", "0101", Severity.WARNING),
        5: ("inspect_code_of_scheme", "", Severity.ERROR),
        6: ("inspect_code_unknown", "", Severity.ERROR),
    }


def test_a_code_of_the_edition_before_is_led_over():
    newest = scheme_codes(UseScheme.YDYH_2023, None)
    older = scheme_codes(UseScheme.YDYH_2020, None)
    moved = [code for code in older.names if not newest.knows(code)]
    better = {code: suggestion(code, newest, UseScheme.YDYH_2023, None) for code in moved}
    assert moved
    assert {edition for _, edition in better.values()} == {"ydyh_2020"}
    assert all(newest.knows(code) for code, _ in better.values() if code)
    assert any(code for code, _ in better.values())


def test_fields_that_are_missing_or_empty(inspected):
    columns = survey(3, ZLDWMC=["示例村", " ", None], GDPDJB=["1", "", "1"])
    for name in ("QSDWMC", "MSSM"):
        del columns[name]
    inspection = inspected(ROW, columns)
    assert [(f.code, f.params["field"]) for f in inspection.of(Check.FIELDS)] == [
        ("inspect_field_missing", "QSDWMC"),
        ("inspect_field_expected", "MSSM"),
    ]
    empty = [
        (f.features[0], f.params["field"])
        for f in inspection.of(Check.EMPTY_VALUES)
        if f.params["field"] != "TBMJ"
    ]
    assert empty == [(2, "ZLDWMC"), (3, "ZLDWMC"), (2, "GDPDJB")]


def test_a_field_that_only_farmland_needs_may_be_empty_elsewhere(inspected):
    columns = survey(3, DLBM=["0102", "0601", "0301"], GDPDJB=["1", "", None], TBMJ=["1"] * 3)
    inspection = inspected(ROW, columns)
    assert inspection.of(Check.EMPTY_VALUES) == ()


def test_names_values_and_identifiers(inspected):
    columns = survey(3, DLMC=["水浇地", "旱地", "水浇地"], QSXZ=["30", "99", ""])
    columns["BSM"] = ["A", "B", "A"]
    inspection = inspected(ROW, columns)
    (name,) = inspection.of(Check.CLASS_NAMES)
    assert (name.features, name.params["expected"]) == ((2,), "水浇地")
    (value,) = inspection.of(Check.VALUES)
    assert (value.features, value.params["value"]) == ((2,), "99")
    assert named(inspection, Check.DUPLICATE_ID) == [("inspect_duplicate_id", (3, 1))]


def test_stated_areas_may_be_of_the_plane_or_of_the_ellipsoid(inspected, workspace):
    """The limit is max(1 m², 0.05 %): 5 m² of 10 000, where plane and ellipsoid hardly differ."""
    inspection = inspected(ROW, survey(3, TBMJ=[10_000.0, 10_004.0, 10_006.0]))
    (fault,) = inspection.of(Check.STATED_AREA)
    assert fault.features == (3,)
    assert (fault.params["stated"], fault.params["plane"]) == ("10006.00", "10000.00")


def test_patches_below_the_smallest_mapped_area(inspected):
    shapes = [(0, 0, 10, 19), (100, 0, 110, 19), (200, 0, 210, 21)]
    inspection = inspected(shapes, survey(3, DLBM=["0601", "0102", "0601"]))
    assert [(f.features[0], f.params["limit"]) for f in inspection.of(Check.SMALLEST_AREA)] == [
        (1, "200"),
        (2, "400"),
    ]


BOW_TIE = shapely.Polygon(
    [(EAST + x, NORTH + y) for x, y in ((500, 0), (600, 100), (600, 0), (500, 100))]
)
NEARLY = shapely.MultiPolygon(
    [
        box(EAST + 700, NORTH, EAST + 750, NORTH + 100),
        box(EAST + 749.99, NORTH, EAST + 800, NORTH + 100),
    ]
)


def test_what_the_import_refused_or_repaired_keeps_its_number(inspected):
    """The refused feature is the first of the file: the others keep their numbers in it."""
    shapes = [BOW_TIE, *ROW, NEARLY]
    inspection = inspected(shapes, survey(5, QSXZ=["30", "99", "30", "30", "30"]))
    (refused,) = inspection.of(Check.REFUSED)
    assert (refused.code, refused.features) == ("repair_too_large", (1,))
    assert refused.severity is Severity.ERROR
    (repaired,) = inspection.of(Check.REPAIRED)
    assert (repaired.code, repaired.features) == ("inspect_repaired", (5,))
    assert repaired.params["before"] == "10001.00"
    assert repaired.geometry.geom_type == "Point"
    (value,) = inspection.of(Check.VALUES)
    assert value.features == (2,)


def test_an_empty_layer_is_not_inspected(workspace, add, layer_file):
    add("eco_redline", [], confirm_empty=True)
    inspection = inspect_layer(LayerInspection("eco_redline"), workspace)
    ran = {check for check, state in states(inspection).items() if state is not CheckState.NOT_RUN}
    assert ran == {Check.REFUSED, Check.REPAIRED}


def test_versions_roles_and_tolerances_that_are_not_there(workspace, inspected):
    inspected(ROW, version="2020")
    with pytest.raises(InvalidOptionError, match="no_such_version"):
        inspect_layer(LayerInspection("land_survey", version="1999"), workspace)
    with pytest.raises(RoleNotFoundError, match="role_not_loaded"):
        inspect_layer(LayerInspection("forest"), workspace)
    for tolerance in (-1.0, 2.0, float("nan")):
        with pytest.raises(InvalidOptionError, match="tolerance_range"):
            inspect_layer(LayerInspection("land_survey", tolerance_m=tolerance), workspace)
    with pytest.raises(InvalidOptionError, match="boundary_unknown"):
        inspect_layer(LayerInspection("land_survey", boundary="nowhere"), workspace)


def test_the_workspace_corrects_what_is_expected(inspected, workspace):
    (workspace.root / "inspection.toml").write_text(
        '[severity]\noverlap = "info"\n[roles.land_survey]\nrequired = ["LDQX"]\n', "utf-8"
    )
    inspection = inspected([(0, 0, 100, 100), (99, 0, 200, 100)], survey(2))
    assert [f.params["field"] for f in inspection.of(Check.FIELDS)] == ["LDQX"]
    assert states(inspection)[Check.OVERLAP] is CheckState.INFORMATION
    assert states(inspection)[Check.VALUES] is CheckState.NOT_RUN


@pytest.mark.parametrize(
    "text",
    ["[severity", '[severity]\noverlap = "dreadful"', "[roles.land_survey]\nneeded = []", "x = 1"],
)
def test_rules_at_fault_are_refused_with_the_place(inspected, workspace, text):
    (workspace.root / "inspection.toml").write_text(text, "utf-8")
    with pytest.raises(WorkspaceError, match="inspection_file"):
        inspected(ROW)


def test_every_fault_becomes_an_issue_with_a_place(inspected):
    shapes = [BOW_TIE, (0, 0, 100, 100), (99.9, 0, 200, 100)]
    inspection = inspected(shapes, survey(3))
    issues = inspection_issues(inspection)
    assert len(issues) == len(inspection.faults)
    assert counted_by_severity(issues)[Severity.ERROR] > 0
    overlap = next(issue for issue in issues if issue.code == "topology_overlap")
    assert (overlap.feature, overlap.duty) == (2, Duty.SUPPLIER)
    assert overlap.place == pytest.approx((EAST + 99.95, NORTH + 50), abs=0.06)
    assert overlap.bounds == pytest.approx((EAST + 99.9, NORTH, EAST + 100, NORTH + 100), abs=1e-6)
    for fault in inspection.faults:
        assert "{" not in fault.message.zh + fault.message.en + fault.remedy.zh + fault.remedy.en


def test_the_order_of_features_changes_nothing_but_their_numbers(inspected):
    """Numbers aside, the report on a layer and on the same layer turned round are equal."""
    rng = np.random.default_rng(7)
    shapes = [
        (x * 50, y * 50, x * 50 + 50 + rng.choice([0, 0.002, -0.002]), y * 50 + 50)
        for x in range(5)
        for y in range(5)
    ]

    def report(order):
        columns = {name: [values[at] for at in order] for name, values in survey(25).items()}
        inspection = inspected([shapes[at] for at in order], columns)
        document = inspection_document(inspection, Language.EN)
        faults = sorted(
            (f["check"], f["code"], round(f["area_m2"] or 0.0, 4), sorted(f["ids"]))
            for f in document["faults"]
        )
        return document["checks"], faults

    straight = report(range(25))
    assert straight[1]
    assert report(rng.permutation(25)) == straight


def test_an_inspection_is_a_copy_that_cannot_be_changed(inspected):
    inspection = inspected(ROW)
    with pytest.raises(AttributeError, match="cannot assign"):
        inspection.crs = "EPSG:4490"
    assert replace(inspection, crs="x").crs == "x"
