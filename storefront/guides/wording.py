"""What a guide says, laid before the wording rules with the lines it stands on."""

from collections.abc import Iterator

from sqlalchemy import select

from .. import catalog, claims
from ..database import db
from .models import Guide


def findings_in(source: str, place: str) -> list[claims.Finding]:
    """What the wording rules that count for readers here have to say about a guide's file."""
    return catalog.findings_for_readers(claims.texts_in_markdown(source, place))


def shop_texts(*, is_public: bool = False) -> Iterator[claims.Text]:
    """The texts of every guide in the shop, for check-claims.

    Drafts are included, unless only what is public is asked for.
    """
    guides = db.session.execute(
        select(Guide.id, Guide.slug, Guide.source)
        .where(Guide.state == "published" if is_public else Guide.state != "archived")
        .order_by(Guide.slug)
    )
    for id_, slug, source in guides:
        yield from claims.texts_in_markdown(source, f"guide {slug}", key=f"guide {id_}")
