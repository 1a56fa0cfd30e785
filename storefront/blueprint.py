"""What of the shop an app sees: the pages of all features, and what every template may ask."""

from collections.abc import Iterable
from typing import Any

from flask import Blueprint, Flask

from . import (
    assets,
    catalog,
    display,
    error_pages,
    feeds,
    files,
    fulfilment,
    guides,
    health,
    pages,
    payments,
    reviews,
    safety,
)
from .cart import routes as cart_routes
from .catalog import routes as catalog_routes
from .checkout import routes as checkout_routes
from .comments import routes as comment_routes
from .customers import routes as customer_routes
from .drafts import routes as draft_routes
from .feeds import routes as feed_routes
from .guides import routes as guide_routes
from .home import routes as home_routes
from .insights import routes as insight_routes
from .orders import routes as order_routes
from .reviews import routes as review_routes
from .search import routes as search_routes
from .staff import routes as staff_routes

_FEATURES = (
    home_routes,
    catalog_routes,
    guide_routes,
    search_routes,
    insight_routes,
    comment_routes,
    review_routes,
    cart_routes,
    checkout_routes,
    order_routes,
    customer_routes,
    draft_routes,
    staff_routes,
    feed_routes,
    health,
    files,
)


def register_blueprint(app: Flask, url_prefix: str) -> None:
    """Adds every page of the shop below a prefix, and the words that its templates know."""
    shop = Blueprint(
        "shop",
        __name__,
        url_prefix=url_prefix or None,
        template_folder=str(assets.folder("templates")),
    )
    safety.register(shop)
    error_pages.register(shop, has_prefix=bool(url_prefix))
    display.register_filters(app)
    for feature in _FEATURES:
        feature.register(shop)
    app.register_blueprint(shop)
    app.jinja_env.globals.update(
        shop_url=pages.shop_url,
        shop_asset=pages.shop_asset,
        shop_component=pages.component,
        shop_layout=app.extensions["storefront"].settings.STOREFRONT_LAYOUT,
        shop=display.LazyFacts(),
        shop_about=feeds.About(),
        shop_guides_mentioning=lambda product: guides.guides_mentioning(product.id),
        shop_guide_titles=guides.titles_by_slug,
        shop_sku_pictures=_sku_pictures,
        shop_refunds=payments.refunds_shown,
        shop_parcels=fulfilment.parcels_shown,
        shop_product_card=catalog.card_by_slug,
        shop_reviews=reviews.reviews_shown,
        shop_ratings=reviews.card_ratings,
        shop_review_links=reviews.links_of_order,
        shop_review_days=reviews.asked_after_days,
    )


def _sku_pictures(skus: Iterable[str]) -> dict[str, Any]:
    """SKU → picture, for pages of features that do not know the catalogue."""
    return {sku: variant.picture for sku, variant in catalog.variants_by_sku(skus).items()}
