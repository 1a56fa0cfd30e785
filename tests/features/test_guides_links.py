"""Link health: one list of what is broken or could be better, and one press where that is all."""

import json
import re
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from storefront import catalog, guides, inventory
from storefront.database import db
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


@pytest.mark.parametrize(
    "text",
    ['[Oil](product:oil "instead:cream").\n', "::: product oil instead=cream\nWhy.\n:::\n"],
)
def test_what_is_sold_out_is_told_with_what_readers_see(
    shop: Shop, shelf: Catalogue, text: str
) -> None:
    """Fails when the author's choice is not asked: the balm is nearest, the cream is shown."""
    shelf.product("balm", size("BALM"), name="Balm")
    publish(shop, text)
    shop.do(lambda: inventory.count("OIL", 0, reason="counted"))
    told_of = "“Zechstein Oil” is sold out; readers see "
    assert [row[2] for row in said(shelf, "sold_out")] == [
        f"{told_of}“Night Cream”, as the guide says."
    ]
    shop.do(lambda: inventory.count("CREAM", 0, reason="counted"))
    assert [row[2] for row in said(shelf, "sold_out")] == [
        f"{told_of}“Balm”, which is nearest.",
        "“Night Cream” is sold out; it stands in for nothing.",
    ]


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


def rewrite(shop: Shop, *words: tuple[str, str]) -> None:
    """Saves a draft of the first guide with other words in it."""

    def save() -> None:
        sheet = guides.guide_sheet(1)
        assert sheet is not None
        source = sheet.source
        for old, new in words:
            assert old in source
            source = source.replace(old, new)
        guides.save_draft(1, source, seen=sheet.newest, by="ida")

    shop.do(save)


def placed(shelf: Catalogue, kind: str) -> list[tuple[str, int, str]]:
    return [(ill.stands_in, ill.line, ill.instead) for ill in ills(shelf, kind)]


def test_what_is_mended_in_a_draft_only_is_told_of_the_text_in_the_shop(
    app: Flask, shop: Shop, shelf: Catalogue
) -> None:
    """Without the public text in texts_of_guides the list would be empty."""
    publish(shop, "Take [the oil](product:oil).\n")
    shelf.run(catalog.rename_product, "oil", "brine")
    assert placed(shelf, "renamed") == [("", 8, "brine")]
    rewrite(shop, ("product:oil", "product:brine"))
    assert placed(shelf, "renamed") == [("public", 8, "")]
    told_by = shelf.command("check-links").output
    assert "“oil” is called “brine” now. (in the shop only: the draft is mended" in told_by
    listed = browser_of_ida(app).get("/staff/guides/links?kind=renamed").text
    assert "line 1, in the shop only" in told(listed)
    assert 'href="/staff/guides/1/publish"' in listed
    shop.do(lambda: guides.publish_guide("the-foot-bath"))
    assert placed(shelf, "renamed") == []


def test_what_stands_in_both_texts_is_one_row_with_the_line_of_the_draft(
    shop: Shop, shelf: Catalogue
) -> None:
    """Paired by words alone, the mended line of the three would be told as another one."""
    body = "A [one](product:oil).\n\nB [two](product:oil).\n\nC [three](product:oil).\n"
    publish(shop, body)
    shelf.run(catalog.rename_product, "oil", "brine")
    rewrite(shop, ("A [one](product:oil)", "Zero.\n\nA [one](product:brine)"))
    assert sorted(placed(shelf, "renamed")) == [
        ("both", 12, "brine"), ("both", 14, "brine"), ("public", 8, ""),
    ]  # fmt: skip
    rewrite(shop, ("C [three]", "C [the third, twice: [3](product:cream)], [three]"))
    assert sorted(placed(shelf, "renamed")) == [
        ("both", 12, "brine"), ("both", 14, "brine"), ("public", 12, ""),
    ]  # fmt: skip


def test_what_only_a_draft_says_is_told_so_and_mended_there(
    app: Flask, shop: Shop, shelf: Catalogue
) -> None:
    publish(shop, "Take [the oil](product:oil).\n")
    rewrite(shop, ("Take", "### Small\n\nTake"))
    assert placed(shelf, "heading") == [("draft", 8, "##")]
    form = {"kind": "heading", "start": ills(shelf, "heading")[0].start, "instead": "##"}
    assert browser_of_ida(app).post("/staff/guides/1/mend", data=form).status_code == 303
    assert ills(shelf, "heading") == []


def test_a_press_for_what_only_readers_see_writes_nothing_into_the_draft(
    app: Flask, shop: Shop, shelf: Catalogue
) -> None:
    publish(shop, "Take [the oil](product:oil).\n")
    shelf.run(catalog.rename_product, "oil", "brine")
    start = ills(shelf, "renamed")[0].start
    rewrite(shop, ("Take [the oil](product:oil)", "Nothing at all, and [that](product:cream)"))
    before = shelf.ask(guides.guide_sheet, 1).source
    form = {"kind": "renamed", "start": start, "instead": "brine"}
    answer = browser_of_ida(app).post("/staff/guides/1/mend", data=form)
    assert "nothing was written" in told(answer.text)
    assert shelf.ask(guides.guide_sheet, 1).source == before


def test_a_row_opens_the_editor_at_its_line_or_its_field(
    app: Flask, shop: Shop, shelf: Catalogue
) -> None:
    publish(shop, "Calm.\n\nIt costs €12.90 [here](product:oil).\n")
    office = browser_of_ida(app)
    listed = office.get("/staff/guides/links?kind=price").text
    link = re.search(r'href="(/staff/guides/1\?[^"]+)"', listed)
    assert link
    assert link[1] == "/staff/guides/1?checked=1&amp;line=3#line-3"
    page_of_guide = office.get("/staff/guides/1?checked=1&line=3").text
    assert 'id="line-3" data-plain' in page_of_guide
    words = "It is about line 3 of the text: “It costs €12.90 [here](product:oil).”"
    assert words in told(page_of_guide)
    assert "data-unsaved" not in page_of_guide
    assert "Nothing was saved" not in page_of_guide
    for line in ("0", "99", "x", "-1", "9" * 30):
        assert "It is about line" not in office.get(f"/staff/guides/1?line={line}").text

    rewrite(shop, ("author: Ida Marwitz\n", ""))
    listed = office.get("/staff/guides/links?kind=mistake").text
    assert 'href="/staff/guides/1?checked=1#title"' in listed


def test_the_list_comes_page_by_page_and_in_as_many_statements_for_many_guides(
    app: Flask, shop: Shop, shelf: Catalogue
) -> None:
    office = browser_of_ida(app)

    def statements() -> int:
        last = "/staff/guides/links?page=99"
        office.get(last)
        with shelf.statements() as sent:
            assert office.get(last).status_code == 200
        return len(sent)

    publish(shop, "[Oil](product:oil), [cream](product:cream).\n")
    few = statements()
    for number in range(60):
        slug = f"guide-{number}"
        publish(shop, "It costs €1.\n\nAnd €2.\n", slug=slug, title=f"Guide {number:02}")
    rewrite(shop, ("[Oil]", "[The oil]"))
    assert statements() == few
    first, last = (told(office.get(f"/staff/guides/links?page={n}").text) for n in (1, 99))
    assert "Prices typed by hand 120 A token" in first
    assert first.count("is typed by hand.") == 50
    assert last.count("is typed by hand.") == 0
    assert last.count("Leads to no product.") == 30
    assert '?kind=price&amp;page=3"' in office.get("/staff/guides/links?kind=price").text
    assert 'aria-current="page"' in office.get("/staff/guides/links?kind=price&page=3").text


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


def test_the_sizes_of_the_shop_are_read_once_however_many_texts_name_a_price(
    shop: Shop, shelf: Catalogue
) -> None:
    """Fails when each text with a price reads all sizes again, as it did."""

    def cost() -> int:
        with shelf.statements() as sent:
            shelf.ask(guides.find_ills)
        return len(sent)

    publish(shop, "It costs €12.90.\n")
    one = cost()
    for number in range(4):
        publish(shop, "It costs €12.90.\n", slug=f"more-{number}")
    assert cost() == one


def test_a_price_is_proposed_as_the_shop_sells_now_however_often_the_text_was_read(
    shop: Shop, shelf: Catalogue
) -> None:
    """Fails when what was proposed is kept with the text: the prices of the shop change."""
    publish(shop, "It costs €12.90.\n")

    def proposed() -> list[str]:
        return [ill.instead for ill in ills(shelf, "price")]

    assert proposed() == [""]  # two sizes cost that
    shop.do(lambda: db.session.execute(
        sa.update(catalog.Variant).where(catalog.Variant.sku == "OIL").values(price_cents=990)
    ))  # fmt: skip
    assert proposed() == ["{price:CREAM}"]


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
