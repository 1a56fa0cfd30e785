"""What the verbs of the guides do to a row: one more revision, its facts, links and address."""

from collections.abc import Iterable

from sqlalchemy import delete, insert, select

from ... import catalog, claims
from ...database import require_transaction, take_turn
from ...errors import NotFound, Refusal
from ..linking import Known, compile_blocks, leans_on, mentions
from ..models import Guide, GuideLean, GuideMention, GuideRevision
from ..source.reading import GuideFile


class UnknownGuide(NotFound):
    """There is no guide at this slug or of this number."""

    def __init__(self, slug: object) -> None:
        self.slug = slug
        super().__init__(f"There is no guide “{slug}”.")


class BlockedWording(Refusal):
    """A guide may not be published: it says what the law of a market forbids."""

    def __init__(self, findings: Iterable[claims.Finding]) -> None:
        self.findings = tuple(findings)
        super().__init__("\n".join(str(finding) for finding in self.findings))


def take_guides() -> None:
    """Makes everybody else who writes guides wait for the end of this transaction."""
    take_turn("guides")


def guide_at(slug: str) -> Guide | None:
    """The guide that is at a slug now."""
    query = select(Guide).where(Guide.slug == slug)
    return require_transaction().execute(query).scalar_one_or_none()


def guide_of(guide_id: int) -> Guide:
    """The guide of this number as it is at this moment; raises UnknownGuide."""
    query = select(Guide).where(Guide.id == guide_id).execution_options(populate_existing=True)
    guide = require_transaction().execute(query).scalar_one_or_none()
    if guide is None:
        raise UnknownGuide(guide_id)
    return guide


def add_revision(guide: Guide, source: str, *, by: str, note: str = "") -> int:
    """Keeps a text as the newest revision and gives its number; the same text is kept once."""
    session = require_transaction()
    if guide.newest and source_of(guide, guide.newest) == source:
        return guide.newest
    guide.newest += 1
    session.add(
        GuideRevision(
            guide_id=guide.id, number=guide.newest, source=source, saved_by=by[:320],
            note=note[:200],
        )
    )  # fmt: skip
    session.flush()
    return guide.newest


def source_of(guide: Guide, number: int) -> str | None:
    """The text of a revision; None when there is none of this number."""
    return require_transaction().scalar(
        select(GuideRevision.source).where(
            GuideRevision.guide_id == guide.id, GuideRevision.number == number
        )
    )


def write_facts(guide: Guide, file: GuideFile, known: Known) -> None:
    """Takes the facts of a file over into the row; the address is left alone."""
    for name in ("title", "summary", "source", "minutes_to_read", "author", "reviewer",
                 "reviewed_on", "updated_on", "ai_use", "picture_alt"):  # fmt: skip
        setattr(guide, name, getattr(file, name))
    guide.published_on = file.published_on or guide.published_on
    guide.picture_id = known.pictures[file.picture] if file.picture else None


def link(guide: Guide, file: GuideFile, known: Known) -> None:
    """Compiles the text, and writes down what it mentions; every name must be known."""
    session = require_transaction()
    guide.blocks = compile_blocks(file, known)
    if file.formerly and guide_at(file.formerly) is None:
        catalog.remember_slug("guide", guide.id, file.formerly)
    session.execute(delete(GuideMention).where(GuideMention.guide_id == guide.id))
    found = [
        {"guide_id": guide.id, "product_id": product_id, "block": block}
        for product_id, block in mentions(guide.blocks)
    ]
    if found:
        session.execute(insert(GuideMention), found)
    session.execute(delete(GuideLean).where(GuideLean.guide_id == guide.id))
    leans = [{"guide_id": guide.id, "product_id": id_} for id_ in leans_on(guide.blocks, known)]
    if leans:
        session.execute(insert(GuideLean), leans)


def move(guide: Guide, new_slug: str) -> None:
    """Gives a guide another address; the old one leads there for ever. Raises catalog.SlugTaken."""
    if guide_at(new_slug) is not None:
        raise catalog.SlugTaken("guide", new_slug)
    catalog.move_slug("guide", guide.id, old=guide.slug, new=new_slug)
    guide.slug = new_slug
    require_transaction().flush()


def forget_plan(guide: Guide) -> None:
    """Takes back the moment of being published by itself, and what became of it."""
    guide.publish_at, guide.publish_number = None, 0
    guide.publish_by = guide.publish_problem = ""
