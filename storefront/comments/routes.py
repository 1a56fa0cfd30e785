"""Comments over HTTP: the form below a guide, its thanks, and the feed of a guide's comments."""

from flask import Blueprint, Response, redirect, request
from flask.typing import ResponseReturnValue
from werkzeug.wrappers import Response as AnyResponse

from .. import guides
from ..atom import Entry, atom_answer
from ..database import transaction
from ..errors import NotFound, Refusal
from ..limits import limit
from ..pages import (
    public_page,
    public_url,
    render_private,
    render_public,
    shop_url,
)
from .forms import CommentForm, made_now
from .operations import NewComment, write
from .queries import Discussion, discussion


@public_page
def show_comments(slug: str) -> ResponseReturnValue:
    """What stands below a guide, and the form; a page that is the same for everybody."""
    found = discussion(slug)
    present = guides.present_slug(slug) if found is None else None
    if present is not None and present != slug:
        answer = redirect(shop_url("comments", slug=present), 301)
        answer.headers["Cache-Control"] = "no-cache"
        return answer
    guide = _found(slug) if found is None else found
    return render_public("storefront/comments/comments.html", guide=guide, made=made_now())


def comment_on(slug: str) -> AnyResponse:
    """Takes a comment, which is shown once somebody has read it."""
    found = _found(slug)
    form = CommentForm()
    if form.is_from_a_robot:
        return _thanks(slug)  # it learns nothing from the answer
    if not form.validate():
        return _again(found, form, status=422)
    try:
        limit("comment", "6/hour")
        with transaction():
            new = NewComment(form.name.data, form.text.data, form.email.data or "")
            kept = write(slug, new)
    except Refusal as refusal:
        return _again(found, form, error=refusal.sentence, status=refusal.status)
    return _thanks(slug, is_held=kept.is_held)


def thank(slug: str) -> Response:
    """What happens next."""
    found = _found(slug)
    is_held = request.args.get("held") == "1"
    return render_private("storefront/comments/thanks.html", guide=found, is_held=is_held)


def show_feed(slug: str) -> Response:
    """The comments of a guide as an Atom feed, newest first; no e-mail is in it."""
    found = _found(slug)
    own, page = public_url("comments_feed", slug=slug), public_url("guide", slug=slug)
    entries = [
        Entry(
            str(one.id),
            f"Comment by {one.name}",
            one.sent_at,
            f"{page}#comment-{one.id}",
            one.name,
            content=one.text,
        )
        for one in reversed(found.comments)
    ]
    key, title = f"guides/{found.guide_id}/comments", f"comments on {found.title}"
    return atom_answer(key, title, entries, own=own, page=page)


def _found(slug: str) -> Discussion:
    found = discussion(slug)
    if found is None:
        raise NotFound("There is no guide at this address.")
    return found


def _again(found: Discussion, form: CommentForm, *, status: int, error: str = "") -> Response:
    return render_private(
        "storefront/comments/form.html", status=status, guide=found, control=form, error=error
    )


def _thanks(slug: str, *, is_held: bool = False) -> AnyResponse:
    address = shop_url("comment_thanks", slug=slug)
    return redirect(f"{address}?held=1" if is_held else address, 303)


def register(shop: Blueprint) -> None:
    """Adds the addresses of comments."""
    one = "/guides/<slug>/comments"
    shop.add_url_rule(one, "comments", show_comments)
    shop.add_url_rule(one, "comment_on", comment_on, methods=["POST"])
    shop.add_url_rule(f"{one}/thanks", "comment_thanks", thank)
    shop.add_url_rule(f"{one}.atom", "comments_feed", show_feed)
