"""How much comes over the wire, by a browser's own count."""

import pytest
from playwright.sync_api import Browser

from conftest import Live

pytestmark = [pytest.mark.browser, pytest.mark.looks]

# Everything but pictures: page with its style, scripts and fonts, with their headers.
WEIGH = """() => {
  const [page] = performance.getEntriesByType('navigation');
  const isPicture = part => /[.](avif|webp|svg|png)/.test(part.name);
  const rest = performance.getEntriesByType('resource').filter(part => !isPicture(part));
  return [page, ...rest].map(r => [r.name, r.transferSize]);
}"""

WEIGH_ALL = """() => {
  const parts = ['navigation', 'resource'].flatMap(kind => performance.getEntriesByType(kind));
  return parts.map(part => [part.name, part.transferSize]);
}"""


@pytest.mark.parametrize("width", [375, 1440])
def test_a_product_page_weighs_at_most_45_kb_without_its_pictures(
    demo: Live, browser: Browser, width: int
) -> None:
    context = browser.new_context(viewport={"width": width, "height": 900})
    page = context.new_page()
    page.goto(f"{demo.url}/products/magnesium-oil-spray", wait_until="networkidle")
    parts = page.evaluate(WEIGH)
    context.close()
    assert {name.rsplit(".", 1)[-1].partition("?")[0] for name, _ in parts} >= {"js", "woff2"}
    assert 20_000 < sum(size for _, size in parts) <= 45_000, parts


def test_home_on_a_phone_weighs_at_most_350_kb_with_every_picture(
    demo: Live, browser: Browser
) -> None:
    context = browser.new_context(viewport={"width": 375, "height": 812}, device_scale_factor=3)
    page = context.new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(demo.url, wait_until="networkidle")
    for lazy in page.locator("img[loading=lazy]").all():
        lazy.scroll_into_view_if_needed()
    page.wait_for_function("[...document.images].every(one => one.complete)")
    page.wait_for_load_state("networkidle")
    parts = page.evaluate(WEIGH_ALL)
    context.close()
    assert [url for url in asked if not url.startswith((demo.url, "data:"))] == []
    assert sum(".avif" in name for name, _ in parts) >= 8
    assert 60_000 < sum(size for _, size in parts) <= 350_000, parts
