"""Verbs of the catalogue: prices, addresses, states."""

import pytest
from flask import Flask

from storefront import catalog
from storefront.catalog import BadCatalogue, FormerSlug, PriceChange, Product, SlugTaken, Variant
from storefront.errors import NotFound
from support.catalogue import Catalogue


@pytest.fixture
def shelf(app: Flask) -> Catalogue:
    found = Catalogue(app)
    found.product("oil-spray", {"sku": "OIL-100"})
    found.product("balm", {"sku": "BALM"})
    return found


def prices(shelf: Catalogue) -> list[tuple[str, int, str]]:
    return [(r["sku"], r["price_cents"], r["reason"]) for r in shelf.rows(PriceChange)]


def test_a_price_is_logged_when_it_changes_and_only_then(shelf: Catalogue) -> None:
    opening = prices(shelf)
    assert shelf.run(catalog.set_price, "OIL-100", "12.90") is False
    assert prices(shelf) == opening
    assert shelf.run(catalog.set_price, "OIL-100", "13.90", reason="summer") is True
    shelf.run(catalog.save_variant, "oil-spray", "OIL-100", name="100 ml bottle")
    assert prices(shelf)[2:] == [("OIL-100", 1390, "summer")]
    assert shelf.rows(Variant)[0]["name"] == "100 ml bottle"


@pytest.mark.parametrize("price", ["", "free", "-1", "12,90", "1e5", "nan", "inf", "9" * 12])
def test_a_price_that_is_none_is_refused_and_changes_nothing(shelf: Catalogue, price: str) -> None:
    before = prices(shelf), shelf.rows(Variant)
    with pytest.raises(BadCatalogue) as refused:
        shelf.run(catalog.set_price, "OIL-100", price)
    assert refused.value.sentence.endswith("12.90.")
    assert (prices(shelf), shelf.rows(Variant)) == before


def test_what_does_not_exist_cannot_be_changed(shelf: Catalogue) -> None:
    for verb, arguments in (
        (catalog.set_price, ("NONE", "1.00")),
        (catalog.rename_product, ("none", "some")),
        (catalog.archive_product, ("none",)),
        (catalog.save_variant, ("none", "NEW")),
        (catalog.set_pictures, ("none", [])),
    ):
        with pytest.raises(NotFound):
            shelf.run(verb, *arguments)


def test_a_new_product_needs_a_name_and_a_shelf(shelf: Catalogue) -> None:
    with pytest.raises(BadCatalogue) as refused:
        shelf.run(catalog.save_product, "new")
    assert [problem.column for problem in refused.value.problems] == ["name", "category"]
    with pytest.raises(BadCatalogue, match="no category"):
        shelf.run(catalog.save_product, "new", name="New", category="nowhere")
    assert len(shelf.rows(Product)) == 2


def test_a_product_is_a_draft_until_somebody_says_otherwise(shelf: Catalogue) -> None:
    shelf.run(catalog.save_product, "new", name="New", category="oil")
    assert shelf.rows(Product)[-1]["state"] == "draft"


def test_only_what_is_given_changes_and_the_moment_of_the_change_is_kept(shelf: Catalogue) -> None:
    before = shelf.rows(Product)[0]
    shelf.run(catalog.save_product, "oil-spray", summary="An oil.")
    after = shelf.rows(Product)[0]
    assert after["updated_at"] > before["updated_at"]
    changed = {"summary": "An oil.", "updated_at": after["updated_at"]}
    assert after == before | changed


def test_another_products_address_is_refused_now_and_later(shelf: Catalogue) -> None:
    with pytest.raises(SlugTaken):
        shelf.run(catalog.rename_product, "balm", "oil-spray")
    shelf.run(catalog.rename_product, "oil-spray", "body-oil")
    with pytest.raises(SlugTaken):
        shelf.run(catalog.rename_product, "balm", "oil-spray")
    with pytest.raises(BadCatalogue, match="former address"):
        shelf.run(catalog.save_product, "oil-spray", name="New", category="oil")
    assert [row["slug"] for row in shelf.rows(Product)] == ["body-oil", "balm"]
    assert [row["slug"] for row in shelf.rows(FormerSlug)] == ["oil-spray"]


@pytest.mark.parametrize("slug", ["", "Oil", "a b", "a/b", "../x", "-a", "a--b", "x" * 121, "ö"])
def test_an_address_that_is_none_is_refused(shelf: Catalogue, slug: str) -> None:
    with pytest.raises(BadCatalogue):
        shelf.run(catalog.rename_product, "balm", slug)
    assert shelf.rows(FormerSlug) == []


def test_former_addresses_of_products_and_guides_do_not_meet(shelf: Catalogue) -> None:
    shelf.run(catalog.remember_slug, "guide", 7, "foot-bath")
    shelf.run(catalog.remember_slug, "guide", 8, "foot-bath")
    assert shelf.ask(catalog.resolve_slug, "guide", "foot-bath") == 7
    assert shelf.ask(catalog.resolve_slug, "product", "foot-bath") is None
    assert shelf.ask(catalog.resolve_slug, "product", "balm") == 2


def test_what_is_archived_keeps_its_prices_and_frees_no_sku(shelf: Catalogue) -> None:
    shelf.run(catalog.archive_product, "balm")
    assert shelf.ask(catalog.variants_by_sku, ["BALM"])["BALM"].is_sold is False
    assert ("BALM", 1290, "edited") in prices(shelf)
    assert "balm" not in shelf.ask(catalog.product_ids)
    with pytest.raises(BadCatalogue, match="belongs to balm"):
        shelf.run(catalog.save_variant, "oil-spray", "BALM", price="1.00")


def test_a_field_that_does_not_exist_is_a_mistake_of_the_programmer(shelf: Catalogue) -> None:
    with pytest.raises(TypeError, match="colour"):
        shelf.run(catalog.save_product, "balm", colour="green")


def test_an_address_of_another_guide_is_refused_by_one_rule_with_products(
    shelf: Catalogue,
) -> None:
    """Moving a slug never takes an address away from what it leads to."""
    shelf.run(catalog.move_slug, "guide", 7, old="foot-bath", new="foot-care")
    with pytest.raises(SlugTaken, match="belongs to another guide") as refused:
        shelf.run(catalog.move_slug, "guide", 8, old="hand-bath", new="foot-bath")
    assert refused.value.status == 409
    assert shelf.ask(catalog.resolve_slug, "guide", "foot-bath") == 7
    assert shelf.ask(catalog.resolve_slug, "guide", "hand-bath") is None
