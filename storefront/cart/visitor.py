"""Which cart is the visitor's: the cookies that say so."""

from flask import g, request
from werkzeug.wrappers import Response as AnyResponse

from ..pages import settings, shop_url
from .models import Cart
from .operations import open_cart
from .queries import find_cart

COOKIE = "shop_cart"
HINT = "shop_cart_hint"
LOST = "Your cart could not be found; it may have been open for a long time."
_DAYS = 60


def visitors_cart() -> Cart | None:
    """The cart that the visitor's cookie opens, or that this request has opened."""
    return find_cart(g.get("shop_cart_token") or request.cookies.get(COOKIE))


def own_cart() -> tuple[int, str]:
    """The visitor's cart, opened now if there is none; the token goes into the cookie."""
    token = request.cookies.get(COOKIE, "")
    cart = find_cart(token)
    if cart is None:
        cart, token = open_cart()
        g.shop_cart_token = token  # the cookie of this very request does not know it yet
    return cart.id, token


def remember(response: AnyResponse, token: str) -> AnyResponse:
    """Gives the visitor's browser the cookies of their cart."""
    is_secure = settings().STOREFRONT_PUBLIC_URL.startswith("https://")
    # The hint is for every page of the site, which may show the count; the token for the shop only.
    site = f"{request.script_root}/"
    cookies = ((COOKIE, token, True, shop_url("home")), (HINT, "1", False, site))
    for name, value, is_hidden, path in cookies:
        response.set_cookie(
            name,
            value,
            max_age=_DAYS * 86_400,
            httponly=is_hidden,
            secure=is_secure,
            samesite="Lax",
            path=path,
        )
    return response
