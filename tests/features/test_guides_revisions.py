"""Revisions: what readers see, what is being written beside it, and the way back."""

import pytest
import sqlalchemy as sa
from flask import Flask

from storefront import guides
from storefront.database import db
from support.guides import page, publish, read
from support.shop import Shop
from support.writing import draft, kept, publish_now, row, save, sheet


def test_what_is_saved_beside_a_public_guide_is_seen_by_nobody_until_it_is_published(
    shop: Shop, app: Flask
) -> None:
    """Fails with keep_up() for a guide in any state."""
    id_ = draft(shop)
    assert publish_now(shop, id_) is True
    number = save(shop, id_, "Colder water.\n", title="The cold bath")
    assert (number, sheet(shop, id_).has_changes) == (3, True)
    assert "warm water" in page(app)
    assert "The cold bath" not in app.test_client().get("/guides/").text
    publish_now(shop, id_)
    assert "Colder water" in page(app)
    assert sheet(shop, id_).has_changes is False
    assert publish_now(shop, id_) is False


def test_each_save_is_kept_and_the_same_text_once(shop: Shop) -> None:
    id_ = draft(shop)
    assert save(shop, id_, "A basin and warm water.\n") == 2
    assert save(shop, id_, "Two basins.\n", by="bo") == 3
    assert kept(shop, id_) == [(1, "ida", "Begun"), (2, "ida", ""), (3, "bo", "")]


def test_a_draft_with_mistakes_is_kept_and_not_published(shop: Shop, app: Flask) -> None:
    """Also one that has lost its fences: what was typed is never thrown away."""
    id_ = draft(shop)
    for text in ("[x](product:nothing)\n", "::: stepz\n"):
        save(shop, id_, text)
        with pytest.raises(guides.BrokenGuide):
            publish_now(shop, id_)
    seen = sheet(shop, id_).newest
    shop.do(lambda: guides.save_draft(id_, "no fences", seen=seen, by="ida"))
    with pytest.raises(guides.BrokenGuide):
        publish_now(shop, id_)
    assert sheet(shop, id_).source == "no fences"
    assert row(shop, id_).state == "draft"
    assert app.test_client().get("/guides/the-foot-bath").status_code == 404


def test_wording_that_blocks_keeps_the_old_text_public(shop: Shop, app: Flask) -> None:
    id_ = draft(shop)
    publish_now(shop, id_)
    save(shop, id_, "This bath cures insomnia.\n")
    with pytest.raises(guides.BlockedWording):
        publish_now(shop, id_)
    assert "warm water" in page(app)


def test_who_saves_over_a_revision_they_never_saw_is_refused(shop: Shop) -> None:
    """Fails without _refuse_unless_seen(); the same words of both are no quarrel."""
    id_ = draft(shop)
    save(shop, id_, "Hers.\n", seen=2)
    assert save(shop, id_, "Hers.\n", seen=2, by="bo") == 3
    with pytest.raises(guides.ChangedMeanwhile) as refused:
        save(shop, id_, "His.\n", seen=2, by="bo")
    assert refused.value.newest == 3
    with pytest.raises(guides.ChangedMeanwhile):
        shop.do(lambda: guides.publish_newest(id_, seen=2))
    assert kept(shop, id_)[-1] == (3, "ida", "")
    assert row(shop, id_).state == "draft"


def test_an_old_revision_comes_back_as_a_new_one(shop: Shop) -> None:
    id_ = draft(shop)
    save(shop, id_, "Worse.\n")
    number = shop.do(lambda: guides.restore_revision(id_, 2, seen=3, by="bo"))
    assert number == 4
    assert "warm water" in sheet(shop, id_).source
    assert kept(shop, id_)[-1] == (4, "bo", "Restored from revision 2")
    with pytest.raises(guides.NoSuchRevision):
        shop.do(lambda: guides.restore_revision(id_, 99, seen=4, by="bo"))


def test_an_import_writes_a_revision_and_keeps_what_was_being_written(shop: Shop) -> None:
    publish(shop)
    save(shop, 1, "A draft.\n")
    publish(shop, "From a file.\n")
    assert [number for number, _, _ in kept(shop, 1)] == [1, 2, 3]
    assert kept(shop, 1)[-1] == (3, "command line", "Read from guide.md")
    assert (sheet(shop, 1).newest, sheet(shop, 1).shown) == (3, 3)
    publish(shop, "From a file.\n")
    assert sheet(shop, 1).newest == 3


def test_an_imported_draft_is_shown_as_nothing_and_published_with_a_press(shop: Shop) -> None:
    shop.do(lambda: guides.save_guide(read()))
    assert (sheet(shop, 1).shown, sheet(shop, 1).state) == (0, "draft")
    assert publish_now(shop, 1) is True


def test_another_address_leads_on_from_the_old_one_once_it_was_public(
    shop: Shop, app: Flask
) -> None:
    """Fails for the draft with move() for each: nobody ever read it at its first address."""
    id_ = draft(shop, slug="first-idea")
    save(shop, id_, "A basin.\n", slug="bath")
    publish_now(shop, id_)
    save(shop, id_, "A basin.\n", slug="foot-bath")
    publish_now(shop, id_)
    client = app.test_client()
    assert client.get("/guides/bath").location == "/guides/foot-bath"
    assert client.get("/guides/first-idea").status_code == 404
    assert client.get("/guides/the-foot-bath").status_code == 404


def test_an_address_of_another_guide_is_refused_also_one_that_it_had_once(shop: Shop) -> None:
    publish(shop, slug="bath")
    shop.do(lambda: guides.rename_guide("bath", "foot-bath"))
    id_ = draft(shop)
    for slug in ("foot-bath", "bath"):
        save(shop, id_, "A basin.\n", slug=slug)
        with pytest.raises(guides.BrokenGuide, match="belongs to another guide"):
            publish_now(shop, id_)
    assert row(shop, id_).slug == "the-foot-bath"


def test_a_guide_that_was_moved_stays_there_when_it_is_published_again(shop: Shop) -> None:
    """Fails without _write_slug()."""
    publish(shop)
    save(shop, 1, "A draft.\n")
    shop.do(lambda: guides.rename_guide("the-foot-bath", "bath"))
    publish_now(shop, 1)
    assert row(shop, 1).slug == "bath"


def test_archiving_hides_a_guide_and_it_comes_back_as_a_draft(shop: Shop, app: Flask) -> None:
    id_ = draft(shop)
    publish_now(shop, id_)
    assert shop.do(lambda: guides.move_guide(id_, "archived")) is True
    assert shop.do(lambda: guides.move_guide(id_, "archived")) is False
    assert app.test_client().get("/guides/the-foot-bath").status_code == 404
    shop.do(lambda: guides.move_guide(id_, "draft"))
    publish_now(shop, id_)
    assert "warm water" in page(app)


def test_two_guides_of_one_title_have_addresses_of_their_own(shop: Shop) -> None:
    ids = [draft(shop, slug="") for _ in range(2)]
    slugs = [facts["slug"] for id_ in ids if (facts := first_facts(shop, id_))]
    assert slugs == ["the-foot-bath", "the-foot-bath-2"]
    wordless = shop.do(lambda: guides.create_guide("足湯", author="", by="ida"))
    assert row(shop, wordless).slug == "guide"
    with pytest.raises(guides.NoTitle):
        shop.do(lambda: guides.create_guide("  ", author="", by="ida"))


def first_facts(shop: Shop, guide_id: int) -> dict[str, str] | None:
    found = shop.ask(lambda: guides.revision(guide_id, 1))
    assert found is not None
    return guides.facts_of(found.source)


def test_mentions_and_ids_of_blocks_of_a_published_draft_are_those_of_an_import(shop: Shop) -> None:
    shop.product("OIL-100", slug="oil")
    body = "[oil](product:oil)\n\n::: product oil\nGood.\n:::\n"
    id_ = draft(shop, body)
    publish_now(shop, id_)
    mentions = sa.select(guides.GuideMention.product_id, guides.GuideMention.block)
    found = {tuple(one) for one in shop.ask(lambda: db.session.execute(mentions).all())}
    assert found == {(1, "text-1"), (1, "product-1")}


def test_a_guide_may_link_to_itself_at_an_address_that_is_new(shop: Shop, app: Flask) -> None:
    id_ = draft(shop)
    publish_now(shop, id_)
    save(shop, id_, "See [above](guide:bath).\n", slug="bath")
    publish_now(shop, id_)
    assert row(shop, id_).blocks[0]["parts"][1]["guide"] == id_
