"""Guides from files: the shop's own form, and articles that were written for another site."""

from .drafting import Draft
from .kept import MOST_FILES, Kept, keep, kept_files
from .own_files import Batch, are_own, read_batch, take_in_pictures
from .report import STATUSES, Report, status_of, weight
from .taking_in import examine, save_drafts, take_in_pictures_of, told_of, unpacking_place

__all__ = [
    "MOST_FILES",
    "STATUSES",
    "Batch",
    "Draft",
    "Kept",
    "Report",
    "are_own",
    "examine",
    "keep",
    "kept_files",
    "read_batch",
    "save_drafts",
    "status_of",
    "take_in_pictures",
    "take_in_pictures_of",
    "told_of",
    "unpacking_place",
    "weight",
]
