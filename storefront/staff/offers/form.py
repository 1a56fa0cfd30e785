"""The form of an offer: read field by field, with what is wrong beside each."""

from collections.abc import Callable, Mapping
from datetime import datetime
from functools import partial

from sqlalchemy import select

from ... import catalog, offers
from ...database import db, now
from ...display import show_country
from ...local_time import local, read_moment
from ...money import parse_money, plain_money
from ...pages import settings
from ..addresses import number_of
from ..products.form import Field

KINDS = {
    "percent": "Percent off",
    "amount": "An amount off",
    "buy_get": "Buy some, get some free",
    "free_delivery": "Free delivery",
}
_MOST_NUMBER = 1_000_000
_MOST_SKUS = 200


class OfferForm:
    """What somebody wrote, or what an offer is; errors is filled by read(), by field."""

    def __init__(self, sent: Mapping[str, str]) -> None:
        self._sent = sent
        self.errors: dict[str, str] = {}

    @property
    def first_wrong(self) -> str:
        """The name of the first field with a mistake, '' if none."""
        return next(iter(self.errors), "")

    @property
    def seen_version(self) -> int:
        """The version that was seen; -1 for nonsense, which nothing ever is."""
        return number_of(self._sent.get("version", ""))

    def value(self, name: str) -> str:
        """What stands in a field."""
        return self._sent.get(name, "").strip()

    def read(self) -> offers.NewOffer | None:
        """What was written; None where something must be mended, which errors say."""
        kind = self.value("kind") if self.value("kind") in KINDS else "percent"
        code, starts_at, ends_at = self._code(), self._moment("starts_at"), self._moment("ends_at")
        currency = settings().STOREFRONT_CURRENCY
        new = offers.NewOffer(
            name=self._name(),
            code=code,
            kind=kind,
            percent=self._number("percent", 1, 100) if kind == "percent" else 0,
            amount_cents=self._money("amount", least=1) if kind == "amount" else 0,
            buy_units=self._number("buy_units", 1, 99) if kind == "buy_get" else 0,
            free_units=self._number("free_units", 1, 99) if kind == "buy_get" else 0,
            currency=currency,
            minimum_cents=self._money("minimum") if self.value("minimum") else 0,
            category_ids=" ".join(map(str, self._categories())),
            skus=" ".join(self._skus()),
            countries=" ".join(self._countries(code)),
            is_combinable=bool(self.value("is_combinable")),
            most_uses=self._limit("most_uses"),
            most_per_shopper=self._shopper_limit(code),
            starts_at=starts_at or now(),
            ends_at=ends_at,
        )
        if ends_at is not None and ends_at <= new.starts_at:
            self.errors.setdefault("ends_at", "This is not after the start.")
        return None if self.errors else new

    def fields(self) -> dict[str, Field]:
        """The controls of the page, by name."""
        money = settings().STOREFRONT_CURRENCY
        clock = f"By the clock of {settings().STOREFRONT_TIME_ZONE}."
        words = {
            "name": ("Name", "Shoppers read it in the cart and on their order."),
            "code": ("Code", "Letters, digits and hyphens. Empty: it counts for everybody."),
            "kind": ("Kind of offer", ""),
            "percent": ("Percent", ""),
            "amount": (f"Amount in {money}", ""),
            "buy_units": ("Units to buy", ""),
            "free_units": ("Units free with them", "The cheapest ones."),
            "minimum": (f"From goods of, in {money}", "At their prices. Empty for any."),
            "skus": ("For these SKUs", "A space between. Empty, and no category: for all goods."),
            "countries": (
                "Only to these countries",
                "With a code only. Two letters each, a space between.",
            ),
            "most_uses": ("Orders that may have it", "Empty for any number."),
            "most_per_shopper": (
                "Orders of each shopper",
                "With a code only; it asks for the e-mail address then.",
            ),
            "starts_at": ("From", f"{clock} Empty for now."),
            "ends_at": ("Until", f"{clock} Empty when it stays."),
        }
        return {name: self._field(name, *told) for name, told in words.items()}

    def _field(self, name: str, label: str, hint: str) -> Field:
        return Field(name, label, self.value(name), hint, self.errors.get(name, ""))

    def _wrong(self, name: str, sentence: str) -> None:
        self.errors.setdefault(name, sentence)

    def _name(self) -> str:
        name = " ".join(self.value("name").replace("\x00", "").split())
        if not name:
            self._wrong("name", "Please name it as shoppers should read it.")
        if len(name) > 120:
            self._wrong("name", "Please keep the name to 120 characters.")
        return name

    def _code(self) -> str | None:
        text = self.value("code")
        code = offers.read_code(text)
        if text and not code:
            self._wrong(
                "code",
                f"A code has 2 to {offers.LONGEST_CODE} letters, digits and hyphens, and begins"
                " with a letter or digit.",
            )
        return code or None

    def _number(self, name: str, least: int, most: int) -> int:
        number = number_of(self.value(name))
        if not least <= number <= most:
            self._wrong(name, f"Please write a whole number from {least} to {most:,}.")
        return number

    def _limit(self, name: str) -> int | None:
        return self._number(name, 1, _MOST_NUMBER) if self.value(name) else None

    def _shopper_limit(self, code: str | None) -> int | None:
        limit = self._limit("most_per_shopper")
        if limit is not None and code is None:
            self._wrong(
                "most_per_shopper",
                "Who somebody is is known too late without a code, which asks for it.",
            )
        return limit

    def _money(self, name: str, *, least: int = 0) -> int:
        try:
            cents = parse_money(self.value(name) or "-", settings().STOREFRONT_CURRENCY)
        except ValueError:
            cents = -1
        if cents < least:
            self._wrong(name, "Please write an amount like 12.90.")
        return max(cents, 0)

    def _moment(self, name: str) -> datetime | None:
        text = self.value(name)
        try:
            return read_moment(text) if text else None
        except ValueError:
            self._wrong(name, "This is no moment. Write it like 2026-12-24 08:00.")
            return None

    def _categories(self) -> list[int]:
        return [id_ for id_, _ in categories() if self.value(f"category_{id_}")]

    def _skus(self) -> list[str]:
        wanted = sorted(set(self.value("skus").replace(",", " ").split()))
        if len(wanted) > _MOST_SKUS:
            self._wrong("skus", f"These are more than {_MOST_SKUS}. Choose categories instead.")
            return []
        known = catalog.variants_by_sku(sku for sku in wanted if "\x00" not in sku)
        missing = [sku[:64] for sku in wanted if sku not in known]
        if missing:
            self._wrong("skus", f"There is no SKU {', '.join(missing[:5])} in the shop.")
        return wanted

    def _countries(self, code: str | None) -> list[str]:
        wanted = sorted(set(self.value("countries").upper().replace(",", " ").split()))
        served = settings().countries
        missing = [country[:20] for country in wanted if country not in served]
        if missing:
            named = ", ".join(show_country(country) for country in missing[:5])
            self._wrong("countries", f"The shop does not send to {named}.")
        if wanted and code is None:
            self._wrong("countries", "Without a code nobody could leave it out and order abroad.")
        return wanted


def categories() -> list[tuple[int, str]]:
    """Number and name of each category, in their order."""
    shelf = catalog.Category
    rows = db.session.execute(select(shelf.id, shelf.name).order_by(shelf.position, shelf.id))
    return [(row.id, row.name) for row in rows]


def written(offer: offers.Offer) -> dict[str, str]:
    """What an offer is, as its form would send it."""
    money: Callable[[int], str] = partial(plain_money, currency=offer.currency)
    facts = {
        "name": offer.name,
        "code": offer.code or "",
        "kind": offer.kind,
        "percent": str(offer.percent or ""),
        "amount": money(offer.amount_cents) if offer.amount_cents else "",
        "buy_units": str(offer.buy_units or ""),
        "free_units": str(offer.free_units or ""),
        "minimum": money(offer.minimum_cents) if offer.minimum_cents else "",
        "skus": offer.skus,
        "countries": offer.countries,
        "is_combinable": "1" if offer.is_combinable else "",
        "most_uses": str(offer.most_uses or ""),
        "most_per_shopper": str(offer.most_per_shopper or ""),
        "starts_at": _typed(offer.starts_at),
        "ends_at": _typed(offer.ends_at) if offer.ends_at else "",
        "version": str(offer.version),
    }
    return facts | {f"category_{number}": "1" for number in offer.category_ids.split()}


def _typed(moment: datetime) -> str:
    return local(moment).strftime("%Y-%m-%dT%H:%M")
