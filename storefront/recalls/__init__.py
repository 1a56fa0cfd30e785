"""Recalls: everybody who got units of a lot is written to, once."""

from .models import Recall

__all__ = ["Recall"]
