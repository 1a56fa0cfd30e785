"""Many prices or states at once: seen first, then all or nothing, and taken back as a whole."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation

from babel.numbers import get_currency_precision
from sqlalchemy import select, update

from ..database import db, now, require_transaction, was_changed
from ..errors import Refusal
from ..money import smallest_step
from ..pages import settings
from .drafts import BadField, Draft, Entry, Problem, ProductEntry
from .editing import ChangedMeanwhile, check_gate
from .gate import Gate, gates_of
from .import_file import shop_rules
from .models import BulkEdit, Product, Variant
from .operations import BadCatalogue, apply_draft
from .price_clock import apply_due
from .shelves import version_of

MOST_PRODUCTS = 500
_MOST_PERCENT = Decimal(500)


@dataclass(frozen=True, slots=True)
class Wish:
    """What is to be done to many: 'percent' (as -10) and 'price' of sizes, 'state' of products.

    is_to_90 rounds a percentage to the nearest price that ends in .90.
    """

    how: str
    amount: str
    is_to_90: bool = False


@dataclass(frozen=True, slots=True)
class BulkChange:
    """One line of what would change; a line with a reason why not stays as it is."""

    key: str  # SKU, or the slug of a product
    name: str
    before: int | str
    after: int | str
    currency: str = ""
    why_not: str = ""

    @property
    def is_made(self) -> bool:
        """Whether this line changes anything."""
        return not self.why_not and self.before != self.after


class NothingChanges(Refusal):
    """A wish that leaves everything as it is."""

    def __init__(self) -> None:
        super().__init__("Nothing would change, so nothing was done.")


class CannotUndo(Refusal):
    """An edit that others have built on since; nothing was taken back."""

    status = 409

    def __init__(self, keys: Sequence[str]) -> None:
        self.keys = tuple(keys)
        which = ", ".join(keys[:5]) + (" and more" if len(keys) > 5 else "")
        super().__init__(
            f"This cannot be taken back any more: {which} changed since. Nothing was done."
            if keys
            else "This was taken back before. Nothing was done twice."
        )


def would_change(product_ids: Sequence[int], wish: Wish) -> list[BulkChange]:
    """Every line of a wish, in the order of the shop; raises BadCatalogue (column amount)."""
    if wish.how == "state":
        return _states(product_ids, wish.amount)
    return _prices(product_ids, wish)


def version(changes: Sequence[BulkChange]) -> str:
    """A short name of what somebody saw."""
    return version_of(f"{c.key}|{c.before}|{c.after}|{c.why_not}" for c in changes)


def change_many(product_ids: Sequence[int], wish: Wish, *, seen: str, actor: str) -> BulkEdit:
    """Does what was seen, all of it; raises ChangedMeanwhile when it is not that any more."""
    session = require_transaction()
    apply_due()
    found = would_change(product_ids, wish)
    if version(found) != seen:
        raise ChangedMeanwhile
    made = [change for change in found if change.is_made]
    if not made:
        raise NothingChanges
    _write(wish.how, [(c.key, c.after) for c in made], reason="changed with others")
    edit = BulkEdit(
        kind="state" if wish.how == "state" else "price",
        words=_words(wish, len(made)),
        changes=json.dumps([[c.key, c.before, c.after] for c in made]),
        made_by=actor,
    )
    session.add(edit)
    session.flush()
    return edit


def last_bulk_edit() -> BulkEdit | None:
    """The newest edit of many that was not taken back."""
    return db.session.scalar(
        select(BulkEdit).where(BulkEdit.undone_at.is_(None)).order_by(BulkEdit.id.desc()).limit(1)
    )


def undo_bulk_edit(edit_id: int) -> BulkEdit:
    """Takes an edit of many back, all of it; raises CannotUndo when something changed since."""
    session = require_transaction()
    apply_due()
    is_open = (BulkEdit.id == edit_id) & BulkEdit.undone_at.is_(None)
    if not was_changed(session.execute(update(BulkEdit).where(is_open).values(undone_at=now()))):
        raise CannotUndo([])
    edit = session.get_one(BulkEdit, edit_id)
    changes = json.loads(edit.changes)
    there = _now_there(edit.kind, [key for key, _, _ in changes])
    moved = [key for key, _, after in changes if there.get(key) != after]
    if moved:
        raise CannotUndo(moved)
    back_in_shop = [key for key, before, _ in changes if before == "published"]
    changed_since = (Product.slug.in_(back_in_shop)) & (Product.updated_at > edit.made_at)
    for id_ in session.scalars(select(Product.id).where(changed_since)).all():
        check_gate(id_)
    _write(edit.kind, [(key, before) for key, before, _ in changes], reason="undone with others")
    return edit


def _prices(product_ids: Sequence[int], wish: Wish) -> list[BulkChange]:
    rows = db.session.execute(
        select(Variant.sku, Product.name, Variant.name, Variant.price_cents, Variant.currency)
        .join(Product, Product.id == Variant.product_id)
        .where(Product.id.in_(list(product_ids)))
        .order_by(Product.position, Product.id, Variant.position, Variant.id)
    )
    return [
        BulkChange(sku, f"{product}, {size}", cents, _new_price(wish, cents, currency), currency)
        for sku, product, size, cents, currency in rows
    ]


def _new_price(wish: Wish, cents: int, currency: str) -> int:
    if wish.how == "price":
        try:
            return int(shop_rules().variant["price"](wish.amount))
        except BadField as bad:
            raise BadCatalogue([Problem(0, "amount", bad.wrong, bad.instead)]) from bad
    exact = Decimal(cents) * (100 + _percent(wish.amount)) / 100
    step = smallest_step(currency)
    precision = get_currency_precision(currency)
    if not wish.is_to_90 or precision == 0:
        return max(0, _nearest(exact, step))
    unit: int = 10**precision
    ninety = unit * 9 // 10
    return max(_nearest(exact - ninety, unit) + ninety, ninety)


def _nearest(exact: Decimal, step: int) -> int:
    return step * int((exact / step).quantize(Decimal(1), ROUND_HALF_UP))


def _percent(text: str) -> Decimal:
    try:
        found = Decimal(text.strip().removesuffix("%").replace(",", ".").replace("−", "-"))
    except InvalidOperation:
        found = Decimal("NaN")
    if not found.is_finite() or not -90 <= found <= _MOST_PERCENT or not found:
        raise BadCatalogue(
            [Problem(0, "amount", "is no percentage.", "Write a number from -90 to 500, like -10.")]
        )
    return found


def _states(product_ids: Sequence[int], state: str) -> list[BulkChange]:
    rows = db.session.execute(
        select(Product.id, Product.slug, Product.name, Product.state)
        .where(Product.id.in_(list(product_ids)))
        .order_by(Product.position, Product.id)
    ).all()
    if state not in ("draft", "published", "archived"):
        raise BadCatalogue([Problem(0, "amount", "is no state.", "Choose one of the list.")])
    wait = [row.id for row in rows if state == "published" and row.state != state]
    gates = gates_of(wait)
    return [
        BulkChange(slug, name, before, state, why_not=_why_not(gates.get(id_)))
        for id_, slug, name, before in rows
    ]


def _why_not(gate: Gate | None) -> str:
    if gate is None or gate.is_open:
        return ""
    wanted = [need.words for need in gate.missing]
    wanted += [f"“{hit.excerpt}”" for hit in gate.hits if hit.is_block]
    return f"not ready: {', '.join(wanted)}"


def _now_there(kind: str, keys: list[str]) -> dict[str, int | str]:
    session = require_transaction()
    if kind == "state":
        rows = session.execute(select(Product.slug, Product.state).where(Product.slug.in_(keys)))
        return {row.slug: row.state for row in rows}
    sizes = select(Variant.sku, Variant.price_cents).where(Variant.sku.in_(keys))
    rows = session.execute(sizes)
    return {row.sku: row.price_cents for row in rows}


def _write(how: str, values: Sequence[tuple[str, int | str]], *, reason: str) -> None:
    if how == "state":
        products = [ProductEntry(key=slug, values={"state": state}) for slug, state in values]
        apply_draft(Draft(products=products), reason=reason)
        return
    sizes = [Entry(key=sku, values={"price_cents": cents}) for sku, cents in values]
    apply_draft(Draft(sizes=sizes), reason=reason)


def _words(wish: Wish, count: int) -> str:
    what = {
        "percent": f"{wish.amount.strip().removesuffix('%')} %" + (", to .90" * wish.is_to_90),
        "price": f"{wish.amount.strip()} {settings().STOREFRONT_CURRENCY}",
        "state": wish.amount,
    }[wish.how]
    noun = "product" if wish.how == "state" else "price"
    return f"{count} {noun}{'' if count == 1 else 's'}: {what}"[:200]
