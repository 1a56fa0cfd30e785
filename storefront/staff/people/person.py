"""Somebody at the desk: who they are and which roles they have."""

from collections.abc import Iterable
from dataclasses import dataclass

from ..rights import ROLES


@dataclass(frozen=True, slots=True)
class StaffPerson:
    """A person of the back office, by the name that stands beside what they do.

    roles are some of 'owner', 'orders', 'stock' and 'writer'; raises ValueError for any other.
    """

    name: str
    roles: frozenset[str] = frozenset({"owner"})

    def __init__(self, name: str, roles: Iterable[str] = ("owner",)) -> None:
        given = frozenset(roles)
        if not given <= set(ROLES):
            unknown = ", ".join(sorted(given - set(ROLES)))
            raise ValueError(f"{unknown} is no role; there are {', '.join(ROLES)}")
        object.__setattr__(self, "name", name)
        object.__setattr__(self, "roles", given)
