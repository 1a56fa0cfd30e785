"""What a shopper gives on the payment page."""

from dataclasses import asdict, dataclass, field

from ..errors import JSON
from .bank_accounts import TestAccount
from .cards import TEST_CARDS, Card


@dataclass(frozen=True, kw_only=True)
class Submission:
    """One try to pay, with a card or from an account; neither only when nothing is due."""

    email: str
    card: Card | None
    account: TestAccount | None = None
    name_on_card: str = ""
    full_name: str = ""
    phone: str = ""
    shipping_rate: str | None = None
    address: dict[str, str | None] = field(default_factory=dict)
    has_shipping: bool = False
    payment_method: str = ""  # one that exists already

    @property
    def means(self) -> Card | TestAccount:
        """Return what is paid with; raises ValueError when nothing is."""
        means = self.card or self.account
        if means is None:
            raise ValueError("A session with an amount due needs a card or an account.")
        return means

    def as_json(self) -> JSON:
        """Return a form that can be stored until the holder of the card has answered."""
        content = asdict(self)
        if self.card:
            content["card"]["known"] = self.card.known.number
        return content

    @classmethod
    def from_json(cls, content: JSON) -> "Submission":
        """Read what `as_json` stored."""
        card = content["card"]
        if card is None:
            return cls(**content)
        known = TEST_CARDS[card["known"]]
        return cls(**{**content, "card": Card(**{**card, "known": known})})

    def postal_address(self) -> JSON:
        """Return the address with every field that Stripe names."""
        names = ("city", "country", "line1", "line2", "postal_code", "state")
        return {name: self.address.get(name) or None for name in names}

    def customer_details(self) -> JSON:
        """Return what the completed session tells about the customer."""
        return {
            "address": self.postal_address(),
            "business_name": None,
            "email": self.email,
            "individual_name": None,
            "name": self.full_name or self.name_on_card or None,
            "phone": self.phone or None,
            "tax_exempt": "none",
            "tax_ids": [],
        }

    def shipping(self) -> JSON | None:
        """Return where the goods go, as a PaymentIntent shows it."""
        if not self.has_shipping:
            return None
        return {
            "address": self.postal_address(),
            "carrier": None,
            "name": self.full_name,
            "phone": self.phone or None,
            "tracking_number": None,
        }
