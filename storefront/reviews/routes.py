"""Reviews over HTTP: a product's, how they are checked, and the pages behind the links."""

from functools import partial
from typing import TypeVar

from flask import Blueprint, Response, redirect, request
from flask.typing import ResponseReturnValue
from werkzeug.wrappers import Response as AnyResponse

from .. import catalog
from ..database import transaction
from ..errors import NotFound, Refusal
from ..limits import limit
from ..pages import public_page, render_private, render_public, settings, shop_url
from . import invitations
from .forms import ReviewForm
from .links import number_in
from .models import Review
from .operations import NewReview, withdraw, write
from .queries import PER_PAGE, bought, product_reviews
from .reasons import REASON_WORDS, REASONS

_Answer = TypeVar("_Answer", bound=AnyResponse)
_NO_LINK = "This link does not lead to a review. Please open it from our letter once more."
_SAID = {
    "written": "Thank you. Your stars count from now on; one of us reads the text first.",
    "changed": "Thank you, it is changed. Stars count at once; a new text is read first.",
    "gone": "Your review is erased, stars and text.",
}


@public_page
def show_reviews(slug: str) -> ResponseReturnValue:
    """What buyers say of a product, newest first; a page that is the same for everybody."""
    product = catalog.card_by_slug(slug)
    if product is None:
        raise NotFound("There is no product at this address.")
    if product.slug != slug:
        answer = redirect(shop_url("reviews", slug=product.slug), 301)
        answer.headers["Cache-Control"] = "no-cache"
        return answer
    page = _page_asked()
    found = product_reviews(product.id, page=page, most=PER_PAGE)
    if page > 1 and not found.reviews:
        return redirect(shop_url("reviews", slug=slug), 302)
    return render_public(
        "storefront/reviews/product.html",
        product=product,
        found=found,
        page=page,
        pages=max(1, -(-found.rating.shown // PER_PAGE)),
        page_url=partial(_page_url, slug),
        asks=invitations.are_on(),
    )


@public_page
def show_policy() -> Response:
    """How we check reviews: the page beside every average (UCPD Art. 7(6), CMA208)."""
    return render_public(
        "storefront/reviews/policy.html",
        asks=invitations.are_on(),
        days=settings().STOREFRONT_REVIEW_DAYS,
        reasons=tuple(REASON_WORDS.values()),
    )


def show_review(token: str) -> Response:
    """What the buyer of a line may write, or has written."""
    article, review = _found(_line_of(token))
    form = ReviewForm(formdata=None, obj=review)
    return _page(token, article, review, form, said=_SAID.get(request.args.get("said", ""), ""))


def save_review(token: str) -> AnyResponse:
    """Takes a review, or what its author makes of it now."""
    line_id = _line_of(token)
    article, review = _found(line_id)
    form = ReviewForm()
    if not form.validate():
        return _page(token, article, review, form, status=422)
    new = NewReview(
        stars=int(form.stars.data),
        text=form.text.data,
        name=form.name.data,
        incentive=form.incentive.data,
        relationship=form.relationship.data,
    )
    try:
        limit("review", "30/hour")
        with transaction():
            written = write(line_id, new)
    except Refusal as refusal:
        error = refusal.sentence
        return _page(token, article, review, form, error=error, status=refusal.status)
    said = "held" if written.is_held else "changed" if review else "written"
    return _back(token, said)


def withdraw_review(token: str) -> AnyResponse:
    """Erases a review at its author's wish."""
    line_id = _line_of(token)
    with transaction():
        withdraw(line_id)
    return _back(token, "gone")


def show_stop(token: str) -> Response:
    """Asks whether invitations shall end; opening a link ends nothing, mail programs open them."""
    _order_of(token)
    return _guarded(render_private("storefront/reviews/stop.html", token=token, is_done=False))


def stop_invitations(token: str) -> Response:
    """Ends invitations to an address; pressed twice, or by a mail program, it says the same."""
    order_id = _order_of(token)
    with transaction():
        invitations.stop(order_id)
    return _guarded(render_private("storefront/reviews/stop.html", token=token, is_done=True))


def _page_asked() -> int:
    page = request.args.get("page", "")
    return max(1, int(page)) if page.isascii() and page.isdigit() and len(page) < 5 else 1


def _page_url(slug: str, page: int) -> str:
    return shop_url("reviews", slug=slug, **({"page": page} if page > 1 else {}))


def _line_of(token: str) -> int:
    return _signed("review", token)


def _order_of(token: str) -> int:
    return _signed("stop", token)


def _signed(purpose: str, token: str) -> int:
    number = number_in(purpose, token)
    if number is None:
        raise NotFound(_NO_LINK)
    return number


def _found(line_id: int) -> tuple[catalog.VariantView, Review | None]:
    found = bought(line_id)
    if found is None:
        raise NotFound("We do not have this article any more, so it cannot be reviewed.")
    return found


def _page(
    token: str,
    article: catalog.VariantView,
    review: Review | None,
    form: ReviewForm,
    *,
    status: int = 200,
    said: str = "",
    error: str = "",
) -> Response:
    is_held = request.args.get("said") == "held" and review is not None
    return _guarded(
        render_private(
            "storefront/reviews/review.html",
            status=status,
            token=token,
            article=article,
            review=review,
            reason=REASONS.get(review.reason_code, "") if review else "",
            control=form,
            said=said,
            is_held=is_held,
            error=error,
        )
    )


def _back(token: str, said: str) -> AnyResponse:
    return _guarded(redirect(f"{shop_url('review', token=token)}?said={said}", 303))


def _guarded(answer: _Answer) -> _Answer:
    """The address is the key: no search engine keeps it, and no other page is told of it."""
    answer.headers["X-Robots-Tag"] = "noindex, nofollow"
    answer.headers["Referrer-Policy"] = "no-referrer"
    answer.headers["Cache-Control"] = "no-store, private"
    return answer


def register(shop: Blueprint) -> None:
    """Adds the addresses of reviews."""
    shop.add_url_rule("/products/<slug>/reviews", "reviews", show_reviews)
    shop.add_url_rule("/how-we-check-reviews", "review_policy", show_policy)
    one, stop = "/reviews/<token>", "/reviews/stop/<token>"
    shop.add_url_rule(one, "review", show_review)
    shop.add_url_rule(one, "save_review", save_review, methods=["POST"])
    shop.add_url_rule(f"{one}/withdraw", "withdraw_review", withdraw_review, methods=["POST"])
    shop.add_url_rule(stop, "review_stop", show_stop)
    shop.add_url_rule(stop, "review_stopped", stop_invitations, methods=["POST"])
