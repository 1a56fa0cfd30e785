"""The house mutes, tunes and adds rules; every process goes by it at once."""

import re
import time

import pytest
from flask import Flask
from hypothesis import given, settings
from hypothesis import strategies as st

from storefront import claims, create_app
from storefront.claims import WordingChange
from storefront.claims.house import phrase_pattern
from storefront.errors import NotFound
from support.shop import Shop

OFF = dict.fromkeys(claims.MARKETS, "off")
BLOCK = dict.fromkeys(claims.MARKETS, "block")


def hits(shop: Shop, text: str) -> dict[str, str]:
    return shop.ask(lambda: {hit.rule_id: hit.severity for hit in claims.check(text)})


def tune(shop: Shop, rule: str, wanted: dict[str, str], seen: int = 0) -> WordingChange:
    return shop.do(
        lambda: claims.tune_rule(rule, wanted, reason="Because.", actor="ida", seen=seen)
    )


def add(shop: Shop, phrases: str, wanted: dict[str, str] = BLOCK, **how: str) -> WordingChange:
    given = {"category": "comparative", "rewording": "Say what it is.", "reason": "We agreed."}
    return shop.do(lambda: claims.add_rule(phrases, wanted, actor="ida", **{**given, **how}))


def test_a_rule_is_muted_and_comes_back_when_that_is_undone(shop: Shop) -> None:
    assert hits(shop, "An ancient remedy.")["M04"] == "block"
    change = tune(shop, "M04", OFF)
    assert "M04" not in hits(shop, "An ancient remedy.")
    shop.do(lambda: claims.undo_change(change.id, actor="bo"))
    assert hits(shop, "An ancient remedy.")["M04"] == "block"


def test_a_rule_is_tuned_for_one_market(shop: Shop) -> None:
    tune(shop, "M04", {"US": "block", "UK": "warn", "EU": "off"})

    def in_(*markets: str) -> list[str]:
        return shop.ask(lambda: [h.severity for h in claims.check("A remedy.", markets=markets)])

    assert (in_("US"), in_("UK"), in_("EU")) == (["block"], ["warn"], [])


def test_the_newest_change_counts_and_undoing_it_brings_back_the_one_before(shop: Shop) -> None:
    first = tune(shop, "M04", OFF)
    second = tune(shop, "M04", dict.fromkeys(claims.MARKETS, "note"), seen=first.id)
    assert hits(shop, "A remedy.")["M04"] == "note"
    with pytest.raises(claims.ChangedMeanwhile):
        shop.do(lambda: claims.undo_change(first.id, actor="ida"))
    shop.do(lambda: claims.undo_change(second.id, actor="ida"))
    assert "M04" not in hits(shop, "A remedy.")


def test_the_second_of_two_people_is_told(shop: Shop) -> None:
    tune(shop, "M04", OFF)
    with pytest.raises(claims.ChangedMeanwhile):
        tune(shop, "M04", BLOCK)
    assert shop.count(WordingChange) == 1


def test_a_rule_of_the_house_finds_its_phrases(shop: Shop) -> None:
    change = add(shop, "miracle\u2019s cousin\nsea * gold\nour … secret\nglow*")
    assert change.rule_id == "H1"
    for text in ("Sea salt gold.", "Our family has a secret.", "A GLOWING skin.", "Sea-shore gold"):
        assert hits(shop, text).get("H1") == "block", text
    for text in ("Sea and some gold.", "Our shop. No secret.", "Aglow.", "secret of our"):
        assert "H1" not in hits(shop, text), text
    muted = tune(shop, "H1", OFF, seen=change.id)
    assert "H1" not in hits(shop, "A glow.")
    shop.do(lambda: claims.undo_change(muted.id, actor="ida"))
    assert add(shop, "another one").rule_id == "H2"


@pytest.mark.parametrize(
    ("phrases", "how", "field"),
    [
        ("", {}, "words"),
        ("ab", {}, "words"),
        ("… word", {}, "words"),
        ("a … b … c … d", {}, "words"),
        ("*****x*yz*", {}, "words"),
        ("x" * 81, {}, "words"),
        ("\n".join(["word"] * 31), {}, "words"),
        ("word", {"category": "poetry"}, "category"),
        ("word", {"rewording": " "}, "rewording"),
        ("word", {"reason": ""}, "reason"),
    ],
)
def test_a_rule_that_makes_no_sense_is_refused(
    shop: Shop, phrases: str, how: dict[str, str], field: str
) -> None:
    with pytest.raises(claims.BadRule) as refusal:
        add(shop, phrases, **how)
    assert refusal.value.field == field
    assert shop.count(WordingChange) == 0


def test_unknown_rules_markets_and_severities_are_refused(shop: Shop) -> None:
    for rule in ("X99", "H1"):
        with pytest.raises(NotFound):
            tune(shop, rule, OFF)
    for wanted in ({"US": "block"}, {**OFF, "EU": "forbid"}):
        with pytest.raises(claims.BadRule):
            tune(shop, "M04", wanted)
    with pytest.raises(claims.BadRule):
        add(shop, "word", OFF)
    assert shop.count(WordingChange) == 0


def test_another_process_goes_by_the_change_at_once(app: Flask, shop: Shop) -> None:
    """Without the stamp the second process keeps to what it has read once."""
    config = {name: app.config[name] for name in app.config if name.isupper()}
    other = create_app(config)
    with other.app_context():
        assert {hit.rule_id for hit in claims.check("A remedy.")} == {"M04"}
    tune(shop, "M04", OFF)
    with other.app_context():
        assert claims.check("A remedy.") == ()
    other.extensions["storefront"].engine.dispose()


def test_files_are_checked_without_any_shop() -> None:
    assert [hit.rule_id for hit in claims.check("A remedy.")] == ["M04"]


WORD = st.sampled_from(["a*", "*a", "a*a*", "aa", "a-a", "(a", "[a]", "\\w", "a|b"])


@given(st.lists(WORD, min_size=1, max_size=12), st.sets(st.integers(1, 11), max_size=2))
@settings(max_examples=30, deadline=None)
def test_whatever_a_phrase_holds_it_matches_itself_and_nothing_takes_long(
    words: list[str], gaps: set[int]
) -> None:
    """Endings and gaps are bounded, so that even the wildest phrase is looked for in bounded time.

    Three gaps in one phrase would take minutes here, and are refused.
    """
    wild = " ".join(f"… {word}" if n in gaps else word for n, word in enumerate(words))
    pattern = re.compile(phrase_pattern(wild), re.IGNORECASE)
    started = time.process_time()
    pattern.search("a" * 20_000)
    pattern.search("a " * 2_000)
    assert time.process_time() - started < 20  # some milliseconds on an idle machine
    assert pattern.search(wild.replace("*", "").replace("…", "-"))
