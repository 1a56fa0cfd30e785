"""The back office over HTTP: its gate, and the pages behind it."""

from flask import Blueprint

from .comments import routes as comments
from .components import routes as components
from .deliveries import routes as deliveries
from .desk import draw_errors
from .drafts import routes as drafts
from .gate import guard, keep_private
from .guides import import_routes as import_guides
from .guides import link_routes as guide_links
from .guides import picture_routes as guide_pictures
from .guides import publish_routes as publish_guides
from .guides import revision_routes as guide_revisions
from .guides import routes as guides
from .guides import text_routes as guide_texts
from .home import routes as home
from .home import wanted_routes
from .kits import routes as kits
from .ledger import routes as ledger
from .lots import recall_routes
from .lots import routes as lots
from .lots import sku_routes as sku_lots
from .messages import routes as messages
from .money import routes as money
from .offers import routes as offers
from .orders import goods_routes as order_goods
from .orders import routes as orders
from .packing import routes as packing
from .packing import shipping_routes as shipping
from .people import account_routes, audit_routes, sign_in_routes
from .people import routes as people
from .products import category_routes, picture_routes, price_routes
from .products import routes as products
from .reviews import routes as reviews
from .searches import routes as searches
from .stock import count_routes, file_routes, sku_routes
from .stock import routes as stock
from .wording import routes as wording

_PARTS = (
    home,
    wanted_routes,
    ledger,
    comments,
    reviews,
    sign_in_routes,
    account_routes,
    people,
    audit_routes,
    messages,
    money,
    orders,
    order_goods,
    drafts,
    packing,
    shipping,
    stock,
    sku_routes,
    file_routes,
    count_routes,
    deliveries,
    lots,
    sku_lots,
    recall_routes,
    kits,
    products,
    reviews,
    picture_routes,
    price_routes,
    offers,
    category_routes,
    import_guides,
    guide_pictures,
    guides,
    guide_links,
    guide_texts,
    publish_guides,
    guide_revisions,
    searches,
    wording,
    components,
)


def register(shop: Blueprint) -> None:
    """Adds the back office, behind its gate."""
    shop.before_request(draw_errors)
    shop.before_request(guard)
    shop.after_request(keep_private)
    for part in _PARTS:
        part.register(shop)
