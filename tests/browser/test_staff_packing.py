"""Ten orders are packed and shipped with the keyboard alone, and on a phone; a line goes back."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import BrowserContext, Page, expect

from conftest import Live
from storefront import orders
from support.hands import Hands, sign_in
from support.parcels import counts, packed, paid_order, shipped, stage

pytestmark = pytest.mark.browser
SKU = "OIL-SPRAY-100"


@pytest.fixture
def ten(demo: Live) -> list[orders.Order]:
    return [paid_order(demo.shop, {SKU: 1}) for _ in range(10)]


def test_ten_orders_are_packed_and_shipped_with_the_keyboard_alone(
    demo: Live, page: Page, ten: list[orders.Order]
) -> None:
    hands = Hands(sign_in(page, demo.url))
    hands.enter("Packing", "To pack")
    hands.enter("Select all", "To pack")
    hands.enter("Pick list", "Pick list")
    expect(page.get_by_role("row", name=f"10 Oil {SKU}")).to_be_visible()
    hands.enter("Back to packing", "To pack")
    hands.enter("Packing slips", "Packing slips")
    expect(page.get_by_role("article")).to_have_count(10)
    hands.enter("Back", "To pack")
    hands.enter("Mark packed", "To ship")
    expect(page.get_by_text("10 parcels are packed.")).to_be_visible()
    hands.tab_to("Carrier")
    page.keyboard.type("DHL")
    for number in range(10):
        hands.tab_to(f"Tracking number of order {ten[number].number}")
        page.keyboard.type(f"JD{number}")
    page.keyboard.press("Enter")
    hands.count += 1
    expect(page.get_by_text("10 parcels have left.")).to_be_visible()
    assert {stage(demo.shop, order) for order in ten} == {"shipped"}
    assert len(demo.shop.letters("parcel_shipped")) == 10
    assert hands.count == 8
    hands.enter("Undo", "To ship")
    assert demo.shop.letters("parcel_shipped") == []


def test_ten_orders_are_packed_on_a_phone_in_five_presses(
    demo: Live, visitor: BrowserContext, ten: list[orders.Order]
) -> None:
    page = visitor.new_page()
    hands = Hands(sign_in(page, demo.url))
    page.goto(f"{demo.url}/staff/packing")
    hands.count += 1
    hands.click("link", "Select all on this page")
    hands.click("button", "Mark packed")
    page.get_by_label("Carrier").fill("DHL")
    for order in ten:
        page.get_by_label(f"Tracking number of order {order.number}").fill("JD1")
    hands.click("button", "Mark shipped")
    expect(page.get_by_text("10 parcels have left.")).to_be_visible()
    assert hands.count == 4
    assert {stage(demo.shop, order) for order in ten} == {"shipped"}
    width = page.evaluate("document.documentElement.scrollWidth")
    assert width <= 375


def test_numbers_pasted_into_one_field_fill_those_below(
    demo: Live, page: Page, ten: list[orders.Order]
) -> None:
    for order in ten[:3]:
        packed(demo.shop, order)
    sign_in(page, demo.url)
    page.goto(f"{demo.url}/staff/shipping")
    first = page.get_by_label(f"Tracking number of order {ten[0].number}")
    first.evaluate(
        """(field) => {
          const data = new DataTransfer();
          data.setData("text", "A1\\nB2\\r\\nC3\\nD4\\n");
          field.dispatchEvent(new ClipboardEvent("paste", {clipboardData: data, bubbles: true}));
        }"""
    )
    found = [page.get_by_label(f"Tracking number of order {o.number}") for o in ten[:3]]
    assert [field.input_value() for field in found] == ["A1", "B2", "C3"]


def test_one_line_is_refunded_and_put_back_on_the_shelf(
    demo: Live, visitor: BrowserContext
) -> None:
    order = paid_order(demo.shop, {SKU: 2, "FLAKES-1000": 1})
    before = demo.shop.stock(SKU)[0]
    page = visitor.new_page()
    hands = Hands(sign_in(page, demo.url))
    page.goto(f"{demo.url}/staff/orders/{order.reference}")
    hands.count += 1
    page.get_by_text("Send money back").click()
    hands.count += 1
    page.get_by_role("spinbutton", name="Oil OIL-SPRAY-100").last.fill("1")
    page.get_by_label("Put the goods back on the shelf").check()
    hands.count += 1
    hands.click("button", "Continue")
    hands.click("button", "Send €10.00 back")
    expect(page.get_by_text("The money goes back.")).to_be_visible()
    assert hands.count == 5
    assert counts(demo.shop, order) == [(2, 1, 0, 0), (1, 0, 0, 0)]
    assert demo.shop.stock(SKU)[0] == before + 1
    page.goto(f"{demo.url}/staff/packing")
    expect(page.get_by_text(f"1 × Oil {SKU}")).to_be_visible()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [375, 1440])
def test_axe_finds_nothing_where_goods_are_sent_off(
    demo: Live, page: Page, ten: list[orders.Order], scheme: str, width: int
) -> None:
    for order in ten[:2]:
        packed(demo.shop, order, "b")
    shipped(demo.shop, packed(demo.shop, ten[2]), token="s")
    page.set_viewport_size({"width": width, "height": 900})
    page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
    sign_in(page, demo.url)
    number = ten[5].number
    paths = [
        "/staff/packing?all=1",
        f"/staff/packing/pick-list?order={number}",
        f"/staff/packing/slips?order={number}",
        "/staff/shipping?packed=b&shipped=s",
        "/staff/orders?stage=shipped",
        *(f"/staff/orders/{order.reference}" for order in (ten[0], ten[2], ten[5])),
        f"/orders/{ten[2].reference}",
    ]
    found = {path: _rules(page, demo.url + path) for path in paths}
    assert {path: rules for path, rules in found.items() if rules} == {}


def _rules(page: Page, url: str) -> list[str]:
    page.goto(url)
    wide = page.evaluate("document.documentElement.scrollWidth > window.innerWidth")
    found = Axe().run(page).response["violations"]
    return [f"{rule['id']}: {rule['nodes'][0]['html'][:120]}" for rule in found] + ["wide"] * wide
