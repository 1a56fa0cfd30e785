"""The texts of the catalogue that a shopper can read, for the wording rules."""

from collections.abc import Collection, Iterator

from sqlalchemy import select

from .. import claims
from ..database import db
from .models import Category, Product, ProductPicture

_FIELDS = ("name", "summary", "description", "directions", "warnings", "goes_with")


def shop_texts() -> Iterator[claims.Text]:
    """Every text of categories and products, drafts included; warnings count as safety advice."""
    for shelf in db.session.scalars(select(Category).order_by(Category.slug)):
        yield _text(f"category {shelf.slug}", f"{shelf.name}. {shelf.description}")
    for product in db.session.scalars(
        select(Product).where(Product.state != "archived").order_by(Product.slug)
    ):
        for name in _FIELDS:
            text = getattr(product, name)
            yield _text(
                f"product {product.slug}, {name}",
                text,
                context=_context(name),
                key=f"product {product.id} {name}",
            )
    pictures = select(ProductPicture.alt, Product.slug, Product.id).join(
        Product, Product.id == ProductPicture.product_id
    )
    for alt, slug, id_ in db.session.execute(pictures):
        yield _text(f"product {slug}, picture", alt, key=f"product {id_} pictures")


def product_texts(product_ids: Collection[int]) -> dict[int, list[tuple[str, claims.Text]]]:
    """Id → the product's texts, each with the field it is written in, in two statements."""
    found: dict[int, list[tuple[str, claims.Text]]] = {}
    columns = [getattr(Product, name) for name in _FIELDS]
    for id_, *texts in db.session.execute(
        select(Product.id, *columns).where(Product.id.in_(product_ids))
    ):
        found[id_] = [
            (name, _text(name, text, context=_context(name), key=f"product {id_} {name}"))
            for name, text in zip(_FIELDS, texts, strict=True)
        ]
    pictures = select(ProductPicture.product_id, ProductPicture.alt).order_by(
        ProductPicture.position
    )
    for id_, alt in db.session.execute(pictures.where(ProductPicture.product_id.in_(product_ids))):
        found[id_].append(("pictures", _text("picture", alt, key=f"product {id_} pictures")))
    return found


def _context(field: str) -> str:
    return "safety" if field == "warnings" else "marketing"


def _text(place: str, text: str, *, context: str = "marketing", key: str = "") -> claims.Text:
    return claims.Text(place, text, context=context, markup="markdown", key=key)
