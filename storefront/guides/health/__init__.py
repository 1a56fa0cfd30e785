"""Whether what guides lead to and show is there: one list of what is broken or could be better."""

from .finding import Ills, find_ills
from .ills import KINDS, Ill

__all__ = ["KINDS", "Ill", "Ills", "find_ills"]
