"""What the editor asks while somebody writes, over HTTP: checks, a preview, products to link to."""

from typing import Any

from flask import Blueprint, Response, jsonify, make_response, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from ... import catalog, guides
from ...display import show_money
from ...forms import STALE, Form
from ..addresses import number_of, searched
from ..desk import render_desk
from .checks import as_json, told_about
from .form import GuideForm, filled_in, read_sent, text_only

_MOST_PRODUCTS = 20
#: A pasted article of another site can have thousands; the rest follow as these are mended.
_MOST_CHECKS = 300


def staff_check_guide() -> Response:
    """What is to be said about a text, as JSON; nothing is saved."""
    if not Form().validate():
        return _told({"error": STALE}, 422)
    form = _sent()
    told, source = told_about(form), form.source
    in_text = [one for one in told if not one.field]
    words = guides.words_in(form.text)
    answer = {
        "checks": [as_json(one, source) for one in in_text[:_MOST_CHECKS]],
        "more": len(in_text[_MOST_CHECKS:]),
        "facts": [as_json(one, source) | {"label": one.label} for one in told if one.field],
        "words": words,
        "minutes": guides.minutes_of(words),
        "newest": _newest(),
    }
    return _told(answer, 200)


def staff_preview_text() -> AnyResponse:
    """The guide as readers would see it; nothing is saved."""
    if not Form().validate():
        return _not_shown([STALE])
    form = filled_in(_sent())
    if len(form.source.encode("utf-8", "replace")) > guides.LONGEST_FILE:
        return _not_shown(["This is too long for one guide."])
    try:
        page = guides.preview_page(form.source)
    except guides.BrokenGuide as broken:
        above = form.source.count("\n", 0, form.text_at) if form.facts else 0
        return _not_shown([_sentence(one, above) for one in broken.problems])
    line = "Preview. Nothing of it is saved, and only you see this page."
    body = render_template(
        "storefront/guides/guide.html",
        guide=page.guide,
        more=(),
        pairings=page.pairings,
        preview_line=line,
    )
    return Response(body)


def staff_pick_product() -> Response:
    """Products by name or SKU with the Markdown that links to each; as a page, or as JSON."""
    text = searched()
    found = _products(text)
    if request.accept_mimetypes.best == "application/json":
        return _told(found, 200)
    return render_desk("guides/products.html", found=found, text=text)


def _products(text: str) -> list[dict[str, Any]]:
    wanted = catalog.Wanted(text=text, state="published", order="name")
    rows = catalog.find_products(wanted).products[:_MOST_PRODUCTS]
    cards = catalog.cards_by_id(row.id for row in rows)
    return [_product(cards[row.id]) for row in rows if row.id in cards]


def _product(card: catalog.ProductCardView) -> dict[str, Any]:
    offer = card.cheapest
    price = show_money(offer.price_cents, offer.currency)
    units = sum(one.available for one in card.offers)
    return {
        "slug": card.slug,
        "name": card.name,
        "sku": offer.sku,
        "price": f"from {price}" if card.has_several_prices else price,
        "stock": "Sold out" if card.is_sold_out else f"{units} in stock",
        "link": f"[{card.name}](product:{card.slug})",
        "card": f"::: product {card.slug}\n…\n:::",
    }


def _sent() -> GuideForm:
    """The form that was sent: with its facts, or its text alone over those of ?guide=."""
    sheet = guides.guide_sheet(number_of(request.args.get("guide", "")))
    if "title" in request.form and sheet:
        return read_sent(request.form, base=sheet.source, guide_id=sheet.id)
    form = text_only(request.form.get("source", ""), base=sheet.source if sheet else "")
    form.guide_id = sheet.id if sheet else None
    return form


def _newest() -> dict[str, Any] | None:
    """The newest revision and who saved it, so that whoever writes hears of another in time."""
    sheet = guides.guide_sheet(number_of(request.args.get("guide", "")))
    return {"number": sheet.newest, "saved_by": sheet.saved_by} if sheet else None


def _sentence(problem: guides.Problem, above: int) -> str:
    """A mistake with its line in the text, below so many lines that the page does not show."""
    place = f"Line {problem.line - above}: " if problem.line > above else ""
    return f"{place}{problem.what} {problem.instead}"


def _told(answer: Any, status: int) -> Response:
    return make_response(jsonify(answer), status)


def _not_shown(sentences: list[str]) -> Response:
    return render_desk("guides/not_shown.html", status=422, sentences=sentences)


def register(shop: Blueprint) -> None:
    """Adds what the editor asks."""
    post = ["POST"]
    shop.add_url_rule("/staff/guides/check", "staff_check_guide", staff_check_guide, methods=post)
    shop.add_url_rule(
        "/staff/guides/preview", "staff_preview_text", staff_preview_text, methods=post
    )
    shop.add_url_rule("/staff/guides/products", "staff_pick_product", staff_pick_product)
