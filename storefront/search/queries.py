"""The one search: a question to a page of products and guides, in five statements at most."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, cast

from markupsafe import Markup
from sqlalchemy import Integer, Select, Table, and_, func, select, text

from .. import catalog, guides, inventory
from ..database import db
from .facets import Facets, Filters, facets_of, fits
from .index import index_of
from .marking import marked, passage
from .models import SearchDocument
from .questions import Question, read_question
from .ranking import EXACT_SKU, score

PER_PAGE = 24
MOST_SUGGESTED = 6
_SOLD_OUT = 0.9  # of its weight: something as good that can be bought comes before it

_D = cast(Table, SearchDocument.__table__).c
_P = cast(Table, catalog.Product.__table__).c
_C = cast(Table, catalog.Category.__table__).c
_V = cast(Table, catalog.Variant.__table__).c
_S = cast(Table, inventory.Stock.__table__).c
_G = cast(Table, guides.Guide.__table__).c


@dataclass(frozen=True, slots=True)
class ProductHit:
    """A product that was found, with what was looked for marked in its name and summary."""

    card: catalog.ProductCardView
    name: Markup
    summary: Markup
    kind: str = "product"


@dataclass(frozen=True, slots=True)
class GuideHit:
    """A guide that was found, with the section that says most of what was looked for."""

    slug: str
    anchor: str
    title: Markup
    heading: Markup
    passage: Markup
    minutes_to_read: int
    picture: catalog.PictureView | None
    kind: str = "guide"


@dataclass(frozen=True, slots=True)
class Found:
    """One page of a result; total counts all of its pages, facets what could be narrowed.

    in_all counts what was found before it was narrowed.
    """

    question: Question
    hits: tuple[ProductHit | GuideHit, ...]
    total: int
    in_all: int
    page: int
    pages: int
    facets: Facets


@dataclass(slots=True)
class _Hit:
    """A row that was found, with its weight; of a guide the best of its documents."""

    row: Any
    score: float

    @property
    def is_product(self) -> bool:
        return bool(self.row.kind == "product")

    @property
    def kind(self) -> str:
        return str(self.row.category_slug)

    @property
    def kind_name(self) -> str:
        return str(self.row.category_name)

    @property
    def is_in_stock(self) -> bool:
        return self.row.price_in_stock is not None

    @property
    def price_cents(self) -> int:
        """What the card shows: the cheapest size that can be bought, else the cheapest."""
        return int(self.row.price_in_stock if self.is_in_stock else self.row.price)


def search(text: str, filters: Filters | None = None, *, even_behind: bool = False) -> Found:
    """Everything in the shop that answers a question, the best first.

    Nothing while question.is_behind: refresh() and ask again, or ask even_behind.
    """
    filters = filters or Filters()
    question = read_question(text)
    ranked = _ranked(question, even_behind=even_behind)
    left = [hit for hit in ranked if fits(hit, filters)]
    pages = max(1, -(-len(left) // PER_PAGE))
    page = filters.page if filters.page <= pages else 1
    shown = _shown(left[(page - 1) * PER_PAGE : page * PER_PAGE], question)
    facets = facets_of(ranked, filters)
    return Found(question, shown, len(left), len(ranked), page, pages, facets)


def suggest(text: str, *, even_behind: bool = False) -> Found:
    """The first few answers to a question that is still being typed; see search()."""
    question = read_question(text, is_being_typed=True)
    ranked = _ranked(question, even_behind=even_behind)
    shown = _shown(ranked[:MOST_SUGGESTED], question)
    return Found(question, shown, len(ranked), len(ranked), 1, 1, facets_of((), Filters()))


def _ranked(question: Question, *, even_behind: bool) -> list[_Hit]:
    """What is public and was found, a guide once; of equals what can be bought comes first."""
    is_too_early = question.is_behind and not even_behind
    if is_too_early or not (question.terms or question.sku):
        return []
    index = index_of(db.engine.dialect.name)
    rows = db.read(_statement(db.engine.dialect.name), index.parameters(question.asked())).all()
    best: dict[tuple[bool, int], _Hit] = {}
    for row in rows:
        if row.product is None and row.guide is None:
            continue  # taken out of the shop in this moment
        hit = _Hit(row, score(question, row))
        key = (hit.is_product, row.ref)
        if key not in best or hit.score > best[key].score:
            best[key] = _of_passage(hit, best.get(key))
        else:
            best[key] = _of_passage(best[key], hit)
    return sorted(best.values(), key=_order)


def _of_passage(best: _Hit, other: _Hit | None) -> _Hit:
    """A guide ranks by its best document, and is quoted from a section if one was found."""
    if other is None or best.is_product or best.row.kind == "passage":
        return best
    return _Hit(other.row, best.score)


def _order(hit: _Hit) -> tuple[Any, ...]:
    row = hit.row
    is_sold_out = hit.is_product and not hit.is_in_stock
    points = hit.score * (_SOLD_OUT if is_sold_out and hit.score < EXACT_SKU else 1)
    return (-round(points, 6), is_sold_out, not hit.is_product, row.position or 0, row.ref)


def _shown(hits: Sequence[_Hit], question: Question) -> tuple[ProductHit | GuideHit, ...]:
    cards = catalog.cards_by_id(hit.row.ref for hit in hits if hit.is_product)
    pictures = catalog.picture_views(
        {hit.row.picture_id for hit in hits if not hit.is_product} - {None}
    )
    found: list[ProductHit | GuideHit] = []
    for hit in hits:
        if not hit.is_product:
            found.append(_guide(hit.row, question, pictures.get(hit.row.picture_id)))
        elif hit.row.ref in cards:
            found.append(_product(cards[hit.row.ref], question))
    return tuple(found)


def _product(card: catalog.ProductCardView, question: Question) -> ProductHit:
    return ProductHit(card, marked(card.name, question), passage(card.summary, question))


def _guide(row: Any, question: Question, picture: catalog.PictureView | None) -> GuideHit:
    return GuideHit(
        slug=row.guide_slug,
        anchor=row.anchor,
        title=marked(row.title, question),
        heading=marked(row.heading, question),
        passage=passage(row.text or row.guide_summary, question),
        minutes_to_read=row.minutes_to_read,
        picture=picture,
    )


@lru_cache(maxsize=2)
def _statement(dialect: str) -> Select[Any]:
    """What the index found, as far as it is public at this moment, with what it is ranked by."""
    found = text(index_of(dialect).found()).columns(id=Integer).subquery("found")
    is_product = and_(_D.kind == "product", _P.id == _D.ref, _P.state == "published")
    is_guide = and_(_D.kind != "product", _G.id == _D.ref, _G.state == "published")
    price = select(func.min(_V.price_cents)).where(_V.product_id == _P.id, _V.is_sold.is_(True))
    in_stock = price.select_from(catalog.Variant.__table__).join(
        inventory.Stock.__table__, _S.sku == _V.sku
    )
    return (
        select(
            *_D, _P.id.label("product"), _P.position, _C.slug.label("category_slug"),
            _C.name.label("category_name"),
            price.correlate(_P.id.table).scalar_subquery().label("price"),
            in_stock.where(inventory.SELLABLE > 0).correlate(_P.id.table).scalar_subquery()
            .label("price_in_stock"),
            _G.id.label("guide"), _G.slug.label("guide_slug"), _G.title,
            _G.summary.label("guide_summary"), _G.minutes_to_read, _G.picture_id,
        )
        .select_from(found)
        .join(SearchDocument.__table__, _D.id == found.c.id)
        .outerjoin(catalog.Product.__table__, is_product)
        .outerjoin(catalog.Category.__table__, _C.id == _P.category_id)
        .outerjoin(guides.Guide.__table__, is_guide)
    )  # fmt: skip
