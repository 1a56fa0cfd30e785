"""The living page of components as people see it: light and dark, on a phone and on a laptop."""

import pytest
from playwright.sync_api import Browser, expect

from conftest import Live
from support.axe import rules

pytestmark = [pytest.mark.browser, pytest.mark.looks]


@pytest.mark.parametrize(("scheme", "width"), [("light", 1440), ("dark", 375)])
def test_axe_finds_nothing_among_all_components(
    demo: Live, browser: Browser, scheme: str, width: int
) -> None:
    """Landmarks are in it once for each state, so their names need not differ."""
    size = {"width": width, "height": 900}
    context = browser.new_context(viewport=size, color_scheme=scheme, reduced_motion="reduce")
    page = context.new_page()
    wrong: list[str] = []
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.goto(f"{demo.url}/staff/")
    page.get_by_label("E-mail").fill("owner@stillwater.example")
    page.get_by_label("Password").fill("quiet-water-runs")
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("heading", name="Overview")).to_be_visible()
    page.goto(f"{demo.url}/staff/components")
    assert rules(page, without=("landmark-unique",)) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.locator("#add_to_cart-1").get_by_role("button", name="Add to cart").click()
    field = page.locator("#code_form-1")
    field.get_by_text("Add a promotion code").click()
    field.get_by_role("button", name="Use the code").click()
    expect(page).to_have_url(f"{demo.url}/staff/components")
    assert wrong == []
    context.close()
