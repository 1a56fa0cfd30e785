"""Verbs of the sums: one upsert each, rows in one order, so that two of them never wait in ring."""

from collections.abc import Collection, Mapping
from datetime import date
from typing import Any

from ..database import Model, insert_into, require_transaction
from .models import GuideAdd, GuideRead, LostDemand


def count_lost(day: date, sku: str, guide_slug: str, block: str = "", *, is_sign_up: bool) -> None:
    """Counts one visitor who wanted what is sold out."""
    key = {"day": day, "sku": sku, "guide_slug": guide_slug, "block": block}
    _count(LostDemand, [key], {"refused": int(not is_sign_up), "sign_ups": int(is_sign_up)})


def count_read(day: date, guide_id: int, blocks: Collection[str]) -> None:
    """Counts one view of a page in which a guide was really looked at, and these of its blocks."""
    rows = [{"day": day, "guide_id": guide_id, "block": block} for block in ("", *sorted(blocks))]
    _count(GuideRead, rows, {"reads": 1})


def count_add(day: date, guide_id: int, block: str, sku: str) -> None:
    """Counts one press of "Add to cart" that began in a guide."""
    key = {"day": day, "guide_id": guide_id, "block": block, "sku": sku}
    _count(GuideAdd, [key], {"adds": 1})


def _count(table: type[Model], rows: list[dict[str, Any]], more: Mapping[str, int]) -> None:
    require_transaction().execute(
        insert_into(table)
        .values([row | dict(more) for row in rows])
        .on_conflict_do_update(
            index_elements=list(rows[0]),
            set_={name: getattr(table, name) + one for name, one in more.items()},
        )
    )
