"""Order pages: opened by the unguessable reference, or found with number and e-mail."""

from flask import Blueprint, Response, redirect
from werkzeug.wrappers import Response as AnyResponse

from ..forms import STALE
from ..limits import limit
from ..pages import render_private, shop_url
from .forms import FindForm
from .operations import OrderNotFound
from .queries import by_reference, find, lines_of
from .views import view


def show_order(reference: str) -> Response:
    """The page of one order."""
    order = by_reference(reference)
    if order is None:
        raise OrderNotFound
    return render_private("storefront/orders/order.html", order=view(order, lines_of(order.id)))


def find_order() -> AnyResponse:
    """Finds an order again; the answer to a wrong pair tells nothing about either half."""
    form = FindForm()
    if not form.validate_on_submit():
        status = 422 if form.is_submitted() else 200
        return _find_page(form, status, error=STALE if form.is_stale else "")
    limit("find an order", "10/minute")
    order = find(form.number.data, form.email.data)
    if order is None:
        return _find_page(form, 404, error=OrderNotFound().sentence)
    return redirect(shop_url("order", reference=order.reference), 303)


def _find_page(form: FindForm, status: int, *, error: str) -> Response:
    return render_private("storefront/orders/find.html", status=status, form=form, error=error)


def register(shop: Blueprint) -> None:
    """Adds the order pages."""
    shop.add_url_rule("/orders/find", "order_find", find_order, methods=["GET", "POST"])
    shop.add_url_rule("/orders/<reference>", "order", show_order)
