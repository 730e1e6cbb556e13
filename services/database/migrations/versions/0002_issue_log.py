"""The issue log: what was read for which purpose, and what was wrong with it.

Revision 0002.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables of the log."""
    op.create_table(
        "intakes",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("taken_at", sa.String(40), nullable=False),
        sa.Column("taken_by", sa.String(120), nullable=False),
        sa.Column("purpose", sa.String(20), nullable=False),
        sa.Column("files", sa.Text, nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("kept", sa.Integer, nullable=False),
        sa.Column("refused", sa.Integer, nullable=False),
        sa.Column("repaired", sa.Integer, nullable=False),
        sa.Column("detected", sa.Text),
        sa.PrimaryKeyConstraint("id", name="pk_intakes"),
    )
    op.create_table(
        "intake_subjects",
        sa.Column("intake_id", sa.Integer, nullable=False),
        sa.Column("subject", sa.String(130), nullable=False),
        sa.PrimaryKeyConstraint("intake_id", "subject", name="pk_intake_subjects"),
        sa.ForeignKeyConstraint(
            ["intake_id"], ["intakes.id"], name="fk_intake_subjects_intake_id_intakes"
        ),
    )
    op.create_index("ix_intake_subjects_subject", "intake_subjects", ["subject"])
    op.create_table(
        "issues",
        sa.Column("intake_id", sa.Integer, nullable=False),
        sa.Column("position", sa.Integer, autoincrement=False, nullable=False),
        sa.Column("code", sa.String(60), nullable=False),
        sa.Column("severity", sa.String(10), nullable=False),
        sa.Column("duty", sa.String(20), nullable=False),
        sa.Column("file", sa.Text, nullable=False),
        sa.Column("feature", sa.Integer),
        sa.Column("site", sa.Text),
        sa.Column("facts", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("intake_id", "position", name="pk_issues"),
        sa.ForeignKeyConstraint(["intake_id"], ["intakes.id"], name="fk_issues_intake_id_intakes"),
    )
