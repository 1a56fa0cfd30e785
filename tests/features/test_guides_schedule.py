"""Published by the clock: at its moment, with nobody there, and only what was chosen."""

import json
import time
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from storefront import guides
from storefront.audit import AuditEntry
from storefront.database import db, now
from storefront.guides import tasks
from storefront.guides.publishing import schedule
from storefront.pages import drop_pages
from support.guides import page
from support.shop import Shop
from support.writing import draft, publish_now, row, save, sheet

HOUR = timedelta(hours=1)


def plan(shop: Shop, guide_id: int, at: datetime | None = None) -> None:
    seen, moment = sheet(shop, guide_id).newest, at or now() + HOUR
    shop.do(lambda: guides.plan_publishing(guide_id, moment, seen=seen, by="ida"))


def clock(shop: Shop, *, hours: float = 2) -> list[str]:
    """What the clock publishes when so many hours have passed."""
    return shop.do(lambda: guides.publish_due(now() + hours * HOUR))


def test_a_guide_goes_public_at_its_moment_and_not_before(shop: Shop, app: Flask) -> None:
    id_ = draft(shop)
    plan(shop, id_)
    assert clock(shop, hours=0.5) == []
    assert clock(shop) == ["The foot bath"]
    assert clock(shop) == []
    assert "warm water" in page(app)
    assert sheet(shop, id_).publish_at is None


def test_the_log_says_who_planned_what_the_clock_did(shop: Shop) -> None:
    """Once, and also where the words were not allowed at the moment."""
    good = draft(shop)
    bad = draft(shop, "This cures insomnia.\n", title="Bad", slug="bad")
    for id_ in (good, bad):
        plan(shop, id_)
    for _ in range(2):
        clock(shop)
    found = shop.ask(lambda: db.session.query(AuditEntry).order_by(AuditEntry.id).all())
    assert [(one.actor, one.action, one.subject) for one in found] == [
        ("ida", "guide published by the clock", "guide the-foot-bath"),
        ("ida", "guide not published by the clock", "guide bad"),
    ]
    told = json.loads(found[0].after)
    assert (told["revision"], set(told)) == (2, {"revision", "publish_at"})
    assert "cures insomnia" in json.loads(found[1].after)["problem"]


def test_what_was_saved_after_it_was_planned_stays_a_draft(shop: Shop, app: Flask) -> None:
    """Fails with guide.newest in the place of guide.publish_number."""
    id_ = draft(shop)
    plan(shop, id_)
    save(shop, id_, "Half a sent\n")
    clock(shop)
    assert "warm water" in page(app)
    assert sheet(shop, id_).has_changes is True


def test_the_day_that_readers_see_is_the_planned_one_by_the_clock_of_the_shop(
    shop: Shop, app: Flask
) -> None:
    """Fails with today(): the worker may be there a day late."""
    id_ = draft(shop)
    plan(shop, id_, datetime(2030, 12, 23, 23, 30, tzinfo=UTC))
    shop.do(lambda: guides.publish_due(datetime(2031, 1, 5, tzinfo=UTC)))
    assert str(row(shop, id_).published_on) == "2030-12-23"


def test_wording_that_blocks_is_told_and_not_published_and_tried_once(
    shop: Shop, app: Flask
) -> None:
    """Fails without publish_problem in _WAITS: every page would try it again."""
    id_ = draft(shop)
    save(shop, id_, "This bath cures insomnia.\n")
    plan(shop, id_)
    assert clock(shop) == []
    (told,) = shop.ask(guides.missed)
    assert (told.id, told.title) == (id_, "The foot bath")
    assert "insomnia" in told.problem
    assert shop.ask(schedule.next_due) is None
    assert row(shop, id_).state == "draft"
    save(shop, id_, "A basin.\n")
    publish_now(shop, id_)
    assert shop.ask(guides.missed) == []


def test_a_product_that_is_gone_by_then_is_told(shop: Shop) -> None:
    shop.product("OIL-100", slug="oil")
    id_ = draft(shop, "[oil](product:oil)\n")
    plan(shop, id_)
    source = sa.update(guides.GuideRevision).values(
        source=sa.func.replace(guides.GuideRevision.source, "product:oil", "product:gone")
    )
    shop.do(lambda: db.session.execute(source))
    clock(shop)
    assert "There is no product “gone”." in shop.ask(guides.missed)[0].problem


def test_the_past_mistakes_and_what_nobody_saw_are_not_planned(shop: Shop) -> None:
    id_ = draft(shop)
    with pytest.raises(schedule.TooLate):
        plan(shop, id_, now() - HOUR)
    with pytest.raises(guides.ChangedMeanwhile):
        shop.do(lambda: guides.plan_publishing(id_, now() + HOUR, seen=1, by="ida"))
    save(shop, id_, "[x](product:nothing)\n")
    with pytest.raises(guides.BrokenGuide):
        plan(shop, id_)
    assert sheet(shop, id_).publish_at is None


def test_a_plan_is_withdrawn_once_and_ends_with_the_archive_and_with_publishing(
    shop: Shop,
) -> None:
    id_ = draft(shop)
    plan(shop, id_)
    assert shop.do(lambda: guides.withdraw_publishing(id_)) is True
    assert shop.do(lambda: guides.withdraw_publishing(id_)) is False
    for ending in (
        lambda: guides.move_guide(id_, "archived"),
        lambda: guides.publish_newest(id_, seen=2),
    ):
        plan(shop, id_)
        shop.do(ending)
        assert sheet(shop, id_).publish_at is None
        assert clock(shop) == []


def test_a_kept_page_shows_the_guide_from_its_moment_on_without_a_worker(
    shop: Shop, client: FlaskClient, app: Flask
) -> None:
    """Fails without the clock of the guides in PageCache.get, or without it before requests."""
    id_ = draft(shop)
    start = now() + timedelta(seconds=1.5)
    plan(shop, id_, start)
    shop.do(drop_pages)
    assert "The foot bath" not in client.get("/guides/").text
    while True:
        asked_at = now()
        found = client.get("/guides/").text
        if asked_at >= start:
            break
        time.sleep(0.05)
    assert "The foot bath" in found


def test_the_worker_and_the_command_publish_and_tell_what_they_could_not(
    shop: Shop, app: Flask
) -> None:
    good, bad = draft(shop), draft(shop, "This cures insomnia.\n", title="Bad", slug="bad")
    for id_ in (good, bad):
        plan(shop, id_)
    assert shop.ask(tasks.publish_guides) == []
    past = sa.update(guides.Guide).values(publish_at=now() - HOUR)
    shop.do(lambda: db.session.execute(past))
    ended = app.test_cli_runner().invoke(args=["shop", "publish-guides"])
    assert ended.exit_code == 1
    assert "Published: The foot bath\n" in ended.output
    assert "Not published: Bad. " in ended.output
    shop.do(lambda: guides.withdraw_publishing(bad))
    assert app.test_cli_runner().invoke(args=["shop", "publish-guides"]).exit_code == 0
