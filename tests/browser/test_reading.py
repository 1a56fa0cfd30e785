"""A guide that is really read in a browser counts once, with the blocks that were seen."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import delete, select

from conftest import Live
from storefront.database import db
from storefront.insights.models import GuideRead
from support.machine import CHROMIUM, CHROMIUM_ARGUMENTS

pytestmark = pytest.mark.browser

GUIDE = "/guides/foot-bath-at-home"
READER = (
    "Mozilla/5.0 (Linux; Android 15; Pixel 9) AppleWebKit/537.36 (KHTML, like Gecko)"
    " Chrome/150.0.0.0 Mobile Safari/537.36"
)
LOOKS_MS = 6_000  # a little longer than static/js/reading.js asks for
SEES_MS = 1_300


@pytest.fixture
def books(demo: Live) -> Callable[[], dict[str, int]]:
    """The sums of what was read, by block, empty at first."""
    demo.shop.do(lambda: db.session.execute(delete(GuideRead)))

    def sums() -> dict[str, int]:
        found = demo.shop.ask(lambda: db.session.execute(select(GuideRead)).scalars().all())
        return {one.block: one.reads for one in found}

    return sums


def read(page: Page, address: str) -> None:
    """Looks at a guide for a while, goes down to its middle, and follows a link out of it."""
    page.goto(address)
    page.wait_for_timeout(SEES_MS)
    page.mouse.wheel(0, 900)
    page.wait_for_timeout(LOOKS_MS)
    page.get_by_role("link", name="Products").first.click()
    expect(page.get_by_role("heading", level=1)).to_be_visible()


def test_a_guide_that_is_read_counts_once_with_the_blocks_that_were_seen(
    demo: Live, browser: Browser, books: Callable[[], dict[str, int]]
) -> None:
    # Only the name given at the start is also sent by a page that is just being left.
    as_a_person = [f"--user-agent={READER}", "--disable-blink-features=AutomationControlled"]
    reader = browser.browser_type.launch(
        executable_path=CHROMIUM, args=[*CHROMIUM_ARGUMENTS, *as_a_person]
    )
    try:
        page = reader.new_page(viewport={"width": 375, "height": 800})
        read(page, f"{demo.url}{GUIDE}")
        for _ in range(50):
            if books():
                break
            page.wait_for_timeout(100)
        page.goto(f"{demo.url}{GUIDE}")
        ids = "found => found.map(block => block.id)"
        blocks = set(page.locator("[data-blocks] > [id]").evaluate_all(ids))
    finally:
        reader.close()
    sums = books()
    assert sums.pop("") == 1
    assert sums
    assert set(sums.values()) == {1}
    assert set(sums) < blocks  # the end of the guide was not on the screen


def test_a_browser_that_is_driven_by_a_program_counts_nothing(
    demo: Live, page: Page, books: Callable[[], dict[str, int]]
) -> None:
    """Fails when static/js/reading.js sends from such browsers and bots.py lets them in."""
    read(page, f"{demo.url}{GUIDE}")
    page.wait_for_timeout(500)
    assert books() == {}
