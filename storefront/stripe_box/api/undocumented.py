"""What Stripe's own tools use though its description does not have it: the payment page as API."""

from ..errors import JSON

_TEXT: JSON = {"type": "string", "maxLength": 5000}
_ADDRESS = ("city", "country", "line1", "line2", "postal_code", "state")
_SESSION: JSON = {
    "responses": {
        "200": {
            "content": {
                "application/json": {"schema": {"$ref": "#/components/schemas/checkout.session"}}
            }
        }
    }
}
_EXPAND: JSON = {"type": "array", "items": _TEXT}
_CONFIRM: JSON = {
    "type": "object",
    "additionalProperties": False,
    "properties": {
        "expand": _EXPAND,
        "expected_amount": {"type": "integer"},
        "payment_method": _TEXT,
        "shipping": {
            "type": "object",
            "properties": {
                "address": {"type": "object", "properties": dict.fromkeys(_ADDRESS, _TEXT)},
                "name": _TEXT,
            },
            "required": ["name", "address"],
        },
        "shipping_rate": _TEXT,
    },
}

PATHS: JSON = {
    "/v1/payment_pages/{session}": {
        "get": {
            **_SESSION,
            "parameters": [{"in": "query", "name": "expand", "required": False, "schema": _EXPAND}],
        }
    },
    "/v1/payment_pages/{session}/confirm": {
        "post": {
            **_SESSION,
            "requestBody": {"content": {"application/x-www-form-urlencoded": {"schema": _CONFIRM}}},
        }
    },
}
