"""Early fraud warnings: a bank suspects a payment before anybody disputes it."""

from typing import TYPE_CHECKING

from ..errors import JSON
from ..events import emit
from ..ids import new_id

if TYPE_CHECKING:
    from ..box import Box

WARNING = "radar.early_fraud_warning"


def warn(box: "Box", charge: JSON) -> JSON:
    """Save and return a warning about a charge."""
    warning = {
        "id": new_id("issfr_"),
        "object": WARNING,
        "actionable": True,
        "charge": charge["id"],
        "created": box.clock.now(),
        "fraud_type": "unauthorized_use_of_card",
        "livemode": False,
        "payment_intent": charge["payment_intent"],
    }
    box.objects.save(WARNING, warning, parent=charge["id"])
    emit(box, f"{WARNING}.created", warning)
    return warning


def close_warnings(box: "Box", charge_id: str) -> None:
    """Say that a refund would prevent nothing any more: the charge is refunded or disputed."""
    for warning in box.objects.children(WARNING, charge_id):
        if warning["actionable"]:
            warning["actionable"] = False
            box.objects.save(WARNING, warning)
            emit(box, f"{WARNING}.updated", warning, previous={"actionable": True})
