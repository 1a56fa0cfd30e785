"""Guides that everybody saves and publishes at once."""

from collections.abc import Callable
from datetime import timedelta
from functools import partial

import pytest

from storefront import guides
from storefront.database import now
from storefront.guides.publishing import editing, schedule
from support.guides import written
from support.shop import Shop
from support.together import refusals, slowly, together
from support.writing import draft, kept, row, save, sheet

ROUNDS = 4


def saving(guide_id: int, words: str, seen: int) -> Callable[[], object]:
    source = written(f"{words}\n").decode()
    return partial(guides.save_draft, guide_id, source, seen=seen, by=words)


def test_of_eight_who_save_over_one_revision_one_is_kept_and_seven_are_told(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Fails on PostgreSQL without take_guides() in save_draft()."""
    monkeypatch.setattr(editing, "guide_of", slowly(editing.guide_of))
    id_ = draft(shop)
    for _ in range(ROUNDS):
        seen = sheet(shop, id_).newest
        answers = together(shop, *(saving(id_, f"{seen}-{n}", seen) for n in range(8)))
        assert refusals(answers) == ["ChangedMeanwhile"] * 7
        assert len(kept(shop, id_)) == sheet(shop, id_).newest == seen + 1


def test_eight_who_publish_at_once_publish_once(shop: Shop) -> None:
    """Each press answers; one of them did it."""
    id_ = draft(shop)
    for _ in range(ROUNDS):
        seen = sheet(shop, id_).newest
        answers = together(shop, *[partial(guides.publish_newest, id_, seen=seen)] * 8)
        assert sorted(map(bool, answers)) == [False] * 7 + [True]
        save(shop, id_, f"Words {seen}.\n")


def test_a_moment_that_eight_processes_meet_publishes_once(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Fails on PostgreSQL without take_guides() in publish_due()."""
    monkeypatch.setattr(schedule, "show", slowly(schedule.show))
    id_ = draft(shop)
    moment = now() + timedelta(hours=1)
    seen = sheet(shop, id_).newest
    shop.do(lambda: guides.plan_publishing(id_, moment, seen=seen, by="ida"))
    later = moment + timedelta(hours=1)
    answers = together(shop, *[partial(guides.publish_due, later)] * 8)
    assert sorted(answers, key=len) == [[]] * 7 + [["The foot bath"]]  # type: ignore[arg-type]


def test_who_saves_while_the_clock_publishes_keeps_a_draft(shop: Shop) -> None:
    """Whoever is first: the chosen revision is public, and the new words are not."""
    id_ = draft(shop)
    for number in range(ROUNDS):
        seen, moment = sheet(shop, id_).newest, now() + timedelta(hours=1)
        plan = partial(guides.plan_publishing, id_, moment, seen=seen, by="ida")
        shop.do(plan)
        later = moment + timedelta(hours=1)
        together(shop, saving(id_, f"New {number}", seen), partial(guides.publish_due, later))
        found = row(shop, id_)
        assert (found.shown, found.newest) == (seen, seen + 1)


def test_two_new_guides_of_one_title_at_once_both_get_an_address(shop: Shop) -> None:
    """Fails on PostgreSQL without take_guides() in create_guide()."""
    new = partial(guides.create_guide, "The foot bath", author="", by="ida")
    answers = together(shop, *[new] * 6)
    slugs = {row(shop, id_).slug for id_ in answers if isinstance(id_, int)}
    assert len(slugs) == 6
