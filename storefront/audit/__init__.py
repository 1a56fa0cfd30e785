"""Who changed what in the shop, and when: a book that is only ever added to."""

from .models import AuditEntry
from .operations import record
from .queries import FoundEntries, actions, entries

__all__ = ["AuditEntry", "FoundEntries", "actions", "entries", "record"]
