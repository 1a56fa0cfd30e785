"""Orders taken by phone: put together by staff, paid by the shopper through a link in a letter."""

from .letters import KIND, letter_references
from .models import Draft
from .operations import (
    NothingToPay,
    PaidMeanwhile,
    Wish,
    cancel,
    change,
    reopen,
    send,
    write,
)
from .queries import (
    MOST_NAMED,
    STATES,
    FoundDraft,
    FoundDrafts,
    articles_named,
    by_reference,
    price,
    search,
)

__all__ = [
    "KIND",
    "MOST_NAMED",
    "STATES",
    "Draft",
    "FoundDraft",
    "FoundDrafts",
    "NothingToPay",
    "PaidMeanwhile",
    "Wish",
    "articles_named",
    "by_reference",
    "cancel",
    "change",
    "letter_references",
    "price",
    "reopen",
    "search",
    "send",
    "write",
]
