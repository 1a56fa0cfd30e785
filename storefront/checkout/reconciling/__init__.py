"""Shop and Stripe compared over a period, both ways and to the cent, and mended if asked."""

from .both_books import STEPS
from .operations import Report, keep_in_line, reconcile
from .statement import as_json, as_text

__all__ = ["STEPS", "Report", "as_json", "as_text", "keep_in_line", "reconcile"]
