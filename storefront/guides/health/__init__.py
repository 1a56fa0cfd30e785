"""Whether what guides lead to and show is there: one list of what is broken or could be better."""

from .finding import Ills, find_ills, ills_of_guide
from .ills import KINDS, TEXTS, Ill

__all__ = ["KINDS", "TEXTS", "Ill", "Ills", "find_ills", "ills_of_guide"]
