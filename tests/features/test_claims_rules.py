"""Each rule of the pack, held to sentences that it finds and sentences that it leaves alone."""

import pytest

from storefront import claims

RULES = [rule.id for rule in claims.load_pack().rules]


def found(sentence: str) -> set[str]:
    return {hit.rule_id for hit in claims.check(sentence, house=())}


@pytest.mark.parametrize("rule", RULES)
def test_a_rule_finds_its_hits_and_leaves_its_near_misses(rule: str) -> None:
    """A rule without two of each in examples.txt fails here."""
    hits, near = claims.examples().get(rule, ((), ()))

    assert len(hits) >= 2
    assert len(near) >= 2
    assert [sentence for sentence in hits if rule not in found(sentence)] == []
    assert [sentence for sentence in near if rule in found(sentence)] == []


def test_examples_are_of_rules_that_there_are() -> None:
    assert set(claims.examples()) == set(RULES)


@pytest.mark.parametrize("rule", claims.load_pack().rules, ids=lambda rule: rule.id)
def test_a_softer_sentence_is_clean_and_reads_in_place_of_the_whole(rule: claims.Rule) -> None:
    for sentence in rule.softer:
        assert [hit for hit in claims.check(sentence, house=()) if hit.severity != "note"] == []
        assert sentence[0].isupper()
        assert sentence.endswith(".")


def test_a_softer_sentence_is_offered_as_the_other_was_written() -> None:
    def offered(text: str) -> tuple[str, ...]:
        hits = claims.check(text, markup="markdown", house=())
        return next(hit.replacements for hit in hits if hit.rule_id == "S02")

    text = "Warm. Sleep deeper. Good."
    hit = next(hit for hit in claims.check(text, house=()) if hit.rule_id == "S02")
    assert text[hit.sentence_start : hit.sentence_end] == hit.sentence == "Sleep deeper."
    assert offered(text) == ("Part of an evening routine.", "For the hour before bed.")
    assert offered("Sleep deeper") == ("Part of an evening routine", "For the hour before bed")
    assert offered("Sleep deeper with [our oil](product:oil).") == ()
