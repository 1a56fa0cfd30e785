"""Money is integer minor units plus a currency; unit prices are per litre or kilogram."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from babel.numbers import format_currency, get_currency_precision

_PER_BASE = {"ml": ("l", 1000), "g": ("kg", 1000)}


class NotChargeable(ValueError):
    """An amount that a currency has and card networks do not."""


@dataclass(frozen=True, slots=True)
class UnitPrice:
    """A price for one litre ('l') or one kilogram ('kg'), in minor units."""

    cents: int
    currency: str
    per: str


def unit_price(
    price_cents: int, currency: str, *, net_content: int | None, net_unit: str
) -> UnitPrice | None:
    """The final price per kg or l (Directive 98/6/EC Art. 2), or None for pieces and sets."""
    if not net_content or net_unit not in _PER_BASE:
        return None
    per, factor = _PER_BASE[net_unit]
    exact = Decimal(price_cents) * factor / net_content
    return UnitPrice(int(exact.quantize(Decimal(1), ROUND_HALF_UP)), currency, per)


def format_money(cents: int, currency: str, locale: str = "en_IE") -> str:
    """An amount as people write it: '€12.90'."""
    return format_currency(_major(cents, currency), currency, locale=locale)


def parse_money(text: str, currency: str) -> int:
    """Minor units of a plain decimal such as '12.90'; ValueError says what to write instead."""
    try:
        amount = Decimal(text.strip())
        minor = amount.scaleb(get_currency_precision(currency))
    except ArithmeticError:  # Decimal knows signalling and endless numbers, too
        raise ValueError(f"{text!r} is not a price; write it like 12.90") from None
    if not amount.is_finite() or amount < 0 or minor > 99_999_999:
        raise ValueError(f"{text!r} is not a price a shop can charge; write it like 12.90")
    if minor != minor.to_integral_value():
        raise ValueError(f"{text!r} has more decimals than {currency} has")
    if int(minor) % smallest_step(currency):
        raise NotChargeable(
            f"{text!r} cannot be charged: the last of {currency}'s three decimals must be 0"
        )
    return int(minor)


def smallest_step(currency: str) -> int:
    """Amounts are whole multiples of this: 10 with three decimals, as card networks know two."""
    return 10 if get_currency_precision(currency) == 3 else 1


def plain_money(cents: int, currency: str) -> str:
    """The plain decimal that parse_money reads back: '12.90'."""
    precision = get_currency_precision(currency)
    return f"{_major(cents, currency):.{precision}f}"


def included_tax(gross_cents: int, rate_basis_points: int) -> int:
    """The tax inside a gross amount, rounded half up: 1190 at 1900 bp holds 190."""
    exact = Decimal(gross_cents) * rate_basis_points / (10_000 + rate_basis_points)
    return int(exact.quantize(Decimal(1), ROUND_HALF_UP))


def shared(cents: int, weights: Sequence[int], *, step: int = 1) -> list[int]:
    """So many minor units in parts as large as the weights are, with nothing lost to rounding.

    Whoever lost most to rounding gets one step more. Weights are not negative; the last one takes
    all where there are none. cents is a whole number of steps, and so is every part.
    """
    whole, steps = sum(weights), cents // step
    if not whole:
        return [0] * (len(weights) - 1) + [cents]
    parts = [steps * weight // whole for weight in weights]
    rounded = sorted(range(len(weights)), key=lambda n: (-(steps * weights[n] % whole), n))
    for place in rounded[: steps - sum(parts)]:
        parts[place] += 1
    return [part * step for part in parts]


def cost_of_units(
    cents: int, quantity: int, units: int, *, before: int = 0, currency: str = "EUR"
) -> int:
    """What some units of a line cost, when so many went before them; all of them cost the line.

    A line that an offer made cheaper is rarely a whole number of minor units for each of its units.
    """
    step = smallest_step(currency)

    def until(count: int) -> int:
        return cents // step * count // quantity * step

    return until(before + units) - until(before)


def _major(cents: int, currency: str) -> Decimal:
    return Decimal(cents).scaleb(-get_currency_precision(currency))
