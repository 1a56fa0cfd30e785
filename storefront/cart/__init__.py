"""What a shopper intends to buy: lines that know their guide, and never more than stock."""

from .models import Cart, CartLine
from .operations import (
    CartFull,
    OnlySomeLeft,
    UnknownProduct,
    add,
    change,
    empty,
    open_cart,
    owner_of,
    refill,
)
from .queries import Basket, BasketLine, basket, find_cart
from .routes import COOKIE, cart_page
from .totals import PricedCart, price_cart

__all__ = [
    "COOKIE",
    "Basket",
    "BasketLine",
    "Cart",
    "CartFull",
    "CartLine",
    "OnlySomeLeft",
    "PricedCart",
    "UnknownProduct",
    "add",
    "basket",
    "cart_page",
    "change",
    "empty",
    "find_cart",
    "open_cart",
    "owner_of",
    "price_cart",
    "refill",
]
