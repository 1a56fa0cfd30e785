"""A guide's steps as a routine: what it takes at a pace, and all of it in the cart at a press."""

import re
from html import unescape
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from storefront import cart, catalog, guides, inventory
from storefront.guides.routines.reckoning import span
from storefront.guides.wording import findings_in
from storefront.signals import added_to_cart, demand_lost
from support.catalogue import Catalogue
from support.guides import problems, publish, read, written
from support.shop import Shop


def lines(shop: Shop) -> list[tuple[str, int, str, str]]:
    """SKU, quantity and source of what is in carts, in the order in which it came there."""
    rows = Catalogue(shop.app).rows(cart.CartLine)
    return [(row["sku"], row["quantity"], row["guide_slug"], row["block"]) for row in rows]


@pytest.fixture
def heard(app: Flask) -> Any:
    """What was told of the cart: the signal, its SKU, and the guide."""
    told: list[tuple[str, str, str]] = []

    def hear_added(_: object, sku: str, guide_slug: str, **more: object) -> None:
        told.append(("added", sku, guide_slug))

    def hear_lost(_: object, sku: str, guide_slug: str, **more: object) -> None:
        told.append(("lost", sku, guide_slug))

    with added_to_cart.connected_to(hear_added), demand_lost.connected_to(hear_lost):
        yield told


ALL = {"sku": ["FLAKES", "CREAM"], "quantity": "1", "guide": "foot-bath", "block": "steps-1"}


def test_several_articles_go_into_the_cart_with_one_press_and_know_their_guide(
    shop: Shop, client: FlaskClient, heard: list[tuple[str, str, str]]
) -> None:
    shop.product("FLAKES")
    shop.product("CREAM")
    answer = client.post("/cart/lines", data=ALL)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/cart")
    assert lines(shop) == [
        ("FLAKES", 1, "foot-bath", "steps-1"),
        ("CREAM", 1, "foot-bath", "steps-1"),
    ]
    assert heard == [("added", "FLAKES", "foot-bath"), ("added", "CREAM", "foot-bath")]


def test_an_article_that_is_named_twice_is_put_there_once(shop: Shop, client: FlaskClient) -> None:
    shop.product("FLAKES")
    client.post("/cart/lines", data=ALL | {"sku": ["FLAKES", "FLAKES"]})
    assert lines(shop) == [("FLAKES", 1, "foot-bath", "steps-1")]


def test_when_one_of_several_is_sold_out_none_is_put_there_and_it_is_named(
    shop: Shop, client: FlaskClient, heard: list[tuple[str, str, str]]
) -> None:
    shop.product("FLAKES")
    shop.product("CREAM", stock=0, name="Foot Cream")
    answer = client.post("/cart/lines", data=ALL)
    assert answer.status_code == 422
    said = "Foot Cream, 100 ml: Sold out. So nothing was put into your cart."
    assert said in answer.text
    assert lines(shop) == []
    assert shop.count(cart.Cart) == 0
    assert heard == [("lost", "CREAM", "foot-bath")]

    script = {"Accept": "text/html; fragment=cart"}
    assert said in client.post("/cart/lines", data=ALL, headers=script).text


def test_when_one_of_several_is_not_sold_none_is_put_there(shop: Shop, client: FlaskClient) -> None:
    shop.product("FLAKES")
    answer = client.post("/cart/lines", data=ALL)
    assert answer.status_code == 422
    assert "One article: We do not sell this article, or not any more. So nothing" in answer.text
    assert lines(shop) == []


def test_one_article_is_refused_in_the_words_that_it_always_was(
    shop: Shop, client: FlaskClient
) -> None:
    shop.product("CREAM", stock=0)
    answer = client.post("/cart/lines", data=ALL | {"sku": "CREAM"})
    assert "Sold out." in answer.text
    assert "So nothing" not in answer.text


STEPS = """::: steps use=feet minutes=25 often="some evenings" title="The foot bath"
1. Fill the basin.
2. Stir in 100 g of [flakes](product:flakes).
3. Dry your feet and take [a cream](product:cream), then [more of it](product:cream).
4. Wipe the floor.
:::
"""
IN_A_TUB = """::: steps use=bath title="The full bath"
1. Run the bath and stir in 250 g of [flakes](product:flakes "takes:250").
:::
"""


def size(sku: str, name: str, price: str, amount: int | str, unit: str, **more: Any) -> Any:
    return {"sku": sku, "name": name, "price": price, "net_content": amount,
            "net_unit": unit} | more  # fmt: skip


@pytest.fixture
def shelf(app: Flask) -> Catalogue:
    """Flakes in two sizes, three times a week, and a cream for every day."""
    shelf = Catalogue(app)
    flakes = size("F-1", "1 kg", "11.90", 1000, "g"), size("F-3", "3 kg", "29.90", 3000, "g")
    shelf.product("flakes", *flakes, use_amount="100", uses_per_week=3, used_for="bath, feet")
    cream = size("C-75", "75 ml", "9.50", 75, "ml")
    shelf.product("cream", cream, use_amount="2", uses_per_week=7, used_for="feet")
    return shelf


def routine(client: FlaskClient, query: str = "", slug: str = "the-foot-bath") -> str:
    """The words of a routine's page, between single spaces."""
    answer = client.get(f"/guides/{slug}/routine{query}")
    assert answer.status_code == 200
    return words_of(answer.text)


def words_of(html: str) -> str:
    bare = re.sub(r"<(script|head).*?</\1>|<[^>]+>", " ", html, flags=re.DOTALL)
    return " ".join(unescape(bare).split())


def added(html: str) -> list[str]:
    """What the one button puts into the cart."""
    return re.findall(r'type="hidden" name="sku" value="([^"]+)"', html)


def test_a_routine_has_the_steps_what_to_buy_for_how_long_and_what_a_week_costs(
    shop: Shop, client: FlaskClient, shelf: Catalogue
) -> None:
    publish(shop, STEPS)
    text = routine(client)
    assert "Fill the basin. Stir in 100 g of flakes . Dry your feet" in text
    assert "Time 25 minutes How often 3 times a week" in text  # as often as the flakes are used
    assert "Enough for 10 times at 100 g: about 3 weeks. €3.57 a week" in text
    assert "Enough for 37 times at 2 ml: about 12 weeks. €0.76 a week" in text
    assert "A week costs about €4.33 All of it now €21.40" in text
    assert "€11.90 €11.90 / kg" in text  # never a price without its unit price
    assert "Each time Flakes 100 g 1 kg: about 3 weeks Cream 2 ml" in text
    assert "Add both to the cart" in text


def test_pace_and_sizes_stand_in_the_address(
    shop: Shop, client: FlaskClient, shelf: Catalogue
) -> None:
    publish(shop, STEPS)
    text = routine(client, "?times=1&size=F-3&size=NO-SUCH")
    assert "How often once a week" in text
    assert "Enough for 30 times at 100 g: about 30 weeks. €1.00 a week" in text  # 0.99666…
    assert "A week costs about €1.25 All of it now €39.40" in text
    html = client.get("/guides/the-foot-bath/routine?times=1&size=F-3").text
    assert added(html) == ["F-3", "C-75"]
    assert '<option value="F-3" selected>3 kg, about 30 weeks</option>' in html
    assert '<option value="1" selected>Once a week</option>' in html


def test_nobody_is_offered_a_pace_above_the_one_of_the_catalogue(
    shop: Shop, client: FlaskClient, shelf: Catalogue
) -> None:
    publish(shop, STEPS)
    html = client.get("/guides/the-foot-bath/routine?times=7").text
    assert re.findall(r'<option value="(\d+)"', html) == ["1", "2", "3"]
    assert "How often 3 times a week" in words_of(html)
    shelf.run(catalog.save_product, "flakes", uses_per_week=14)
    shelf.run(catalog.save_product, "cream", uses_per_week="")
    html = client.get("/guides/the-foot-bath/routine").text
    assert re.findall(r'<option value="(\d+)"', html) == [*"1234567", "14"]
    assert "Enough for 10 times at 100 g: about 5 days." in words_of(html)


@pytest.mark.parametrize(
    "query", ["?times=0", "?times=-1", "?times=٢", f"?times={'9' * 5000}", "?times=2.5", "?steps=x",
              "?steps=text-1", "?size=&size=C%2075", "?nothing"],
    ids=lambda query: query[:12],
)  # fmt: skip
def test_an_address_that_makes_no_sense_shows_what_the_shop_would_choose(
    shop: Shop, client: FlaskClient, shelf: Catalogue, query: str
) -> None:
    publish(shop, STEPS)
    assert routine(client, query) == routine(client)


def test_a_guide_for_two_uses_lets_choose_and_each_takes_its_own_amount(
    shop: Shop, client: FlaskClient, shelf: Catalogue
) -> None:
    publish(shop, f"{STEPS}\nOr all of you.\n\n{IN_A_TUB}")
    assert "What for? Feet Bath How often?" in routine(client)
    html = client.get("/guides/the-foot-bath/routine?steps=steps-2&times=2").text
    assert 'name="steps" value="steps-2" checked' in html
    text = words_of(html)
    assert "Enough for 4 times at 250 g: about 14 days. €5.95 a week" in text
    assert "Fill the basin" not in text
    assert added(html) == ["F-1"]
    assert "Add to cart" in text


def test_a_size_that_is_not_enough_for_one_time_is_not_offered(
    shop: Shop, client: FlaskClient, shelf: Catalogue
) -> None:
    shelf.run(catalog.save_variant, "flakes", "F-01", name="Sample", price="2.00",
              net_content=200, net_unit="g", opening_stock=5)  # fmt: skip
    publish(shop, IN_A_TUB)
    assert "Sample" not in routine(client)
    shelf.run(catalog.save_product, "flakes", use_amount="")
    assert "4 times at 250 g" in routine(client)  # the guide says it itself


def test_the_whole_routine_goes_into_the_cart_for_its_guide(
    shop: Shop, client: FlaskClient, shelf: Catalogue
) -> None:
    publish(shop, STEPS)
    html = client.get("/guides/the-foot-bath/routine").text
    form = {name: re.findall(f'name="{name}" value="([^"]+)"', html)
            for name in ("sku", "quantity", "guide", "block")}  # fmt: skip
    assert client.post("/cart/lines", data=form).status_code == 303
    assert lines(shop) == [
        ("F-1", 1, "the-foot-bath", "steps-1"),
        ("C-75", 1, "the-foot-bath", "steps-1"),
    ]
    assert "Chosen in The foot bath" in words_of(client.get("/cart").text)


def test_of_a_product_the_sizes_that_are_left_are_chosen_from(
    shop: Shop, client: FlaskClient, shelf: Catalogue
) -> None:
    publish(shop, STEPS)
    shelf.run(inventory.adjust, "F-1", -10, reason="damaged")
    html = client.get("/guides/the-foot-bath/routine?size=F-1").text
    assert added(html) == ["F-3", "C-75"]
    assert '<option value="F-1" disabled>1 kg, sold out</option>' in html


def test_where_nobody_has_chosen_a_size_it_is_the_one_that_costs_least(
    shop: Shop, client: FlaskClient, shelf: Catalogue
) -> None:
    publish(shop, STEPS)
    shelf.run(catalog.set_price, "F-1", "40.00")
    assert added(client.get("/guides/the-foot-bath/routine").text) == ["F-3", "C-75"]


def test_who_stands_in_for_a_sold_out_product_in_the_guide_does_so_in_the_routine(
    shop: Shop, client: FlaskClient, shelf: Catalogue
) -> None:
    salt = size("S-1", "900 g", "8.00", 900, "g")
    shelf.product("salt", salt, use_amount="90", uses_per_week=2)
    publish(shop, STEPS)
    for sku in ("F-1", "F-3"):
        shelf.run(inventory.adjust, sku, -10, reason="damaged")
    text = routine(client)
    assert "Salt Flakes is sold out for now, so here is what comes nearest. 900 g €8.00" in text
    assert "Enough for 10 times at 90 g: about 5 weeks" in text  # by its own pace and amount
    shelf.run(catalog.save_product, "salt", use_amount="")  # nobody knows how much of it
    text = routine(client)
    assert "Flakes Sold out for now Be told when Flakes is back" in text
    assert "A week costs about €0.76" in text  # the cream alone, at the pace of the flakes
    shelf.run(inventory.adjust, "C-75", -10, reason="damaged")
    html = client.get("/guides/the-foot-bath/routine").text
    assert added(html) == []
    assert "A week costs" not in html


def test_a_product_that_stands_in_is_not_bought_twice(
    shop: Shop, client: FlaskClient, shelf: Catalogue
) -> None:
    shelf.product("salt", size("S-1", "900 g", "8.00", 900, "g"), use_amount="90")
    publish(shop, STEPS.replace("4. Wipe", "4. Take [salt](product:salt) and wipe"))
    for sku in ("F-1", "F-3"):
        shelf.run(inventory.adjust, sku, -10, reason="damaged")
    html = client.get("/guides/the-foot-bath/routine").text
    assert added(html) == ["C-75", "S-1"]
    assert "Be told when Flakes is back" in words_of(html)


def test_a_product_that_could_stand_in_for_two_stands_in_once(
    shop: Shop, client: FlaskClient, shelf: Catalogue
) -> None:
    """In the size that comes nearest to what is sold out, not in the cheapest."""
    shelf.product("balm", size("B-75", "75 g", "9.50", 75, "g"), use_amount="2")
    sizes = size("S-02", "200 g", "2.00", 200, "g"), size("S-1", "900 g", "8.00", 900, "g")
    shelf.product("salt", *sizes, use_amount="90")
    publish(shop, STEPS.replace("product:cream", "product:balm"))
    for sku in ("F-1", "F-3", "B-75"):
        shelf.run(inventory.adjust, sku, -10, reason="damaged")
    html = client.get("/guides/the-foot-bath/routine").text
    assert added(html) == ["S-1"]
    assert "Be told when Balm is back" in words_of(html)


WAY = "Make it your routine"


def test_a_guide_leads_to_its_routine_from_below_its_steps(
    shop: Shop, client: FlaskClient, shelf: Catalogue
) -> None:
    publish(shop, f"{STEPS}\n{IN_A_TUB}")
    html = client.get("/guides/the-foot-bath").text
    assert re.findall(r'href="([^"]+)">Make it your routine', html) == [
        "/guides/the-foot-bath/routine?steps=steps-1",
        "/guides/the-foot-bath/routine?steps=steps-2",
    ]


@pytest.mark.parametrize(
    "body",
    [
        "Take [flakes](product:flakes).\n",
        STEPS.replace(" use=feet", ""),  # steps that nobody called a routine
        "::: steps use=feet\n1. Sit down.\n:::\n",  # they take nothing
        "::: steps use=feet\n1. Use [the scoop](product:scoop).\n:::\n",  # nobody knows how much
        '::: steps use=bath\n1. Use [it](product:flakes "takes:5000").\n:::\n',  # nor so much
    ],
)
def test_steps_that_are_no_routine_have_no_page_of_one_and_no_way_to_it(
    shop: Shop, client: FlaskClient, shelf: Catalogue, body: str
) -> None:
    shelf.product("scoop", category="tools")
    publish(shop, body)
    assert client.get("/guides/the-foot-bath/routine").status_code == 404
    assert WAY not in client.get("/guides/the-foot-bath").text
    assert client.get("/guides/no-such/routine").status_code == 404


def test_a_former_address_leads_on_with_what_was_chosen(
    shop: Shop, client: FlaskClient, shelf: Catalogue
) -> None:
    saved = publish(shop, STEPS)
    shop.do(lambda: guides.rename_guide(saved.slug, "bath-for-feet"))
    answer = client.get("/guides/the-foot-bath/routine?times=2&size=F-3&x=1")
    assert answer.status_code == 301
    assert answer.headers["Location"] == "/guides/bath-for-feet/routine?times=2&size=F-3"
    assert "twice a week" in routine(client, "?times=2", "bath-for-feet")


def test_the_page_is_the_same_for_everybody_kept_and_dropped_when_a_price_changes(
    app: Flask, shop: Shop, client: FlaskClient, shelf: Catalogue
) -> None:
    publish(shop, f"{STEPS}\n{IN_A_TUB}")
    with shelf.statements() as sent:
        first = client.get("/guides/the-foot-bath/routine?times=2")
    assert len(sent) <= 6
    assert "Set-Cookie" not in first.headers
    assert '<meta name="robots" content="noindex, follow">' in first.text
    with shelf.statements() as sent:
        assert client.get("/guides/the-foot-bath/routine?times=2").data == first.data
    assert sent == []
    shelf.run(catalog.set_price, "F-1", "10.00")
    assert "€2.00 a week" in routine(client, "?times=2")
    buyer, mine = app.test_client(), client.get("/guides/the-foot-bath/routine").data
    buyer.post("/cart/lines", data={"sku": "F-1", "quantity": 1})
    app.extensions["storefront"].pages.stamp.bump()  # else it would be mine once more
    assert buyer.get("/guides/the-foot-bath/routine").data == mine


def test_a_routine_costs_its_guide_no_statement(
    app: Flask, shop: Shop, client: FlaskClient, shelf: Catalogue
) -> None:
    publish(shop, STEPS, slug="with")
    publish(shop, STEPS.replace(" use=feet", ""), slug="without")
    client.get("/cart")  # a process looks at its clocks once
    costs = []
    for slug in ("with", "without"):
        with shelf.statements() as sent:
            assert (WAY in client.get(f"/guides/{slug}").text) == (slug == "with")
        costs.append(len(sent))
    assert costs[0] == costs[1] <= 6


@pytest.mark.parametrize(
    ("body", "problem"),
    [
        ('1. [x](product:flakes "takes:lots")', "8:24: “takes:lots” is no amount."),
        ('1. [x](product:flakes "takes:0")', "“takes:0” is no amount."),
        ('1. [x](product:flakes "take:5")', "“take:5” names no other product."),
        ('1. [x](product:flakes "instead:flakes takes:5")', "names no other product."),
    ],
)
def test_an_amount_that_cannot_be_read_is_told_with_its_place(body: str, problem: str) -> None:
    (found,) = problems(written(f"{body}\n"))
    assert problem in found


def test_a_use_that_is_no_word_of_a_use_is_told_with_its_place() -> None:
    (found,) = problems(written("::: steps use=Feet!\n1. Sit.\n:::\n"))
    assert found == (
        "guide.md:8:11: “Feet!” cannot be a use. Write it in small letters, as products are used"
        " for it, such as use=feet."
    )


def test_an_amount_stands_beside_an_alternative() -> None:
    guide = read('1. [x](product:flakes "instead:salt takes:2.50")\n')
    assert guide.blocks[0]["parts"][1] == {
        "product": "flakes", "parts": ["x"], "instead": "salt", "takes": "2.50",
    }  # fmt: skip
    assert guide.names_of("product") == {"flakes", "salt"}


def test_a_routine_is_by_use_and_never_by_ailment(shop: Shop, shelf: Catalogue) -> None:
    source = written(STEPS.replace("use=feet", "use=eczema")).decode()
    found = shelf.ask(findings_in, source, "guide.md")
    assert [(one.hit.excerpt, one.hit.is_block) for one in found] == [("eczema", True)]


@pytest.mark.parametrize(
    ("days", "words"),
    [(None, "less than a day"), (1, "about 1 day"), (20, "about 20 days"), (21, "about 3 weeks"),
     (27, "about 3 weeks"), (28, "about 4 weeks")],
)  # fmt: skip
def test_a_span_is_never_told_longer_than_it_is(days: int | None, words: str) -> None:
    assert span(days) == words
