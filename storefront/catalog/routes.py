"""Public pages of the catalogue; they are the same for everybody."""

from dataclasses import replace
from typing import Any

from flask import Blueprint, Response, current_app, redirect, request, url_for
from flask.typing import ResponseReturnValue

from ..errors import NotFound
from ..pages import keep_in_time, public_page, render_public
from . import listing, queries, tasks
from .facets import facets
from .filters import Filters, read_filters
from .list_page import chips, list_url, next_steps, page_url, price_fields
from .pairings import Said, pairings
from .price_clock import next_due
from .views import CategoryView

_LONGEST_SKU = 64
_NOT_HERE = "There is no product at this address. It may have been renamed, or is no longer sold."


def register(shop: Blueprint) -> None:
    """Adds the product pages to the shop's blueprint, and the clock of prices before all pages."""
    shop.before_request(keep_prices_in_time)
    shop.add_url_rule("/products/", "products", show_products)
    shop.add_url_rule("/products/in/<slug>", "category", show_category)
    shop.add_url_rule("/products/<slug>", "product", show_product)


def keep_prices_in_time() -> None:
    """Begins and ends planned prices at their moment, even when the worker is late."""
    keep_in_time(current_app.extensions["storefront"].pages.prices, next_due, tasks.start_prices)


@public_page
def show_products() -> Response:
    """All products on sale, filtered and sorted by the query string."""
    return _list(read_filters(request.args), queries.categories(), None)


@public_page
def show_category(slug: str) -> Response:
    """One shelf; NotFound when there is none of this name."""
    shelves = queries.categories()
    category = next((shelf for shelf in shelves if shelf.slug == slug), None)
    if category is None:
        raise NotFound("There is no shelf of this name in the shop.")
    return _list(read_filters(request.args, category=slug), shelves, category)


@public_page
def show_product(slug: str) -> ResponseReturnValue:
    """A product with one size selected; a former address leads to the present one."""
    product = queries.product_page(slug, request.args.get("variant", ""))
    if product is None:
        return _lead_on(slug)
    said = Said(product.id, product.name, product.goes_with)
    found = pairings([said], without=[product.id])
    return render_public("storefront/catalog/product.html", product=product, pairings=found)


def _lead_on(slug: str) -> ResponseReturnValue:
    product_id = queries.resolve_slug("product", slug)
    present = queries.slug_of(product_id) if product_id is not None else None
    if present is None or present == slug:
        raise NotFound(_NOT_HERE)
    variant = request.args.get("variant", "")
    chosen: dict[str, Any] = {"variant": variant} if 0 < len(variant) <= _LONGEST_SKU else {}
    # Not by shop_url(), which remembers: whoever asks could fill its memory with made-up sizes.
    answer = redirect(url_for("shop.product", slug=present, **chosen), 301)
    # Asked again each time: a product renamed there and back must not trap a browser in a loop.
    answer.headers["Cache-Control"] = "no-cache"
    return answer


def _list(
    filters: Filters, shelves: tuple[CategoryView, ...], category: CategoryView | None
) -> Response:
    found = listing.product_list(filters)
    choices = facets(filters)
    elsewhere = replace(filters, category="", page=1)
    return render_public(
        "storefront/catalog/list.html",
        products=found.products,
        shelves=tuple(
            (
                shelf,
                choices.categories.get(shelf.slug, 0),
                list_url(replace(elsewhere, category=shelf.slug)),
            )
            for shelf in shelves
            if shelf.product_count or shelf == category
        ),
        everywhere=list_url(elsewhere),
        category=category,
        filters=filters,
        facets=choices,
        prices=price_fields(filters, choices),
        chips=chips(filters),
        next_steps=() if found.products else next_steps(filters, choices),
        instead=() if found.products else listing.first_in_stock(),
        page=found.page,
        pages=found.pages,
        total=found.total,
        page_url=page_url(filters),
    )
