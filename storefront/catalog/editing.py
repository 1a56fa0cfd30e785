"""A product as its page in the back office writes it: all at once, and only over what was seen."""

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from sqlalchemy import select, update

from ..database import now, require_transaction, was_changed
from ..errors import NotFound, Refusal
from .drafts import Cell, Problem, ProductRecord, Record
from .gate import Gate, NotReady, gate_of
from .import_file import read_product
from .models import Product
from .operations import BadCatalogue, apply_draft, rename_product, save_category, save_product
from .price_clock import take_catalogue
from .slugs import LONGEST_SLUG, SlugTaken

Written = Mapping[str, str]


class ChangedMeanwhile(Refusal):
    """Somebody else has saved this product since it was read; nothing was written."""

    status = 409

    def __init__(self) -> None:
        super().__init__(
            "Somebody else changed this product while you had it open. Nothing was saved yet. "
            "Where the shop says something else than you, it stands below your field."
        )


def slug_from(name: str) -> str:
    """An address made of a name: 'Crème, 75 ml' → 'creme-75-ml'; '' when no letter is left."""
    plain = unicodedata.normalize("NFKD", name.casefold()).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", plain)[:LONGEST_SLUG].strip("-")


def create_product(name: str, *, category: str, new_category: str, kind: str) -> int:
    """A draft with nothing but a name and a shelf; returns its id.

    Raises BadCatalogue with every mistake, and SlugTaken when there is such a product.
    """
    slug = slug_from(name)
    problems = []
    if not slug:
        problems.append(Problem(0, "name", "is empty.", "Write what people will call it."))
    shelf = category
    if new_category.strip():
        shelf = slug_from(new_category)
    if not shelf:
        problems.append(Problem(0, "category", "is missing.", "Choose one, or write a new one."))
    if problems:
        raise BadCatalogue(problems)
    if _id_of(slug) is not None:
        raise SlugTaken("product", slug)
    if new_category.strip():
        save_category(shelf, name=new_category)
    save_product(slug, name=name, category=shelf, kind=kind)
    found = _id_of(slug)
    assert found is not None
    return found


def edit_product(
    product_id: int,
    facts: Written,
    sizes: Sequence[Written],
    *,
    seen: datetime,
    actor: str,
) -> None:
    """Writes all that a page says of a product, sizes in this order.

    Raises ChangedMeanwhile, or BadCatalogue with every mistake: line 0 is the product, the others
    are the sizes from 1.
    """
    slug = claim(product_id, seen=seen)
    before = _gate_if_published(product_id)
    problems = []
    wanted = facts["slug"].strip()
    if wanted != slug:
        try:
            rename_product(slug, wanted)
            slug = wanted
        except SlugTaken:
            problems.append(
                Problem(0, "slug", "belongs to another product, now or once.", "Choose another.")
            )
        except BadCatalogue as bad:
            problems += bad.problems
    record = ProductRecord(0, _cells({**facts, "slug": slug}, 0))
    record.variants = [Record(n, _cells(size, n)) for n, size in enumerate(sizes, start=1)]
    problems += _left_empty(facts, sizes)
    _write(record, problems, actor)
    _refuse_what_gets_worse(product_id, before)


def arrange_pictures(
    product_id: int, uses: Sequence[tuple[str, str, str]], *, seen: datetime
) -> None:
    """Shows these pictures, in this order: (name, alternative text, SKU or '') of each.

    Raises ChangedMeanwhile, or BadCatalogue whose lines count the pictures from 1.
    """
    slug = claim(product_id, seen=seen)
    before = _gate_if_published(product_id)
    record = ProductRecord(0, _cells({"slug": slug}, 0), pictures=[])
    for n, (name, alt, sku) in enumerate(uses, start=1):
        assert record.pictures is not None
        record.pictures.append(Record(n, _cells({"file": name, "alt": alt, "sku": sku}, n)))
    _write(record, [], "", picture_names={name: name for name, _, _ in uses})
    _refuse_what_gets_worse(product_id, before)


def move_product(product_id: int, state: str, *, seen: datetime) -> None:
    """Publishes, withdraws or archives a product, or brings it back as a draft.

    Raises ChangedMeanwhile, and NotReady when something is missing for publishing.
    """
    slug = claim(product_id, seen=seen)
    if state == "published":
        check_gate(product_id)
    save_product(slug, state=state)


def check_gate(product_id: int) -> None:
    """Raises NotReady when a product may not be published."""
    gate = gate_of(product_id)
    if not gate.is_open:
        name = require_transaction().scalar(select(Product.name).where(Product.id == product_id))
        raise NotReady(name or "", gate)


def claim(product_id: int, *, seen: datetime) -> str:
    """The slug of a product that is as it was seen; nobody else writes it until the commit.

    Raises ChangedMeanwhile, and NotFound without such a product.
    """
    session = require_transaction()
    take_catalogue()
    is_as_seen = (Product.id == product_id) & (Product.updated_at == seen)
    taken = session.execute(update(Product).where(is_as_seen).values(updated_at=now()))
    slug = session.scalar(select(Product.slug).where(Product.id == product_id))
    if slug is None:
        raise NotFound("There is no product with this number.")
    if not was_changed(taken):
        raise ChangedMeanwhile
    return slug


def _gate_if_published(product_id: int) -> Gate | None:
    is_published = (Product.id == product_id) & (Product.state == "published")
    found = require_transaction().scalar(select(Product.id).where(is_published))
    return gate_of(product_id) if found else None


def _refuse_what_gets_worse(product_id: int, before: Gate | None) -> None:
    """What is in the shop keeps its facts; what came in without them may still be mended."""
    if before is None:
        return
    require_transaction().expire_all()
    after = gate_of(product_id)
    known = {hit.excerpt for hit in before.hits}
    lost = tuple(need for need in after.missing if need not in before.missing)
    hits = tuple(hit for hit in after.hits if hit.is_block and hit.excerpt not in known)
    if lost or hits:
        raise NotReady("This", after)


def _write(
    record: ProductRecord,
    problems: Iterable[Problem],
    actor: str,
    *,
    picture_names: Mapping[str, str] | None = None,
) -> None:
    reading = read_product(record)
    apply_draft(
        reading.draft,
        reason="edited",
        actor=actor,
        picture_names=picture_names,
        known=[*problems, *reading.problems],
    )


def _left_empty(facts: Written, sizes: Sequence[Written]) -> list[Problem]:
    """In a file, nothing says nothing; on a page, somebody has taken it away."""
    empty = [
        Problem(n, "price", "is empty.", "Write a price like 12.90.")
        for n, size in enumerate(sizes, start=1)
        if not size.get("price", "").strip()
    ]
    if not facts.get("category", "").strip():
        empty.append(Problem(0, "category", "is missing.", "Choose one."))
    return empty


def _cells(written: Written, line: int) -> dict[str, Cell]:
    return {name: Cell(text, line) for name, text in written.items()}


def _id_of(slug: str) -> int | None:
    return require_transaction().scalar(select(Product.id).where(Product.slug == slug))
