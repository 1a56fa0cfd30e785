"""Kits over HTTP: the list, and what one kit is made of."""

from functools import partial

from flask import Blueprint, Response, redirect, request
from werkzeug.wrappers import Response as AnyResponse

from ... import audit, catalog, inventory
from ...database import transaction
from ...errors import NotFound
from ...forms import STALE
from ...pages import shop_url
from ..addresses import searched, with_query
from ..desk import render_desk
from ..gate import who
from .form import KitForm, kit_form
from .views import found_kits, suggested_parts


def staff_kits() -> Response:
    """All kits, or the articles that a search finds."""
    text = searched()
    found = found_kits(text, page=request.args.get("page", 1, type=int))
    return render_desk(
        "kits/kits.html",
        said=request.args.get("said", ""),
        found=found,
        text=text,
        page_url=partial(_list_url, text),
    )


def staff_kit(sku: str) -> AnyResponse:
    """What one article is made of; saving no part at all makes it an article of its own."""
    article = catalog.variants_by_sku([sku]).get(sku)
    if article is None:
        raise NotFound(f"There is no article under the SKU {sku}.")
    form = kit_form(_parts(sku))
    if not form.is_submitted():
        return _page(form, article)
    if not form.validate():
        return _page(form, article, status=422, error=STALE)
    parts = form.parts()
    if form.has_mistakes:
        return _page(form, article, status=422)
    return _save(form, article, parts)


def _save(form: KitForm, article: catalog.VariantView, parts: dict[str, int]) -> AnyResponse:
    try:
        with transaction():
            _make(article.sku, parts, seen=form.seen_parts())
    except inventory.KitOfKit as refusal:
        error = "" if form.mark(refusal) else refusal.sentence
        return _page(form, article, status=422, error=error)
    except (inventory.KitHasUnits, inventory.KitInLots) as refusal:
        return _page(form, article, status=422, error=refusal.sentence)
    except inventory.ChangedMeanwhile as refusal:
        form.seen.data = catalog.kit_text(_parts(article.sku))
        error = (
            f"{refusal.sentence} It is made of {form.seen.data or 'no parts'} now."
            " Press once more to save yours all the same."
        )
        return _page(form, article, status=409, error=error)
    return redirect(shop_url("staff_kits", said="kit" if parts else "kit_ended"), 303)


def _make(sku: str, parts: dict[str, int], *, seen: dict[str, int]) -> None:
    for stock in sorted({sku, *parts}):
        inventory.open_stock(stock)
    inventory.make_kit(sku, parts, seen=seen)
    before, after = ({"parts": catalog.kit_text(each)} for each in (seen, parts))
    if before != after:
        audit.record(who(), "kit changed", f"SKU {sku}", before=before, after=after)


def _parts(sku: str) -> dict[str, int]:
    return inventory.parts_of([sku]).get(sku, {})


def _page(
    form: KitForm, article: catalog.VariantView, *, status: int = 200, error: str = ""
) -> Response:
    form.pad()
    return render_desk(
        "kits/kit.html",
        status=status,
        form=form,
        article=article,
        error=error,
        suggested=suggested_parts(article.sku, request.args.get("part", "").strip()),
    )


def _list_url(text: str, page: int) -> str:
    return with_query(shop_url("staff_kits"), q=text, page=page)


def register(shop: Blueprint) -> None:
    """Adds the pages about kits."""
    shop.add_url_rule("/staff/kits", "staff_kits", staff_kits)
    shop.add_url_rule("/staff/kits/<sku>", "staff_kit", staff_kit, methods=["GET", "POST"])
