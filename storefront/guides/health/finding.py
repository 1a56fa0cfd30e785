"""The one list: every text of the shop, and what no text can tell by itself."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from sqlalchemy import select

from ... import catalog
from ...database import db
from ..checking.mentioning import wordbook
from ..linking import linked
from ..models import Guide, GuideMention, GuideRevision
from .ills import KINDS, Ill
from .kept_readings import Book, reading_of
from .names import Names, read_names
from .of_text import ills_of
from .outside import failing
from .texts import Texts, placed, texts_of_guides, told_apart

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
    """Everything that is wrong or could be better, in the texts of guides and elsewhere.

    Of each guide the newest text is read, and the public one where that is another.
    """
    names = read_names()
    return _in_order([*_in_guides(names), *_of_products(names), *_of_pictures()])


def ills_of_guide(guide_id: int) -> Ills:
    """The same of one guide alone."""
    return _in_order(_in_guides(read_names(), guide_id))


def _in_order(found: Iterable[Ill]) -> Ills:
    order = {kind: number for number, kind in enumerate(KINDS)}
    return Ills(tuple(sorted(found, key=lambda i: (order[i.kind], i.guide, i.line, i.start))))


def _in_guides(names: Names, guide_id: int = 0) -> Iterator[Ill]:
    book, answers = Book(wordbook(names.cards)), failing()
    for texts in texts_of_guides(guide_id):
        ills, *public = ([*_in_text(source, texts, names, book, answers)] for source in texts.all)
        for ill in told_apart(texts, ills, public[0]) if public else ills:
            yield replace(ill, guide_id=texts.guide_id, guide=texts.title)


def _in_text(
    source: str, texts: Texts, names: Names, book: Book, answers: Mapping[str, str]
) -> Iterator[Ill]:
    reading = reading_of(source)
    fail = [Ill("outside", f"{address}: {answers[address]}", line=line)
            for address, line in reading.outside if address in answers]  # fmt: skip
    ills = [*ills_of(reading, names), *fail, *book.mentions_in(source)]
    for ill in placed(ills, source, reading):
        if ill.kind != "no_product" or texts.state == "published":
            yield ill


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
    for blocks, picture_id in db.session.execute(select(Guide.blocks, Guide.picture_id)):
        used |= {picture_id, *linked(blocks, "picture")}
    pictures = db.session.scalars(select(catalog.Picture).order_by(catalog.Picture.file))
    left = [one.file for one in pictures if one.id not in used and one.file not in _OURS]
    said = "\n".join(_all_that_was_written()) if left else ""
    for file in left:
        if file not in said:
            yield Ill("orphan", f"Nothing shows {file}.")


def _all_that_was_written() -> Iterator[str]:
    yield from db.session.scalars(select(Guide.source))
    yield from db.session.scalars(select(GuideRevision.source))
