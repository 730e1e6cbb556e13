"""First form: the layer catalogue, results, plan figures.

Revision 0001.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make all tables."""
    _workspace()
    _layer_versions()
    _results()
    _plan_figures()


def _workspace() -> None:
    op.create_table(
        "workspace",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("crs", sa.String(32), nullable=False),
        sa.Column("made_at", sa.String(40), nullable=False),
        sa.Column("made_by", sa.String(120), nullable=False),
        sa.Column("made_with", sa.String(40), nullable=False),
        sa.Column("origin_east", sa.BigInteger),
        sa.Column("origin_north", sa.BigInteger),
        sa.PrimaryKeyConstraint("id", name="pk_workspace"),
        sa.CheckConstraint("id = 1", name=op.f("ck_workspace_single_row")),
    )


def _layer_versions() -> None:
    op.create_table(
        "layer_versions",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("role", sa.String(40), nullable=False),
        sa.Column("version", sa.String(80), nullable=False),
        sa.Column("valid_from", sa.Date, nullable=False),
        sa.Column("valid_to", sa.Date),
        sa.Column("imported_at", sa.String(40), nullable=False),
        sa.Column("imported_by", sa.String(120), nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("folder", sa.Text, nullable=False),
        sa.Column("source_name", sa.Text, nullable=False),
        sa.Column("crs", sa.String(32), nullable=False),
        sa.Column("class_field", sa.Text),
        sa.Column("name_field", sa.Text),
        sa.Column("scheme", sa.String(20), nullable=False),
        sa.Column("accuracy_m", sa.Float),
        sa.Column("secrecy", sa.String(40)),
        sa.Column("feature_count", sa.Integer, nullable=False),
        sa.Column("has_coverage", sa.Integer, nullable=False),
        sa.Column("confirmed_empty_by", sa.String(120)),
        sa.Column("confirmed_empty_at", sa.String(40)),
        sa.Column("west", sa.Float),
        sa.Column("south", sa.Float),
        sa.Column("east", sa.Float),
        sa.Column("north", sa.Float),
        sa.PrimaryKeyConstraint("id", name="pk_layer_versions"),
        sa.UniqueConstraint("role", "version", name="uq_layer_versions_role_version"),
        sa.UniqueConstraint("role", "valid_from", name="uq_layer_versions_role_valid_from"),
        sa.CheckConstraint(
            "valid_to IS NULL OR valid_to > valid_from", name=op.f("ck_layer_versions_validity")
        ),
    )


def _results() -> None:
    op.create_table(
        "number_series",
        sa.Column("year", sa.Integer, autoincrement=False, nullable=False),
        sa.Column("last", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("year", name="pk_number_series"),
    )
    op.create_table(
        "results",
        sa.Column("number", sa.String(16), nullable=False),
        sa.Column("computed_at", sa.String(40), nullable=False),
        sa.Column("as_of", sa.String(10), nullable=False),
        sa.Column("site_name", sa.Text, nullable=False),
        sa.Column("verdict", sa.String(20), nullable=False),
        sa.Column("outcome", sa.String(30), nullable=False),
        sa.Column("document", sa.Text, nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.PrimaryKeyConstraint("number", name="pk_results"),
    )


def _plan_figures() -> None:
    op.create_table(
        "figure_files",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("added_at", sa.String(40), nullable=False),
        sa.Column("added_by", sa.String(120), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_figure_files"),
    )
    op.create_table(
        "plan_figures",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("file_id", sa.Integer, nullable=False),
        sa.Column("date", sa.Date, nullable=False),
        sa.Column("town_code", sa.String(20), nullable=False),
        sa.Column("scale_left_um2", sa.BigInteger),
        sa.Column("cultivated_margin_um2", sa.BigInteger),
        sa.Column("plan_2019_um2", sa.BigInteger),
        sa.Column("advance_left_um2", sa.BigInteger),
        sa.Column("source", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_plan_figures"),
        sa.ForeignKeyConstraint(
            ["file_id"], ["figure_files.id"], name="fk_plan_figures_file_id_figure_files"
        ),
        sa.UniqueConstraint("date", "town_code", name="uq_plan_figures_date_town_code"),
    )
