"""Many sizes with stock at once, without the way through the catalogue's own checks."""

from sqlalchemy import insert

from storefront import catalog, inventory
from storefront.database import db

from .shop import Shop


def many_sizes(shop: Shop, number: int, *, stock: int) -> None:
    """S-0000, S-0001 … of one product, each with so many units and an opening line."""

    def make() -> None:
        session = db.session
        shelf = catalog.Category(slug="oil", name="Oil")
        session.add(shelf)
        session.flush()
        product = catalog.Product(slug="oil", name="Oil", category_id=shelf.id, state="published")
        session.add(product)
        session.flush()
        skus = [f"S-{n:04}" for n in range(number)]
        session.execute(
            insert(catalog.Variant),
            [
                {"product_id": product.id, "sku": sku, "name": sku[2:], "price_cents": 100,
                 "currency": "EUR", "position": place}
                for place, sku in enumerate(skus)
            ],
        )  # fmt: skip
        session.execute(insert(inventory.Stock), [{"sku": sku, "on_hand": stock} for sku in skus])
        session.execute(
            insert(inventory.StockMovement),
            [{"sku": sku, "change": stock, "reason": "opening"} for sku in skus],
        )

    shop.do(make)
