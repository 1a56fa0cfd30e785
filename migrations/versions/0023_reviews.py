"""What buyers say, what it adds up to, and who was asked."""

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
REVIEW, RATING = "shop_review", "shop_rating"
INVITATION, STOP = "shop_review_invitation", "shop_review_stop"
SUMS = ("ones", "twos", "threes", "fours", "fives", "shown", "withheld")
CHECKS = {
    "stars_one_to_five": "stars BETWEEN 1 AND 5",
    "only_of_buyers": "verified",
    "state_known": "state IN ('waiting', 'shown', 'withheld')",
    "incentive_known": "incentive IN ('none', 'gift', 'discount')",
    "relationship_known": "relationship IN ('none', 'knows')",
    "reason_known": "reason_code IN ('', 'medical_claim', 'personal_data', 'offensive',"
    " 'advertising', 'off_topic', 'same_text')",
    "withheld_for_a_reason": "(state = 'withheld') = (reason_code <> '')",
}


def upgrade() -> None:
    """Brings the tables from 0022 to 0023."""
    _make_review()
    op.create_table(
        RATING,
        sa.Column("product_id", sa.Integer(), autoincrement=False, nullable=False),
        *(sa.Column(name, sa.Integer(), nullable=False) for name in SUMS),
        sa.ForeignKeyConstraint(
            ["product_id"], ["shop_product.id"], name=op.f(f"fk_{RATING}_product_id")
        ),
        sa.PrimaryKeyConstraint("product_id", name=op.f(f"pk_{RATING}")),
    )
    op.create_table(
        INVITATION,
        sa.Column("order_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("decided_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(
            ["order_id"], ["shop_order.id"], name=op.f(f"fk_{INVITATION}_order_id")
        ),
        sa.PrimaryKeyConstraint("order_id", name=op.f(f"pk_{INVITATION}")),
    )
    op.create_table(
        STOP,
        sa.Column("address_key", sa.String(length=64), nullable=False),
        sa.Column("stopped_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("address_key", name=op.f(f"pk_{STOP}")),
    )


def _make_review() -> None:
    op.create_table(
        REVIEW,
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("order_line_id", sa.Integer(), nullable=False),
        sa.Column("product_id", sa.Integer(), nullable=False),
        sa.Column("stars", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("text_key", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("verified", sa.Boolean(), nullable=False),
        sa.Column("incentive", sa.String(length=16), nullable=False),
        sa.Column("relationship", sa.String(length=16), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("reason_code", sa.String(length=24), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("answered_by", sa.String(length=320), nullable=False),
        sa.Column("answered_at", MOMENT, nullable=True),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("changed_at", MOMENT, nullable=True),
        sa.Column("decided_at", MOMENT, nullable=True),
        sa.Column("decided_by", sa.String(length=320), nullable=False),
        *(sa.CheckConstraint(rule, name=op.f(f"ck_{REVIEW}_{n}")) for n, rule in CHECKS.items()),
        sa.ForeignKeyConstraint(
            ["order_line_id"], ["shop_order_line.id"], name=op.f(f"fk_{REVIEW}_order_line_id")
        ),
        sa.ForeignKeyConstraint(
            ["product_id"], ["shop_product.id"], name=op.f(f"fk_{REVIEW}_product_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{REVIEW}")),
        sa.UniqueConstraint("order_line_id", name=op.f(f"uq_{REVIEW}_order_line_id")),
    )
    op.create_index(
        f"ix_{REVIEW}_product_id_state_id", REVIEW, ["product_id", "state", "id"]
    )
    op.create_index(f"ix_{REVIEW}_state_id", REVIEW, ["state", "id"])
    op.create_index(f"ix_{REVIEW}_text_key", REVIEW, ["text_key"])


def downgrade() -> None:
    """Takes the tables back from 0023 to 0022; what buyers wrote is lost."""
    for name in (STOP, INVITATION, RATING, REVIEW):
        op.drop_table(name)
