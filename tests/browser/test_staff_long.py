"""The longest plausible names, numbers and notes stay inside a small phone."""

from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Browser, Page, expect

from conftest import Live
from storefront import fulfilment, inventory, orders, payments, staff
from support.hands import sign_in
from support.parcels import paid_order
from support.people import PASSWORD

pytestmark = [pytest.mark.browser, pytest.mark.looks]
WORD = "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft"
NAME = (
    "Hand-blended magnesium concentrate for tired calves, ankles and travelling feet, with a pump"
)
SKU = "MAGNESIUM-CONCENTRATE-REFILL-POUCH-12000"
EMAIL = "annemarie-charlotte.von-hohenlohe-langenburg@office-of-the-department.example"
NOTE = "Please leave it with the neighbour in the green house. " * 36
LABEL = orders.ShipTo(EMAIL, f"Annemarie {WORD}", f"c/o {WORD}\n26122 Oldenburg", "DE")


@pytest.fixture
def paths(live: Live) -> list[str]:
    """A shop of long things, and where they stand."""
    live.shop.product(SKU, name=NAME, stock=54_321)
    live.shop.do(lambda: staff.add_member(EMAIL, PASSWORD, roles=("owner",)))
    waiting, packed = (
        paid_order(live.shop, {SKU: 99}, label=LABEL, name=NAME, size=WORD[:40]) for _ in range(2)
    )

    def fill() -> tuple[int, int]:
        day = datetime.now(UTC).date() + timedelta(days=400)
        for number in range(12):
            code = f"ZS-2026-11-22-LINE-7B-PALLET-{number:04d}-AB"
            lot_id = inventory.open_lot(SKU, code, expires_on=day)
            inventory.adjust(SKU, 12_345, reason="received", lot_id=lot_id, actor=EMAIL)
        payments.owe_refund(
            f"pi_{waiting.id}", amount_cents=5, reason="requested", asked_by="t", note=NOTE
        )
        payments.open_case("sold_out", "1", order_reference=waiting.reference, sentence=WORD * 2)
        fulfilment.pack(packed.id, token="t", actor=EMAIL)
        goods = [inventory.ExpectedGoods(SKU, 12_345, 310)]
        delivery = inventory.expect_delivery(goods, token="d", supplier=WORD, note=NOTE[:500])
        count = inventory.start_count(f"Everything, {WORD}", [SKU], actor=EMAIL)
        row = inventory.count_lines(count)[0]
        entry = inventory.Entry(row.id, 99_999, None)
        inventory.enter_counts(count, [entry], at=datetime.now(UTC), actor=EMAIL)
        return lot_id, delivery

    lot, delivery = live.shop.do(fill)
    return [
        "", "stock", f"stock/{SKU}", "stock-takes", "stock-takes/1", "stock-takes/1/differences",
        "stock-takes/1/sheet", "deliveries", f"deliveries/{delivery}", "lots", f"lots/{lot}",
        f"lots/{lot}/recall", f"lots/sku?sku={SKU}", "orders", f"orders/{waiting.reference}",
        f"orders/{packed.reference}", "packing", "shipping", "products", "products/1",
        "products/1/prices", "products/1/pictures", "money", "letters", "people", "people/1",
        "account", "audit", "wanted",
        f"packing/pick-list?order={waiting.number}", f"packing/slips?order={waiting.number}",
    ]  # fmt: skip


@pytest.mark.parametrize("width", [320, 375])
def test_nothing_long_makes_a_page_wider_than_its_phone(
    live: Live, browser: Browser, paths: list[str], width: int
) -> None:
    """Fails without the wrapping of page headers in desk.css; the menu stays beside the name."""
    context = browser.new_context(viewport={"width": width, "height": 812})
    page = sign_in(context.new_page(), live.url, email=EMAIL, password=PASSWORD)
    wide = [path for path in paths if _is_wide(page, f"{live.url}/staff/{path}")]
    page.goto(f"{live.url}/staff/stock")
    number = page.locator(".shop-stock-form__input").first
    expect(number).to_have_value("202263")
    assert number.evaluate("field => field.scrollWidth <= field.clientWidth")
    menu, home = (
        page.locator(part).bounding_box()
        for part in (".shop-menu__button >> nth=0", ".shop-site-header__home")
    )
    context.close()
    assert wide == []
    assert menu is not None
    assert home is not None
    assert menu["y"] < home["y"] + home["height"], "the menu stands below the name"


def _is_wide(page: Page, url: str) -> bool:
    answer = page.goto(url)
    assert answer is not None
    assert answer.ok, url
    return bool(page.evaluate("document.documentElement.scrollWidth > window.innerWidth"))
