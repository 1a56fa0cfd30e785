"""One thing that is to be said about a text; its place is two offsets, for an editor to mark."""

from dataclasses import dataclass

#: How much a check weighs: block stops publishing, warn and note do not.
SEVERITIES = ("note", "warn", "block")


@dataclass(frozen=True, slots=True)
class Fix:
    """What may stand in the place of what is wrong, taken with one press.

    It takes the place between start and end, or that of the check itself where they are left out.
    """

    label: str
    text: str
    start: int = -1
    end: int = -1


@dataclass(frozen=True, slots=True)
class Check:
    """Something to look at between two offsets of a source, why, and what could stand there."""

    kind: str  # mistake, claim, mention, price, link, picture, heading
    severity: str
    start: int
    end: int
    line: int
    column: int
    message: str
    why: str = ""
    source_url: str = ""
    fixes: tuple[Fix, ...] = ()
