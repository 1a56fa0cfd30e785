"""Sign-ups over HTTP; nothing here needs a cookie, and no link of a letter acts by being opened."""

from datetime import UTC, datetime

from flask import Blueprint, Response, redirect
from werkzeug.wrappers import Response as AnyResponse

from .. import catalog, inventory
from ..database import transaction
from ..errors import NotFound
from ..limits import limit
from ..pages import render_private, shop_url
from ..signals import demand_lost, tell_now
from .forms import SignUpForm
from .models import SignUp
from .operations import DAYS_TOLD, ask, confirm, end
from .queries import by_token

_GONE = (
    "This link does not lead anywhere any more: the sign-up has ended and its address is erased."
)


def sign_up_ask() -> AnyResponse:
    """Takes an address for one letter when a sold-out article is back."""
    limit("sign up", "30/hour")
    form = SignUpForm()
    article = catalog.variants_by_sku([form.sku.data or ""]).get(form.sku.data or "")
    if article is None or not article.is_sold:
        raise NotFound("We do not sell this article, or not any more.")
    if not form.validate():
        return render_private(
            "storefront/customers/sign_up.html", status=422, form=form, article=article
        )
    if inventory.available([article.sku]).get(article.sku, 0) > 0:
        return redirect(shop_url("product", slug=article.slug), 303)
    limit("sign up as", "5/hour", whose=form.email.data.lower())
    with transaction():
        ask(article.sku, form.email.data, now=datetime.now(UTC))
    tell_now(demand_lost, sku=article.sku, guide_slug=form.guide.data or "", is_sign_up=True)
    return redirect(shop_url("sign_up_asked"), 303)


def sign_up_asked() -> Response:
    """What happens next; the same whether the address was known or not."""
    return render_private("storefront/customers/asked.html")


def sign_up(token: str) -> Response:
    """A sign-up as its address sees it, with what may be done about it."""
    return _page(_found(token))


def sign_up_confirm(token: str) -> AnyResponse:
    """The address is theirs."""
    with transaction():
        confirm(token, now=datetime.now(UTC))
    return redirect(shop_url("sign_up", token=_found(token).token), 303)


def sign_up_end(token: str) -> Response:
    """Erases the address; pressed twice, or by a mail program, it says the same."""
    with transaction():
        end(token)
    return render_private("storefront/customers/ended.html")


def _found(token: str) -> SignUp:
    found = by_token(token)
    if found is None:
        raise NotFound(_GONE)
    return found


def _page(found: SignUp) -> Response:
    article = catalog.variants_by_sku([found.sku]).get(found.sku)
    if article is None:
        raise NotFound(_GONE)
    return render_private(
        "storefront/customers/link.html", sign_up=found, article=article, days=DAYS_TOLD
    )


def register(shop: Blueprint) -> None:
    """Adds the addresses of sign-ups."""
    one = "/sign-ups/<token>"
    shop.add_url_rule("/sign-ups", "sign_up_ask", sign_up_ask, methods=["POST"])
    shop.add_url_rule("/sign-ups/asked", "sign_up_asked", sign_up_asked)
    shop.add_url_rule(one, "sign_up", sign_up)
    shop.add_url_rule(f"{one}/confirm", "sign_up_confirm", sign_up_confirm, methods=["POST"])
    shop.add_url_rule(f"{one}/end", "sign_up_end", sign_up_end, methods=["POST"])
