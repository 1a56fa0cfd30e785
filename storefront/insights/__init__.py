"""What sold, what could not be sold, and how far a new shop has come."""

from .beginnings import Beginnings, beginnings
from .guide_report import NO_GUIDE, Article, GuideReport, Span, Sums, guide_report
from .models import GuideAdd, GuideRead, LostDemand
from .operations import count_add, count_lost, count_read
from .shortage import GuideLink, Shortage, shortages
from .takings import LONGEST_DAYS, Bar, Period, takings
from .tasks import count_added, count_demand

__all__ = [
    "LONGEST_DAYS",
    "NO_GUIDE",
    "Article",
    "Bar",
    "Beginnings",
    "GuideAdd",
    "GuideLink",
    "GuideRead",
    "GuideReport",
    "LostDemand",
    "Period",
    "Shortage",
    "Span",
    "Sums",
    "beginnings",
    "count_add",
    "count_added",
    "count_demand",
    "count_lost",
    "count_read",
    "guide_report",
    "shortages",
    "takings",
]
