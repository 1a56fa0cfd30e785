"""The outbox and the inbox, for staff to read and to push on."""

from flask import Blueprint, Response, redirect
from werkzeug.wrappers import Response as AnyResponse

from ... import audit, checkout, mail, payments
from ...database import transaction
from ...errors import NotFound
from ...forms import Form, first_error
from ...pages import error_page, shop_url
from ..addresses import NUMBER
from ..desk import render_desk
from ..gate import who
from .forms import FollowEventForm

# A letter is shown as its reader sees it: inline styles, no script, in a frame of its own.
_LETTER_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src 'self' data:; "
    "frame-ancestors 'self'; sandbox"
)


def staff_letters() -> Response:
    """The outbox, newest first."""
    return render_desk("messages/letters.html", letters=mail.letters())


def staff_letter(id: int) -> Response:
    """One letter as text, with its HTML in a frame."""
    return render_desk("messages/letter.html", letter=_letter(id))


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
    return render_desk("messages/events.html", events=payments.inbox(), form=FollowEventForm())


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
    """Adds the outbox and the inbox."""
    shop.add_url_rule("/staff/events", "staff_events", staff_events)
    shop.add_url_rule("/staff/events", "staff_follow_event", staff_follow_event, methods=["POST"])
    shop.add_url_rule("/staff/letters", "staff_letters", staff_letters)
    shop.add_url_rule(
        "/staff/letters/again", "staff_letters_again", staff_letters_again, methods=["POST"]
    )
    shop.add_url_rule(f"/staff/letters/{NUMBER}", "staff_letter", staff_letter)
    shop.add_url_rule(f"/staff/letters/{NUMBER}/body", "staff_letter_body", staff_letter_body)
