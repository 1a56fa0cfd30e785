"""Offers over HTTP: the list, writing and changing one, pausing it, and the orders that have it."""

from collections.abc import Sequence
from functools import partial
from typing import Any

from flask import Blueprint, Response, redirect, request
from werkzeug.wrappers import Response as AnyResponse

from ... import audit, offers, orders
from ...database import transaction
from ...errors import NotFound, Refusal
from ...forms import STALE, Form
from ...money import plain_money
from ...pages import shop_url
from ..addresses import NUMBER, searched, with_query
from ..desk import render_desk
from ..gate import who
from ..stock.tables import csv_answer
from ..words import STATES
from .form import KINDS, OfferForm, categories, written

_CHANGED = (
    "Somebody else has changed this offer while you wrote. Press once more to save yours all the"
    " same, or open the page anew to see theirs."
)


def staff_offers() -> Response:
    """The list, newest first."""
    text, state = searched(), request.args.get("state", "")
    state = state if state in offers.STATES else ""
    return render_desk(
        "offers/offers.html",
        said=request.args.get("said", ""),
        found=offers.search(text, state=state, page=request.args.get("page", 1, type=int)),
        gives=_gives,
        text=text,
        state=state,
        states=offers.STATES,
        page_url=partial(_list_url, text, state),
    )


def staff_new_offer() -> AnyResponse:
    """Writes an offer."""
    if request.method == "GET":
        return _form_page(OfferForm({"kind": "percent", "is_combinable": "1"}))
    form = OfferForm(request.form)
    if not Form().validate():
        return _form_page(form, status=422, error=STALE)
    new = form.read()
    if new is None:
        return _form_page(form, status=422)
    try:
        with transaction():
            offer = offers.write(new, actor=who())
            offer_id = offer.id
            audit.record(who(), "offer written", _subject(offer), after=offers.facts_of(offer))
    except Refusal as refusal:
        return _form_page(_blamed(form, refusal), status=422)
    return redirect(shop_url("staff_offer", id=offer_id, said="offer_written"), 303)


def staff_offer(id: int) -> Response:
    """One offer: what it gives, how often it was used, and the form that changes it."""
    offer = _offer(id)
    return _page(offer, OfferForm(written(offer)), said=request.args.get("said", ""))


def staff_save_offer(id: int) -> AnyResponse:
    """Writes over what was seen. Orders that have it stay as they are."""
    offer, form = _offer(id), OfferForm(request.form)
    if not Form().validate():
        return _page(offer, form, status=422, error=STALE)
    before, new = offers.facts_of(offer), form.read()
    if new is None:
        return _page(offer, form, status=422)
    try:
        with transaction():
            is_ours = offers.change(id, new, version=form.seen_version)
            if is_ours:
                changed = _offer(id)
                facts = {"before": before, "after": offers.facts_of(changed)}
                audit.record(who(), "offer changed", _subject(changed), **facts)
    except Refusal as refusal:
        return _page(offer, _blamed(form, refusal), status=422)
    if not is_ours:
        return _page(_offer(id), form, status=409, error=_CHANGED)
    return redirect(shop_url("staff_offer", id=id, said="offer_saved"), 303)


def staff_pause_offer(id: int) -> AnyResponse:
    """Takes an offer out of the shop for now, or in again."""
    offer, is_paused = _offer(id), request.form.get("choice") != "resume"
    if not Form().validate():
        return _page(offer, OfferForm(written(offer)), status=422, error=STALE)
    word = "paused" if is_paused else "resumed"
    with transaction():
        if offers.pause(id, is_paused=is_paused):
            audit.record(who(), f"offer {word}", _subject(offer))
    return redirect(shop_url("staff_offer", id=id, said=f"offer_{word}"), 303)


def staff_offer_csv(id: int) -> Response:
    """The orders that have an offer, as a file."""
    offer, uses = _offer(id), offers.all_uses(id)
    found = orders.by_references({use.order_reference for use in uses})
    rows = [
        (
            found[use.order_reference].number if use.order_reference in found else "",
            use.taken_at.isoformat(timespec="seconds"),
            found[use.order_reference].state if use.order_reference in found else "",
            "yes" if use.is_counted else "no",
            plain_money(use.cents, offer.currency),
            offer.currency,
        )
        for use in uses
    ]
    head = ("order", "placed_at", "state", "counts", "taken_off", "currency")
    return csv_answer([head, *rows], f"offer-{id}.csv")


def _page(
    offer: offers.Offer,
    form: OfferForm,
    *,
    status: int = 200,
    said: str = "",
    error: str = "",
) -> Response:
    uses = offers.uses_of(offer.id, page=request.args.get("page", 1, type=int))
    found = orders.by_references({use.order_reference for use in uses.uses})
    return render_desk(
        "offers/offer.html",
        status=status,
        said=said,
        error=error,
        offer=offer,
        state=offers.state_of(offer),
        states=offers.STATES,
        gives=_gives(offer),
        uses=uses,
        orders=found,
        order_states=STATES,
        page_url=partial(_uses_url, offer.id),
        **_of_form(form, version=offer.version),
    )


def _form_page(form: OfferForm, *, status: int = 200, error: str = "") -> Response:
    return render_desk("offers/new.html", status=status, error=error, **_of_form(form, version=0))


def _of_form(form: OfferForm, *, version: int) -> dict[str, Any]:
    """What the form's macro is given; version is that of the offer as it is now."""
    return {
        "fields": form.fields(),
        "first_wrong": form.first_wrong,
        "kinds": list(KINDS.items()),
        "categories": [
            (number, name, bool(form.value(f"category_{number}"))) for number, name in categories()
        ],
        "is_combinable": bool(form.value("is_combinable")),
        "version": version,
    }


def _blamed(form: OfferForm, refusal: Refusal) -> OfferForm:
    """The form with a refusal beside the field that it is about."""
    fields: Sequence[tuple[type[Refusal], str]] = (
        (offers.CodeTaken, "code"),
        (offers.LimitTooLow, "most_uses"),
        (offers.NameNotAllowed, "name"),
    )
    for kind, name in fields:
        if isinstance(refusal, kind):
            form.errors[name] = refusal.sentence
            return form
    raise refusal


def _offer(number: int) -> offers.Offer:
    found = offers.by_id(number)
    if found is None:
        raise NotFound("There is no offer with this number.")
    return found


def _gives(offer: offers.Offer) -> str:
    return offers.what_it_gives(offer.terms, offer.currency)


def _subject(offer: offers.Offer) -> str:
    return f"offer {offer.id} {offer.code or offer.name}"


def _list_url(text: str, state: str, page: int) -> str:
    return with_query(shop_url("staff_offers"), q=text, state=state, page=page)


def _uses_url(offer_id: int, page: int) -> str:
    return with_query(shop_url("staff_offer", id=offer_id), page=page)


def register(shop: Blueprint) -> None:
    """Adds the pages about offers."""
    one, both = f"/staff/offers/{NUMBER}", ["GET", "POST"]
    shop.add_url_rule("/staff/offers", "staff_offers", staff_offers)
    shop.add_url_rule("/staff/offers/new", "staff_new_offer", staff_new_offer, methods=both)
    shop.add_url_rule(one, "staff_offer", staff_offer)
    shop.add_url_rule(one, "staff_save_offer", staff_save_offer, methods=["POST"])
    shop.add_url_rule(f"{one}/pause", "staff_pause_offer", staff_pause_offer, methods=["POST"])
    shop.add_url_rule(f"{one}/orders.csv", "staff_offer_csv", staff_offer_csv)
