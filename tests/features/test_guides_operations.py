"""Saving, renaming, publishing and archiving guides."""

import pytest
import sqlalchemy as sa

from storefront import catalog, guides
from storefront.database import db
from support.guides import publish, read
from support.shop import Shop

BODY = """\
Take [the oil](product:oil) first.

::: product oil
It fits a wash bag.
:::

::: steps
1. Sit.
:::

::: product oil
Again.
:::

::: compare oil cream
Both.
:::
"""


@pytest.fixture
def filled(shop: Shop) -> Shop:
    shop.product("OIL-100", slug="oil")
    shop.product("CREAM-200", slug="cream", name="Magnesium Cream")
    return shop


def blocks(shop: Shop, slug: str = "the-foot-bath") -> list[str]:
    row = shop.ask(
        lambda: db.session.scalars(sa.select(guides.Guide).where(guides.Guide.slug == slug)).one()
    )
    return [block["id"] for block in row.blocks]


def state(shop: Shop, slug: str = "the-foot-bath") -> str | None:
    query = sa.select(guides.Guide.state).where(guides.Guide.slug == slug)
    return shop.ask(lambda: db.session.scalars(query).one_or_none())


def test_a_new_guide_is_a_draft_and_a_published_one_stays_published(shop: Shop) -> None:
    assert shop.do(lambda: guides.save_guide(read())).state == "draft"
    shop.do(lambda: guides.publish_guide("the-foot-bath"))
    again = shop.do(lambda: guides.save_guide(read("Other words.\n")))

    assert (again.state, again.is_new) == ("published", False)


def test_publishing_gives_a_guide_its_day_only_once(shop: Shop) -> None:
    publish(shop, published_on="2026-02-12")
    publish(shop)
    row = shop.ask(lambda: db.session.scalars(sa.select(guides.Guide)).one())

    assert str(row.published_on) == "2026-02-12"


def test_block_ids_survive_what_is_written_around_them(filled: Shop) -> None:
    publish(filled, BODY)
    before = [id_ for id_ in blocks(filled) if not id_.startswith("text")]
    publish(filled, "An opening.\n\n::: takeaways\n- First.\n:::\n\n" + BODY)
    after = blocks(filled)

    assert before == ["product-1", "steps-1", "product-1-2", "compare-1-2"]
    assert [id_ for id_ in after if id_ in before] == before


def test_mentions_are_written_anew_with_each_save(filled: Shop) -> None:
    publish(filled, BODY)
    rows = sa.select(guides.GuideMention.product_id, guides.GuideMention.block)
    first = {tuple(row) for row in filled.ask(lambda: db.session.execute(rows).all())}
    publish(filled, "Only [the cream](product:cream).\n")
    second = {tuple(row) for row in filled.ask(lambda: db.session.execute(rows).all())}

    assert first == {(1, "text-1"), (1, "product-1"), (1, "product-1-2"), (1, "compare-1-2"),
                     (2, "compare-1-2")}  # fmt: skip
    assert second == {(2, "text-1")}


def test_an_unknown_product_is_refused_with_the_nearest_one_and_nothing_changes(
    filled: Shop,
) -> None:
    publish(filled)
    with pytest.raises(guides.BrokenGuide) as refused:
        publish(filled, "[x](product:craem) and [y](guide:the-foot-bth)\n", title="Changed")

    assert [str(problem) for problem in refused.value.problems] == [
        "guide.md:8:5: There is no product “craem”. Did you mean “cream”?",
        "guide.md:8:28: There is no guide “the-foot-bth”. Did you mean “the-foot-bath”?",
    ]
    assert filled.ask(guides.guide_list)[0].title == "The foot bath"


def test_guides_saved_together_may_link_to_each_other(shop: Shop) -> None:
    files = [read("[b](guide:b)\n", slug="a"), read("[a](guide:a)\n", slug="b")]
    saved = shop.do(lambda: guides.save_guides(files, publish=True))

    assert [one.slug for one in saved] == ["a", "b"]


def test_two_files_with_one_slug_are_refused(shop: Shop) -> None:
    with pytest.raises(guides.BrokenGuide, match="is also the slug of"):
        shop.do(lambda: guides.save_guides([read(), read()]))

    assert shop.count(guides.Guide) == 0


def test_a_renamed_guide_is_found_at_both_addresses_and_files_may_use_either(shop: Shop) -> None:
    publish(shop)
    shop.do(lambda: guides.rename_guide("the-foot-bath", "foot-bath"))
    publish(shop, "[x](guide:the-foot-bath)\n", slug="other")

    assert shop.ask(lambda: guides.present_slug("the-foot-bath")) == "foot-bath"
    assert shop.ask(lambda: guides.titles_by_slug(["the-foot-bath", "foot-bath", "nothing"])) == {
        "the-foot-bath": "The foot bath", "foot-bath": "The foot bath",
    }  # fmt: skip


def test_a_guide_renamed_there_and_back_is_itself_again(shop: Shop) -> None:
    publish(shop)
    shop.do(lambda: guides.rename_guide("the-foot-bath", "b"))
    shop.do(lambda: guides.rename_guide("b", "the-foot-bath"))

    assert shop.ask(lambda: guides.present_slug("b")) == "the-foot-bath"
    assert shop.ask(lambda: guides.present_slug("the-foot-bath")) is None


def test_a_file_may_rename_its_guide_and_be_imported_again(shop: Shop) -> None:
    publish(shop)
    for _ in range(2):
        saved = publish(shop, slug="foot-bath", formerly="the-foot-bath")
        assert (saved.slug, saved.is_new) == ("foot-bath", False)

    assert shop.count(guides.Guide) == 1
    assert shop.ask(lambda: guides.present_slug("the-foot-bath")) == "foot-bath"


def test_an_old_address_may_be_named_by_a_guide_that_is_new_to_the_shop(shop: Shop) -> None:
    publish(shop, formerly="blog-foot-bath")

    assert shop.ask(lambda: guides.present_slug("blog-foot-bath")) == "the-foot-bath"


def test_a_new_guide_cannot_take_the_former_address_of_another(shop: Shop) -> None:
    publish(shop)
    shop.do(lambda: guides.rename_guide("the-foot-bath", "foot-bath"))
    with pytest.raises(guides.BrokenGuide, match="former address of the guide “foot-bath”"):
        publish(shop, title="Another")
    publish(shop, slug="other")
    with pytest.raises(catalog.SlugTaken):
        shop.do(lambda: guides.rename_guide("other", "the-foot-bath"))

    assert {card.slug for card in shop.ask(guides.guide_list)} == {"foot-bath", "other"}


def test_two_guides_cannot_become_one(shop: Shop) -> None:
    publish(shop)
    publish(shop, slug="other")
    with pytest.raises(guides.BrokenGuide, match="There are guides at “other” and at"):
        publish(shop, slug="other", formerly="the-foot-bath")

    assert shop.count(guides.Guide) == 2


def test_wording_that_blocks_is_never_public(shop: Shop) -> None:
    forbidden = "This oil relieves muscle cramps.\n"
    with pytest.raises(guides.BlockedWording) as refused:
        publish(shop, forbidden)
    assert state(shop) is None
    assert "block D11" in refused.value.sentence

    shop.do(lambda: guides.save_guide(read(forbidden)))
    with pytest.raises(guides.BlockedWording):
        shop.do(lambda: guides.publish_guide("the-foot-bath"))
    assert state(shop) == "draft"

    publish(shop)
    with pytest.raises(guides.BlockedWording):
        shop.do(lambda: guides.save_guide(read(forbidden)))


def test_verbs_on_a_guide_that_is_not_there_are_refused(shop: Shop) -> None:
    for verb in (guides.publish_guide, guides.archive_guide):
        with pytest.raises(guides.UnknownGuide):
            shop.do(lambda verb=verb: verb("nowhere"))
    with pytest.raises(guides.UnknownGuide):
        shop.do(lambda: guides.rename_guide("nowhere", "somewhere"))


def test_a_mention_goes_with_its_product(filled: Shop) -> None:
    publish(filled, "[x](product:cream)\n")

    def delete() -> None:
        for table in (catalog.Variant, catalog.ProductPicture):
            db.session.execute(sa.delete(table).where(table.product_id == 2))
        db.session.execute(sa.delete(catalog.Product).where(catalog.Product.id == 2))

    filled.do(delete)
    assert filled.count(guides.GuideMention) == 0
