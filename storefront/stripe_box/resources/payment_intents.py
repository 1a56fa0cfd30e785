"""What Stripe refuses to do with the payment of a Checkout Session."""

from ..api.calls import Call
from ..errors import JSON, Refusal

_MESSAGE = (
    "You can't confirm or cancel the PaymentIntent for a Checkout Session. To cancel, expire the"
    " Checkout Session: {}."
)


def refuse(call: Call) -> JSON:
    """POST /v1/payment_intents/{intent}/cancel and /confirm: only the session ends its payment."""
    intent = call.box.objects.get("payment_intent", call.ids["intent"])
    session_id = call.box.objects.parent(intent["id"])
    raise Refusal(_MESSAGE.format(session_id), code="payment_intent_unexpected_state")
