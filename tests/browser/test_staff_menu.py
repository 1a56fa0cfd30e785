"""The menu of the back office: a row on a laptop, one button on a phone, never a script."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, expect

from conftest import Live
from support.menu import go

pytestmark = [pytest.mark.browser, pytest.mark.looks]


def signed_in(page: Page, demo: Live) -> Page:
    page.goto(f"{demo.url}/staff/")
    page.get_by_label("E-mail").fill("owner@stillwater.example")
    page.get_by_label("Password").fill("quiet-water-runs")
    page.get_by_role("button", name="Sign in").click()
    return page


def test_on_a_phone_the_menu_opens_leads_on_and_marks_where_one_is(
    demo: Live, visitor: BrowserContext
) -> None:
    """Two clicks to any page; Escape and Close leave everything as it was."""
    page = signed_in(visitor.new_page(), demo)
    menu = page.get_by_role("navigation", name="Main")
    expect(menu).to_be_hidden()
    page.get_by_role("button", name="Menu").click()
    page.keyboard.press("Escape")
    expect(menu).to_be_hidden()
    page.get_by_role("button", name="Menu").click()
    page.get_by_role("button", name="Close").click()
    expect(menu).to_be_hidden()
    go(page, "Orders")
    expect(page).to_have_url(f"{demo.url}/staff/orders")
    page.get_by_role("button", name="Menu").click()
    expect(menu.locator("[aria-current=page]")).to_have_text("Orders")
    page.get_by_role("button", name="Sign out").click()
    expect(page).to_have_url(f"{demo.url}/")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_in_the_open_menu(demo: Live, browser: Browser, scheme: str) -> None:
    context = browser.new_context(viewport={"width": 375, "height": 812}, color_scheme=scheme)
    page = signed_in(context.new_page(), demo)
    page.get_by_role("button", name="Menu").click()
    assert [rule["id"] for rule in Axe().run(page).response["violations"]] == []
    context.close()
