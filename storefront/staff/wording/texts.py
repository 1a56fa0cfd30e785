"""What stands in the shop and waits in drafts, laid before the rules; who wrote which words."""

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache

from sqlalchemy import select

from ... import audit, catalog, claims, guides
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


def waiting() -> list[Waiting]:
    """Every sentence that waits, drafts included, in the order of the shop."""
    texts = list(_texts())
    found = [finding for text in texts for finding in _findings(text)]
    grouped: dict[tuple[str, str], list[claims.Finding]] = {}
    for finding in claims.not_signed(_served(found)):
        if finding.key:
            grouped.setdefault((finding.key, finding.hit.sentence), []).append(finding)
    return [_waiting(place, sentence, each) for (place, sentence), each in grouped.items()]


def findings_at(place: str, sentence: str) -> list[claims.Finding]:
    """What all markets say now of a sentence in a place."""
    texts = (text for text in _texts() if text.key == place)
    found = (finding for text in texts for finding in claims.find([text]))
    return [finding for finding in found if finding.hit.sentence == sentence]


def authors_of(place: str, sentence: str) -> list[str]:
    """Who had a hand in a sentence: who brought it in, and who saved its text last."""
    kind, number, *_ = place.split()
    return _guide_authors(int(number), sentence) if kind == "guide" else [_product_author(place)]


def hits_by_rule() -> Counter[str]:
    """Rule → how many places of the shop trip it now."""
    found = (finding for text in _texts() for finding in _findings(text))
    return Counter(finding.hit.rule_id for finding in found)


def findings_of_rule(rule_id: str) -> list[claims.Finding]:
    """Where the shop trips a rule now."""
    found = (finding for text in _texts() for finding in _findings(text))
    return [finding for finding in found if finding.hit.rule_id == rule_id]


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
    guide, revision = guides.Guide, guides.GuideRevision
    newest = (revision.guide_id == guide.id) & (revision.number == guide.newest)
    rows = db.session.execute(
        select(guide.id, guide.slug, guide.source, revision.source)
        .outerjoin(revision, newest)
        .where(guide.state != "archived")
        .order_by(guide.slug)
    )
    for id_, slug, public, written in rows:
        yield from claims.texts_in_markdown(written or public, f"guide {slug}", key=f"guide {id_}")


def _findings(text: claims.Text) -> tuple[claims.Finding, ...]:
    return _judged(text, claims.current_house())


@lru_cache(maxsize=_KEPT_TEXTS)
def _judged(text: claims.Text, house: claims.House) -> tuple[claims.Finding, ...]:
    """Findings, remembered as long as neither the text nor the rules change."""
    return tuple(claims.find([text], house=house))


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
        select(revision.saved_by, revision.source)
        .where(revision.guide_id == guide_id)
        .order_by(revision.number.desc())
    ).all()
    with_it = []
    for saved_by, source in rows:
        if not any(sentence in text for text in _plain(source)):
            break
        with_it.append(saved_by)
    found = [rows[0].saved_by, with_it[-1]] if rows and with_it else []
    return [author for author in dict.fromkeys(found) if author]


def _plain(source: str) -> Iterator[str]:
    return (claims.plain(text.text, text.markup) for text in claims.texts_in_markdown(source, ""))


def _product_author(place: str) -> str:
    """Who last wrote this field, or else anything of the product, by the log."""
    _, number, field = place.split()
    sheet = catalog.product_sheet(int(number))
    entry = audit.AuditEntry
    rows = db.session.execute(
        select(entry.actor, entry.after)
        .where(entry.subject == f"product {sheet.slug if sheet else ''}")
        .order_by(entry.id.desc())
    ).all()
    wrote = [actor for actor, after in rows if field in json.loads(after)]
    return (wrote or [actor for actor, _ in rows] or ["an import"])[0]
