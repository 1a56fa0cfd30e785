"""The one list: every text of the shop, and what no text can tell by itself."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import select

from ... import catalog
from ...database import db
from ..checking.mentioning import proposals, wordbook
from ..linking import linked
from ..models import Guide, GuideMention, GuideRevision
from .ills import KINDS, Ill
from .names import Names, read_names
from .of_text import ills_of_text, outside_links
from .outside import failing

_OURS = {"home-hero-range.webp"}  # the front page shows it by its name


@dataclass(frozen=True, slots=True)
class Ills:
    """What was found, in the order of KINDS, then guides and lines; counts by kind."""

    all: tuple[Ill, ...]

    @property
    def counts(self) -> dict[str, int]:
        """Kind → how many, only of what there is."""
        counted = Counter(ill.kind for ill in self.all)
        return {kind: counted[kind] for kind in KINDS if counted[kind]}

    @property
    def broken(self) -> int:
        """How many of them count as broken."""
        return sum(ill.is_broken for ill in self.all)

    def of(self, *, kind: str = "", guide_id: int = 0) -> "Ills":
        """Those of a kind, of a guide, or both."""
        return Ills(
            tuple(
                ill for ill in self.all if kind in {"", ill.kind} and guide_id in {0, ill.guide_id}
            )
        )


def find_ills() -> Ills:
    """Everything that is wrong or could be better, in the newest texts of guides and elsewhere."""
    names = read_names()
    found = [*_in_guides(names), *_of_products(names), *_of_pictures()]
    order = list(KINDS)
    return Ills(tuple(sorted(found, key=lambda i: (order.index(i.kind), i.guide, i.line, i.start))))


def newest_texts() -> list[Any]:
    """Id, title, state and newest text of every guide that is not archived."""
    newest = (GuideRevision.guide_id == Guide.id) & (GuideRevision.number == Guide.newest)
    return list(
        db.session.execute(
            select(Guide.id, Guide.title, Guide.state, Guide.source, GuideRevision.source)
            .outerjoin(GuideRevision, newest)
            .where(Guide.state != "archived")
            .order_by(Guide.title, Guide.id)
        )
    )


def _in_guides(names: Names) -> Iterator[Ill]:
    book, answers = wordbook(), failing()
    for guide_id, title, state, shown, newest in newest_texts():
        source = newest or shown
        ills = [*ills_of_text(source, names)]
        if state != "published":
            ills = [ill for ill in ills if ill.kind != "no_product"]
        for address, line in outside_links(source):
            if address in answers:
                ills.append(Ill("outside", f"{address}: {answers[address]}", line=line))
        for one in proposals(source, book):
            if one.is_chosen:
                line = source.count("\n", 0, one.start) + 1
                ills.append(Ill(
                    "mention", f"“{one.words}” could lead to {one.product}.", line=line,
                    start=one.start, end=one.end, instead=one.link, product_id=one.product_id,
                ))  # fmt: skip
        for ill in ills:
            yield replace(ill, guide_id=guide_id, guide=title)


def _of_products(names: Names) -> Iterator[Ill]:
    spoken = select(GuideMention.product_id).join(Guide, Guide.id == GuideMention.guide_id)
    told = set(db.session.scalars(spoken.where(Guide.state == "published")))
    for id_, card in names.cards.items():
        if id_ not in told:
            yield Ill("no_guide", f"No guide speaks of “{card.name}”.", product_id=id_)
    P, U = catalog.Product, catalog.ProductPicture
    silent = select(P.id, P.name).join(U, U.product_id == P.id).where(U.alt == "")
    for id_, name in db.session.execute(silent.where(P.state != "archived").distinct()):
        message = f"A picture of “{name}” has no alternative text."
        yield Ill("alt", message, product_id=id_)


def _of_pictures() -> Iterator[Ill]:
    """Pictures that no product shows and no guide, in its public text or any revision of it."""
    used = set(db.session.scalars(select(catalog.ProductPicture.picture_id)))
    words: list[str] = list(db.session.scalars(select(GuideRevision.source)))
    for source, blocks, picture_id in db.session.execute(
        select(Guide.source, Guide.blocks, Guide.picture_id)
    ):
        used |= {picture_id, *linked(blocks, "picture")}
        words.append(source)
    said = "\n".join(words)
    for picture in db.session.scalars(select(catalog.Picture).order_by(catalog.Picture.file)):
        if picture.id not in used and picture.file not in _OURS and picture.file not in said:
            yield Ill("orphan", f"Nothing shows {picture.file}.")
