"""Verbs of the guides desk: write, save, restore, publish, archive. None of them commits.

Whoever saves or publishes says which revision they saw. When there is a newer one by then, they are
refused and see the difference: of two people at one guide nobody writes over the other unseen.
"""

from ... import catalog
from ...database import require_transaction
from ...errors import Refusal
from ...local_time import today
from ..models import Guide
from ..references import is_free
from ..source.facts import new_source
from ..source.front_matter import LONGEST, first_free
from .showing import keep_up, show, take_out
from .writing import add_revision, guide_of, source_of, take_guides

_RESTORED = "Restored from revision "
_LONGEST_STEM = LONGEST["slug"] - 8


class NoTitle(Refusal):
    """A guide needs a name."""

    def __init__(self) -> None:
        super().__init__("Write a title. You can change it at any time.")


class ChangedMeanwhile(Refusal):
    """There is a newer revision than the one that was seen."""

    status = 409

    def __init__(self, newest: int) -> None:
        self.newest = newest
        super().__init__("Somebody else saved this guide meanwhile. Please look at it first.")


class NoSuchRevision(Refusal):
    """A guide has no revision of this number."""

    status = 404

    def __init__(self, number: int) -> None:
        super().__init__(f"This guide has no revision {number}.")


def create_guide(title: str, *, author: str, by: str) -> int:
    """A new draft with nothing but a title; gives its number. Raises NoTitle."""
    name = " ".join(title.split())[: LONGEST["title"]]
    if not name:
        raise NoTitle
    session = require_transaction()
    take_guides()
    slug = _free_slug(name)
    facts = {"title": name, "slug": slug, "author": author, "updated_on": today().isoformat()}
    source = new_source(facts)
    guide = Guide(
        slug=slug, title=name, summary="", state="draft", source=source, blocks=[],
        minutes_to_read=1, author=author, updated_on=today(),
    )  # fmt: skip
    session.add(guide)
    session.flush()
    add_revision(guide, source, by=by, note="Begun")
    return guide.id


def save_draft(guide_id: int, source: str, *, seen: int, by: str, note: str = "") -> int:
    """Keeps a text as the newest revision, also one with mistakes, and gives its number.

    What readers see stays as it is. Raises UnknownGuide, ChangedMeanwhile.
    """
    take_guides()
    guide = guide_of(guide_id)
    if source == source_of(guide, guide.newest):
        return guide.newest
    _refuse_unless_seen(guide, seen)
    number = add_revision(guide, source, by=by, note=note)
    if guide.state != "published":
        keep_up(guide, source)
    return number


def restore_revision(guide_id: int, number: int, *, seen: int, by: str) -> int:
    """Makes a new revision with the text of an old one, and gives its number.

    Raises UnknownGuide, NoSuchRevision, ChangedMeanwhile.
    """
    take_guides()
    guide = guide_of(guide_id)
    source = source_of(guide, number)
    if source is None:
        raise NoSuchRevision(number)
    return save_draft(guide_id, source, seen=seen, by=by, note=f"{_RESTORED}{number}")


def restored_from(note: str) -> int:
    """The number of the revision whose text the one with this note has; 0 for one that was written.

    Nobody else begins a note like this.
    """
    number = note.removeprefix(_RESTORED)
    return int(number) if number != note and number.isdecimal() else 0


def publish_newest(guide_id: int, *, seen: int) -> bool:
    """Shows the newest revision to readers; False when they see it already.

    Raises UnknownGuide, ChangedMeanwhile, BrokenGuide, BlockedWording.
    """
    take_guides()
    guide = guide_of(guide_id)
    _refuse_unless_seen(guide, seen)
    if guide.state == "published" and guide.shown == guide.newest:
        return False
    show(guide, guide.newest, day=today())
    return True


def move_guide(guide_id: int, state: str) -> bool:
    """Takes a guide out of the shop as a draft or into the archive; False when it is there."""
    take_guides()
    guide = guide_of(guide_id)
    if guide.state == state:
        return False
    take_out(guide, state)
    return True


def _refuse_unless_seen(guide: Guide, seen: int) -> None:
    if seen != guide.newest:
        raise ChangedMeanwhile(guide.newest)


def _free_slug(title: str) -> str:
    stem = catalog.slug_from(title)[:_LONGEST_STEM].strip("-") or "guide"
    return first_free(stem, lambda slug: not is_free(slug))
