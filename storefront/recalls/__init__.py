"""Recalls: everybody who got units of a bad lot is written to, once."""

from .letters import letter, picture_url
from .models import Recall
from .operations import REMEDIES, Notice, PlayedDown, TooFewRemedies, recall
from .queries import Told, recall_of, recalled_skus, told
from .wording import softening

__all__ = [
    "REMEDIES",
    "Notice",
    "PlayedDown",
    "Recall",
    "Told",
    "TooFewRemedies",
    "letter",
    "picture_url",
    "recall",
    "recall_of",
    "recalled_skus",
    "softening",
    "told",
]
