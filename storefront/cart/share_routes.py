"""A cart by link over HTTP: opening it shows what it holds; only a press puts it into a cart."""

from flask import Blueprint, Response, redirect, request
from werkzeug.wrappers import Response as AnyResponse

from ..database import transaction
from ..errors import Refusal
from ..forms import Form, first_error
from ..limits import limit
from ..pages import render_private, settings, shop_url
from .forms import TakeForm
from .queries import basket
from .sharing import SharedLine, look_into, read_link, take_in
from .visitor import own_cart, remember, visitors_cart


def show_shared() -> Response:
    """What a link holds; nothing is changed by looking."""
    return _page(request.args.get("goods", ""))


def take_shared() -> AnyResponse:
    """Puts what a link holds into the visitor's cart: beside what is there, or in its place."""
    limit("take a shared cart", "20/minute")
    form = TakeForm()
    goods = form.goods.data or ""
    try:
        if not form.validate():
            raise Refusal(first_error(form))
        wanted = read_link(goods)
        with transaction():
            cart_id, token = own_cart()
            take_in(cart_id, wanted, in_place=form.how.data == "in_place")
    except Refusal as refusal:
        return _page(goods, error=refusal.sentence)
    return remember(redirect(shop_url("cart"), 303), token)


def _page(goods: str, *, error: str = "") -> Response:
    cart = visitors_cart()
    lines: tuple[SharedLine, ...] = ()
    try:
        lines = look_into(read_link(goods), cart_id=cart.id if cart else None)
    except Refusal as refusal:
        error = refusal.sentence
    return render_private(
        "storefront/cart/shared.html",
        status=422 if error else 200,
        lines=lines,
        goods=goods,
        currency=settings().STOREFRONT_CURRENCY,
        goods_cents=sum(line.line_cents for line in lines),
        has_cart=cart is not None and bool(basket(cart.id).lines),
        form=Form(),
        error=error,
    )


def register(shop: Blueprint) -> None:
    """Adds the addresses of links."""
    shop.add_url_rule("/cart/shared", "cart_shared", show_shared)
    shop.add_url_rule("/cart/shared", "cart_take", take_shared, methods=["POST"])
