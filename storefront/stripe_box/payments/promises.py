"""What the box has promised to do when its clock gets there; each promise is kept once."""

from typing import TYPE_CHECKING, Literal

from ..errors import JSON

if TYPE_CHECKING:
    from ..box import Box

PROMISE = "promise"
Deed = Literal[
    "settle_payment",
    "fail_payment",
    "settle_refund",
    "fail_refund",
    "win_dispute",
    "lose_dispute",
    "escalate_inquiry",
]


def promise(box: "Box", deed: Deed, subject_id: str, *, at: float) -> None:
    """Do this to an object at a moment of the clock, instead of what was promised before."""
    document: JSON = {"id": _name(subject_id), "deed": deed, "subject": subject_id, "at": at}
    box.objects.save(PROMISE, document, due=at)
    box.store.after_commit(box.look_at_the_clock)


def promise_soon(box: "Box", deed: Deed, subject_id: str) -> None:
    """Do this after the pause that the settings name; without one it is left to the controls."""
    if box.settings.settle_seconds:
        moment = box.clock.moment() + box.settings.settle_seconds
        promise(box, deed, subject_id, at=moment)


def forget_promise(box: "Box", subject_id: str) -> None:
    """Promise nothing about an object any more."""
    box.objects.remove(_name(subject_id))


def _name(subject_id: str) -> str:
    return f"promise_{subject_id}"
