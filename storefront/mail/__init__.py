"""The outbox: letters are written in the transaction that causes them, and sent after it."""

from .models import Letter
from .operations import NewLetter, forget, send_again, send_failed_again, take_back, write
from .queries import failed, failed_count, letter, letters, letters_about
from .tasks import send_waiting

__all__ = [
    "Letter",
    "NewLetter",
    "failed",
    "failed_count",
    "forget",
    "letter",
    "letters",
    "letters_about",
    "send_again",
    "send_failed_again",
    "send_waiting",
    "take_back",
    "write",
]
