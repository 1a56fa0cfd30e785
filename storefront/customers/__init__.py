"""People: who waits for a sold-out article, and how we forget them again."""

from .models import SignUp
from .operations import ask, confirm, end, forget_old, tell
from .queries import by_token, waiting_by_sku
from .tasks import tell_who_waits

__all__ = [
    "SignUp",
    "ask",
    "by_token",
    "confirm",
    "end",
    "forget_old",
    "tell",
    "tell_who_waits",
    "waiting_by_sku",
]
