"""The front page over HTTP."""

from flask import Blueprint, Response

from .. import catalog, guides
from ..pages import public_page, render_public

_SHOWN_PRODUCTS = 8
_SHOWN_GUIDES = 3


@public_page
def home() -> Response:
    """The front page."""
    page = catalog.product_list(catalog.Filters(), per_page=_SHOWN_PRODUCTS)
    return render_public(
        "storefront/home/home.html",
        products=page.products,
        guides=guides.guide_list(most=_SHOWN_GUIDES),
        hero=catalog.picture_by_file("home-hero-range.webp"),
        categories=catalog.categories(),
    )


def register(shop: Blueprint) -> None:
    """Adds the front page."""
    shop.add_url_rule("/", "home", home)
