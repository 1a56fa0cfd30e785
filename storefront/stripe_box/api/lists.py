"""Lists with Stripe's cursors, limits and filters."""

from collections.abc import Sequence

from ..errors import JSON, Refusal
from ..objects import Condition, Window
from .calls import Call

_DEFAULT_LIMIT, _LARGEST_LIMIT = 10, 100
_COMPARISONS = {"gt": ">", "gte": ">=", "lt": "<", "lte": "<="}


def window(
    call: Call,
    *,
    equal: dict[str, str] | None = None,
    is_oldest_first: bool = False,
    parent: str | None = None,
    more: Sequence[Condition] = (),
) -> Window:
    """Return the part of a list that the call asks for; `equal` maps parameters to fields."""
    params = call.params
    if "starting_after" in params and "ending_before" in params:
        message = "You may only specify one of these parameters: ending_before, starting_after."
        raise Refusal(message, param="ending_before")
    conditions = [*_created(params.get("created")), *more]
    for param, field in (equal or {}).items():
        if param in params:
            conditions.append(Condition(path=field, value=params[param]))
    return Window(
        limit=min(max(params.get("limit", _DEFAULT_LIMIT), 1), _LARGEST_LIMIT),
        starting_after=params.get("starting_after"),
        ending_before=params.get("ending_before"),
        is_oldest_first=is_oldest_first,
        parent=parent,
        conditions=conditions,
    )


def listed(call: Call, kind: str, wanted: Window) -> JSON:
    """Return one page as Stripe's list object."""
    items, has_more = call.box.objects.page(kind, wanted)
    return {"object": "list", "data": items, "has_more": has_more, "url": call.path}


def _created(asked: object) -> list[Condition]:
    if isinstance(asked, int):
        return [Condition(path="created", value=asked)]
    if not isinstance(asked, dict):
        return []
    return [
        Condition(path="created", value=value, comparison=_COMPARISONS[name])
        for name, value in asked.items()
    ]
