"""What a cart costs in the end: goods, delivery and the tax inside, before anybody goes to pay."""

from dataclasses import dataclass

from .. import delivery
from .queries import Basket, BasketLine


@dataclass(frozen=True, slots=True)
class PricedCart:
    """A cart with its whole price; all money in minor units of one currency."""

    lines: tuple[BasketLine, ...]
    item_count: int
    subtotal_cents: int
    delivery_name: str
    delivery_cents: int
    delivery_days: tuple[int, int]
    free_delivery_missing_cents: int
    free_delivery_from_cents: int
    vat_cents: int
    total_cents: int
    currency: str
    key: str
    notices: tuple[str, ...] = ()

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing in it, not even a sold-out line."""
        return not self.lines

    @property
    def is_buyable(self) -> bool:
        """Whether an order could be placed."""
        return self.item_count > 0


def price_cart(basket: Basket, *, currency: str) -> PricedCart:
    """The basket with delivery and tax; key changes with anything that changes the price."""
    chosen = delivery.delivery_for(basket.subtotal_cents)
    delivery_cents = chosen.price_cents if basket.item_count else 0
    taxed = [
        (line.line_cents, delivery.tax_basis_points(line.tax_class)) for line in basket.buyable
    ]
    return PricedCart(
        lines=basket.lines,
        item_count=basket.item_count,
        subtotal_cents=basket.subtotal_cents,
        delivery_name=chosen.name,
        delivery_cents=delivery_cents,
        delivery_days=chosen.days,
        free_delivery_missing_cents=chosen.missing_for_free_cents,
        free_delivery_from_cents=basket.subtotal_cents + chosen.missing_for_free_cents,
        vat_cents=delivery.vat_of(taxed, delivery_cents),
        total_cents=basket.subtotal_cents + delivery_cents,
        currency=currency,
        key=f"{basket.key}-{delivery_cents}",
        notices=tuple(
            f"{line.name}, {line.variant}: {line.notice}" for line in basket.lines if line.notice
        ),
    )
