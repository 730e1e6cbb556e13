import tomllib
from dataclasses import fields
from importlib.resources import files

import pytest

from services.errors import InvalidOptionError
from services.labels import labels
from services.layers.roles import (
    POLYGON_ROLES,
    GeometryKind,
    Role,
    role_named,
    roles,
    similar_roles,
)

TABLE = tomllib.loads(files("services.layers").joinpath("roles.toml").read_text("utf-8"))


@pytest.mark.parametrize("name", TABLE)
def test_every_row_is_made_of_known_keys(name):
    known = {field.name: field.type for field in fields(Role)}
    for key, value in TABLE[name].items():
        assert key in known
        if known[key] == "bool":
            assert isinstance(value, bool)
        if known[key].startswith("tuple"):
            assert value
            assert all(isinstance(text, str) for text in value)


def test_every_role_has_a_name_and_every_name_a_role():
    assert set(roles()) == set(labels("role"))


def test_the_binding_class_fields_come_first():
    first = {
        name: role.class_fields[0]
        for name, role in roles().items()
        if role.class_required and not role.class_given
    }
    assert first == {
        "land_survey": "DLBM",
        "planning_base": "DLBM",
        "plan_control_zone": "GZQLXDM",
        "plan_use_zone": "TDYTQLXDM",
        "plan_land_class": "GHDLDM",
        "plan_space_zone": "type",
        "village_plan": "class",
        "urban_control_line": "type",
        "growth_boundary": "GHFQDM",
        "spatial_plan": "YDYHFLDM",
    }


def test_the_exclusive_roles_are_those_of_the_contract():
    exclusive = {name for name, role in roles().items() if role.exclusive}
    assert exclusive == {
        "land_survey", "planning_base", "plan_control_zone", "plan_use_zone", "plan_land_class",
        "plan_space_zone", "urban_plan", "permanent_farmland", "eco_redline", "growth_boundary",
        "spatial_plan", "cadastre", "town", "village",
    }  # fmt: skip


def test_a_patch_of_basic_farmland_has_no_class_of_its_own():
    """Its DLBM may differ from the survey's: class by the survey, lock by the patch."""
    assert roles()["permanent_farmland"].class_fields == ()


def test_lines_points_and_rasters_are_no_polygon_roles():
    others = {name for name in roles() if name not in POLYGON_ROLES}
    assert others == {"road", "river", "railway", "utility", "elevation", "imagery"}
    assert roles()["imagery"].geometry is GeometryKind.RASTER


def test_a_free_role_is_taken_and_known_as_such():
    assert not role_named("county").known
    assert role_named("town").known


@pytest.mark.parametrize("name", ["", "Town", "1st", "a/b", "..", "self", "a" * 41, "镇"])
def test_what_can_be_no_role_is_refused(name):
    with pytest.raises(InvalidOptionError, match="role_form"):
        role_named(name)


def test_a_misspelling_is_met_with_the_right_name():
    assert "permanent_farmland" in similar_roles("permanant_farmland")
