"""Reads of the catalogue for pages: plain rows, statements built once, no statement per product."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from functools import lru_cache
from typing import Any, cast

from flask import current_app
from markupsafe import Markup
from sqlalchemy import Result, select

from ..database import db
from ..pages import settings
from .amounts import lasts_days, use_words
from .product_copy import copy_html, rows_told
from .statements import (
    CATEGORIES,
    FACTS,
    OFFER_COLUMNS,
    OFFERS_BY_ID,
    PIC,
    PICTURE_BY_FILE,
    PICTURES,
    PICTURES_AROUND,
    PICTURES_BY_ID,
    PREVIEW,
    PRODUCT_AROUND,
    RELATED,
    VARIANTS,
    F,
    P,
    around,
)
from .views import (
    CategoryView,
    OfferView,
    PictureView,
    ProductCardView,
    ProductView,
    VariantView,
    availability,
    content_text,
    media_base,
    picture_view,
    price_per_unit,
)

# A row is a tuple of the columns in its statement, in their order: fast, and private to here.
Row = Any
Pictures = dict[int, list[tuple[str, PictureView]]]


def cards_by_id(product_ids: Iterable[int]) -> dict[int, ProductCardView]:
    """Id → card, in two statements; products that are not on sale are left out."""
    ids = sorted(set(product_ids))
    if not ids:
        return {}
    rows = db.read(OFFERS_BY_ID, {"ids": ids}).all()
    pictures = pictures_of(read_pictures(ids), media_base())
    return cards_of(rows, pictures, settings().STOREFRONT_LOW_STOCK)


def card_by_slug(slug: str) -> ProductCardView | None:
    """The card behind a present or former slug; None when no such product is on sale."""
    product_id = resolve_slug("product", slug)
    return cards_by_id([product_id]).get(product_id) if product_id is not None else None


def product_page(slug: str, selected_sku: str = "") -> ProductView | None:
    """Everything on a product page; None when no such product is on sale.

    In two statements, in three where its text tells of sizes that are not shown there.

    An unknown or empty selected_sku selects the cheapest size that can be bought.
    """
    rows = _plain(db.read(PRODUCT_AROUND, {"slug": slug}))
    own = next((row for row in rows if row[1] == slug), None)
    if own is None:
        return None
    shown = (own[0], *_related_ids(rows, own))
    pictures = _plain(db.read(PICTURES_AROUND, around(shown)))
    low = settings().STOREFRONT_LOW_STOCK
    told = rows_told(own[OFFER_COLUMNS], rows)
    return _product_page((*rows, *told), pictures, shown, selected_sku, low, media_base())


def product_preview(product_id: int, selected_sku: str = "") -> ProductView | None:
    """The page that a product of any state would have; None as long as it has no size on sale."""
    rows = _plain(db.read(PREVIEW, {"id": product_id}))
    if not rows:
        return None
    pictures = _plain(db.read(PICTURES_BY_ID, {"ids": [product_id]}))
    low = settings().STOREFRONT_LOW_STOCK
    told = rows_told(rows[0][OFFER_COLUMNS], rows)
    return _product_page((*rows, *told), pictures, (product_id,), selected_sku, low, media_base())


def categories() -> tuple[CategoryView, ...]:
    """All shelves in their order; product_count counts what is on sale there."""
    return tuple(CategoryView(*row) for row in db.read(CATEGORIES))


def variants_by_sku(skus: Iterable[str]) -> dict[str, VariantView]:
    """SKU → what a cart needs, in two statements; unknown SKUs are left out."""
    wanted = sorted(set(skus))
    if not wanted:
        return {}
    rows = db.read(VARIANTS, {"skus": wanted}).all()
    pictures = pictures_of(read_pictures(sorted({row[1] for row in rows})), media_base())
    return {
        row[0]: VariantView(*(*row, _picture_of(row[0], pictures.get(row[1]))))  # in that order
        for row in rows
    }


def resolve_slug(kind: str, slug: str) -> int | None:
    """The id behind a present product slug, or a former slug of this kind ('product', 'guide')."""
    if kind == "product":
        present = db.read(select(P.id).where(P.slug == slug)).scalar_one_or_none()
        if present is not None:
            return cast(int, present)
    return db.read(select(F.target_id).where(F.kind == kind, F.slug == slug)).scalar_one_or_none()


def slug_of(product_id: int) -> str | None:
    """The present slug of a product that is published, else None."""
    return db.read(
        select(P.slug).where(P.id == product_id, P.state == "published")
    ).scalar_one_or_none()


def product_ids() -> dict[str, int]:
    """Slug → id of every product that is not archived, for whoever links to products."""
    rows = db.read(select(P.slug, P.id).where(P.state != "archived"))
    return {row.slug: row.id for row in rows}


def picture_views(picture_ids: Iterable[int]) -> dict[int, PictureView]:
    """Id → picture without alternative text, in one statement at most.

    A picture never changes, so one that was seen is remembered; not inside a transaction, where
    an id may yet be taken back.
    """
    ids = sorted(set(picture_ids))
    seen = current_app.extensions["storefront"].pictures
    base = media_base()
    found = {id_: seen[base, id_] for id_ in ids if (base, id_) in seen}
    missing = [id_ for id_ in ids if id_ not in found]
    if not missing:
        return found
    rows = db.read(PICTURES, {"ids": missing})
    new = {row[0]: picture_view(base, *row[1:], "") for row in rows}
    if not db.session.info.get("shop_in_transaction"):
        seen.update({(base, id_): view for id_, view in new.items()})
    return found | new


def picture_by_file(file: str, alt: str = "") -> PictureView | None:
    """The newest picture that was handed in under this file name, None without one."""
    row = db.read(PICTURE_BY_FILE, {"file": file}).first()
    return picture_view(media_base(), *row, alt) if row else None


def picture_widths() -> dict[str, str]:
    """Name → rendered widths of every picture that was taken in."""
    return {row.name: row.widths for row in db.read(select(PIC.name, PIC.widths))}


def _plain(result: Result[*tuple[Any, ...]]) -> tuple[Row, ...]:
    """Rows as bare tuples, which are compared and looked up much faster."""
    return tuple(map(tuple, result.all()))


def read_pictures(product_ids: Sequence[int]) -> tuple[Row, ...]:
    """The rows of all pictures of these products, for pictures_of()."""
    return tuple(db.read(PICTURES_BY_ID, {"ids": product_ids})) if product_ids else ()


def pictures_of(rows: Iterable[Row], base: str) -> Pictures:
    """Product id → its pictures in their order, each with the SKU that it is tied to."""
    found: Pictures = {}
    for row in rows:
        found.setdefault(row[0], []).append((row[1], picture_view(base, *row[2:])))
    return found


def _picture_of(sku: str, pictures: list[tuple[str, PictureView]] | None) -> PictureView | None:
    if not pictures:
        return None
    return next((view for tied, view in pictures if tied == sku), pictures[0][1])


def cards_of(rows: Iterable[Row], pictures: Pictures, low: int) -> dict[int, ProductCardView]:
    """Id → card of rows of OFFERS, which may be longer than those; pictures_of() gives pictures."""
    heads: dict[int, Row] = {}
    offers: dict[int, list[OfferView]] = {}
    for row in rows:
        id_ = row[0]
        heads[id_] = row
        picture = _picture_of(row[7], pictures.get(id_))
        offers.setdefault(id_, []).append(_offer(row[7:OFFER_COLUMNS], low, picture))
    return {id_: _card(heads[id_], offers[id_], pictures.get(id_)) for id_ in heads}


def _offer(columns: tuple[Any, ...], low: int, picture: PictureView | None) -> OfferView:
    sku, name, price_cents, prior_cents, currency, net_content, net_unit, available = columns[:8]
    state, sentence = availability(available, low)
    return OfferView(
        sku=sku,
        name=name,
        price_cents=price_cents,
        prior_cents=prior_cents,
        currency=currency,
        unit_price=price_per_unit(price_cents, currency, net_content, net_unit),
        net_content=content_text(net_content, net_unit),
        amount=net_content or 0,
        net_unit=net_unit,
        use_amount=columns[8],
        uses_per_week=columns[9],
        lasts_days=lasts_days(net_content, *columns[8:10]),
        use_words=use_words(columns[8], columns[9], net_unit),
        available=max(available, 0),
        availability=state,
        stock_sentence=sentence,
        picture=picture,
        gtin=columns[10],
        price_until=columns[11],
    )


def _card(
    head: Row, offers: list[OfferView], pictures: list[tuple[str, PictureView]] | None
) -> ProductCardView:
    cheapest = min(offers, key=lambda offer: (offer.available == 0, offer.price_cents))
    return ProductCardView(
        id=head[0],
        slug=head[1],
        name=head[2],
        summary=head[3],
        category_name=head[6],
        category_slug=head[5],
        picture=pictures[0][1] if pictures else None,
        offers=tuple(offers),
        cheapest=cheapest,
        has_several_prices=any(o.price_cents != cheapest.price_cents for o in offers),
        is_sold_out=cheapest.available == 0,
    )


def _related_ids(rows: Iterable[Row], own: Row) -> list[int]:
    """Neighbours on the same shelf first, then the shop's own order."""
    heads = {row[0]: row for row in rows if row[0] != own[0]}
    ranked = sorted(heads.values(), key=lambda row: (row[5] != own[5], row[4], row[0]))
    return [row[0] for row in ranked[:RELATED]]


@lru_cache(maxsize=1024)  # the same rows make the same page
def _product_page(
    rows: tuple[Row, ...],
    picture_rows: tuple[Row, ...],
    shown: tuple[int, ...],
    selected_sku: str,
    low: int,
    base: str,
) -> ProductView:
    pictures = pictures_of(picture_rows, base)
    cards = cards_of([row for row in rows if row[0] in shown], pictures, low)
    own = next(row for row in rows if row[0] == shown[0])
    related = tuple(cards[id_] for id_ in shown[1:])
    told = cards_of(rows, {}, low).values()
    text = copy_html(own[OFFER_COLUMNS], {o.sku: o for card in told for o in card.offers})
    card = cards[own[0]]
    return _product_view(own, card, pictures.get(own[0], []), selected_sku, related, text)


def _product_view(
    own: Row,
    card: ProductCardView,
    pictures: list[tuple[str, PictureView]],
    selected_sku: str,
    related: tuple[ProductCardView, ...],
    text: Markup,
) -> ProductView:
    chosen = next((o for o in card.offers if o.sku == selected_sku), card.cheapest)
    selected = replace(chosen, is_selected=True)
    first = [view for tied, view in pictures if tied == chosen.sku]
    rest = [view for tied, view in pictures if tied != chosen.sku]
    values: dict[str, Any] = {name: getattr(card, name) for name in card.__slots__}
    values["offers"] = tuple(selected if o is chosen else o for o in card.offers)
    facts = dict(zip(FACTS, own[OFFER_COLUMNS:], strict=True))
    del facts["description"]
    return ProductView(
        **values,
        **facts,
        description_html=text,
        pictures=(*first, *rest),
        selected=selected,
        related=related,
    )
