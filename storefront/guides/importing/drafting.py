"""From found articles to guides: facts above the text, an address, pictures by their names.

Nothing is written here. What an import would do is known before it is done.
"""

import hashlib
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import unquote

from sqlalchemy import select

from ... import catalog
from ...database import db
from ...local_time import today
from ...pages import settings
from ..checking.mentioning import proposals, wordbook
from ..models import Guide, GuideRevision
from ..source.facts import facts_of, new_source, with_facts
from ..source.front_matter import first_free
from ..source.problems import BrokenGuide, Problem
from ..source.reading import GuideFile, read_guide_text
from ..wording import findings_in
from .articles import FoundArticle, FoundPicture, escaped, split_address
from .html import picture_markdown
from .origins import GuideOrigin
from .picture_names import PictureNames
from .sources import Sources

_LINK_OR_MARK = re.compile(r"!?\[([^\[\]]*+)\]\([^()]*+\)|[*\\]")
_LINK = re.compile(r"\]\((https?://[^()\s]+)\)")
_SENTENCES = re.compile(r"(?s)^.{20,200}?[.!?](?=\s|$)")
_LONGEST_SLUG = 90


@dataclass(frozen=True, slots=True)
class Shown:
    """A picture in a draft, what stands there without it, and what an editor is told of it."""

    markdown: str
    instead: str
    told: str = ""


@dataclass(slots=True)
class Draft:
    """An article as a guide, and what became or would become of it.

    status is new, updated (the article has changed, the guide has not), unchanged, edited (the
    guide was changed here since) or published; the last three are left as they are. problems
    keep it out; broken are pictures that it comes in without.
    """

    article: FoundArticle
    slug: str
    status: str
    source: str = ""
    digest: str = ""
    guide_id: int | None = None
    file: GuideFile | None = None
    path: str = ""  # the old address, which leads here from now on
    found: dict[str, Path] = field(default_factory=dict)
    missing: list[str] = field(default_factory=list)
    broken: list[str] = field(default_factory=list)
    shown: dict[str, list[Shown]] = field(default_factory=dict)
    digest_here: str = ""  # of what an earlier import wrote, as it stands here now
    problems: list[Problem] = field(default_factory=list)
    mentions: int = 0
    chosen: int = 0
    claims: Counter[str] = field(default_factory=Counter)

    @property
    def is_written(self) -> bool:
        """Whether an import writes this guide."""
        return self.status in {"new", "updated"} and not self.problems


def drafts_of(articles: Sequence[FoundArticle], sources: Sources) -> list[Draft]:
    """A guide for each article, in four statements and those of their names."""
    there = _there([article.key[:500] for article in articles])
    taken = _taken_slugs()
    drafts, seen = [], set[str]()
    for article in articles:
        key = article.key[:500]
        if key in seen:  # the same article in two files of one import
            continue
        seen.add(key)
        drafts.append(_begun(article, there.get(key), taken))
    addresses = _addresses(drafts)
    names = PictureNames(sources)
    for draft in drafts:
        _write_source(draft, names, addresses)
        if draft.guide_id is not None:
            _compare(draft, *there[draft.article.key[:500]])
    _look(drafts)
    return drafts


def look_again(drafts: Iterable[Draft]) -> None:
    """Keeps those from being written that somebody has edited, or whose address was taken since."""
    written = [draft for draft in drafts if draft.is_written]
    there = _there([draft.article.key[:500] for draft in written])
    taken = _taken_slugs()
    for draft in written:
        now_there = there.get(draft.article.key[:500])
        if now_there is None and draft.slug in taken:
            what = f"The address “{draft.slug}” was taken meanwhile."
            draft.problems.append(Problem(draft.article.file, 1, 1, what, "Import it again."))
        elif now_there is not None and draft.guide_id is None:
            draft.status, draft.guide_id = "unchanged", now_there[1].id
        elif now_there is not None:
            _compare(draft, *now_there)


def _there(keys: Sequence[str]) -> dict[str, tuple[GuideOrigin, Guide]]:
    """What earlier imports made of these articles."""
    found: dict[str, tuple[GuideOrigin, Guide]] = {}
    for start in range(0, len(keys), 500):
        rows = db.session.execute(
            select(GuideOrigin, Guide)
            .join(Guide, Guide.id == GuideOrigin.guide_id)
            .where(GuideOrigin.key.in_(keys[start : start + 500]))
        )
        found |= {origin.key: (origin, guide) for origin, guide in rows}
    return found


def _taken_slugs() -> set[str]:
    former = select(catalog.FormerSlug.slug).where(catalog.FormerSlug.kind == "guide")
    return {*db.session.scalars(select(Guide.slug)), *db.session.scalars(former)}


def _begun(
    article: FoundArticle, there: tuple[GuideOrigin, Guide] | None, taken: set[str]
) -> Draft:
    path = unquote(split_address(article.address).path).rstrip("/")[:500]
    if there is not None:
        return Draft(article, there[1].slug, "unchanged", guide_id=there[1].id, path=path)
    last = path.rpartition("/")[2]
    name = catalog.slug_from(last.rpartition(".")[0] or last)
    stem = (name or catalog.slug_from(article.title) or "guide")[:_LONGEST_SLUG].strip("-")
    slug = first_free(stem, taken.__contains__)
    taken.add(slug)
    return Draft(article, slug, "new", path=path)


def _addresses(drafts: Iterable[Draft]) -> dict[str, str]:
    """Address on the old site → slug, of these articles and of those that came before."""
    rows = db.session.execute(
        select(GuideOrigin.key, Guide.slug).join(Guide, Guide.id == GuideOrigin.guide_id)
    )
    known = {_place(key): slug for key, slug in rows if "://" in key}
    return known | {_place(d.article.address): d.slug for d in drafts if d.article.address}


def _place(address: str) -> str:
    parts = split_address(address)
    return f"{parts.netloc.removeprefix('www.')}{parts.path.rstrip('/')}".casefold()


def _write_source(draft: Draft, names: PictureNames, addresses: Mapping[str, str]) -> None:
    article = draft.article
    article.summary = article.summary or _first_sentence(article.body)
    body = article.body
    for picture in article.pictures:
        body = body.replace(picture_markdown(picture), _picture(picture, draft, names))

    def link(match: re.Match[str]) -> str:
        slug = addresses.get(_place(match[1]))
        return f"](guide:{slug})" if slug and slug != draft.slug else match[0]

    body = re.sub(r"\n{3,}", "\n\n", _LINK.sub(link, body)).strip() + "\n"
    draft.source = new_source(_facts(draft, names), f"\n{body}")
    draft.digest = _digest(draft.source)


def _picture(picture: FoundPicture, draft: Draft, names: PictureNames) -> str:
    """The picture under the name it gets here; where there is none, its caption stays."""
    name = _taken_in(picture, draft, names)
    instead = f"*{escaped(picture.caption)}*" if picture.caption else ""
    if not name:
        return instead
    alt, told = picture.alt or picture.caption, ""
    if not alt:
        alt = re.sub(r"[-_.\d]+", " ", Path(picture.file).stem).strip() or "A picture"
        told = f"{picture.file} has no alternative text: say what it shows"
        draft.article.recovered.append(told)
    markdown = picture_markdown(FoundPicture("", name, alt, picture.caption)).replace(
        f"(<{name}>", f"({name}"
    )
    draft.shown.setdefault(name, []).append(Shown(markdown, instead, told))
    return markdown


def leave_out(draft: Draft, name: str, why: str) -> None:
    """Takes a picture out of a draft as if it were missing, and says why; read_again follows."""
    del draft.found[name]
    draft.broken.append(why)
    for shown in draft.shown.pop(name, ()):
        draft.source = draft.source.replace(shown.markdown, shown.instead)
        if shown.told in draft.article.recovered:
            draft.article.recovered.remove(shown.told)
    if (facts_of(draft.source) or {}).get("picture") == name:
        draft.source = with_facts(draft.source, {"picture": "", "picture_alt": ""})
    draft.source = re.sub(r"\n{3,}", "\n\n", draft.source).rstrip() + "\n"


def read_again(drafts: Sequence[Draft]) -> None:
    """Looks at drafts that have changed; one that says what is here already is not written."""
    for draft in drafts:
        draft.digest = _digest(draft.source)
        if draft.digest == draft.digest_here:
            draft.status = "unchanged"
    _look(drafts)


def _taken_in(picture: FoundPicture, draft: Draft, names: PictureNames) -> str:
    name, path = names.name_of(picture)
    if path is not None:
        draft.found[name] = path
    elif not name and picture.file not in draft.missing:
        draft.missing.append(picture.file)
    return name


def _facts(draft: Draft, names: PictureNames) -> dict[str, str]:
    article = draft.article
    cover = _taken_in(article.cover, draft, names) if article.cover else ""
    if not article.author:
        article.recovered.append("no author was found: write who wrote it")
    alt = article.cover.alt if article.cover else ""
    former = draft.path.removeprefix("/guides/")
    is_ours = former != draft.path and catalog.SLUG.fullmatch(former) and former != draft.slug
    published = article.published_on
    return {
        "title": article.title[:200],
        "slug": draft.slug,
        "summary": article.summary[:400],
        "picture": cover,
        "picture_alt": (alt or article.title) if cover else "",
        "author": (article.author or settings().STOREFRONT_NAME)[:200],
        "published_on": published.isoformat() if published else "",
        "updated_on": (article.updated_on or published or today()).isoformat(),
        "ai_use": article.ai_use,
        "formerly": former if is_ours else "",
    }


def _first_sentence(body: str) -> str:
    """What lists show until somebody writes a summary."""
    for part in body.split("\n\n"):
        words = " ".join(_LINK_OR_MARK.sub(r"\1", part).split())
        if len(words) > 20 and not part.startswith(("#", ">", "-", ":::", "|", "!", "*")):
            found = _SENTENCES.match(words)
            return found[0] if found else words[:197].rsplit(" ", 1)[0] + "…"
    return "Imported; write one or two sentences about it."


def _digest(source: str) -> str:
    """A name for a text; the day is left out, which may be that of the import."""
    return hashlib.sha256(re.sub(r"(?m)^updated_on:.*\n", "", source, count=1).encode()).hexdigest()


def _compare(draft: Draft, origin: GuideOrigin, guide: Guide) -> None:
    newest = db.session.scalar(
        select(GuideRevision.source)
        .where(GuideRevision.guide_id == guide.id)
        .order_by(GuideRevision.number.desc())
        .limit(1)
    )
    draft.digest_here = now = _digest(newest or guide.source)
    if draft.digest in {origin.digest, now}:
        draft.status = "unchanged"
    elif now != origin.digest:
        draft.status = "edited"
    else:
        draft.status = "published" if guide.state == "published" else "updated"


def _look(drafts: Iterable[Draft]) -> None:
    """Reads each guide as the shop will, and counts what an editor should look at."""
    book = wordbook()
    for draft in drafts:
        try:
            draft.file = read_guide_text(draft.source, f"{draft.article.file} → {draft.slug}")
        except BrokenGuide as broken:
            draft.problems = list(broken.problems)
            continue
        mentions = proposals(draft.source, book)
        draft.mentions, draft.chosen = len(mentions), sum(one.is_chosen for one in mentions)
        findings = findings_in(draft.source, draft.article.file)
        draft.claims = Counter(finding.hit.severity for finding in findings)
