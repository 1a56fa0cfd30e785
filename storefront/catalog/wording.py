"""The texts of the catalogue that a shopper can read, for the wording rules."""

from collections.abc import Iterator

from sqlalchemy import select

from .. import claims
from ..database import db
from .models import Category, Product, ProductPicture

_FIELDS = ("name", "summary", "description", "directions", "warnings")


def shop_texts() -> Iterator[claims.Text]:
    """Every text of categories and products, drafts included; warnings count as safety advice."""
    for shelf in db.session.scalars(select(Category).order_by(Category.slug)):
        yield _text(f"category {shelf.slug}", f"{shelf.name}. {shelf.description}")
    for product in db.session.scalars(
        select(Product).where(Product.state != "archived").order_by(Product.slug)
    ):
        for name in _FIELDS:
            context = "safety" if name == "warnings" else "marketing"
            yield _text(f"product {product.slug}, {name}", getattr(product, name), context=context)
    pictures = select(ProductPicture.alt, Product.slug).join(
        Product, Product.id == ProductPicture.product_id
    )
    for alt, slug in db.session.execute(pictures):
        yield _text(f"product {slug}, picture", alt)


def product_texts(product_id: int) -> Iterator[tuple[str, claims.Text]]:
    """The texts of one product, each with the field it is written in, in two statements."""
    product = db.session.get(Product, product_id)
    if product is None:
        return
    for name in _FIELDS:
        context = "safety" if name == "warnings" else "marketing"
        yield name, _text(name, getattr(product, name), context=context)
    for alt in db.session.scalars(
        select(ProductPicture.alt)
        .where(ProductPicture.product_id == product_id)
        .order_by(ProductPicture.position)
    ):
        yield "pictures", _text("picture", alt)


def _text(place: str, text: str, *, context: str = "marketing") -> claims.Text:
    return claims.Text(place, text, context=context, markup="markdown")
