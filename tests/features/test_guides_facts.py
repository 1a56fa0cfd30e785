"""Facts of a guide written back into its source: nothing else of it moves."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storefront.guides import facts_of, halves, new_source, with_facts
from storefront.guides.source.front_matter import FIELDS

SOURCE = """---
# Our best one. Ask Ida before changing it.
title:   "Ten minutes: for each foot"   # with a colon
slug: foot
summary: >
  Warm water,
  salt.
author: 'Ida Marwitz'
reviewer:
updated_on: 2026-09-22
ai_use: "no"
---

The text.
---
More: of it.
"""


def test_what_nobody_touched_stays_letter_for_letter() -> None:
    facts = facts_of(SOURCE)
    assert facts is not None
    assert with_facts(SOURCE, facts) == SOURCE
    assert facts == {
        "title": "Ten minutes: for each foot", "slug": "foot", "summary": "Warm water, salt.",
        "author": "Ida Marwitz", "updated_on": "2026-09-22", "ai_use": "no",
    }  # fmt: skip


def test_one_changed_fact_changes_its_own_line_only() -> None:
    changed = with_facts(SOURCE, {"title": "Feet", "updated_on": "2026-11-22"})
    before, after = SOURCE.split("\n"), changed.split("\n")
    differing = [(a, b) for a, b in zip(before, after, strict=True) if a != b]
    assert differing == [
        ('title:   "Ten minutes: for each foot"   # with a colon', "title: Feet   # with a colon"),
        ("updated_on: 2026-09-22", "updated_on: 2026-11-22"),
    ]


def test_facts_come_go_and_replace_what_took_several_lines() -> None:
    changed = with_facts(
        SOURCE, {"reviewer": "Bo", "summary": "Salt", "ai_use": "", "picture": "a.webp"}
    )
    assert changed == SOURCE.replace("reviewer:\n", "reviewer: Bo\n").replace(
        "summary: >\n  Warm water,\n  salt.\n", "summary: Salt\n"
    ).replace('ai_use: "no"\n', "picture: a.webp\n")


def test_a_source_without_fences_or_with_other_yaml_has_no_facts() -> None:
    assert halves("words") is None
    for source in ("", "words", "---\ntitle: a\n", "---\n- a\n---\n", "---\n: [\n---\n"):
        assert facts_of(source) is None
    assert facts_of("---\n---\nwords") == {}


TEXTS = (
    "yes", "null", "2026-11-22", "12", "a: b", "#a", "a #b", '"', "'", "- a", "[",
    "ü \u202e \x85 💧",
    "&a", "*a", "!a", "%", "@", "`", "| a", "> a", "\\", "a\\nb", "?", "{{ 7 }}",
)  # fmt: skip


@pytest.mark.parametrize("text", TEXTS)
def test_a_fact_is_read_as_it_was_written(text: str) -> None:
    facts = facts_of(new_source({"title": text}, "words"))
    assert facts == {"title": " ".join(text.split())}


@given(
    st.dictionaries(st.sampled_from(FIELDS), st.text(st.characters(codec="utf-8"), max_size=40)),
    st.dictionaries(st.sampled_from(FIELDS), st.text(st.characters(codec="utf-8"), max_size=40)),
    st.text(st.characters(codec="utf-8"), max_size=40),
)
def test_any_facts_over_any_others_are_read_back_and_the_text_stays(
    first: dict[str, str], second: dict[str, str], body: str
) -> None:
    source = with_facts(new_source(first, body), second)
    wanted = {name: " ".join(text.split()) for name, text in {**first, **second}.items()}
    assert facts_of(source) == {name: text for name, text in wanted.items() if text}
    parts = halves(source)
    assert parts is not None
    assert parts[1] == body
