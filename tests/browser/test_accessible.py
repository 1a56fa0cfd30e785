"""axe-core finds nothing on any page a shopper sees, light and dark, phone and laptop."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from conftest import Live
from storefront import drafts, orders, payments
from support.phone import phoned, sent
from support.shopper import Shopper

pytestmark = [pytest.mark.browser, pytest.mark.looks]

PAGES = [
    "/",
    "/products/",
    "/products/?in_stock=1&sort=price",
    "/products/in/flakes",
    "/products/magnesium-oil-spray",
    "/products/wooden-bath-scoop",
    "/guides/",
    "/guides/foot-bath-at-home",
    "/guides/foot-bath-at-home/routine",
    "/search",
    "/search?q=bath",
    "/search?q=magnesum+wheelbarrow&price=20",
    "/search?q=wheelbarrow",
    "/cart",
    "/orders/find",
    "/staff/sign-in",
    "/staff/",
    "/staff/money",
    "/staff/money?said=refund",
    "/staff/orders",
    "/staff/orders?q=nobody",
    "/staff/drafts",
    "/staff/drafts/new",
    "/staff/letters",
    "/staff/events",
    "/staff/searches",
    "/staff/searches/name?words=roller",
    "/checkout/cancelled",
    "/no-such-page",
]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [375, 1440])
def test_axe_finds_nothing(demo: Live, browser: Browser, scheme: str, width: int) -> None:
    with visit(demo, browser, width=width, color_scheme=scheme) as (page, paths):
        found = {path: _violations(page, demo.url + path) for path in paths}
    assert {path: rules for path, rules in found.items() if rules} == {}


def test_axe_finds_nothing_in_the_open_drawer(demo: Live, page: Page) -> None:
    page.goto(f"{demo.url}/products/magnesium-oil-spray")
    page.locator("shop-add-to-cart button").first.click()
    page.get_by_role("dialog").wait_for()
    assert _rules(page) == []


@pytest.mark.parametrize("width", [375, 1440])
def test_axe_finds_nothing_in_open_suggestions(demo: Live, browser: Browser, width: int) -> None:
    context = browser.new_context(viewport={"width": width, "height": 900})
    page = context.new_page()
    page.goto(f"{demo.url}/search")
    field = page.get_by_role("main").get_by_role("combobox")
    field.press_sequentially("bath")
    page.get_by_role("option").first.wait_for()
    field.press("ArrowDown")
    assert _rules(page) == []
    context.close()


def test_the_drawer_does_not_move_for_somebody_who_wants_no_motion(demo: Live, page: Page) -> None:
    page.goto(f"{demo.url}/products/magnesium-oil-spray")
    page.locator("shop-add-to-cart button").first.click()
    drawer = page.get_by_role("dialog")
    assert drawer.evaluate("drawer => getComputedStyle(drawer).animationDuration") == "0s"


@pytest.mark.parametrize("width", [320, 375, 768, 1440, 2560])
def test_no_page_is_wider_than_its_window(demo: Live, browser: Browser, width: int) -> None:
    wide = []
    with visit(demo, browser, width=width) as (page, paths):
        for path in paths:
            page.goto(demo.url + path)
            if page.evaluate("document.documentElement.scrollWidth > window.innerWidth"):
                wide.append(path)
    assert wide == []


@contextmanager
def visit(
    demo: Live, browser: Browser, *, width: int, color_scheme: str = "light"
) -> Iterator[tuple[Page, list[str]]]:
    """A page of somebody with an order and a full cart who runs the shop, and where they may go."""
    shopper = Shopper(demo.url)
    shopper.add("OIL-SPRAY-100", 2)
    demo.box.control.complete(shopper.session_id())
    (order,) = demo.shop.orders()
    (letter,) = demo.shop.letters()
    demo.shop.do(lambda: need_somebody(order))
    by_phone, off = (phoned(demo.shop, {"OIL-SPRAY-100": 2}, note="Soon.") for _ in range(2))
    sent(demo.shop, by_phone)
    demo.shop.do(lambda: drafts.cancel(off))
    shopper.add("FLAKES-1000", 1, guide="foot-bath-at-home")
    context = browser.new_context(
        viewport={"width": width, "height": 900}, color_scheme=color_scheme, reduced_motion="reduce"
    )
    context.add_cookies(
        [{"name": "shop_cart", "value": shopper.web.cookies["shop_cart"], "url": demo.url}]
    )
    page = context.new_page()
    page.goto(f"{demo.url}/staff/")
    page.get_by_label("E-mail").fill("owner@stillwater.example")
    page.get_by_label("Password").fill("quiet-water-runs")
    page.get_by_role("button", name="Sign in").click()
    page.get_by_role("heading", name="Overview").wait_for()
    desk = f"/staff/orders/{order.reference}"
    own = [f"/orders/{order.reference}", desk, f"/staff/letters/{letter.id}"]
    own += [f"/{where}/{draft}" for where in ("staff/drafts", "pay") for draft in (by_phone, off)]
    yield page, [*PAGES, *own]
    context.close()


def need_somebody(order: orders.Order) -> None:
    """A refund and cases with every kind of button, one of them settled."""
    paid = order.payment_id or ""
    payments.owe_refund(paid, amount_cents=500, reason="requested", asked_by="t", note="Sorry.")
    for number, kind in enumerate(payments.ACTIONS, start=1):
        about = "x" * 60 if kind == "refund_stuck" else "Do not send it before this is clear."
        payments.open_case(
            kind,
            paid if payments.ACTIONS[kind] == "refund" else str(number),
            order_reference=order.reference,
            sentence=f"Order {order.number} needs you: {about}",
        )
    payments.close_case("sold_out", "3", by="owner@stillwater.example")


def _violations(page: Page, url: str) -> list[str]:
    page.goto(url)
    return _rules(page)


def _rules(page: Page) -> list[str]:
    results = Axe().run(page)
    return [
        f"{rule['id']}: {rule['nodes'][0]['html'][:120]}" for rule in results.response["violations"]
    ]
