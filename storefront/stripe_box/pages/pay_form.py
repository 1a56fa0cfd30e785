"""The form of the payment page: what it asks, what was typed, what is wrong with it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime

from ..errors import JSON
from ..payments.bank_accounts import TestAccount, read_iban
from ..payments.cards import Card, read_card
from ..payments.shopper import Submission
from ..resources.emails import is_email
from ..samples import (
    SAMPLE_CARD,
    SAMPLE_CVC,
    SAMPLE_EMAIL,
    SAMPLE_IBAN,
    SAMPLE_NAME,
    country_name,
    sample_address,
    sample_country,
)

_LONGEST_TEXT = 300
_ADDRESS_FIELDS = ("line1", "line2", "postal_code", "city", "state", "country")
_NEEDED = {
    "name": "Enter your full name.",
    "line1": "Enter the street and house number.",
    "postal_code": "Enter the postal code.",
    "city": "Enter the city.",
}
_ORDER = (
    "email", "name", *_ADDRESS_FIELDS, "phone", "shipping_rate", "method", "card_number", "expiry",
    "cvc", "name_on_card", "iban", "account_holder", "promotion_code",
)  # fmt: skip


@dataclass
class PayForm:
    """Values and mistakes of one payment form."""

    session: JSON
    now: int
    values: dict[str, str] = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)
    _card: Card | None = None
    _account: TestAccount | None = None

    @property
    def known_email(self) -> str:
        """Return the address that the shop or its customer's record has already given."""
        details = self.session["customer_details"] or {}
        return self.session["customer_email"] or details.get("email") or ""

    @property
    def asks_address(self) -> bool:
        """Tell whether a postal address is part of the form."""
        return self.ships or self.session["billing_address_collection"] == "required"

    @property
    def ships(self) -> bool:
        """Tell whether the goods need an address to be sent to."""
        return bool(self.session["shipping_address_collection"])

    @property
    def asks_money(self) -> bool:
        """Tell whether anything has to be paid."""
        return bool(self.session["amount_total"]) or len(self.session["shipping_options"]) > 1

    @property
    def methods(self) -> list[str]:
        """Return the ways to pay that the session offers."""
        return list(self.session["payment_method_types"])

    @property
    def method(self) -> str:
        """Return the chosen way to pay, at first the first one."""
        return self.values.get("method") or self.methods[0]

    @property
    def asks_phone(self) -> bool:
        """Tell whether a phone number is part of the form."""
        return bool(self.session["phone_number_collection"]["enabled"])

    @property
    def countries(self) -> list[tuple[str, str]]:
        """Return the allowed countries as code and name, by name."""
        codes = self._allowed()
        return sorted(((code, country_name(code)) for code in codes), key=lambda pair: pair[1])

    def ordered_errors(self) -> list[tuple[str, str]]:
        """Return the mistakes from top to bottom."""
        return [(name, self.errors[name]) for name in _ORDER if name in self.errors]

    def fill_with_samples(self) -> None:
        """Begin with values with which one click pays."""
        options = self.session["shipping_options"]
        year = datetime.fromtimestamp(self.now, UTC).year
        self.values = {
            "email": self.known_email or SAMPLE_EMAIL,
            "name": SAMPLE_NAME,
            **sample_address(sample_country(self._allowed())),
            "phone": "+49 30 123456",
            "shipping_rate": options[0]["shipping_rate"] if options else "",
            "card_number": SAMPLE_CARD,
            "expiry": f"12 / {(year + 4) % 100:02d}",
            "cvc": SAMPLE_CVC,
            "name_on_card": SAMPLE_NAME,
            "iban": SAMPLE_IBAN,
            "account_holder": SAMPLE_NAME,
        }

    def read(self, typed: Mapping[str, str]) -> None:
        """Take over what was typed; fields that were not sent stay as they are."""
        for name in _ORDER:
            if name in typed:
                self.values[name] = typed[name].strip()[:_LONGEST_TEXT]
        if self.known_email:
            self.values["email"] = self.known_email

    def check(self) -> Submission | None:
        """Return what to pay with, or None after writing down every mistake."""
        self.errors = {}
        if not is_email(self.values.get("email", "")):
            self.errors["email"] = "Enter an email address such as name@example.com."
        if self.asks_address:
            self._check_address()
        if self.asks_phone and len(self.values.get("phone", "")) < 5:
            self.errors["phone"] = "Enter a phone number."
        self._check_shipping()
        if self.asks_money:
            self._check_means()
        return None if self.errors else self._submission()

    def forget_numbers(self) -> None:
        """Drop a number that might be a real one, so that no page repeats it."""
        if "test page" in self.errors.get("iban", ""):
            self.values["iban"] = ""
        if "test page" in self.errors.get("card_number", ""):
            self.values["card_number"] = ""
            self.values["cvc"] = ""

    def _check_address(self) -> None:
        for name, sentence in _NEEDED.items():
            if name == "name" and not self.ships:
                continue
            if not self.values.get(name):
                self.errors[name] = sentence
        if self.values.get("country") not in self._allowed():
            self.errors["country"] = "Choose one of the countries in the list."

    def _check_shipping(self) -> None:
        rates = [option["shipping_rate"] for option in self.session["shipping_options"]]
        if rates and self.values.get("shipping_rate") not in rates:
            self.errors["shipping_rate"] = "Choose how we should deliver."

    def _check_means(self) -> None:
        if self.method not in self.methods:
            self.errors["method"] = "Choose one of the ways to pay in the list."
        elif self.method == "card":
            self._check_card()
        else:
            self._check_account()

    def _check_account(self) -> None:
        self._account, sentence = read_iban(self.values.get("iban", ""))
        if sentence:
            self.errors["iban"] = sentence
        if not self.values.get("account_holder"):
            self.errors["account_holder"] = "Enter the name of the account's holder."

    def _check_card(self) -> None:
        self._card, mistakes = read_card(
            number=self.values.get("card_number", ""),
            expiry=self.values.get("expiry", ""),
            cvc=self.values.get("cvc", ""),
            now=self.now,
        )
        for mistake in mistakes:
            self.errors[mistake.field] = mistake.sentence
        if not self.values.get("name_on_card"):
            self.errors["name_on_card"] = "Enter the name on the card."

    def _submission(self) -> Submission:
        address: dict[str, str | None] = {}
        if self.asks_address:
            address = {name: self.values.get(name) for name in _ADDRESS_FIELDS}
        return Submission(
            email=self.values["email"],
            card=self._card,
            account=self._account,
            name_on_card=self.values.get("account_holder" if self._account else "name_on_card", ""),
            full_name=self.values["name"] if self.ships else "",
            phone=self.values.get("phone", "") if self.asks_phone else "",
            shipping_rate=self.values.get("shipping_rate") or None,
            address=address,
            has_shipping=self.ships,
        )

    def _allowed(self) -> list[str]:
        asked = self.session["shipping_address_collection"]
        if asked:
            return list(asked["allowed_countries"])
        return ["AT", "BE", "CH", "DE", "ES", "FR", "GB", "IE", "IT", "LU", "NL", "PL", "US"]
