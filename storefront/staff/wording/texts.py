"""What stands in the shop and waits in drafts, laid before the rules; who wrote which words."""

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import takewhile
from typing import Any

from sqlalchemy import select

from ... import audit, catalog, claims, comments, guides, reviews
from ...database import db
from ...pages import shop_url

_KEPT_TEXTS = 8192


@dataclass(frozen=True, slots=True)
class Waiting:
    """A sentence that no market may read before a second person has signed for it."""

    place: str  # 'guide 12', 'product 5 summary'
    where: str  # in words
    url: str  # where somebody would change it
    sentence: str
    markets: tuple[str, ...]
    rules: tuple[claims.Hit, ...]
    author: str


@dataclass(frozen=True, slots=True)
class Unsigned:
    """A guide or product that readers see although nobody answers for these words of it."""

    where: str
    url: str
    sentences: tuple[str, ...]
    take_out_url: str
    take_out_fields: tuple[tuple[str, str], ...]
    right: str  # the one that taking it out needs


def waiting() -> list[Waiting]:
    """Every sentence that waits, drafts included, in the order of the shop."""
    found = _unsigned(_texts()).items()
    return [_waiting(place, sentence, each) for (place, sentence), each in found]


def public_unsigned() -> list[Unsigned]:
    """What readers see although it waits: a signature was withdrawn, or a rule changed since.

    Nothing is taken away from readers by itself; somebody of the shop takes it out or changes it.
    """
    sentences: dict[str, list[str]] = {}
    for place, sentence in _unsigned(_public_texts()):
        sentences.setdefault(" ".join(place.split()[:2]), []).append(sentence)
    return [_public(subject, tuple(dict.fromkeys(each))) for subject, each in sentences.items()]


def findings_at(place: str, sentence: str) -> list[claims.Finding]:
    """What all markets say now of a sentence in a place."""
    texts = (text for text in _texts() if text.key == place)
    found = (finding for text in texts for finding in claims.find([text]))
    return [finding for finding in found if finding.hit.sentence == sentence]


def authors_of(place: str, sentence: str) -> list[str]:
    """Who had a hand in a sentence: who brought it in, and who saved its text last.

    Nobody where that is not written down anywhere, as of files that were imported.
    """
    kind, number, *_ = place.split()
    if kind == "guide":
        return _guide_authors(int(number), sentence)
    return _product_authors(place, sentence)


def hits_by_rule() -> Counter[str]:
    """Rule → how many places of the shop trip it now."""
    found = (finding for text in _texts() for finding in _findings(text))
    return Counter(finding.hit.rule_id for finding in found)


def findings_of_rule(rule_id: str) -> list[claims.Finding]:
    """Where the shop trips a rule now."""
    found = (finding for text in _texts() for finding in _findings(text))
    return [finding for finding in found if finding.hit.rule_id == rule_id]


def public_texts() -> Iterator[claims.Text]:
    """What shoppers read now, for changes of the rules that are looked at before they count."""
    yield from catalog.shop_texts(is_public=True)
    yield from guides.shop_texts(is_public=True)
    yield from comments.shop_texts()
    yield from reviews.shop_texts()
    yield from claims.template_texts()


def edit_url(place: str) -> str:
    """Where the words of a place are changed; '' where only files hold them."""
    kind, _, rest = place.partition(" ")
    number, _, field = rest.partition(" ")
    if not number.isdigit():
        return ""
    if kind == "guide":
        return shop_url("staff_guide", id=int(number))
    if field == "pictures":
        return shop_url("staff_pictures", id=int(number))
    return shop_url("staff_product", id=int(number), _anchor=field)


def _texts() -> Iterator[claims.Text]:
    yield from catalog.shop_texts()
    for sheet in guides.newest_texts():
        place, key = f"guide {sheet.slug}", f"guide {sheet.id}"
        yield from claims.texts_in_markdown(sheet.source, place, key=key)


def _public_texts() -> Iterator[claims.Text]:
    """The texts that readers see now, of guides and products."""
    P, guide = catalog.Product, guides.Guide
    shown = set(db.session.scalars(select(P.id).where(P.state == "published")))
    for text in catalog.shop_texts():
        kind, *rest = text.key.split() or [""]
        if kind == "product" and int(rest[0]) in shown:
            yield text
    rows = db.session.execute(
        select(guide.id, guide.slug, guide.source)
        .where(guide.state == "published")
        .order_by(guide.slug)
    )
    for id_, slug, source in rows:
        yield from claims.texts_in_markdown(source, f"guide {slug}", key=f"guide {id_}")


def _findings(text: claims.Text) -> tuple[claims.Finding, ...]:
    return _judged(text, claims.current_house())


@lru_cache(maxsize=_KEPT_TEXTS)
def _judged(text: claims.Text, house: claims.House) -> tuple[claims.Finding, ...]:
    """Findings, remembered as long as neither the text nor the rules change."""
    return tuple(claims.find([text], house=house))


def _unsigned(texts: Iterable[claims.Text]) -> dict[tuple[str, str], list[claims.Finding]]:
    """Place and sentence → what blocks it in a market served without anybody's signature."""
    found = [finding for text in texts for finding in _findings(text)]
    grouped: dict[tuple[str, str], list[claims.Finding]] = {}
    for finding in claims.not_signed(_served(found)):
        if finding.key:
            grouped.setdefault((finding.key, finding.hit.sentence), []).append(finding)
    return grouped


def _served(findings: list[claims.Finding]) -> list[claims.Finding]:
    """With the markets only to which the shop delivers; a block elsewhere stops nothing."""
    served = catalog.markets_served() or claims.MARKETS
    kept = []
    for finding in findings:
        here = {m: s for m, s in finding.hit.severities.items() if m in served}
        if "block" in here.values():
            hit = replace(finding.hit, severities=here, severity="block")
            kept.append(replace(finding, hit=hit))
    return kept


def _public(subject: str, sentences: tuple[str, ...]) -> Unsigned:
    kind, _, number = subject.partition(" ")
    if kind == "guide":
        guide = guides.guide_sheet(int(number))
        where = guide.title if guide else subject
        take_out = shop_url("staff_move_guide", id=int(number))
        return Unsigned(where, edit_url(subject), sentences, take_out, (), "publish_guides")
    product = catalog.product_sheet(int(number))
    where = product.name if product else subject
    seen = (("seen", product.seen.isoformat()),) if product else ()
    take_out = shop_url("staff_move_product", id=int(number))
    return Unsigned(where, edit_url(f"{subject} gate"), sentences, take_out, seen, "products")


def _waiting(place: str, sentence: str, findings: list[claims.Finding]) -> Waiting:
    blocked = set().union(*(claims.blocking_markets(finding) for finding in findings))
    rules = {finding.hit.rule_id: finding.hit for finding in findings}
    return Waiting(
        place=place,
        where=findings[0].place,
        url=edit_url(place),
        sentence=sentence,
        markets=tuple(market for market in claims.MARKETS if market in blocked),
        rules=tuple(rules.values()),
        author=", ".join(authors_of(place, sentence)),
    )


def _guide_authors(guide_id: int, sentence: str) -> list[str]:
    revision = guides.GuideRevision
    rows = db.session.execute(
        select(revision.number, revision.saved_by, revision.note, revision.source)
        .where(revision.guide_id == guide_id)
        .order_by(revision.number)
    )
    kept = {row.number: row for row in rows}
    at, with_it = max(kept, default=0), []
    while at in kept and any(sentence in text for text in _plain(kept[at].source)):
        with_it.append(kept[at].saved_by)
        at = guides.restored_from(kept[at].note) or at - 1
    known = [author for author in with_it if author]  # a move saves a text, and writes nothing
    return [*dict.fromkeys([known[0], known[-1]])] if known else []


def _plain(source: str) -> Iterator[str]:
    return (claims.plain(text.text, text.markup) for text in claims.texts_in_markdown(source, ""))


def _product_authors(place: str, sentence: str) -> list[str]:
    """Who last wrote this field by the log, and who brought the sentence into it.

    All addresses of the product count. Nobody, where no entry tells: words of a file that was
    imported are not those of whoever changed a price. Where the log does not tell fields apart,
    everybody counts who changed anything.
    """
    _, number, field = place.split()
    sheet = catalog.product_sheet(int(number))
    if sheet is None:
        return []
    entries = [(actor, _logged(field, json.loads(after))) for actor, after in _log_of(sheet)]
    wrote = [(actor, words) for actor, words in entries if words is not None]
    with_it = [actor for actor, _ in takewhile(lambda one: sentence in claims.plain(one[1]), wrote)]
    if with_it:
        return [*dict.fromkeys([with_it[0], with_it[-1]])]
    if field in sheet.facts:
        return [actor for actor, _ in wrote[:1]]
    return [*dict.fromkeys(actor for actor, _ in entries)]


def _log_of(sheet: catalog.Sheet) -> Sequence[tuple[str, str]]:
    """Who changed a product and what it was then, as JSON, the newest first."""
    former = catalog.FormerSlug
    slugs = select(former.slug).where(former.kind == "product", former.target_id == sheet.id)
    entry = audit.AuditEntry
    subjects = [f"product {slug}" for slug in (sheet.slug, *db.session.scalars(slugs))]
    rows = db.session.execute(
        select(entry.actor, entry.after)
        .where(entry.subject.in_(subjects))
        .order_by(entry.id.desc())
    )
    return [(actor, after) for actor, after in rows]


def _logged(field: str, after: Mapping[str, Any]) -> str | None:
    """What an entry of the log says a field became; None where it was left as it was."""
    if field == "slug" and field in after:
        return str(after[field]).replace("-", " ")
    if field != "sizes":
        return after.get(field)
    names = [str(words) for name, words in after.items() if name.endswith(" name")]
    return "\n\n".join(names) or None
