"""Verbs of the guides: save what files say, rename, publish, archive. None of them commits."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import delete, insert, select

from .. import catalog, claims
from ..database import require_transaction
from ..errors import NotFound, Refusal
from ..local_time import today
from ..pages import drop_pages
from .linking import Known, compile_blocks, mentions
from .models import Guide, GuideMention
from .problems import BrokenGuide
from .reading import GuideFile
from .references import known_names, problems_of
from .wording import findings_in


class UnknownGuide(NotFound):
    """There is no guide at this slug."""

    def __init__(self, slug: str) -> None:
        self.slug = slug
        super().__init__(f"There is no guide “{slug}”.")


class BlockedWording(Refusal):
    """A guide may not be published: it says what the law of a market forbids."""

    def __init__(self, findings: Iterable[claims.Finding]) -> None:
        self.findings = tuple(findings)
        super().__init__("\n".join(str(finding) for finding in self.findings))


@dataclass(frozen=True, slots=True)
class Saved:
    """What became of one file."""

    file: str
    slug: str
    state: str
    is_new: bool


def save_guide(
    file: GuideFile, *, pictures: Mapping[str, int] | None = None, publish: bool = False
) -> Saved:
    """Creates or updates the guide at the file's slug; see save_guides."""
    return save_guides([file], pictures=pictures, publish=publish)[0]


def save_guides(
    files: Sequence[GuideFile],
    *,
    pictures: Mapping[str, int] | None = None,
    publish: bool = False,
) -> tuple[Saved, ...]:
    """Creates or updates guides that may link to each other, all or none.

    pictures maps file names to ids. A new guide is a draft unless it is published here; one that
    is published stays so. Raises BrokenGuide for names that the shop does not know, BlockedWording
    when a guide that would be public says what a market forbids.
    """
    session = require_transaction()
    known = known_names(files, pictures or {})
    problems = problems_of(files, known)
    if problems:
        raise BrokenGuide(problems)
    rows = {file.slug: _row(file) for file in files}
    was_new = {slug: row.id is None for slug, row in rows.items()}
    refuse_blocked(f for f in files if publish or rows[f.slug].state == "published")
    for file in files:
        _write(rows[file.slug], file, known)
        if publish:
            _publish(rows[file.slug])
    session.add_all(rows.values())
    session.flush()  # from here on every guide has an id that the others can link to
    ids = dict(known.guides) | {slug: row.id for slug, row in rows.items()}
    for file in files:
        _link(rows[file.slug], file, Known(known.products, ids, known.pictures))
    session.flush()
    drop_pages()
    return tuple(
        Saved(file.file, file.slug, rows[file.slug].state, was_new[file.slug]) for file in files
    )


def refuse_blocked(files: Iterable[GuideFile]) -> None:
    """Raises BlockedWording when a block rule of any market hits one of these files."""
    findings = [
        finding
        for file in files
        for finding in findings_in(file.source, file.file)
        if finding.hit.is_block
    ]
    if findings:
        raise BlockedWording(findings)


def publish_guide(slug: str) -> None:
    """Shows a guide to readers; raises UnknownGuide, or BlockedWording for what it says."""
    guide = _existing(slug)
    findings = findings_in(guide.source, f"guide {slug}")
    blocked = [finding for finding in findings if finding.hit.is_block]
    if blocked:
        raise BlockedWording(blocked)
    _publish(guide)
    drop_pages()


def archive_guide(slug: str) -> None:
    """Takes a guide out of the shop; links to it become plain text. Raises UnknownGuide."""
    _existing(slug).state = "archived"
    drop_pages()


def rename_guide(slug: str, new_slug: str) -> None:
    """Moves a guide to another address; the old one leads there for ever.

    Raises UnknownGuide, or catalog.SlugTaken when another guide has or once had the new address.
    """
    guide = _existing(slug)
    if new_slug == slug:
        return
    if _at(new_slug) is not None:
        raise catalog.SlugTaken("guide", new_slug)
    _move(guide, new_slug)
    drop_pages()


def _row(file: GuideFile) -> Guide:
    """The guide that a file is about: at its slug, else where it was before, else a new one."""
    guide = _at(file.slug)
    if guide is None and file.formerly:
        guide = _at(file.formerly)
        if guide is not None:
            _move(guide, file.slug)
    return guide or Guide(slug=file.slug, state="draft", blocks=[])


def _write(guide: Guide, file: GuideFile, known: Known) -> None:
    for name in ("title", "summary", "source", "minutes_to_read", "author", "reviewer",
                 "reviewed_on", "updated_on", "ai_use", "picture_alt"):  # fmt: skip
        setattr(guide, name, getattr(file, name))
    guide.published_on = file.published_on or guide.published_on
    guide.picture_id = known.pictures[file.picture] if file.picture else None


def _link(guide: Guide, file: GuideFile, known: Known) -> None:
    session = require_transaction()
    guide.blocks = compile_blocks(file, known)
    if file.formerly and _at(file.formerly) is None:
        catalog.remember_slug("guide", guide.id, file.formerly)
    session.execute(delete(GuideMention).where(GuideMention.guide_id == guide.id))
    found = [
        {"guide_id": guide.id, "product_id": product_id, "block": block}
        for product_id, block in mentions(guide.blocks)
    ]
    if found:
        session.execute(insert(GuideMention), found)


def _publish(guide: Guide) -> None:
    guide.state = "published"
    guide.published_on = guide.published_on or today()


def _at(slug: str) -> Guide | None:
    return (
        require_transaction().execute(select(Guide).where(Guide.slug == slug)).scalar_one_or_none()
    )


def _existing(slug: str) -> Guide:
    guide = _at(slug)
    if guide is None:
        raise UnknownGuide(slug)
    return guide


def _move(guide: Guide, new_slug: str) -> None:
    catalog.move_slug("guide", guide.id, old=guide.slug, new=new_slug)
    guide.slug = new_slug
    require_transaction().flush()
