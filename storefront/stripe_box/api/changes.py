"""What the updates of stored objects have in common: metadata, unset fields, the event."""

import copy
from typing import TYPE_CHECKING

from ..errors import JSON
from ..events import emit

if TYPE_CHECKING:
    from ..box import Box


def merged(old: JSON, change: JSON | str) -> JSON:
    """Return metadata after an update: '' removes everything, an empty value one key."""
    if isinstance(change, str):
        return {}
    both = {**old, **change}
    return {key: value for key, value in both.items() if value != ""}


def first_metadata(params: JSON) -> JSON:
    """Return the metadata of a new object."""
    return merged({}, params.get("metadata", {}))


def given(params: JSON, *names: str) -> JSON:
    """Return the named parameters that were sent; '' unsets a field."""
    return {name: params[name] if params[name] != "" else None for name in names if name in params}


def revise(box: "Box", body: JSON, change: JSON, *, event: str = "") -> JSON:
    """Save an object with some fields changed, and tell which ones if an event is named."""
    before = copy.deepcopy(body)
    body.update(change)
    previous = {name: before[name] for name in change if before.get(name) != body[name]}
    box.objects.save(body["object"], body)
    if event and previous:
        emit(box, event, body, previous=previous)
    return body


def deleted(body: JSON) -> JSON:
    """Return what Stripe answers after a deletion."""
    return {"id": body["id"], "object": body["object"], "deleted": True}
