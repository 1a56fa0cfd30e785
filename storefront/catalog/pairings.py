"""Products that go together, with the editor's reason.

`goes_with` is a line for each: the other product's slug, a colon, the reason. A slug that the other
product once had leads to it for ever, so renaming breaks nothing; one that leads nowhere shows
nothing.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select, union_all

from .. import inventory
from ..database import db
from .drafts import BadField
from .models import FormerSlug, Product, Variant
from .slugs import LONGEST_SLUG, SLUG

MOST_PAIRS = 6
_LONGEST_REASON = 200


@dataclass(frozen=True, slots=True)
class PairingView:
    """A product that goes with another: why, and its cheapest size that can be bought now."""

    slug: str
    name: str
    reason: str
    sku: str
    size: str
    price_cents: int
    currency: str


def goes_with(written: str) -> str:
    """The rule of the field: slug, colon and reason in each line; raises BadField."""
    pairs: dict[str, str] = {}
    for line in filter(None, (line.strip() for line in written.splitlines())):
        slug, colon, reason = (part.strip() for part in line.partition(":"))
        if not SLUG.fullmatch(slug) or len(slug) > LONGEST_SLUG or not (colon and reason):
            raise BadField(
                f"“{line[:40]}” is no pairing.",
                "Write the address of the other product, a colon and why, such as"
                " bath-flakes: For the days between.",
            )
        if len(reason) > _LONGEST_REASON:
            raise BadField(
                f"The reason for {slug} is {len(reason)} characters long.",
                f"Write at most {_LONGEST_REASON}.",
            )
        if slug in pairs:
            raise BadField(f"{slug} is named twice.", "Write it once.")
        pairs[slug] = reason
    if len(pairs) > MOST_PAIRS:
        raise BadField(f"has {len(pairs)} lines.", f"Write at most {MOST_PAIRS}.")
    return "\n".join(f"{slug}: {reason}" for slug, reason in pairs.items())


def pairings(
    texts: Iterable[str], *, without: Collection[int] = (), most: int = MOST_PAIRS
) -> tuple[PairingView, ...]:
    """What goes with products whose fields say this, in one statement at most.

    Each product once, with the first reason; those that are sold out or not on sale, and those of
    these ids, are left out.
    """
    reasons: dict[str, str] = {}
    for line in (line for text in texts for line in text.splitlines()):
        slug, _, reason = line.partition(": ")
        reasons.setdefault(slug, reason)
    if not reasons:
        return ()
    found: dict[int, tuple[str, Any]] = {}
    for row in db.read(_offers(list(reasons))):
        if row.id not in without:
            found.setdefault(row.id, (reasons[row.wanted], row))
    order = {slug: place for place, slug in enumerate(reasons)}
    listed = sorted(found.values(), key=lambda pair: order[pair[1].wanted])[:most]
    return tuple(
        PairingView(row.slug, row.name, reason, row.sku, row.size, row.price_cents, row.currency)
        for reason, row in listed
    )


def pairings_of(product_ids: Collection[int], *, most: int = 3) -> tuple[PairingView, ...]:
    """What goes with these products and is none of them, in two statements at most."""
    ids = sorted(set(product_ids))
    if not ids:
        return ()
    said = select(Product.id, Product.goes_with).where(Product.id.in_(ids), Product.goes_with != "")
    texts = {row.id: row.goes_with for row in db.read(said)}
    in_order = [texts[id_] for id_ in product_ids if id_ in texts]
    return pairings(in_order, without=ids, most=most)


def _offers(slugs: list[str]) -> Any:
    """Sizes that can be bought now of the products at these addresses, the cheapest first."""
    P, V, F = Product, Variant, FormerSlug
    named = union_all(
        select(P.slug.label("wanted"), P.id.label("id")).where(P.slug.in_(slugs)),
        select(F.slug, F.target_id).where(F.kind == "product", F.slug.in_(slugs)),
    ).subquery()
    return (
        select(
            named.c.wanted, P.id, P.slug, P.name, V.sku, V.name.label("size"), V.price_cents,
            V.currency,
        )
        .join(P, P.id == named.c.id)
        .join(V, V.product_id == P.id)
        .join(inventory.Stock, inventory.Stock.sku == V.sku)
        .where(
            P.state == "published",
            V.is_sold.is_(True),
            func.coalesce(inventory.SELLABLE, 0) > 0,
        )
        .order_by(V.price_cents, V.id)
    )  # fmt: skip
