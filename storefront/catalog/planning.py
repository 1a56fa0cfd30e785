"""What a draft would change: compared with the shop as it is, without changing anything."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from .drafts import Draft, Entry, ProductEntry
from .lookup import Pictures, Shop, Values

_NEW_PRODUCT: Values = {
    "state": "draft", "kind": "cosmetic", "summary": "", "description": "", "directions": "",
    "use_amount": None, "uses_per_week": None, "ingredients": "", "warnings": "",
    "opened_months": None, "has_best_before": False,
    "responsible_name": "", "responsible_address": "", "responsible_contact": "",
    "responsible_uk": "", "contact_us": "", "origin_country": "", "also_called": "",
    "goes_with": "", "used_for": "",
}  # fmt: skip
NEW_SIZE: Values = {
    "net_content": None, "net_unit": "", "weight_grams": 0, "gtin": "", "tax_class": "standard",
    "is_sold": True, "prior_cents": None,
}  # fmt: skip
_OF_STOCK = {"opening_stock", "kit"}  # of a size, but not in its row


@dataclass(slots=True)
class Changes:
    """Rows of one table to create and to change; changed rows are whole and carry their id."""

    created: list[Values] = field(default_factory=list)
    changed: list[Values] = field(default_factory=list)
    unchanged: int = 0


@dataclass(slots=True)
class Plan:
    """All that a draft changes. Products name their category by slug, variants their product."""

    categories: Changes = field(default_factory=Changes)
    products: Changes = field(default_factory=Changes)
    variants: Changes = field(default_factory=Changes)
    pictures: dict[str, Pictures] = field(default_factory=dict)  # product slug → its new pictures
    prices: list[Values] = field(default_factory=list)
    stock: dict[str, int] = field(default_factory=dict)
    kits: dict[str, dict[str, int]] = field(default_factory=dict)

    def size(self) -> int:
        """How many rows will be written, for a progress bar."""
        tables = (self.categories, self.products, self.variants)
        rows = sum(len(changes.created) + len(changes.changed) for changes in tables)
        return rows + len(self.pictures) + len(self.prices) + len(self.stock) + len(self.kits)

    def tally(self) -> dict[str, dict[str, int]]:
        """Counts for a report: kind → created, changed, unchanged."""
        tables = {
            "categories": self.categories, "products": self.products, "sizes": self.variants,
        }  # fmt: skip
        counts = {
            kind: {
                "created": len(c.created), "changed": len(c.changed), "unchanged": c.unchanged,
            }
            for kind, c in tables.items()
        }  # fmt: skip
        counts["also"] = {
            "prices": len(self.prices), "stocks opened": len(self.stock),
            "products with new pictures": len(self.pictures), "kits": len(self.kits),
        }  # fmt: skip
        return counts


def make_plan(draft: Draft, shop: Shop, picture_names: Mapping[str, str]) -> Plan:
    """The rows to write; picture_names gives the content name of each picture file."""
    plan = Plan()
    _plan_categories(draft, shop, plan)
    products = _placed(draft.products, shop.products, shop.last_product)
    for product, position in zip(draft.products, products, strict=True):
        there = shop.products.get(product.key)
        new = {"slug": product.key, **_NEW_PRODUCT}
        _put(plan.products, there, new, product.values | {"position": position})
        _plan_sizes(product, shop, plan)
        wanted = _wanted_pictures(product, picture_names)
        if wanted is not None and wanted != shop.pictures.get(product.key, ()):
            plan.pictures[product.key] = wanted
    for size in draft.sizes:
        _plan_size(size, shop.variants[size.key], {}, {}, plan)
    plan.stock = {
        size.key: size.values["opening_stock"]
        for size in draft.all_sizes()
        if size.values.get("opening_stock") is not None and size.key not in shop.stocked
    }
    plan.kits = {
        size.key: size.values["kit"]
        for size in draft.all_sizes()
        if size.values.get("kit") and size.values["kit"] != shop.kits.get(size.key)
    }
    return plan


def _plan_categories(draft: Draft, shop: Shop, plan: Plan) -> None:
    positions = _placed(draft.categories, shop.categories, shop.last_category)
    for category, position in zip(draft.categories, positions, strict=True):
        there = shop.categories.get(category.key)
        new = {"slug": category.key, "description": "", "also_called": ""}
        _put(plan.categories, there, new, category.values | {"position": position})


def _plan_sizes(product: ProductEntry, shop: Shop, plan: Plan) -> None:
    there = shop.sizes.get(product.key, {})
    last = max((size["position"] for size in there.values()), default=0)
    positions = _placed(product.variants, there, last)
    for size, position in zip(product.variants, positions, strict=True):
        more = {"position": position, "product": product.key}
        _plan_size(size, there.get(size.key), {"currency": shop.currency}, more, plan)


def _plan_size(size: Entry, there: Values | None, new: Values, more: Values, plan: Plan) -> None:
    values = {name: value for name, value in size.values.items() if name not in _OF_STOCK}
    after = (there or new) | values
    is_new_price = there is None or (there["price_cents"], there["currency"]) != (
        after["price_cents"], after["currency"],
    )  # fmt: skip
    if is_new_price:
        values["prior_cents"] = None  # a reduction that was announced is over
    _put(plan.variants, there, {"sku": size.key, **NEW_SIZE, **new}, values | more)
    if is_new_price:
        price = {name: after[name] for name in ("price_cents", "currency")}
        plan.prices.append({"sku": size.key, **price})


def _put(changes: Changes, there: Values | None, new: Values, values: Values) -> None:
    if there is None:
        changes.created.append(new | values)
    elif all(there[name] == value for name, value in values.items()):
        changes.unchanged += 1
    else:
        changes.changed.append(there | values)


def _placed(entries: Sequence[Entry], there: Mapping[str, Values], last: int) -> list[int]:
    """Positions in the order of the draft.

    What is there already shares its own places anew, what is new comes after everything else; so
    a file of three products sorts those three and moves nobody else.
    """
    places = sorted(there[entry.key]["position"] for entry in entries if entry.key in there)
    places += range(last + 1, last + 1 + len(entries) - len(places))
    for index in range(1, len(places)):
        places[index] = max(places[index], places[index - 1] + 1)
    return places


def _wanted_pictures(product: ProductEntry, names: Mapping[str, str]) -> Pictures | None:
    if product.pictures is None:
        return None
    return tuple(
        (names[picture.key], picture.values["alt"], picture.values.get("sku", ""))
        for picture in product.pictures
    )
