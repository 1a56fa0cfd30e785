"""What a product must have before it is published, by market: facts, and words that may be said.

The facts follow EC 1223/2009 Art. 19, (EU) 2023/988 Art. 19, their UK twins, and 21 CFR 701 with
MoCRA. Each is one condition in SQL, so that a list of thousands and one page ask the same thing.
"""

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, false, or_, select

from .. import claims
from ..database import db
from ..errors import Refusal
from ..pages import settings
from .models import Product, ProductPicture, Variant
from .statements import P, V
from .wording import product_texts

_EU = "AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IT LT LU LV MT NL PL PT RO SE SI SK"
EU = frozenset(re.findall("..", _EU.replace(" ", "")))
MARKETS = ("EU", "UK", "US")
_EUROPE = ("EU", "UK")


@dataclass(frozen=True, slots=True)
class Need:
    """A fact that some markets want; field is where on the page it is written."""

    field: str
    words: str
    markets: tuple[str, ...]
    is_missing: ColumnElement[bool]


@dataclass(frozen=True, slots=True)
class MarketGate:
    """What is missing for one market; nobody waits for a market that the shop does not serve."""

    name: str
    is_served: bool
    missing: tuple[Need, ...]


@dataclass(frozen=True, slots=True)
class WordingHit:
    """Words of one field that a rule is tripped by, why, and what to say instead."""

    field: str
    excerpt: str
    category: str
    is_block: bool
    markets: tuple[str, ...]
    instead: str
    sources: tuple[str, ...]
    signed_by: str = ""  # who answers for words that a rule blocks; then they do not block any more


@dataclass(frozen=True, slots=True)
class Gate:
    """All that stands between a product and its readers."""

    markets: tuple[MarketGate, ...]
    hits: tuple[WordingHit, ...]

    @property
    def missing(self) -> tuple[Need, ...]:
        """Facts that the markets served wait for, each once."""
        found = [need for market in self.markets if market.is_served for need in market.missing]
        return tuple(dict.fromkeys(found))

    @property
    def is_open(self) -> bool:
        """Whether the product may be published."""
        return not self.missing and not any(hit.is_block for hit in self.hits)


class NotReady(Refusal):
    """A product that cannot be published yet."""

    def __init__(self, name: str, gate: Gate) -> None:
        self.gate = gate
        blocks = [f"“{hit.excerpt}”" for hit in gate.hits if hit.is_block]
        wanted = [need.words for need in gate.missing] + blocks
        super().__init__(f"{name} cannot be published yet: {', '.join(wanted)}.")


def _empty(name: str) -> ColumnElement[bool]:
    return P[name] == ""


def _no(statement: Select[Any]) -> ColumnElement[bool]:
    return ~statement.exists()


_IS_COSMETIC = P.kind.in_(("cosmetic", "set"))
_SOLD = and_(V.product_id == P.id, V.is_sold.is_(True))
_PICTURES = select(ProductPicture.id).where(ProductPicture.product_id == P.id)
_UNMEASURED = select(Variant.id).where(_SOLD, V.net_content.is_(None))

NEEDS: tuple[Need, ...] = (
    Need("summary", "a summary", MARKETS, _empty("summary")),
    Need("pictures", "a picture", MARKETS, _no(_PICTURES)),
    Need("sizes", "a size on sale", MARKETS, _no(select(Variant.id).where(_SOLD))),
    Need("sizes", "the net content of each size", MARKETS,
         and_(P.kind == "cosmetic", _UNMEASURED.exists())),
    Need("ingredients", "the ingredients (INCI)", MARKETS,
         and_(_IS_COSMETIC, _empty("ingredients"))),
    Need("directions", "directions", _EUROPE, and_(_IS_COSMETIC, _empty("directions"))),
    Need("warnings", "warnings", _EUROPE, and_(_IS_COSMETIC, _empty("warnings"))),
    Need("opened_months", "how long it keeps", _EUROPE,
         and_(_IS_COSMETIC, P.opened_months.is_(None), P.has_best_before.is_(False))),
    Need("origin_country", "the country of origin", _EUROPE,
         and_(_IS_COSMETIC, _empty("origin_country"))),
    Need("responsible_name", "the responsible person’s name", ("EU",), _empty("responsible_name")),
    Need("responsible_address", "the responsible person’s address", ("EU",),
         _empty("responsible_address")),
    Need("responsible_contact", "the responsible person’s e-mail or page", ("EU",),
         _empty("responsible_contact")),
    Need("responsible_uk", "the responsible person in the UK", ("UK",), _empty("responsible_uk")),
    Need("contact_us", "where US buyers report harm", ("US",),
         and_(_IS_COSMETIC, _empty("contact_us"))),
)  # fmt: skip
_COLUMNS = [case((need.is_missing, 1), else_=0).label(f"n{n}") for n, need in enumerate(NEEDS)]


def markets_served() -> tuple[str, ...]:
    """The markets that the shop delivers to."""
    codes = {code.strip().upper() for code in settings().STOREFRONT_COUNTRIES.split(",")}
    served = {"EU": bool(codes & EU), "UK": "GB" in codes, "US": "US" in codes}
    return tuple(market for market in MARKETS if served[market])


def findings_for_readers(texts: Iterable[claims.Text]) -> list[claims.Finding]:
    """What the rules say that count here, of products and guides alike.

    Those of the markets served; of all markets where the shop delivers somewhere else altogether.
    """
    return list(claims.find(texts, markets=markets_served() or claims.MARKETS))


def lacks_something() -> ColumnElement[bool]:
    """The condition in SQL of a product that a market served still waits for."""
    return or_(false(), *(need.is_missing for need in _wanted(markets_served())))


def missing_facts(product_ids: Iterable[int]) -> dict[int, tuple[Need, ...]]:
    """Id → what the markets served wait for, in one statement."""
    found = _missing(product_ids)
    wanted = _wanted(markets_served())
    return {id_: tuple(need for need in needs if need in wanted) for id_, needs in found.items()}


def gate_of(product_id: int) -> Gate:
    """What one product lacks in each market, and the words that may not be said there."""
    return gates_of([product_id])[product_id]


def gates_of(product_ids: Collection[int]) -> dict[int, Gate]:
    """Id → its gate, in five statements at most, however many there are."""
    lacking, texts, served = _missing(product_ids), product_texts(product_ids), markets_served()
    found = {id_: _findings(texts.get(id_, ())) for id_ in product_ids}
    signed = _signatures(found.values())
    return {id_: _gate(lacking.get(id_, ()), found[id_], signed, served) for id_ in product_ids}


_Findings = list[tuple[str, claims.Finding]]  # each with the field it stands in


def _gate(
    lacking: tuple[Need, ...],
    findings: _Findings,
    signed: list[claims.ClaimSignOff],
    served: tuple[str, ...],
) -> Gate:
    markets = tuple(
        MarketGate(name, name in served, tuple(n for n in lacking if name in n.markets))
        for name in MARKETS
    )
    return Gate(markets, tuple(_hit(field, finding, signed) for field, finding in findings))


def _signatures(found: Iterable[_Findings]) -> list[claims.ClaimSignOff]:
    blocked = {one.key for findings in found for _, one in findings if one.hit.is_block}
    return claims.sign_offs(blocked)


def _wanted(markets: Iterable[str]) -> tuple[Need, ...]:
    served = set(markets)
    # What every market wants, a shop wants that delivers somewhere else altogether.
    return tuple(n for n in NEEDS if n.markets == MARKETS or served & set(n.markets))


def _missing(product_ids: Iterable[int]) -> dict[int, tuple[Need, ...]]:
    rows = db.read(
        select(P.id, *_COLUMNS).select_from(Product.__table__).where(P.id.in_(list(product_ids)))
    )
    return {
        row[0]: tuple(need for need, is_missing in zip(NEEDS, row[1:], strict=True) if is_missing)
        for row in rows
    }


def _findings(texts: Iterable[tuple[str, claims.Text]]) -> _Findings:
    return [(field, one) for field, text in texts for one in findings_for_readers([text])]


def _hit(field: str, finding: claims.Finding, signed: list[claims.ClaimSignOff]) -> WordingHit:
    hit = finding.hit
    signature = claims.signature(finding, signed) if hit.is_block else None
    return WordingHit(
        field=field,
        excerpt=hit.excerpt,
        category=hit.category,
        is_block=hit.is_block and signature is None,
        markets=tuple(hit.severities),
        instead=hit.rewording,
        sources=tuple(source.what for source in hit.sources),
        signed_by=signature.signed_by if signature else "",
    )
