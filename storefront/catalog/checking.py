"""Whether a draft fits the shop as it is."""

from difflib import get_close_matches

from .drafts import Draft, Entry, Problems, ProductEntry
from .fields import nearest
from .lookup import Shop, Values
from .planning import NEW_SIZE
from .product_copy import skus_told


def check(draft: Draft, shop: Shop, problems: Problems) -> None:
    """Reports what does not fit the shop: unknown shelves, SKUs of others, missing parts."""
    shelves = {*shop.categories, *(category.key for category in draft.categories)}
    for category in draft.categories:
        if category.key not in shop.categories:
            _require(category, ("name",), "category", problems)
    for product in draft.products:
        _check_product(product, shop, shelves, problems)
    for size in draft.sizes:
        there = shop.variants.get(size.key)
        if there is None:
            _report(problems, size, "sku", f"{size.key} is no SKU of the shop.",
                    "Write the slug of its product beside it to add it.")  # fmt: skip
        else:
            _check_content(size, there, problems)
    _check_kits(draft, shop, problems)
    _check_tokens(draft, shop, problems)


def _check_tokens(draft: Draft, shop: Shop, problems: Problems) -> None:
    """A text that tells a price tells it of a size that there is."""
    written = {size.key for size in draft.all_sizes()}
    for product in draft.products:
        own = written | shop.articles | shop.sizes.get(product.key, {}).keys()
        for sku in skus_told(product.values.get("description") or ""):
            if sku not in own:
                likely = get_close_matches(sku, own, 1, 0.5)
                hint = f"Did you mean {likely[0]}?" if likely else "Write the SKU of a size."
                _report(problems, product, "description",
                        f"tells of {sku!r}, which is no SKU of the shop.", hint)  # fmt: skip


def _check_kits(draft: Draft, shop: Shop, problems: Problems) -> None:
    """Parts must be articles with stock of their own, and no part may become a kit."""
    written = {size.key: size for size in draft.all_sizes()}
    kits = shop.kits.keys() | {sku for sku, size in written.items() if size.values.get("kit")}
    new_parts = {part for size in written.values() for part in size.values.get("kit") or ()}
    for sku, size in written.items():
        parts = size.values.get("kit")
        if not parts:
            continue
        for part in parts:
            if part not in shop.articles and part not in written:
                _report(problems, size, "kit", f"names {part}, which is no SKU of the shop.",
                        "Write the SKU of an article that the shop has.")  # fmt: skip
            elif part in kits:
                _report(problems, size, "kit", f"names {part}, which is a kit itself.",
                        "Write the parts of that kit instead.")  # fmt: skip
        if shop.on_hand.get(sku):
            _report(problems, size, "kit", f"makes a kit of {sku}, which has"
                    f" {shop.on_hand[sku]} on the shelf.", "Book them out before.")  # fmt: skip
        if sku in shop.in_lots:
            _report(problems, size, "kit", f"makes a kit of {sku}, which is kept in lots.",
                    "End its lots before.")  # fmt: skip
        if sku in shop.part_of or sku in new_parts:
            _report(problems, size, "kit", f"makes a kit of {sku}, which is a part of another.",
                    "Leave this empty.")  # fmt: skip


def _check_product(
    product: ProductEntry, shop: Shop, shelves: set[str], problems: Problems
) -> None:
    if product.key not in shop.products:
        _require(product, ("name", "category"), "product", problems)
        if product.key in shop.former:
            _report(problems, product, "slug",
                    f"{product.key} is a former address of another product and leads there.",
                    "Choose another slug.")  # fmt: skip
    shelf = product.values.get("category")
    if shelf is not None and shelf not in shelves:
        likely = nearest(shelf, shelves)
        hint = f"Did you mean {likely}?" if likely else "Add it under categories."
        _report(problems, product, "category", f"{shelf!r} is no category of the shop.", hint)
    for size in product.variants:
        _check_size(size, product.key, shop, problems)
    skus = {size.key for size in product.variants}
    skus |= shop.sizes.get(product.key, {}).keys()
    for picture in product.pictures or ():
        tied = picture.values.get("sku")
        if tied and tied not in skus:
            likely = nearest(tied, skus) or (min(skus) if skus else "")
            _report(problems, picture, "sku", f"{tied} is no SKU of this product.",
                    f"Write {likely}, or leave it out." if likely else "Leave it out.")  # fmt: skip


def _check_size(size: Entry, slug: str, shop: Shop, problems: Problems) -> None:
    there = shop.variants.get(size.key)
    if there is None:
        _require(size, ("name", "price"), "size", problems)
    elif there["product"] != slug:
        _report(problems, size, "sku", f"{size.key} belongs to {there['product']}.",
                "Choose another SKU, or put the size under that product.")  # fmt: skip
    _check_content(size, there or NEW_SIZE, problems)


def _check_content(size: Entry, there: Values, problems: Problems) -> None:
    """A number without a unit says nothing, and would hide the price per litre."""
    merged = there | size.values
    if bool(merged["net_content"]) != bool(merged["net_unit"]):
        empty = "net_unit" if merged["net_content"] else "net_content"
        if empty in size.values or empty not in size.record.cells:
            both = "Write both net_content and net_unit, such as 250 and ml, or neither."
            _report(problems, size, empty, "is missing.", both)


def _require(entry: Entry, names: tuple[str, ...], what: str, problems: Problems) -> None:
    for name in names:
        cell = entry.record.cells.get(name)
        is_reported = cell is not None and cell.text.strip() != ""
        given = "price_cents" if name == "price" else name
        if given not in entry.values and not is_reported and (cell is None or name != "name"):
            _report(problems, entry, name, "is missing.", f"A new {what} needs one.")


def _report(problems: Problems, entry: Entry, name: str, wrong: str, instead: str) -> None:
    problems.add(name, entry.record.cells.get(name, entry.record), wrong, instead)
