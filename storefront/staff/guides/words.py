"""What staff read about a guide's state."""

from ... import guides
from ...display import show_moment

STATES = {"draft": "Draft", "published": "In the shop", "archived": "Archived"}

#: State into which staff take a guide → what the log calls it.
MOVED = {"draft": "taken out", "archived": "archived"}


def state_line(sheet: guides.Sheet) -> str:
    """Where a guide stands, in a sentence or two."""
    parts = [STATES[sheet.state]]
    if sheet.has_changes:
        parts.append("with changes that are not")
    line = ", ".join(parts)
    if sheet.publish_problem:
        return f"{line}. It was not published at its moment"
    if sheet.publish_at:
        return f"{line}. Goes public by itself on {show_moment(sheet.publish_at)}"
    return line
