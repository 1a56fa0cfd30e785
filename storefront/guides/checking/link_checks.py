"""What link health says of one text, for whoever is writing it."""

from collections.abc import Iterator

from ..health.ills import KINDS
from ..health.names import read_names
from ..health.of_text import ills_of_text
from ..source.lines import Lines
from .check import Check, Fix

#: What nothing else says of a text: its kind there, and how it weighs.
_TOLD = {
    "renamed": ("link", "note"),
    "archived": ("link", "warn"),
    "sold_out": ("link", "note"),
    "token": ("link", "note"),
    "heading": ("heading", "warn"),
}


def links_and_headings(source: str) -> Iterator[Check]:
    """Links to what is renamed, archived or sold out, tokens that say nothing, and headings."""
    lines = Lines(source)
    for ill in ills_of_text(source, read_names()):
        if ill.kind in _TOLD:
            kind, severity = _TOLD[ill.kind]
            yield Check(
                kind, severity, ill.start, ill.end, *lines.place(ill.start), ill.message,
                KINDS[ill.kind].hint,
                fixes=(Fix(f"Write “{ill.instead}”", ill.instead),) if ill.instead else (),
            )  # fmt: skip
