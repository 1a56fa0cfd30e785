"""Products in the back office over HTTP: the list, a new one, and the page of each."""

from collections.abc import Mapping
from functools import partial
from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, Response, redirect, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from ... import audit, catalog
from ...database import transaction
from ...errors import NotFound, Refusal
from ...forms import STALE, Form
from ...pages import settings, shop_url
from ..addresses import NUMBER
from ..desk import render_desk
from ..gate import person, who
from ..rights import may
from ..words import PRODUCT_STATES
from .form import KINDS, LABELS, ProductForm, moment, read_sent, read_sheet, sentence, written_sizes

ONE = f"/staff/products/{NUMBER}"
_LONGEST_SEARCH = 200
_ORDERS = {
    "changed": "Changed last",
    "name": "Name",
    "price": "Lowest price",
    "stock": "Lowest stock",
    "shop": "As in the shop",
}
_SAID_OF_STATE = {"published": "published", "archived": "archived", "draft": "product_draft"}


def staff_products() -> Response:
    """The list of products, as it was asked for."""
    wanted = wanted_products(request.args)
    return render_desk(
        "products/products.html",
        found=catalog.find_products(wanted),
        wanted=wanted,
        query=list_query(wanted),
        categories=catalog.category_choices(),
        states=PRODUCT_STATES,
        orders=_ORDERS,
        said=request.args.get("said", ""),
        page_url=partial(list_url, wanted),
    )


def staff_new_product() -> AnyResponse:
    """Asks for a name and a shelf, and leads to the page of the draft that comes of it."""
    sent = request.form if request.method == "POST" else {}
    errors: dict[str, str] = {}
    if request.method == "POST":
        try:
            return _create(sent)
        except catalog.BadCatalogue as bad:
            errors = {problem.column: sentence(problem) for problem in bad.problems}
        except Refusal as refusal:
            errors = {"name": refusal.sentence}
    return render_desk(
        "products/product_new.html",
        status=422 if errors else 200,
        sent=sent,
        errors=errors,
        categories=catalog.category_choices(),
        kinds=KINDS,
    )


def staff_product(id: int) -> Response:
    """The page of one product."""
    sheet = sheet_of(id)
    return product_page(sheet, read_sheet(sheet), said=request.args.get("said", ""))


def staff_save_product(id: int) -> AnyResponse:
    """Saves what was written, or shows it again with what is wrong beside each field."""
    sheet = sheet_of(id)
    form = read_sent(request.form, sheet)
    _keep_prices(form, sheet)
    if not Form().validate():
        return product_page(sheet, form, status=422, error=STALE)
    sizes, order = written_sizes(form)
    facts = {name: control.value for name, control in form.facts.items()}
    try:
        with transaction():
            catalog.edit_product(id, facts, sizes, seen=moment(form.seen), actor=who())
            note("product changed", sheet, sheet_of(id))
    except catalog.ChangedMeanwhile as refusal:
        return _changed_meanwhile(id, form, refusal)
    except catalog.BadCatalogue as bad:
        form.show_problems(bad.problems, order)
        return product_page(sheet, form, status=422, error="Nothing was saved yet.")
    except Refusal as refusal:
        return product_page(sheet, form, status=refusal.status, error=refusal.sentence)
    if request.form.get("then") == "publish":
        return _move(id, "published", sheet_of(id).seen.isoformat())
    return redirect(shop_url("staff_product", id=id, said="product_saved"), 303)


def staff_move_product(id: int) -> AnyResponse:
    """Publishes a product, takes it back, archives it or brings it back."""
    state = request.form.get("state", "")
    sheet = sheet_of(id)
    if not Form().validate():
        return product_page(sheet, read_sheet(sheet), status=422, error=STALE)
    if state not in PRODUCT_STATES:
        raise Refusal("This cannot be done with a product. Please choose one of the buttons.")
    return _move(id, state, request.form.get("seen", ""))


def staff_preview_product(id: int) -> Response:
    """The product's page as shoppers will see it, for nobody else's eyes."""
    sheet = sheet_of(id)
    product = catalog.product_preview(id, request.args.get("variant", ""))
    if product is None:
        raise Refusal("There is nothing to see yet: the product needs a size on sale first.")
    body = render_template(
        "storefront/catalog/product.html",
        product=product,
        preview_of=sheet,
        preview_state=PRODUCT_STATES[sheet.state],
    )
    return Response(body)


def wanted_products(query: Mapping[str, str]) -> catalog.Wanted:
    """What a query string asks of the list; what makes no sense is left out."""
    page = query.get("page", "")
    order, state = query.get("sort", ""), query.get("state", "")
    return catalog.Wanted(
        text=query.get("q", "").strip()[:_LONGEST_SEARCH],
        state=state if state in PRODUCT_STATES else "",
        category=query.get("category", "")[:120],
        is_lacking=query.get("missing") == "1",
        order=order if order in _ORDERS else "changed",
        page=int(page) if page.isascii() and page.isdigit() and len(page) < 7 else 1,
    )


def list_query(wanted: catalog.Wanted, page: int = 1) -> str:
    """The query string that asks for this list again."""
    chosen = {
        "q": wanted.text,
        "state": wanted.state,
        "category": wanted.category,
        "missing": "1" if wanted.is_lacking else "",
        "sort": wanted.order if wanted.order != "changed" else "",
        "page": str(page) if page > 1 else "",
    }
    return urlencode({name: value for name, value in chosen.items() if value})


def list_url(wanted: catalog.Wanted, page: int = 1) -> str:
    """The address of one page of the list."""
    query = list_query(wanted, page)
    return f"{shop_url('staff_products')}{'?' if query else ''}{query}"


def sheet_of(id: int) -> catalog.Sheet:
    """The product with this number; raises NotFound."""
    sheet = catalog.product_sheet(id)
    if sheet is None:
        raise NotFound("There is no product with this number.")
    return sheet


def product_page(
    sheet: catalog.Sheet, form: ProductForm, *, status: int = 200, said: str = "", error: str = ""
) -> Response:
    """The page of a product around a form."""
    return render_desk(
        "products/product.html",
        status=status,
        said=said,
        error=error,
        sheet=sheet,
        product=form,
        gate=catalog.gate_of(sheet.id),
        labels=LABELS,
        kinds=KINDS,
        states=PRODUCT_STATES,
        categories=catalog.category_choices(),
        tax_classes=tuple(settings().tax_basis_points),
    )


def note(action: str, before: catalog.Sheet | None, after: catalog.Sheet) -> None:
    """Writes down what somebody changed of a product."""
    old = _flat(before) if before else {}
    audit.record(who(), action, f"product {after.slug}", before=old, after=_flat(after))


def _flat(sheet: catalog.Sheet) -> dict[str, Any]:
    sizes = {f"{s['sku']} {name}": text for s in sheet.sizes for name, text in s.items()}
    pictures = {"pictures": "\n\n".join(f"{use.name}: {use.alt}" for use in sheet.pictures)}
    return {"state": sheet.state, **sheet.facts, **sizes, **pictures}


def _create(sent: Mapping[str, str]) -> AnyResponse:
    if not Form().validate():
        raise Refusal(STALE)
    with transaction():
        id_ = catalog.create_product(
            sent.get("name", ""),
            category=sent.get("category", ""),
            new_category=sent.get("new_category", ""),
            kind=sent.get("kind", "") if sent.get("kind") in KINDS else "cosmetic",
        )
        note("product created", None, sheet_of(id_))
    return redirect(shop_url("staff_product", id=id_, said="product_created"), 303)


def _move(id: int, state: str, seen: str) -> AnyResponse:
    sheet = sheet_of(id)
    try:
        with transaction():
            catalog.move_product(id, state, seen=moment(seen))
            note(f"product {state}", sheet, sheet_of(id))
    except catalog.NotReady:
        return redirect(shop_url("staff_product", id=id, said="not_ready", _anchor="gate"), 303)
    except catalog.ChangedMeanwhile:
        fresh = sheet_of(id)
        error = "Somebody else changed this product meanwhile. Please look at it, then press again."
        return product_page(fresh, read_sheet(fresh), status=409, error=error)
    return redirect(shop_url("staff_product", id=id, said=_SAID_OF_STATE[state]), 303)


def _changed_meanwhile(id: int, form: ProductForm, refusal: Refusal) -> Response:
    fresh = sheet_of(id)
    form.show_difference(fresh)
    form.seen = fresh.seen.isoformat()
    return product_page(fresh, form, status=409, error=refusal.sentence)


def _keep_prices(form: ProductForm, sheet: catalog.Sheet) -> None:
    """Prices of sizes that are there are for those who may change prices."""
    reader = person()
    if reader and may(reader.roles, "prices"):
        return
    there = {size["sku"]: size["price"] for size in sheet.sizes}
    for size in form.sizes:
        sku = size.fields["sku"].value.strip()
        if sku in there:
            size.fields["price"].value = there[sku]


def register(shop: Blueprint) -> None:
    """Adds the products of the back office."""
    both = ["GET", "POST"]
    shop.add_url_rule("/staff/products", "staff_products", staff_products)
    shop.add_url_rule("/staff/products/new", "staff_new_product", staff_new_product, methods=both)
    shop.add_url_rule(ONE, "staff_product", staff_product)
    shop.add_url_rule(ONE, "staff_save_product", staff_save_product, methods=["POST"])
    shop.add_url_rule(f"{ONE}/state", "staff_move_product", staff_move_product, methods=["POST"])
    shop.add_url_rule(f"{ONE}/preview", "staff_preview_product", staff_preview_product)
