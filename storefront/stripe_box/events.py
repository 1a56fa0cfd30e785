"""Event emission: an event is written in the transaction of the change that it tells."""

import copy
from contextvars import ContextVar
from typing import TYPE_CHECKING

from .errors import JSON
from .ids import new_id
from .settings import API_VERSION
from .webhooks.targets import targets_for

if TYPE_CHECKING:
    from .box import Box

# The API request that causes the events; empty when a shopper or the clock causes them.
request_id: ContextVar[str | None] = ContextVar("request_id", default=None)
request_key: ContextVar[str | None] = ContextVar("request_key", default=None)
# Events that the shop is to hear of before this request is answered.
early: ContextVar[list[str] | None] = ContextVar("early", default=None)


def emit(box: "Box", kind: str, subject: JSON, *, previous: JSON | None = None) -> JSON:
    """Write an event about the subject as it is now, and queue its delivery after the commit."""
    content: JSON = {"object": copy.deepcopy(subject)}
    if previous is not None:
        content["previous_attributes"] = previous
    targets = targets_for(box, kind)
    event: JSON = {
        "id": new_id("evt_"),
        "object": "event",
        "api_version": API_VERSION,
        "created": box.clock.now(),
        "data": content,
        "livemode": False,
        "pending_webhooks": len(targets),
        "request": {"id": request_id.get(), "idempotency_key": request_key.get()},
        "type": kind,
    }
    box.objects.save("event", event, parent=subject["id"])
    if targets:
        box.webhooks.queue(event, targets)
    return event
