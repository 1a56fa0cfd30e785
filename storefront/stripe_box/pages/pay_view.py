"""What the templates of the payment page show, computed beforehand."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ..errors import JSON
from ..money import written
from .pay_form import PayForm

if TYPE_CHECKING:
    from ..box import Box

_CARDS = (
    ("4242424242424242", "Payment succeeds"),
    ("4000002760003184", "Asks for 3-D Secure"),
    ("4000000000000002", "Card is declined"),
    ("4000000000009995", "Insufficient funds"),
    ("4000000000000259", "Payment succeeds, then is disputed"),
    ("4000000000007726", "Payment succeeds; refunds take time"),
)
_ACCOUNTS = (
    ("DE89370400440532013000", "Money arrives a little later"),
    ("DE62370400440532013001", "Debit fails a little later"),
    ("DE35370400440532013002", "Money arrives, then is disputed"),
    ("DE65370400440000343434", "Debit is refused at once"),
)
_UNITS = {"business_day": "business day", "day": "day", "hour": "hour", "week": "week"}


@dataclass(frozen=True, kw_only=True)
class LineView:
    """One line of the order summary."""

    name: str
    description: str
    image: str
    quantity: int
    unit: str
    total: str


@dataclass(frozen=True, kw_only=True)
class OptionView:
    """One way to deliver, and what the order costs with it."""

    rate: str
    name: str
    price: str
    estimate: str
    total: str
    is_chosen: bool


@dataclass(frozen=True, kw_only=True)
class NumberView:
    """One documented test card or IBAN to choose."""

    number: str
    spaced: str
    effect: str
    is_chosen: bool


@dataclass(frozen=True, kw_only=True)
class PageView:
    """Everything on the payment page."""

    form: PayForm
    lines: tuple[LineView, ...]
    options: tuple[OptionView, ...]
    cards: tuple[NumberView, ...]
    accounts: tuple[NumberView, ...]
    subtotal: str
    discount: str
    shipping: str
    total: str
    button: str
    note: str
    chosen: NumberView | None


def page_of(box: "Box", form: PayForm, *, chosen: str = "") -> PageView:
    """Return the page for a form as it stands."""
    session = form.session
    options = tuple(_option(box, form, option) for option in session["shipping_options"])
    option = next((option for option in options if option.is_chosen), None)
    cards = tuple(_number(number, effect, chosen) for number, effect in _CARDS)
    accounts = tuple(_number(iban, effect, chosen) for iban, effect in _ACCOUNTS)
    submit = session["custom_text"]["submit"]
    return PageView(
        form=form,
        lines=tuple(_line(box, item) for item in box.objects.children("item", session["id"])),
        options=options,
        cards=cards,
        accounts=accounts,
        subtotal=written(session["amount_subtotal"], session["currency"]),
        discount=_discount(session),
        shipping=option.price if option else "",
        total=option.total if option else written(session["amount_total"], session["currency"]),
        button="Pay" if form.asks_money else "Place order",
        note=submit["message"] if submit else "",
        chosen=next((one for one in cards + accounts if one.is_chosen), None),
    )


def spaced(number: str) -> str:
    """Return a card number or an IBAN in groups of four."""
    return " ".join(number[place : place + 4] for place in range(0, len(number), 4))


def _goods(session: JSON) -> int:
    taken: int = session["total_details"]["amount_discount"]
    return int(session["amount_subtotal"]) - taken


def _discount(session: JSON) -> str:
    taken = session["total_details"]["amount_discount"]
    return f"−{written(taken, session['currency'])}" if taken else ""


def _line(box: "Box", item: JSON) -> LineView:
    product = box.objects.get("product", item["price"]["product"])
    return LineView(
        name=product["name"],
        description=product["description"] or "",
        image=product["images"][0] if product["images"] else "",
        quantity=item["quantity"],
        unit=written(item["price"]["unit_amount"], item["currency"]),
        total=written(item["amount_subtotal"], item["currency"]),
    )


def _option(box: "Box", form: PayForm, option: JSON) -> OptionView:
    session = form.session
    rate = box.objects.get("shipping_rate", option["shipping_rate"])
    price = option["shipping_amount"]
    chosen = form.values.get("shipping_rate") or session["shipping_options"][0]["shipping_rate"]
    return OptionView(
        rate=rate["id"],
        name=rate["display_name"],
        price=written(price, session["currency"]) if price else "Free",
        estimate=_estimate(rate["delivery_estimate"]),
        total=written(_goods(session) + price, session["currency"]),
        is_chosen=rate["id"] == chosen,
    )


def _estimate(estimate: JSON | None) -> str:
    if not estimate:
        return ""
    least, most = estimate.get("minimum"), estimate.get("maximum")
    last = most or least
    if last is None:
        return ""
    plural = "" if last["value"] == 1 else "s"
    unit = _UNITS.get(last["unit"], last["unit"]) + plural
    if least and most and least["unit"] == most["unit"] and least["value"] != most["value"]:
        return f"{least['value']}–{most['value']} {unit}"
    return f"{'up to' if most else 'at least'} {last['value']} {unit}"


def _number(number: str, effect: str, chosen: str) -> NumberView:
    return NumberView(
        number=number, spaced=spaced(number), effect=effect, is_chosen=number == chosen
    )
