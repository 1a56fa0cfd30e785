"""Goods come in, a lot goes out of sale, and everybody who got it is written to; on a phone."""

import secrets
from datetime import UTC, datetime, timedelta

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, expect

from conftest import Live
from storefront import inventory
from support.hands import Hands, sign_in
from support.menu import go
from support.parcels import paid_order

pytestmark = pytest.mark.browser
OIL = "OIL-SPRAY-100"
LATER = (datetime.now(UTC).date() + timedelta(days=400)).isoformat()


def put_in(demo: Live, units: int) -> tuple[str, int]:
    """A new lot with so many units: its code and id."""
    code = f"ZS-{secrets.token_hex(3)}"  # the demo lives on, and with it the lots of other tests

    def receive() -> int:
        day = datetime.now(UTC).date() + timedelta(days=90)
        lot_id = inventory.open_lot(OIL, code, expires_on=day)
        inventory.adjust(OIL, units, reason="received", lot_id=lot_id)
        return lot_id

    return code, demo.shop.do(receive)


def test_24_oils_are_received_in_three_clicks_from_the_stock(
    demo: Live, visitor: BrowserContext
) -> None:
    page = sign_in(visitor.new_page(), demo.url)
    hands = Hands(page)
    before, _ = demo.shop.stock(OIL)
    page.goto(f"{demo.url}/staff/stock?q={OIL}")
    hands.press(page.locator(f"a[href$='/staff/stock/{OIL}']").first)
    hands.press(page.get_by_role("link", name="Receive", exact=True))
    page.get_by_label("Units").first.fill("24")
    page.get_by_label("Lot").first.fill("ZS-0117")
    page.get_by_label("Expires").first.fill(LATER)
    hands.press(page.get_by_role("button", name="Book what came"))
    expect(page.get_by_text("It is booked, and counts as stock.")).to_be_visible()
    assert hands.count == 3
    assert demo.shop.stock(OIL)[0] == before + 24
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_text("The stock is as it was before.")).to_be_visible()
    assert demo.shop.stock(OIL)[0] == before


def test_a_mistake_takes_the_focus_and_nothing_is_lost(demo: Live, visitor: BrowserContext) -> None:
    page = sign_in(visitor.new_page(), demo.url)
    page.goto(f"{demo.url}/staff/deliveries/receive?sku={OIL}")
    expect(page.get_by_label("Units").first).to_be_focused()
    page.get_by_label("Units").first.fill("many")
    page.get_by_label("Supplier").fill("Salt & Sea")
    page.get_by_role("button", name="Book what came").click()
    expect(page.get_by_label("Units").first).to_be_focused()
    expect(page.get_by_text("Please write a number from 1 to 100,000.")).to_be_visible()
    expect(page.get_by_label("Supplier")).to_have_value("Salt & Sea")


def test_a_lot_is_quarantined_with_one_click_in_the_list_and_released_with_one(
    demo: Live, visitor: BrowserContext
) -> None:
    code, _ = put_in(demo, 5)
    page = sign_in(visitor.new_page(), demo.url)
    go(page, "Lots")
    page.get_by_role("button", name=f"Quarantine lot {code}").click()
    expect(page.get_by_role("button", name=f"Release lot {code}")).to_be_visible()
    expect(page.get_by_text("The lot is out of sale")).to_be_visible()
    page.get_by_role("button", name=f"Release lot {code}").click()
    expect(page.get_by_role("button", name=f"Quarantine lot {code}")).to_be_visible()


def test_a_lot_is_recalled_in_four_clicks_and_each_order_gets_one_letter(
    demo: Live, visitor: BrowserContext
) -> None:
    """From the list: the lot, recall, see the letter, write; a double click writes once."""
    code, lot_id = put_in(demo, 6)
    for units in (2, 1):
        order = paid_order(demo.shop, {OIL: units})
        demo.shop.do(
            lambda o=order: inventory.allocate(o.reference, chosen={OIL: inventory.Choice(lot_id)})  # type: ignore[misc]
        )
    page = sign_in(visitor.new_page(), demo.url)
    hands = Hands(page)
    page.goto(f"{demo.url}/staff/lots?q={code}")
    hands.press(page.get_by_role("link", name=f"Lot {code}"))
    expect(page.get_by_text("3 units in 2 orders.")).to_be_visible()
    hands.press(page.get_by_role("link", name="Recall this lot"))
    danger = page.get_by_role("textbox", name="The danger")
    danger.fill("A voluntary recall.")
    page.get_by_role("button", name="See the letter").click()
    expect(danger).to_be_focused()
    expect(page.get_by_text("please leave out “voluntary”")).to_be_visible()
    danger.fill("The pump splinters. Splinters can get into the eyes.")
    hands.press(page.get_by_role("button", name="See the letter"))
    expect(page.get_by_text("The pump splinters.")).to_be_visible()
    assert demo.shop.letters("recall") == []
    hands.count += 1
    page.get_by_role("button", name="Write to 2 orders").dblclick()
    expect(page.get_by_text("of 2 letters have left")).to_be_visible()
    assert hands.count == 4
    assert len(demo.shop.letters("recall")) == 2


def test_another_lot_is_taken_at_packing_in_two_presses(
    demo: Live, visitor: BrowserContext
) -> None:
    first, _ = put_in(demo, 6)
    other, lot_id = put_in(demo, 6)
    order = paid_order(demo.shop, {OIL: 2})
    page = sign_in(visitor.new_page(), demo.url)
    hands = Hands(page)
    page.goto(f"{demo.url}/staff/orders/{order.reference}")
    expect(page.get_by_text(f"2 of lot {first}")).to_be_visible()
    page.get_by_label(f"Lot of {OIL}", exact=True).select_option(str(lot_id))
    hands.count += 1
    width = page.evaluate("document.documentElement.scrollWidth")
    assert width == 375
    hands.press(page.get_by_role("button", name="Mark packed"))
    expect(page.get_by_text(f"{OIL}: 2 of lot {other}")).to_be_visible()
    assert hands.count == 2
    page.get_by_role("button", name="Unpack").click()
    expect(page.get_by_text("Unpacked.")).to_be_visible()
    lot = demo.shop.ask(lambda: inventory.lot(lot_id))
    assert lot is not None
    assert lot.units == 6


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_on_the_pages_of_deliveries_and_lots(
    demo: Live, browser: Browser, scheme: str
) -> None:
    _, lot_id = put_in(demo, 6)
    order = paid_order(demo.shop, {OIL: 2})
    demo.shop.do(
        lambda: inventory.allocate(order.reference, chosen={OIL: inventory.Choice(lot_id)})
    )
    expected = [inventory.ExpectedGoods(OIL, 24, 310)]
    number = demo.shop.do(lambda: inventory.expect_delivery(expected, token=f"axe {scheme}"))
    context = browser.new_context(viewport={"width": 375, "height": 812}, color_scheme=scheme)
    page = sign_in(context.new_page(), demo.url)
    found = {}
    for path in (
        "deliveries", "deliveries/new", "deliveries/receive", f"deliveries/{number}", "lots",
        f"lots/{lot_id}", f"lots/sku?sku={OIL}", f"lots/{lot_id}/recall",
    ):  # fmt: skip
        page.goto(f"{demo.url}/staff/{path}")
        found[path] = [rule["id"] for rule in Axe().run(page).response["violations"]]
    page.get_by_role("button", name="See the letter").click()
    found["mistake"] = [rule["id"] for rule in Axe().run(page).response["violations"]]
    context.close()
    assert {path: rules for path, rules in found.items() if rules} == {}
