"""What a change of the rules would newly find, before it counts; nothing is written."""

from collections.abc import Iterable, Iterator, Mapping

from .checker import Finding, Text, find
from .house import Change, House, chosen, current_house
from .operations import checked_phrases, checked_severities
from .rules import MARKETS, SEVERITIES, Pack

_NEW_RULE = "H0"  # no rule has this name


def newly_found(
    texts: Iterable[Text],
    *,
    house: House | None = None,
    pack: Pack | None = None,
    markets: Iterable[str] = MARKETS,
    only: str = "",
) -> Iterator[Finding]:
    """What these texts would trip with this house or pack and do not now, or more mildly."""
    asked = tuple(markets)
    now = current_house()
    then = now if house is None else house
    for text in texts:
        was = {
            (finding.hit.rule_id, finding.hit.start): finding.hit.severities
            for finding in find([text], markets=asked, house=now, only=only)
        }
        for finding in find([text], markets=asked, house=then, pack=pack, only=only):
            hit = finding.hit
            if _is_stricter(hit.severities, was.get((hit.rule_id, hit.start), {})):
                yield finding


def found_if_tuned(
    texts: Iterable[Text], rule_id: str, severities: Mapping[str, str]
) -> list[Finding]:
    """What a rule would newly find if it were as strict as this; raises BadRule."""
    checked_severities(severities)
    strict = chosen(severities[market] for market in MARKETS)
    house = current_house()
    kept = next((one for one in house if one.rule_id == rule_id), Change(rule_id, ()))
    tuned = Change(rule_id, strict, kept.phrases, kept.category, kept.rewording, kept.reason)
    others = tuple(one for one in house if one.rule_id != rule_id)
    return list(newly_found(texts, house=(*others, tuned), only=rule_id))


def found_if_added(
    texts: Iterable[Text], phrases: str, severities: Mapping[str, str], *, category: str
) -> list[Finding]:
    """What a rule of the house would find if it were added; raises BadRule."""
    checked_severities(severities)
    words = tuple(checked_phrases(phrases).splitlines())
    strict = chosen(severities[market] for market in MARKETS)
    house = (*current_house(), Change(_NEW_RULE, strict, words, category))
    return list(newly_found(texts, house=house, only=_NEW_RULE))


def _is_stricter(then: Mapping[str, str], now: Mapping[str, str]) -> bool:
    ranks = ("", *SEVERITIES)
    return any(ranks.index(then[market]) > ranks.index(now.get(market, "")) for market in then)
