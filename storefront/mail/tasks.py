"""Emptying the outbox."""

import logging
from datetime import UTC, datetime

from ..config import Settings
from ..database import transaction
from .models import Letter
from .operations import claim_next, mark_failed, mark_sent, try_again
from .sending import deliver

log = logging.getLogger("storefront")


def send_waiting(settings: Settings, *, again: bool = False) -> int:
    """Sends all letters that are due, each in its own step; returns how many were sent.

    With again, those that could not be sent before are due as well. One that cannot be sent is due
    later, so that there is an end.
    """
    if again:
        with transaction():
            try_again(datetime.now(UTC))
    sent = 0
    while (letter := _next()) is not None:
        sent += _send_one(letter, settings)
    return sent


def _next() -> Letter | None:
    with transaction():
        return claim_next(datetime.now(UTC))


def _send_one(letter: Letter, settings: Settings) -> bool:
    attempts = letter.attempts  # as claimed: a transaction reads the row anew
    try:
        deliver(letter, settings)
    except Exception as error:  # one letter, whatever is wrong with it, never stops the next
        log.warning("letter %s could not be sent: %s", letter.id, type(error).__name__)
        with transaction():
            mark_failed(letter.id, f"{type(error).__name__}: {error}", attempts=attempts)
        return False
    with transaction():
        mark_sent(letter.id, attempts=attempts)
    return True
