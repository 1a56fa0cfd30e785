"""What the page of a routine shows, made of the guide's page alone."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from decimal import Decimal

from ... import catalog
from ...catalog import ProductCardView
from ..views import GuideView, StepsBlock, Taken
from .choice import Choice
from .reckoning import Size, paces, sizes_at


@dataclass(frozen=True, slots=True)
class Need:
    """An article that a routine takes, as it can be bought now; amount is that of one time.

    sold_out is the product in whose place it stands, None where it stands for itself. chosen is
    None while nothing can be bought, and then no size is.
    """

    card: ProductCardView
    amount: str
    sizes: tuple[Size, ...]
    chosen: Size | None
    sold_out: ProductCardView | None


@dataclass(frozen=True, slots=True)
class Routine:
    """One of a guide's routines at a pace. steps are the guide's own, but for how often.

    week_cents and first_cents sum up what is chosen: what a week costs, and all of it now.
    """

    steps: StepsBlock
    others: tuple[StepsBlock, ...]  # all of the guide's routines, itself among them
    times: int
    paces: tuple[tuple[int, str], ...]
    needs: tuple[Need, ...]
    week_cents: int
    first_cents: int
    currency: str

    @property
    def skus(self) -> tuple[str, ...]:
        """What is put into the cart."""
        return tuple(need.chosen.offer.sku for need in self.needs if need.chosen)


def routines_in(guide: GuideView) -> tuple[StepsBlock, ...]:
    """The steps of a guide that are routines."""
    blocks = (block for block in guide.blocks if isinstance(block, StepsBlock))
    return tuple(block for block in blocks if block.takes)


def routine_of(guide: GuideView, choice: Choice) -> Routine | None:
    """The routine that was chosen of a guide, else its first; None when it has none."""
    others = routines_in(guide)
    if not others:
        return None
    steps = next((block for block in others if block.id == choice.steps), others[0])
    bought = _bought(steps.takes)
    allowed = paces(card.cheapest.uses_per_week for card, _, _ in bought)
    times = choice.times if choice.times in allowed else allowed[-1]
    needs = tuple(_need(*one, times, choice.sizes) for one in bought)
    chosen = [need.chosen for need in needs if need.chosen]
    return Routine(
        steps=replace(steps, often=catalog.times_words(times)),
        others=others,
        times=times,
        paces=tuple((pace, catalog.times_words(pace)) for pace in allowed),
        needs=needs,
        week_cents=sum(size.week_cents for size in chosen),
        first_cents=sum(size.offer.price_cents for size in chosen),
        currency=needs[0].card.cheapest.currency,
    )


_Bought = tuple[ProductCardView, Decimal, Taken]


def _bought(takes: Iterable[Taken]) -> list[_Bought]:
    """Each product, or who stands in for it, with its own amount; nothing stands in twice."""
    takes = tuple(takes)
    named = {one.card.id for one in takes}
    found: dict[int, _Bought] = {}
    for one in takes:
        other = one.instead.card if one.instead else one.card
        amount = other.cheapest.use_amount
        is_fit = amount and other.id not in named | set(found) and sizes_at(other.offers, amount, 1)
        bought = (other, amount, one) if amount and is_fit else (one.card, one.amount, one)
        found[bought[0].id] = bought
    return list(found.values())


def _need(
    card: ProductCardView, amount: Decimal, taken: Taken, times: int, wanted: frozenset[str]
) -> Need:
    sizes = sizes_at(card.offers, amount, times)
    nearest = taken.instead.sku if taken.instead else ""
    left = [size for size in sizes if size.offer.available]
    first = min(
        left,
        key=lambda size: (
            size.offer.sku not in wanted, size.offer.sku != nearest, size.offer.price_cents,
        ),
        default=None,
    )  # fmt: skip
    return Need(
        card=card,
        amount=f"{amount} {card.cheapest.net_unit}",
        sizes=sizes,
        chosen=first,
        sold_out=None if card is taken.card else taken.card,
    )
