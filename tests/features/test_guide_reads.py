"""Reads and adds of guides are counted in sums: no cookie, no address, no robot, nothing twice."""

from uuid import uuid4

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from storefront import guides, insights
from storefront.database import db
from support import guides as pages
from support.shop import Shop

READER = {
    "User-Agent": "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/140.0 Safari/537.36",
    "Sec-Fetch-Site": "same-origin",
}
SLUG = "the-foot-bath"
BODY = (
    "A basin.\n\n::: product oil-100\nFor the days between.\n:::\n\n::: takeaways\n- Salt.\n:::\n"
)


@pytest.fixture
def guide_id(shop: Shop) -> int:
    """A published guide of a text, a product and takeaways."""
    shop.product()
    pages.publish(shop, BODY)
    return shop.ask(lambda: guides.guide_names()[0].id)


def tell(
    client: FlaskClient,
    blocks: str = "",
    *,
    slug: str = "the-foot-bath",
    view: str = "",
    **more: str,
) -> int:
    """What the page of a guide sends when its reader leaves; returns the status of the answer."""
    sent = {"view": view or str(uuid4()), "blocks": blocks}
    headers = READER | {name.replace("_", "-"): value for name, value in more.items()}
    answer = client.post(f"/guides/{slug}/read", data=sent, headers=headers)
    assert "Set-Cookie" not in answer.headers
    return answer.status_code


def reads(shop: Shop) -> dict[str, int]:
    """Block → how often it was read; the guide itself is ''."""
    rows = shop.ask(lambda: db.session.scalars(sa.select(insights.GuideRead)).all())
    return {row.block: row.reads for row in rows}


def adds(shop: Shop) -> list[tuple[int, str, str, int]]:
    """Guide, block, SKU and count of what was put into carts."""
    rows = shop.ask(lambda: db.session.scalars(sa.select(insights.GuideAdd)).all())
    return sorted((row.guide_id, row.block, row.sku, row.adds) for row in rows)


def test_a_reading_counts_the_guide_and_the_blocks_that_were_seen(
    client: FlaskClient, shop: Shop, guide_id: int
) -> None:
    assert tell(client, "text-1 product-1") == 204
    assert tell(client, "text-1 text-1") == 204
    assert reads(shop) == {"": 2, "text-1": 2, "product-1": 1}


def test_one_view_of_a_page_counts_once(client: FlaskClient, shop: Shop, guide_id: int) -> None:
    """Fails when the view is not remembered: a message that comes twice would count twice."""
    view = str(uuid4())
    assert [tell(client, "text-1", view=view) for _ in range(3)] == [204] * 3
    assert reads(shop) == {"": 1, "text-1": 1}


def test_blocks_that_the_guide_does_not_have_are_not_kept(
    client: FlaskClient, shop: Shop, guide_id: int
) -> None:
    """Fails when any block is believed: whoever wants could fill the table."""
    tell(client, "text-1 " + " ".join(f"made-up-{n}" for n in range(500)))
    assert reads(shop) == {"": 1, "text-1": 1}


@pytest.mark.parametrize(
    "agent",
    [
        "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)",
        "Mozilla/5.0 (X11; Linux x86_64) HeadlessChrome/140.0 Safari/537.36",
        "Mozilla/5.0 (compatible; bingbot/2.0)",
        "python-requests/2.32",
        "curl/8.5",
        "facebookexternalhit/1.1",
        "",
    ],
)
def test_programs_are_left_out(client: FlaskClient, shop: Shop, guide_id: int, agent: str) -> None:
    assert tell(client, User_Agent=agent) == 204
    assert reads(shop) == {}


@pytest.mark.parametrize(
    "agent",
    [
        "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 Safari/604.1",
        "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:130.0) Gecko/20100101 Firefox/130.0",
        "Mozilla/5.0 (Linux; Android 14; CUBOT X70) AppleWebKit/537.36 Chrome/140.0 Mobile",
    ],
)
def test_people_are_counted_whatever_they_read_with(
    client: FlaskClient, shop: Shop, guide_id: int, agent: str
) -> None:
    tell(client, User_Agent=agent)
    assert reads(shop) == {"": 1}


def test_pages_fetched_before_anybody_asks_are_left_out(
    client: FlaskClient, shop: Shop, guide_id: int
) -> None:
    tell(client, Sec_Purpose="prefetch;prerender")
    assert reads(shop) == {}


def test_other_sites_cannot_count(client: FlaskClient, shop: Shop, guide_id: int) -> None:
    assert tell(client, Sec_Fetch_Site="cross-site") == 403
    assert reads(shop) == {}


def test_one_address_counts_thirty_readings_a_minute_at_most(
    client: FlaskClient, shop: Shop, guide_id: int
) -> None:
    """Fails without the limit by address: a loop could make any guide look loved."""
    for _ in range(35):
        assert tell(client) == 204
    assert reads(shop) == {"": 30}


def test_a_view_that_nobody_named_and_a_guide_that_nobody_has_count_nothing(
    client: FlaskClient, shop: Shop, guide_id: int
) -> None:
    assert tell(client, view="x") == 204
    assert tell(client, slug="no-such-guide") == 404
    assert reads(shop) == {}


def test_reads_follow_a_guide_that_is_renamed(
    client: FlaskClient, shop: Shop, guide_id: int
) -> None:
    """Fails when slugs are kept: a page that was open during the renaming would be lost."""
    tell(client)
    shop.do(lambda: guides.rename_guide("the-foot-bath", "warm-feet"))
    tell(client)
    tell(client, slug="warm-feet")
    row = shop.ask(lambda: db.session.scalars(sa.select(insights.GuideRead)).one())
    assert (row.guide_id, row.reads) == (guide_id, 3)


def test_the_page_says_where_to_send_it_and_costs_no_statement_more(
    app: Flask, guide_id: int
) -> None:
    page = pages.page(app)
    assert 'data-read-url="/guides/the-foot-bath/read"' in page
    assert "js/guide.js" in page


def add(client: FlaskClient, **fields: str) -> None:
    """Presses "Add to cart"."""
    client.post("/cart/lines", data={"sku": "OIL-100", "quantity": "1"} | fields)


def test_what_is_put_into_a_cart_counts_for_the_guide_and_block_it_came_from(
    client: FlaskClient, shop: Shop, guide_id: int
) -> None:
    add(client, guide="the-foot-bath", block="product-1", quantity="3")
    add(client, guide="the-foot-bath", block="product-1")
    add(client, guide="the-foot-bath", block="nonsense")
    add(client, guide="no-such-guide", block="product-1")
    add(client)
    assert adds(shop) == [(guide_id, "", "OIL-100", 1), (guide_id, "product-1", "OIL-100", 2)]


def test_what_was_refused_is_no_add_but_lost_demand_of_its_block(
    client: FlaskClient, shop: Shop, guide_id: int
) -> None:
    shop.product("SALT-1", slug="salt", name="Salt", stock=0)
    client.post("/cart/lines", data={
        "sku": "SALT-1", "quantity": "1", "guide": "the-foot-bath", "block": "product-1",
    })  # fmt: skip
    assert adds(shop) == []
    row = shop.ask(lambda: db.session.scalars(sa.select(insights.LostDemand)).one())
    assert (row.guide_slug, row.block, row.refused) == ("the-foot-bath", "product-1", 1)
