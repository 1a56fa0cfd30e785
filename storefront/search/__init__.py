"""One search over products and guides: as a page, and while somebody types."""

from .facets import Facet, Facets, Filters, read_filters
from .misses import Miss, forget_miss, forget_old_misses, misses, normal, note_miss
from .operations import rebuild, refresh
from .queries import Found, GuideHit, ProductHit, search, suggest
from .questions import tidy

__all__ = [
    "Facet",
    "Facets",
    "Filters",
    "Found",
    "GuideHit",
    "Miss",
    "ProductHit",
    "forget_miss",
    "forget_old_misses",
    "misses",
    "normal",
    "note_miss",
    "read_filters",
    "rebuild",
    "refresh",
    "search",
    "suggest",
    "tidy",
]
