"""Parameters of a session as the shop sends them."""

from typing import Any


def line(cents: int = 1290, quantity: int = 1, name: str = "Magnesium oil") -> dict[str, Any]:
    """Return one line item."""
    price = {"currency": "eur", "unit_amount": cents, "product_data": {"name": name}}
    return {"price_data": price, "quantity": quantity}


def delivery(cents: int = 490, name: str = "Standard") -> dict[str, Any]:
    """Return one delivery option."""
    return {
        "shipping_rate_data": {
            "type": "fixed_amount",
            "display_name": name,
            "fixed_amount": {"amount": cents, "currency": "eur"},
        }
    }


def order(**changes: Any) -> dict[str, Any]:
    """Return a session for one bottle sent to Germany or Austria; None removes a parameter."""
    params = {
        "mode": "payment",
        "success_url": "http://127.0.0.1:8000/checkout/return?session_id={CHECKOUT_SESSION_ID}",
        "cancel_url": "http://127.0.0.1:8000/cart",
        "line_items": [line()],
        "shipping_address_collection": {"allowed_countries": ["AT", "DE"]},
        "shipping_options": [delivery()],
        "client_reference_id": "SW-1001",
        "metadata": {"order": "1001"},
        "payment_intent_data": {"metadata": {"order": "1001"}, "description": "Order SW-1001"},
        **changes,
    }
    return {name: value for name, value in params.items() if value is not None}
