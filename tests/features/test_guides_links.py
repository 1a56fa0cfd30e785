"""Link health: one list of what is broken or could be better, and one press where that is all."""

import json
import re
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from storefront import catalog, guides, inventory
from storefront.guides.health.ills import Ill
from support.catalogue import Catalogue
from support.desk import browser_of_ida
from support.guides import page, publish, read
from support.shop import Shop
from support.shopper import told


def size(sku: str, **more: Any) -> dict[str, Any]:
    return {"sku": sku, "name": "100 ml", "net_content": 100, "net_unit": "ml", **more}


@pytest.fixture
def shelf(app: Flask) -> Catalogue:
    shelf = Catalogue(app)
    shelf.product("oil", size("OIL"), name="Zechstein Oil")
    shelf.product("cream", size("CREAM"), name="Night Cream", category="cream")
    return shelf


def ills(shelf: Catalogue, kind: str) -> list[Ill]:
    return list(shelf.ask(guides.find_ills).of(kind=kind).all)


def said(shelf: Catalogue, kind: str) -> list[tuple[str, int, str]]:
    return [(ill.guide, ill.line, ill.message) for ill in ills(shelf, kind)]


def test_a_healthy_shop_has_nothing_to_look_at_and_the_command_ends_well(
    shop: Shop, shelf: Catalogue
) -> None:
    publish(shop, "Take [the oil](product:oil) or [the cream](product:cream).\n")
    result = shelf.command("check-links")
    assert result.output == "0 to look at, 0 of them broken.\n"
    assert result.exit_code == 0


def test_renamed_archived_and_sold_out_products_are_told_per_guide_and_do_not_fail(
    shop: Shop, shelf: Catalogue
) -> None:
    publish(shop, "Take [the oil](product:oil).\n\nOr [the cream](product:cream).\n")
    shelf.run(catalog.rename_product, "oil", "brine")
    shelf.run(catalog.archive_product, "cream")
    shop.do(lambda: inventory.count("OIL", 0, reason="counted"))
    (renamed,) = ills(shelf, "renamed")
    assert (renamed.line, renamed.message, renamed.instead) == (
        8, "“oil” is called “brine” now.", "brine",
    )  # fmt: skip
    assert said(shelf, "archived") == [("The foot bath", 10, "“Night Cream” is not in the shop.")]
    assert said(shelf, "sold_out") == [
        ("The foot bath", 8, "“Zechstein Oil” is sold out; nothing is near to it.")
    ]
    assert shelf.command("check-links").exit_code == 0


def test_a_dead_link_is_broken_and_the_command_says_where(shop: Shop, shelf: Catalogue) -> None:
    publish(shop, "Take [the oil](product:oil) or [the cream](product:cream).\n")
    file = read("Take [it](product:gone).\n")
    with pytest.raises(guides.BrokenGuide):
        shop.do(lambda: guides.save_guide(file))
    shop.do(lambda: guides.save_draft(1, file.source, seen=1, by="ida"))
    result = shelf.command("check-links")
    assert "Dead links: The foot bath:8: There is no product “gone”." in result.output
    assert result.exit_code == 1
    listed = json.loads(shelf.command("check-links", "--json").output)
    assert {"kind": "dead", "line": 8, "guide_id": 1}.items() <= listed[0].items()


def test_texts_without_a_product_products_without_a_guide_and_mentions_are_told(
    shop: Shop, shelf: Catalogue
) -> None:
    publish(shop, "The Zechstein Oil is a brine.\n")
    assert said(shelf, "no_product") == [("The foot bath", 1, "Leads to no product.")]
    assert [ill.message for ill in ills(shelf, "no_guide")] == [
        "No guide speaks of “Zechstein Oil”.", "No guide speaks of “Night Cream”.",
    ]  # fmt: skip
    (mention,) = ills(shelf, "mention")
    assert mention.instead == "[Zechstein Oil](product:oil)"


def test_headings_tokens_and_prices_are_told_with_what_to_write(
    shop: Shop, shelf: Catalogue
) -> None:
    publish(shop, "### Small\n\n[Oil](product:oil) costs €12.90 and lasts {lasts:OIL}.\n")
    (heading,) = ills(shelf, "heading")
    assert (heading.line, heading.instead) == (8, "##")
    (price,) = ills(shelf, "price")
    assert price.message == "“€12.90” is typed by hand."
    assert said(shelf, "token") == [
        ("The foot bath", 10, "Nobody knows how much one use of “OIL” takes.")
    ]


def test_pictures_that_nothing_shows_and_pictures_without_words_are_told(
    shop: Shop, shelf: Catalogue
) -> None:
    taken = [catalog.PreparedPicture(n * 16, f"{n}.webp", 320, 320, "320", "") for n in "ab"]
    shelf.run(catalog.save_pictures, taken)
    publish_with = read("![A basin](a.webp)\n")
    shop.do(lambda: guides.save_guide(publish_with, pictures={"a.webp": 1}, publish=True))
    assert [ill.message for ill in ills(shelf, "orphan")] == ["Nothing shows b.webp."]
    source = publish_with.source.replace("A basin", "")
    shop.do(lambda: guides.save_draft(1, source, seen=1, by="ida"))
    assert said(shelf, "alt") == [("The foot bath", 8, "The picture has no alternative text.")]
    assert shelf.command("check-links").exit_code == 1


def test_one_press_writes_the_present_name_into_the_text_and_the_second_press_does_nothing(
    app: Flask, shop: Shop, shelf: Catalogue
) -> None:
    """Without looking for the finding again, the second press would cut into other words."""
    publish(shop, "Take [the oil](product:oil).\n")
    shelf.run(catalog.rename_product, "oil", "brine-of-zechstein")
    office = browser_of_ida(app)
    listed = office.get("/staff/guides/links?kind=renamed").text
    form = dict(re.findall(r'name="(kind|start|instead|show_kind)" value="([^"]*)"', listed))
    assert form["instead"] == "brine-of-zechstein"
    answer = office.post("/staff/guides/1/mend", data=form)
    assert answer.status_code == 303
    assert "Written into the newest text." in told(office.get(answer.location).text)
    newest = shelf.ask(guides.guide_sheet, 1).source
    assert newest.endswith("Take [the oil](product:brine-of-zechstein).\n")
    assert '<a href="/products/brine-of-zechstein">the oil</a>' in page(app)

    again = office.post("/staff/guides/1/mend", data=form)
    assert "nothing was written" in told(again.text)
    assert shelf.ask(guides.guide_sheet, 1).source == newest


def test_the_list_is_filtered_by_kind_and_guide(app: Flask, shop: Shop, shelf: Catalogue) -> None:
    publish(shop, "Sit.\n")
    publish(shop, "Stand.\n", slug="second", title="The second")
    office = browser_of_ida(app)
    words = told(office.get("/staff/guides/links?kind=no_product&guide=2").text)
    assert "Guides without a product 1" in words
    assert "Products without a guide 2" not in words
    assert office.get("/staff/guides/links?kind=nonsense&guide=x").status_code == 200


def test_what_stood_in_is_written_down_when_it_begins_changes_and_ends(
    app: Flask, shop: Shop, shelf: Catalogue, client: FlaskClient
) -> None:
    from storefront.tasks import run_job

    shelf.product("balm", size("BALM"), name="Balm")
    publish(shop, "::: product oil instead=cream\nBecause.\n:::\n")

    def log() -> list[tuple[str, str, bool]]:
        run_job(app, "write_swaps")
        return [
            (s.instead, s.chosen_by, s.ended_at is None) for s in shelf.ask(guides.swaps)
        ]  # fmt: skip

    assert log() == []
    shop.do(lambda: inventory.count("OIL", 0, reason="counted"))
    client.get("/guides/the-foot-bath")
    assert shelf.ask(guides.swaps) == []  # reading writes nothing
    assert log() == log() == [("Night Cream", "editor", True)]
    shop.do(lambda: inventory.count("CREAM", 0, reason="counted"))
    assert log() == [("Balm", "nearest", True), ("Night Cream", "editor", False)]
    shop.do(lambda: inventory.count("BALM", 0, reason="counted"))
    assert log()[0] == ("", "nobody", True)
    shop.do(lambda: inventory.count("OIL", 5, reason="received"))
    assert [is_open for _, _, is_open in log()] == [False, False, False]
    office = browser_of_ida(app)
    assert "Nothing near: the sign-up" in told(office.get("/staff/guides/links").text)


def test_whoever_writes_a_guide_is_told_of_renamed_and_sold_out_products(
    shop: Shop, shelf: Catalogue
) -> None:
    publish(shop, "Take [the oil](product:oil).\n")
    shelf.run(catalog.rename_product, "oil", "brine")
    source = shelf.ask(guides.guide_sheet, 1).source
    (link,) = [c for c in shelf.ask(guides.check_text, source) if c.kind == "link"]
    assert (source[link.start : link.end], link.fixes[0].text) == ("oil", "brine")
