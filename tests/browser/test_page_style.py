"""A public page brings the style of what it shows: it looks as with the whole sheet, at once."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page

from conftest import Live

pytestmark = [pytest.mark.browser, pytest.mark.looks]

PAGES = [
    "/",
    "/products/",
    "/products/?sort=price",
    "/products/magnesium-oil-spray",
    "/products/wooden-bath-scoop",
    "/guides/",
    "/guides/foot-bath-at-home",
    "/search?q=foot+bath",
    "/search?q=xyzzy",
    "/products/in/flakes",
    "/how-we-check-reviews",
]
LOAD_THE_WHOLE = """() => new Promise((done) => {
  const own = document.querySelector("style[data-whole]");
  const sheet = document.createElement("link");
  sheet.rel = "stylesheet";
  sheet.href = own.dataset.whole;
  sheet.onload = () => {
    own.remove();
    requestAnimationFrame(() => requestAnimationFrame(done));
  };
  own.after(sheet);
})"""
# What every element looks like and where it stands, but for the list of suggestions, which a script
# shows when it has brought the style. Its margins follow from that: Chromium reckons
# the right one of a box that is as wide as its room now so, now so.
LOOKS = """() => [...document.querySelectorAll("body, body :not(.shop-suggestions)")].map((one) => {
  const style = getComputedStyle(one);
  const looks = [...style].filter((name) => !/^--|margin/.test(name));
  const shown = looks.map((name) => `${name}: ${style.getPropertyValue(name)}`);
  return [one.outerHTML.slice(0, 80), JSON.stringify(one.getBoundingClientRect()), ...shown];
})"""


@pytest.fixture(params=[375, 768, 1440])
def page(demo: Live, browser: Browser, request: pytest.FixtureRequest) -> Iterator[Page]:
    context = browser.new_context(
        base_url=demo.url,
        viewport={"width": request.param, "height": 900},
        reduced_motion="reduce",
    )
    yield context.new_page()
    context.close()


@pytest.mark.parametrize("path", PAGES)
def test_a_page_looks_the_same_with_its_own_style_and_with_the_whole_sheet(
    page: Page, path: str
) -> None:
    page.goto(path, wait_until="networkidle")
    before = page.evaluate(LOOKS)
    page.evaluate(LOAD_THE_WHOLE)
    after = page.evaluate(LOOKS)
    assert len(before) > 50
    changed = [
        (ours[0], ours_is, whole_is)
        for ours, whole in zip(before, after, strict=True)
        for ours_is, whole_is in zip(ours, whole, strict=True)
        if ours_is != whole_is
    ]
    assert changed == []
