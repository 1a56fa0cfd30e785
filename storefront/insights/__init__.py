"""What sold, what could not be sold, and how far a new shop has come."""

from .beginnings import Beginnings, beginnings
from .models import LostDemand
from .operations import count_lost
from .shortage import GuideLink, Shortage, shortages
from .takings import LONGEST_DAYS, Bar, Period, takings
from .tasks import count_demand

__all__ = [
    "LONGEST_DAYS",
    "Bar",
    "Beginnings",
    "GuideLink",
    "LostDemand",
    "Period",
    "Shortage",
    "beginnings",
    "count_demand",
    "count_lost",
    "shortages",
    "takings",
]
