"""What sold, and what could not be sold."""

from .models import LostDemand
from .operations import count_lost
from .queries import Lost, lost_by_sku
from .tasks import count_demand

__all__ = ["Lost", "LostDemand", "count_demand", "count_lost", "lost_by_sku"]
