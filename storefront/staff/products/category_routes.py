"""Categories over HTTP: all of them on one page, named and put in order at once."""

from collections.abc import Mapping

from flask import Blueprint, Response, redirect, request
from werkzeug.wrappers import Response as AnyResponse

from ... import audit, catalog
from ...database import transaction
from ...forms import STALE, Form
from ...pages import shop_url
from ..desk import render_desk
from ..gate import who
from .form import sentence

_FIELDS = ("name", "description", "also_called")


def staff_categories() -> Response:
    """The shelves of the shop in their order."""
    return _page(catalog.category_rows(), said=request.args.get("said", ""))


def staff_save_categories() -> AnyResponse:
    """Saves names, descriptions and order of all shelves, and a new one if it was named."""
    there = catalog.category_rows()
    sent = [_sent(row, request.form) for row in there]
    new = {name: request.form.get(f"new-{name}", "") for name in _FIELDS}
    if not Form().validate():
        return _page(sent, new=new, status=422, error=STALE)
    ordered = sorted(sent, key=lambda row: row["place"])
    try:
        with transaction():
            catalog.save_categories(ordered, new=new, seen=request.form.get("seen", ""))
            audit.record(
                who(),
                "categories changed",
                "categories",
                before={row["slug"]: _told(row) for row in there},
                after={row["slug"]: _told(row) for row in catalog.category_rows()},
            )
    except catalog.CatalogueBusy:
        error = "Somebody else changed the categories meanwhile. Nothing was saved; here they are."
        return _page(catalog.category_rows(), new=new, status=409, error=error)
    except catalog.BadCatalogue as bad:
        errors = {(p.line, p.column): sentence(p) for p in bad.problems}
        numbered = {row["slug"]: n for n, row in enumerate(ordered, start=1)}
        return _page(sent, new=new, status=422, errors=errors, numbers=numbered)
    return redirect(shop_url("staff_categories", said="categories_saved"), 303)


def _sent(row: catalog.CategoryRow, form: Mapping[str, str]) -> catalog.CategoryRow:
    slug, place = row["slug"], form.get(f"place-{row['slug']}", "").strip()
    is_number = place.isascii() and place.isdigit() and len(place) < 5
    return {
        **row,
        "name": form.get(f"name-{slug}", row["name"]),
        "description": form.get(f"description-{slug}", row["description"]),
        "also_called": form.get(f"also_called-{slug}", row["also_called"]),
        "place": int(place) if is_number else row["place"],
    }


def _told(row: catalog.CategoryRow) -> str:
    called = f" ({row['also_called']})" if row["also_called"] else ""
    return f"{row['place']}. {row['name']}{called}"


def _page(
    rows: list[catalog.CategoryRow],
    *,
    new: Mapping[str, str] | None = None,
    status: int = 200,
    said: str = "",
    error: str = "",
    errors: Mapping[tuple[int, str], str] | None = None,
    numbers: Mapping[str, int] | None = None,
) -> Response:
    return render_desk(
        "products/categories.html",
        status=status,
        said=said,
        error=error or ("Nothing was saved yet." if errors else ""),
        rows=rows,
        new=new or dict.fromkeys(_FIELDS, ""),
        errors=errors or {},
        numbers=numbers or {},
        seen=catalog.categories_version(),
    )


def register(shop: Blueprint) -> None:
    """Adds the page of categories."""
    address = "/staff/categories"
    shop.add_url_rule(address, "staff_categories", staff_categories)
    shop.add_url_rule(address, "staff_save_categories", staff_save_categories, methods=["POST"])
