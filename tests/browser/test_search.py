"""Searching in a browser: as one types, by keyboard, on a phone, and without a script."""

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from conftest import Live

pytestmark = pytest.mark.browser


def test_answers_come_while_one_types_and_arrow_keys_choose_one(demo: Live, page: Page) -> None:
    page.goto(f"{demo.url}/search")
    box = page.get_by_role("main").get_by_role("combobox")
    box.press_sequentially("foot cr")
    first = page.get_by_role("option").first
    expect(first).to_contain_text("Magnesium Foot Cream")
    expect(page.get_by_role("main").get_by_role("status")).to_contain_text("suggestion")
    expect(box).to_have_attribute("aria-expanded", "true")
    box.press("ArrowDown")
    expect(first).to_have_attribute("aria-selected", "true")
    expect(box).to_have_attribute("aria-activedescendant", first.get_attribute("id") or "")
    box.press("ArrowUp")
    expect(first).to_have_attribute("aria-selected", "false")
    box.press("ArrowDown")
    box.press("Enter")
    expect(page).to_have_url(f"{demo.url}/products/magnesium-foot-cream")


def test_escape_closes_what_is_offered_and_enter_sends_what_was_typed(
    demo: Live, page: Page
) -> None:
    page.goto(f"{demo.url}/search")
    box = page.get_by_role("main").get_by_role("combobox")
    box.press_sequentially("mag oil")
    page.get_by_role("option").first.wait_for()
    box.press("Escape")
    expect(page.get_by_role("listbox")).to_be_hidden()
    expect(box).to_have_attribute("aria-expanded", "false")
    expect(box).to_have_value("mag oil")
    box.press("Enter")
    expect(page).to_have_url(f"{demo.url}/search?q=mag+oil")
    expect(page.get_by_role("article").first).to_contain_text("Magnesium Oil body spray")


def test_only_the_newest_question_is_shown(demo: Live, page: Page) -> None:
    """The answer to the first one comes late. Fails without abort() and without its signal."""
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    page.route("**/suggestions?q=lotion", hold)
    page.goto(f"{demo.url}/search")
    box = page.get_by_role("main").get_by_role("combobox")
    with page.expect_request("**/suggestions?q=lotion"):
        box.fill("lotion")
    box.fill("scoop")
    expect(page.get_by_role("option").first).to_contain_text("scoop")
    for route in held:
        route.fulfill(body='<div class="shop-suggestions"><a role="option">late</a></div>')
    page.wait_for_timeout(300)
    expect(page.get_by_role("option").first).to_contain_text("scoop")


@pytest.mark.parametrize("width", [320, 375, 1440])
def test_without_a_script_the_header_leads_to_the_search(
    demo: Live, browser: Browser, width: int
) -> None:
    """By its field where there is room, else by a sign for it."""
    context = browser.new_context(
        java_script_enabled=False, viewport={"width": width, "height": 800}
    )
    page = context.new_page()
    page.goto(demo.url)
    if width < 992:
        page.get_by_role("banner").get_by_role("link", name="Search").click()
        expect(page.get_by_role("heading", name="Search", exact=True)).to_be_visible()
        page.get_by_role("searchbox").fill("bath salt")
        page.get_by_role("main").get_by_role("button", name="Search").click()
    else:
        page.get_by_role("banner").get_by_role("searchbox").fill("bath salt")
        page.get_by_role("banner").get_by_role("searchbox").press("Enter")
    expect(page.get_by_role("article").first).to_contain_text("Magnesium Flakes")
    context.close()
