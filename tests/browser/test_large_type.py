"""Type twice as large: everything still fits beside the edge of a phone."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from conftest import Live

pytestmark = [pytest.mark.browser, pytest.mark.looks]

PAGES = [
    "/",
    "/products/",
    "/products/magnesium-oil-spray",
    "/products/wooden-bath-scoop",
    "/guides/",
    "/guides/foot-bath-at-home",
    "/search?q=bath",
    "/search?q=wheelbarrow",
    "/cart",
    "/orders/find",
    "/how-we-check-reviews",
    "/staff/sign-in",
]
# What stands out of the window, but for what scrolls by itself: tables, code, the gallery, chips.
OUTSIDE = """() => {
  const scrolls = e => {
    for (let p = e.parentElement; p && p !== document.body; p = p.parentElement)
      if (getComputedStyle(p).overflowX !== "visible") return true;
    return false;
  };
  return [...document.querySelectorAll("body *")]
    .filter(e => e.getBoundingClientRect().right > innerWidth + 1 && !scrolls(e))
    .map(e => `${e.localName}.${e.className}`);
}"""


@pytest.fixture(params=[320, 375])
def phone(request: pytest.FixtureRequest, browser: Browser) -> Iterator[Page]:
    """A phone whose owner reads type of 32 px where others read 16 px."""
    context = browser.new_context(viewport={"width": request.param, "height": 812})
    page = context.new_page()
    settings = context.new_cdp_session(page)
    settings.send("Page.enable")
    settings.send("Page.setFontSizes", {"fontSizes": {"standard": 32, "fixed": 26}})
    yield page
    context.close()


def test_no_page_scrolls_sideways(demo: Live, phone: Page) -> None:
    phone.goto(f"{demo.url}/products/magnesium-oil-spray")
    assert phone.evaluate("getComputedStyle(document.documentElement).fontSize") == "32px"
    phone.locator("shop-add-to-cart button").first.click()
    drawer = phone.get_by_role("dialog")
    expect(drawer).to_be_visible()
    wide = {"drawer": ["itself"]} if drawer.evaluate("e => e.scrollWidth > e.clientWidth") else {}
    for path in PAGES:
        phone.goto(demo.url + path)
        found = phone.evaluate(OUTSIDE)
        if phone.evaluate("document.documentElement.scrollWidth > innerWidth"):
            found.append("the page itself")
        wide |= {path: found} if found else {}
    assert wide == {}
