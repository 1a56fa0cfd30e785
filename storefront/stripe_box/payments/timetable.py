"""Keeping promises: the timer and the controls call here when the clock has moved."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from . import disputes, refund_endings, settlement
from .promises import PROMISE

if TYPE_CHECKING:
    from ..box import Box

_DEEDS: dict[str, Callable[["Box", str], object]] = {
    "settle_payment": settlement.settle,
    "fail_payment": settlement.fail,
    "settle_refund": refund_endings.settle,
    "fail_refund": refund_endings.fail,
    "win_dispute": disputes.win,
    "lose_dispute": disputes.lose,
    "escalate_inquiry": disputes.escalate,
}


def keep_due(box: "Box") -> None:
    """Do everything that is due by the box's clock, each in a transaction of its own."""
    now = box.clock.moment()
    for promise_id in box.objects.overdue(PROMISE, now):
        with box.store.transaction():
            found = box.objects.find(PROMISE, promise_id)
            if found is None or found["at"] > now:  # kept by another thread, or made anew
                continue
            box.objects.remove(promise_id)
            _DEEDS[found["deed"]](box, found["subject"])
