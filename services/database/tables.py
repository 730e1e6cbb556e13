"""Tables of a workspace, as the newest migration makes them.

Instants are ISO 8601 texts with their offset, amounts integers of 1e-6 m²; the constraints
carry fixed names, so that a migration can find them on every database.
"""

from __future__ import annotations

from sqlalchemy import (
    CheckConstraint,
    Column,
    Date,
    Float,
    ForeignKey,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
)
from sqlalchemy.types import BigInteger

__all__ = [
    "figure_files",
    "intake_subjects",
    "intakes",
    "issues",
    "layer_versions",
    "metadata",
    "number_series",
    "plan_figures",
    "results",
    "workspace",
]

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)

workspace = Table(
    "workspace",
    metadata,
    Column("id", Integer, CheckConstraint("id = 1", name="single_row"), primary_key=True),
    Column("crs", String(32), nullable=False),
    Column("made_at", String(40), nullable=False),
    Column("made_by", String(120), nullable=False),
    Column("made_with", String(40), nullable=False),
    Column("origin_east", BigInteger),
    Column("origin_north", BigInteger),
)

layer_versions = Table(
    "layer_versions",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("role", String(40), nullable=False),
    Column("version", String(80), nullable=False),
    Column("valid_from", Date, nullable=False),
    Column("valid_to", Date),
    Column("imported_at", String(40), nullable=False),
    Column("imported_by", String(120), nullable=False),
    Column("sha256", String(64), nullable=False),
    Column("folder", Text, nullable=False),
    Column("source_name", Text, nullable=False),
    Column("crs", String(32), nullable=False),
    Column("class_field", Text),
    Column("name_field", Text),
    Column("scheme", String(20), nullable=False),
    Column("accuracy_m", Float),
    Column("secrecy", String(40)),
    Column("feature_count", Integer, nullable=False),
    Column("has_coverage", Integer, nullable=False),
    Column("confirmed_empty_by", String(120)),
    Column("confirmed_empty_at", String(40)),
    Column("west", Float),
    Column("south", Float),
    Column("east", Float),
    Column("north", Float),
    UniqueConstraint("role", "version"),
    UniqueConstraint("role", "valid_from"),
    CheckConstraint("valid_to IS NULL OR valid_to > valid_from", name="validity"),
)

number_series = Table(
    "number_series",
    metadata,
    Column("year", Integer, primary_key=True, autoincrement=False),
    Column("last", Integer, nullable=False),
)

results = Table(
    "results",
    metadata,
    Column("number", String(16), primary_key=True),
    Column("computed_at", String(40), nullable=False),
    Column("as_of", String(10), nullable=False),
    Column("site_name", Text, nullable=False),
    Column("verdict", String(20), nullable=False),
    Column("outcome", String(30), nullable=False),
    Column("document", Text, nullable=False),
    Column("sha256", String(64), nullable=False),
)

intakes = Table(
    "intakes",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("taken_at", String(40), nullable=False),
    Column("taken_by", String(120), nullable=False),
    Column("purpose", String(20), nullable=False),
    Column("files", Text, nullable=False),
    Column("sha256", String(64), nullable=False),
    Column("kept", Integer, nullable=False),
    Column("refused", Integer, nullable=False),
    Column("repaired", Integer, nullable=False),
    Column("detected", Text),
)

intake_subjects = Table(
    "intake_subjects",
    metadata,
    Column("intake_id", Integer, ForeignKey("intakes.id"), primary_key=True),
    Column("subject", String(130), primary_key=True, index=True),
)

issues = Table(
    "issues",
    metadata,
    Column("intake_id", Integer, ForeignKey("intakes.id"), primary_key=True),
    Column("position", Integer, primary_key=True, autoincrement=False),
    Column("code", String(60), nullable=False),
    Column("severity", String(10), nullable=False),
    Column("duty", String(20), nullable=False),
    Column("file", Text, nullable=False),
    Column("feature", Integer),
    Column("site", Text),
    Column("facts", Text, nullable=False),
)

figure_files = Table(
    "figure_files",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("name", Text, nullable=False),
    Column("sha256", String(64), nullable=False),
    Column("added_at", String(40), nullable=False),
    Column("added_by", String(120), nullable=False),
)

plan_figures = Table(
    "plan_figures",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("file_id", Integer, ForeignKey("figure_files.id"), nullable=False),
    Column("date", Date, nullable=False),
    Column("town_code", String(20), nullable=False),
    Column("scale_left_um2", BigInteger),
    Column("cultivated_margin_um2", BigInteger),
    Column("plan_2019_um2", BigInteger),
    Column("advance_left_um2", BigInteger),
    Column("source", Text, nullable=False),
    UniqueConstraint("date", "town_code"),
)
