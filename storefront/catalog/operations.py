"""Verbs of the catalogue. They go the way of an import, so that one set of rules holds for all."""

from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError

from ..database import require_transaction
from ..errors import NotFound, Refusal
from ..pages import drop_pages
from .checking import check
from .drafts import BadField, Draft, Entry, Problem, Problems, ProductEntry
from .fields import Rule
from .import_file import shop_rules
from .lookup import look_up
from .models import Category, Product, Variant
from .pictures import PreparedPicture
from .planning import Plan, make_plan
from .price_clock import apply_due, take_catalogue
from .slugs import SlugTaken, move_slug
from .writing import Advance, write


class BadCatalogue(Refusal):
    """Values that the catalogue does not take; `problems` lists all of them."""

    def __init__(self, problems: list[Problem]) -> None:
        self.problems = problems
        first = problems[0]
        super().__init__(f"{first.column} {first.wrong} {first.instead}")


def examine(
    draft: Draft, picture_names: Mapping[str, str], *, known: Iterable[Problem] = ()
) -> Plan:
    """What a draft would change; nothing is written.

    picture_names gives the content name of each of draft.picture_files(). Raises BadCatalogue with
    the problems that are `known` from reading the file and those that the shop adds.
    """
    shop = look_up(draft)
    problems = Problems(known)
    check(draft, shop, problems)
    if problems.found:
        raise BadCatalogue(problems.in_order())
    return make_plan(draft, shop, picture_names)


def apply_draft(
    draft: Draft,
    *,
    reason: str,
    actor: str = "",
    pictures: Iterable[PreparedPicture] = (),
    picture_names: Mapping[str, str] | None = None,
    known: Iterable[Problem] = (),
    advance: Advance = lambda count: None,
) -> Plan:
    """Writes all of a draft and gives what it changed; raises BadCatalogue and changes nothing.

    known are the problems that were found in reading it: they are told with all the others.

    Every file of draft.picture_files() must be among `pictures` (by file) or `picture_names`.
    """
    require_transaction()
    apply_due()
    prepared = list(pictures)
    names = {p.file: p.name for p in prepared} | dict(picture_names or {})
    plan = examine(draft, names, known=known)
    write(plan, reason=reason, actor=actor, pictures=prepared, advance=advance)
    return plan


def save_category(slug: str, **facts: str) -> None:
    """Creates a category or changes what is given of it: name, description, also_called."""
    apply_draft(Draft(categories=[_entry("category", "slug", slug, facts)]), reason="edited")


def save_product(slug: str, **facts: Any) -> None:
    """Creates a product (a draft unless state says otherwise) or changes what is given of it.

    Facts are the fields of demo/catalogue.yaml: name, category (its slug), state, summary, …
    Raises BadCatalogue.
    """
    entry = _entry("product", "slug", slug, facts)
    product = ProductEntry(key=entry.key, values=entry.values)
    apply_draft(Draft(products=[product]), reason="edited")


def save_variant(product: str, sku: str, *, reason: str = "edited", **facts: Any) -> None:
    """Creates a size of a product or changes what is given of it; a new price is logged.

    Facts are name, price (such as '12.90'), net_content, net_unit, weight_grams, gtin, tax_class,
    is_sold, opening_stock. Raises BadCatalogue; NotFound without such a product.
    """
    _product_id(product)
    size = _entry("variant", "sku", sku, facts)
    draft = Draft(products=[ProductEntry(key=product, values={}, variants=[size])])
    apply_draft(draft, reason=reason)


def set_pictures(product: str, uses: Iterable[tuple[PreparedPicture, str, str]]) -> None:
    """Puts these pictures on a product page: (picture, alternative text, SKU or '') of each."""
    _product_id(product)
    uses = list(uses)
    pictures = [
        _entry("picture", "file", picture.file, {"alt": alt, "sku": sku})
        for picture, alt, sku in uses
    ]
    draft = Draft(products=[ProductEntry(key=product, values={}, pictures=pictures)])
    apply_draft(draft, reason="edited", pictures=[picture for picture, _, _ in uses])


def set_price(sku: str, price: str, *, reason: str = "edited") -> bool:
    """Sets a price such as '12.90'; True and a line in the log only when it differs."""
    _require_sku(sku)
    size = _entry("variant", "sku", sku, {"price": price})
    return bool(apply_draft(Draft(sizes=[size]), reason=reason).prices)


def rename_product(slug: str, new_slug: str) -> None:
    """Gives a product another address; the old one leads to it for ever.

    Raises SlugTaken when the new address is or was another product's, NotFound, BadCatalogue.
    """
    new = _value("slug", shop_rules().product["slug"], new_slug)
    take_catalogue()
    product_id = _product_id(slug)
    if new == slug:
        return
    session = require_transaction()
    try:
        with session.begin_nested():
            move_slug("product", product_id, old=slug, new=new)
            session.execute(update(Product).where(Product.id == product_id).values(slug=new))
    except IntegrityError as clash:
        raise SlugTaken("product", new) from clash
    drop_pages()


def archive_product(slug: str) -> None:
    """Takes a product out of the shop; its orders, prices and addresses stay."""
    _product_id(slug)
    save_product(slug, state="archived")


def call_also(kind: str, slug: str, name: str) -> None:
    """Adds another name to a 'product' or 'category'; raises NotFound, BadCatalogue."""
    table: type[Product] | type[Category] = Product if kind == "product" else Category
    take_catalogue()
    called = (
        require_transaction()
        .execute(select(table.also_called).where(table.slug == slug))
        .scalar_one_or_none()
    )
    if called is None:
        raise NotFound(f"There is no {kind} {slug}.")
    save = save_product if kind == "product" else save_category
    save(slug, also_called=", ".join(filter(None, (called, name))))


def _product_id(slug: str) -> int:
    found = require_transaction().execute(
        select(Product.id).where(Product.slug == slug)
    ).scalar_one_or_none()  # fmt: skip
    if found is None:
        raise NotFound(f"There is no product {slug}.")
    return found


def _require_sku(sku: str) -> None:
    if require_transaction().execute(select(Variant.id).where(Variant.sku == sku)).first() is None:
        raise NotFound(f"There is no SKU {sku}.")


def _entry(kind: str, key: str, key_value: str, facts: Mapping[str, Any]) -> Entry:
    rules: Mapping[str, Rule] = getattr(shop_rules(), kind)
    values = {}
    for name, fact in {key: key_value, **facts}.items():
        if name not in rules:
            raise TypeError(f"{name} is no field of a {kind}")
        written = "" if fact is None else str(fact)
        values["price_cents" if name == "price" else name] = _value(name, rules[name], written)
    return Entry(key=values.pop(key), values=values)


def _value(name: str, rule: Rule, written: str) -> Any:
    try:
        return rule(written)
    except BadField as bad:
        raise BadCatalogue([Problem(0, name, bad.wrong, bad.instead)]) from bad
