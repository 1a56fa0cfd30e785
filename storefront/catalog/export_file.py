"""The catalogue as a file that an import reads back, byte for byte the same each time."""

import csv
import io
import re
from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import Any

from sqlalchemy import select
from yaml.nodes import ScalarNode
from yaml.resolver import Resolver

from .. import inventory
from ..database import db
from ..money import plain_money
from .csv_file import CATEGORY, COLUMNS, PRODUCT, VARIANT, guard, join_pictures, kit_text
from .lookup import Values, chunks
from .models import Category, Picture, Product, ProductPicture, Variant

_PICTURE = ("file", "alt", "sku")
_RARE = (
    "also_called", "use_amount", "uses_per_week", "responsible_uk", "contact_us", "has_best_before",
    "goes_with", "used_for",
)  # fmt: skip
# What YAML shows as it is; everything else is escaped inside quotes.
_FIT = r"\x20-\x7e\xa0-\u2027\u2030-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff"
_PLAIN = re.compile(rf"[A-Za-z0-9\xc0-\u024f](?:(?![:#])[{_FIT}]|:(?! |$)|(?<! )#)*")
_BLOCK = re.compile(rf"[\n{_FIT}]+")
_UNFIT = re.compile(rf"[^{_FIT}]")
_resolver: Any = Resolver()


def export_yaml() -> str:
    """The catalogue as YAML in its canonical form, which is that of demo/catalogue.yaml."""
    out: list[str] = []
    _list(out, "categories", [_yaml_category(row) for row in _categories()])
    out.append("\n")
    _list(out, "products", [_yaml_product(row) for row in _products()], gap="\n")
    return "".join(out)


def export_csv() -> str:
    """The catalogue as CSV: its categories, then a row per size, in the order of the shop.

    It begins with the mark that lets spreadsheets see UTF-8; texts that a spreadsheet would run
    are guarded by an apostrophe (see csv_file).
    """
    out = io.StringIO()
    out.write("\ufeff")
    table = csv.DictWriter(out, COLUMNS, restval="", lineterminator="\r\n")
    table.writeheader()
    for row in _categories():
        table.writerow({column: guard(row[name]) for column, name in CATEGORY.items()})
    for product in _products():
        table.writerows(_csv_rows(product))
    return out.getvalue()


def _csv_rows(product: Values) -> Iterator[Values]:
    common = {column: _guarded(product[name]) for column, name in PRODUCT.items()}
    common["has_best_before"] = "yes" if product["has_best_before"] else "no"
    pictures = ([picture[name] for name in _PICTURE] for picture in product["pictures"])
    common["pictures"] = guard(join_pictures((a, b, c) for a, b, c in pictures))
    if not product["variants"]:
        yield common
    for size in product["variants"]:
        sold = {"is_sold": "yes" if size["is_sold"] else "no"}
        yield common | {c: _guarded(size[name]) for c, name in VARIANT.items()} | sold


def _guarded(value: Any) -> str:
    return "" if value is None else guard(str(value))


def _categories() -> list[Values]:
    rows = db.session.execute(
        select(Category.slug, Category.name, Category.description, Category.also_called).order_by(
            Category.position, Category.id
        )
    )
    return [dict(row) for row in rows.mappings()]


def _products() -> Iterator[Values]:
    """Whole products in the order of the shop, with their pictures and sizes, in bulk."""
    columns = [getattr(Product, name) for name in PRODUCT.values() if name != "category"]
    rows = db.session.execute(
        select(Product.id, Category.slug.label("category"), *columns)
        .join(Category, Category.id == Product.category_id)
        .order_by(Product.position, Product.id)
    ).mappings()
    opened = inventory.opening_counts()
    for part in chunks(dict(row) for row in rows):
        ids = [product["id"] for product in part]
        pictures, sizes = _pictures(ids), _sizes(ids, opened)
        for product in part:
            product["pictures"] = pictures.get(product["id"], [])
            product["variants"] = sizes.get(product["id"], [])
            yield product


def _pictures(product_ids: list[int]) -> dict[int, list[Values]]:
    rows = db.session.execute(
        select(ProductPicture.product_id, Picture.file, ProductPicture.alt, ProductPicture.sku)
        .join(Picture, Picture.id == ProductPicture.picture_id)
        .where(ProductPicture.product_id.in_(product_ids))
        .order_by(ProductPicture.position, ProductPicture.id)
    ).mappings()
    return _grouped(dict(row) for row in rows)


def _sizes(product_ids: list[int], opened: dict[str, int]) -> dict[int, list[Values]]:
    rows = db.session.execute(
        select(*Variant.__table__.columns)
        .where(Variant.product_id.in_(product_ids))
        .order_by(Variant.position, Variant.id)
    ).mappings()
    sizes = [dict(row) for row in rows]
    stocked: set[str] = set()
    kits: dict[str, dict[str, int]] = {}
    for part in chunks(size["sku"] for size in sizes):
        shelf = inventory.shelf(part)
        kits |= shelf.kits
        stocked |= shelf.units.keys() | shelf.kits.keys()
    for size in sizes:
        size["price"] = plain_money(size["price_cents"], size["currency"])
        size["opening_stock"] = opened.get(size["sku"], 0) if size["sku"] in stocked else None
        size["kit"] = kit_text(kits.get(size["sku"], {}))
    return _grouped(sizes)


def _grouped(rows: Iterable[Values]) -> dict[int, list[Values]]:
    groups: dict[int, list[Values]] = {}
    for row in rows:
        groups.setdefault(row["product_id"], []).append(row)
    return groups


def _yaml_category(category: Values) -> str:
    names = [name for name in CATEGORY.values() if name != "also_called" or category[name]]
    return yaml_entry(category, names, 1)


def _yaml_product(product: Values) -> str:
    out = [yaml_entry(_sparse_product(product), PRODUCT.values(), 1)]
    for name, fields in (("pictures", _PICTURE), ("variants", VARIANT.values())):
        items = [yaml_entry(_sparse(item), fields, 3) for item in product[name]]
        _list(out, f"    {name}", items)
    return "".join(out)


def _sparse_product(product: Values) -> Values:
    """Without what is not known or goes without saying: a date, an amount of use, a kind."""
    said = dict(product)
    for name in _RARE:
        if not said[name]:
            del said[name]
    if said.pop("has_best_before", False):
        said["has_best_before"] = "yes"
    if said["kind"] == "cosmetic":
        del said["kind"]
    return said


def _sparse(item: Values) -> Values:
    """Without what goes without saying: no SKU of a picture, sold, no opening stock."""
    said = dict(item)
    if not said.get("sku"):
        said.pop("sku", None)
    if said.get("is_sold", True):
        said.pop("is_sold", None)
    else:
        said["is_sold"] = "no"
    if said.get("opening_stock", 0) is None:
        del said["opening_stock"]
    if said.get("kit"):
        said.pop("opening_stock", None)
    else:
        said.pop("kit", None)
    return said


def _list(out: list[str], name: str, items: list[str], *, gap: str = "") -> None:
    out.append(f"{name}:\n" if items else f"{name}: []\n")
    out.append(gap.join(items))


def yaml_entry(values: Values, names: Iterable[str], depth: int) -> str:
    """The named fields of one entry of a list; the first line carries the hyphen."""
    indent = "  " * (depth + 1)
    lines = [
        f"{indent}{name}:{_scalar(values[name], indent)}\n" for name in names if name in values
    ]
    return "  " * depth + "- " + "".join(lines).removeprefix(indent)


def _scalar(value: Any, indent: str) -> str:
    if value is None:
        return ""
    if isinstance(value, int | Decimal):
        return f" {value}"
    if "\n" in value and _BLOCK.fullmatch(value):
        inner = f"{indent}  "
        lines = (f"{inner}{line}" if line else "" for line in value.split("\n"))
        return " |\n" + "\n".join(lines)
    return f" {value}" if _is_plain(value) else f" {_quoted(value)}"


def _is_plain(text: str) -> bool:
    """Whether YAML reads this text back without quotes, as a text and not as a number."""
    if not _PLAIN.fullmatch(text) or text != text.strip():
        return False
    return str(_resolver.resolve(ScalarNode, text, (True, False))) == "tag:yaml.org,2002:str"


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return '"' + _UNFIT.sub(lambda match: f"\\u{ord(match.group()):04X}", escaped) + '"'
