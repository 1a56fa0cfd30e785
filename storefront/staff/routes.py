"""The back office over HTTP."""

from flask import Blueprint, Response, redirect
from werkzeug.wrappers import Response as AnyResponse

from .. import audit, checkout, mail, payments
from ..database import transaction
from ..errors import NotFound
from ..forms import Form, first_error
from ..pages import error_page, shop_url
from . import (
    account_routes,
    audit_routes,
    category_routes,
    count_routes,
    delivery_routes,
    home_routes,
    kit_routes,
    lot_routes,
    money_routes,
    order_goods_routes,
    order_routes,
    packing_routes,
    people_routes,
    picture_routes,
    price_routes,
    product_routes,
    recall_routes,
    shipping_routes,
    sign_in_routes,
    sku_lot_routes,
    sku_routes,
    stock_file_routes,
    stock_routes,
    wanted_routes,
)
from .desk import draw_errors, render_desk
from .forms import FollowEventForm
from .gate import guard, keep_private, who
from .rights import RIGHTS, ROLES

# A letter is shown as its reader sees it: inline styles, no script, in a frame of its own.
_LETTER_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src 'self' data:; "
    "frame-ancestors 'self'; sandbox"
)
_PARTS = (
    home_routes,
    sign_in_routes,
    account_routes,
    people_routes,
    audit_routes,
    delivery_routes,
    lot_routes,
    kit_routes,
    wanted_routes,
    recall_routes,
    money_routes,
    order_routes,
    order_goods_routes,
    packing_routes,
    shipping_routes,
    stock_routes,
    sku_routes,
    sku_lot_routes,
    product_routes,
    picture_routes,
    category_routes,
    stock_file_routes,
    count_routes,
)
_NUMBER = "<int(max=2147483647):id>"  # what a key of the database can be


def staff_roles() -> Response:
    """What each role may do, for everybody to read."""
    return render_desk("roles.html", rights=RIGHTS.values(), roles=ROLES)


def staff_letters() -> Response:
    """The outbox, newest first."""
    return render_desk("letters.html", letters=mail.letters())


def staff_letter(id: int) -> Response:
    """One letter as text, with its HTML in a frame."""
    return render_desk("letter.html", letter=_letter(id))


def staff_letter_body(id: int) -> Response:
    """The HTML of a letter, alone and without any right to do something."""
    letter = _letter(id)
    if letter.is_secret:
        raise NotFound("Nobody but its reader sees this letter.")
    response = Response(letter.html, content_type="text/html; charset=utf-8")
    response.headers["Content-Security-Policy"] = _LETTER_POLICY
    return response


def staff_letters_again() -> AnyResponse:
    """Has the letters sent once more that were given up."""
    form = Form()
    if not form.validate():
        return error_page(422, first_error(form))
    with transaction():
        count = mail.send_failed_again()
        if count:
            audit.record(who(), "letters sent again", "Outbox", after={"letters": count})
    return redirect(shop_url("staff_home", said="letters_again" if count else "faster"), 303)


def staff_events() -> Response:
    """The inbox of Stripe's messages, those that wait first."""
    return render_desk("events.html", events=payments.inbox(), form=FollowEventForm())


def staff_follow_event() -> AnyResponse:
    """Tries once more to act on a message; its row says how that went."""
    form = FollowEventForm()
    if not form.validate():
        return error_page(422, first_error(form))
    if payments.event(form.event_id.data) is None:
        raise NotFound("There is no message with this number.")
    checkout.follow_event(form.event_id.data)
    with transaction():
        audit.record(who(), "message followed again", form.event_id.data)
    return redirect(shop_url("staff_events"), 303)


def _letter(letter_id: int) -> mail.Letter:
    found = mail.letter(letter_id)
    if found is None:
        raise NotFound("There is no letter with this number.")
    return found


def register(shop: Blueprint) -> None:
    """Adds the back office, behind its gate."""
    shop.before_request(draw_errors)
    shop.before_request(guard)
    shop.after_request(keep_private)
    shop.add_url_rule("/staff/roles", "staff_roles", staff_roles)
    shop.add_url_rule("/staff/events", "staff_events", staff_events)
    shop.add_url_rule("/staff/events", "staff_follow_event", staff_follow_event, methods=["POST"])
    shop.add_url_rule("/staff/letters", "staff_letters", staff_letters)
    shop.add_url_rule(
        "/staff/letters/again", "staff_letters_again", staff_letters_again, methods=["POST"]
    )
    shop.add_url_rule(f"/staff/letters/{_NUMBER}", "staff_letter", staff_letter)
    shop.add_url_rule(f"/staff/letters/{_NUMBER}/body", "staff_letter_body", staff_letter_body)
    for part in _PARTS:
        part.register(shop)
    audit_routes.register(shop)
    delivery_routes.register(shop)
    lot_routes.register(shop)
    money_routes.register(shop)
    order_routes.register(shop)
    packing_routes.register(shop)
    shipping_routes.register(shop)
    stock_routes.register(shop)
    sku_routes.register(shop)
    sku_lot_routes.register(shop)
    product_routes.register(shop)
    picture_routes.register(shop)
    price_routes.register(shop)
    category_routes.register(shop)
