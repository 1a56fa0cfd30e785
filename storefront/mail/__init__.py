"""The outbox: letters are written in the transaction that causes them, and sent after it."""

from .models import Letter
from .operations import NewLetter, forget, write
from .queries import failed_count, letter, letters
from .tasks import send_waiting

__all__ = [
    "Letter",
    "NewLetter",
    "failed_count",
    "forget",
    "letter",
    "letters",
    "send_waiting",
    "write",
]
