"""The texts of the catalogue that a shopper can read, for the wording rules."""

from collections.abc import Collection, Iterator

from sqlalchemy import select

from .. import claims
from ..database import db
from .models import Category, Product, ProductPicture, Variant

_FIELDS = (
    "slug", "name", "also_called", "summary", "description", "directions", "ingredients",
    "warnings", "goes_with", "used_for",
)  # fmt: skip


def shop_texts(*, is_public: bool = False) -> Iterator[claims.Text]:
    """Every text of categories and products; warnings count as safety advice.

    Drafts are included, unless only what is public is asked for.
    """
    shown = Product.state == "published" if is_public else Product.state != "archived"
    for shelf in db.session.scalars(select(Category).order_by(Category.slug)):
        said = (shelf.slug.replace("-", " "), shelf.name, shelf.also_called, shelf.description)
        yield _text(f"category {shelf.slug}", "\n\n".join(filter(None, said)))
    for product in db.session.scalars(select(Product).where(shown).order_by(Product.slug)):
        for name in _FIELDS:
            yield _text(
                f"product {product.slug}, {name}",
                _as_read(name, getattr(product, name)),
                context=_context(name),
                key=f"product {product.id} {name}",
            )
    pictures = select(ProductPicture.alt, Product.slug, Product.id).join(
        Product, Product.id == ProductPicture.product_id
    )
    for alt, slug, id_ in db.session.execute(pictures.where(shown) if is_public else pictures):
        yield _text(f"product {slug}, picture", alt, key=f"product {id_} pictures")
    sizes = select(Variant.name, Product.slug, Product.id).join(
        Product, Product.id == Variant.product_id
    )
    for name, slug, id_ in db.session.execute(sizes.where(shown)):
        yield _text(f"product {slug}, size", name, key=f"product {id_} sizes")


def product_texts(product_ids: Collection[int]) -> dict[int, list[tuple[str, claims.Text]]]:
    """Id → the product's texts, each with the field it is written in, in three statements."""
    found: dict[int, list[tuple[str, claims.Text]]] = {}
    columns = [getattr(Product, name) for name in _FIELDS]
    for id_, *texts in db.session.execute(
        select(Product.id, *columns).where(Product.id.in_(product_ids))
    ):
        found[id_] = [
            (
                name,
                _text(
                    name, _as_read(name, text), context=_context(name), key=f"product {id_} {name}"
                ),
            )
            for name, text in zip(_FIELDS, texts, strict=True)
        ]
    pictures = select(ProductPicture.product_id, ProductPicture.alt).order_by(
        ProductPicture.position
    )
    for id_, alt in db.session.execute(pictures.where(ProductPicture.product_id.in_(product_ids))):
        found[id_].append(("pictures", _text("picture", alt, key=f"product {id_} pictures")))
    sizes = select(Variant.product_id, Variant.name).order_by(Variant.id)
    for id_, name in db.session.execute(sizes.where(Variant.product_id.in_(product_ids))):
        found[id_].append(("sizes", _text("size", name, key=f"product {id_} sizes")))
    return found


def _as_read(field: str, text: str) -> str:
    """An address is read as words."""
    return text.replace("-", " ") if field == "slug" else text


def _context(field: str) -> str:
    return "safety" if field == "warnings" else "marketing"


def _text(place: str, text: str, *, context: str = "marketing", key: str = "") -> claims.Text:
    return claims.Text(place, text, context=context, markup="markdown", key=key)
