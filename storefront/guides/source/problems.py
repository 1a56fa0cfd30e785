"""What is wrong with a guide's file, told the way a person can mend it."""

from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches

from ...errors import Refusal


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """One mistake: where it stands, what is wrong, and what to write instead."""

    file: str
    line: int
    column: int
    what: str
    instead: str
    kind: str = "mistake"  # or link, picture, heading: what it is about

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}: {self.what} {self.instead}".rstrip()


class BrokenGuide(Refusal):
    """A guide's file cannot be read; carries every problem that was found in it."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(sorted(set(problems)))
        super().__init__("\n".join(str(problem) for problem in self.problems))


class Notes:
    """The problems of one file, collected while it is read, so that all are told at once."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.problems: list[Problem] = []

    def add(
        self, line: int, column: int, what: str, instead: str = "", *, kind: str = "mistake"
    ) -> None:
        """Writes down one mistake; line and column count from 1."""
        self.problems.append(Problem(self.file, line, column, what, instead, kind))

    def raise_if_any(self) -> None:
        """Raises BrokenGuide when something was written down."""
        if self.problems:
            raise BrokenGuide(self.problems)


def nearest(word: str, known: Iterable[str]) -> str:
    """The known word most like this one, or nothing when none is near."""
    found = get_close_matches(word, list(known), n=1, cutoff=0.5)
    return found[0] if found else ""


def suggestion(word: str, known: Iterable[str], otherwise: str = "") -> str:
    """'Did you mean …?' with the nearest known word, or another sentence."""
    near = nearest(word, known)
    return f"Did you mean “{near}”?" if near else otherwise
