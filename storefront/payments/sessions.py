"""A Checkout Session as the shop reads it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any


@dataclass(frozen=True, slots=True)
class PaymentSession:
    """A Checkout Session as Stripe has it now; amounts in minor units."""

    id: str
    url: str
    status: str
    payment_status: str
    reference: str
    amount_cents: int
    currency: str
    payment_id: str
    email: str
    ship_name: str
    ship_address: str
    ship_country: str
    order_reference: str = ""
    shop: str = ""  # the address of the shop that opened it
    has_failed: bool = False  # completed with a slow method, and the money will not come
    opened_at: datetime = datetime.fromtimestamp(0, UTC)

    @property
    def is_paid(self) -> bool:
        """Money is there, or none was due."""
        return self.status == "complete" and self.payment_status in {"paid", "no_payment_required"}

    @property
    def is_for_an_order(self) -> bool:
        """A shop like this one opened it: its metadata name the same order as its reference."""
        return self.reference != "" and self.reference == self.order_reference

    @property
    def is_under_way(self) -> bool:
        """The shopper has paid by a slow method, and its money may come within days."""
        return self.status == "complete" and not self.is_paid and not self.has_failed

    @property
    def is_over(self) -> bool:
        """Nobody can pay on this page any more, and nobody did."""
        return self.status == "expired" or self.has_failed


def read_session(found: Any) -> PaymentSession:
    """A Checkout Session of the SDK as the shop reads it."""
    raw = found.to_dict()
    customer = raw.get("customer_details") or {}
    shipping = (raw.get("collected_information") or {}).get("shipping_details") or {}
    address = shipping.get("address") or {}
    payment = raw.get("payment_intent")
    return PaymentSession(
        id=raw["id"],
        url=raw.get("url") or "",
        status=raw.get("status") or "",
        payment_status=raw.get("payment_status") or "",
        reference=raw.get("client_reference_id") or "",
        amount_cents=raw.get("amount_total") or 0,
        currency=(raw.get("currency") or "").upper(),
        payment_id=payment["id"] if isinstance(payment, dict) else payment or "",
        email=_text(customer.get("email"), 320),
        ship_name=_text(shipping.get("name") or customer.get("name"), 200),
        ship_address=_address_text(address),
        ship_country=_text(address.get("country"), 2),
        order_reference=(raw.get("metadata") or {}).get("order_reference") or "",
        shop=(raw.get("metadata") or {}).get("shop") or "",
        has_failed=_has_failed(raw, payment),
        opened_at=datetime.fromtimestamp(raw.get("created") or 0, UTC),
    )


def _has_failed(raw: Mapping[str, Any], payment: Any) -> bool:
    """Whether the money of a completed page will never come; only an expanded intent knows."""
    if raw.get("payment_status") != "unpaid" or raw.get("status") != "complete":
        return False
    status = payment.get("status") if isinstance(payment, dict) else ""
    return status in {"requires_payment_method", "canceled"}


def _text(value: Any, most: int) -> str:
    """What a shopper typed at Stripe, as long as our columns are; PostgreSQL takes no NUL."""
    return str(value or "").replace("\x00", "")[:most]


def _address_text(address: Mapping[str, Any]) -> str:
    town = " ".join(filter(None, [address.get("postal_code"), address.get("city")]))
    rows = [address.get("line1"), address.get("line2"), town, address.get("state")]
    return "\n".join(_text(row, 300) for row in rows if row)
