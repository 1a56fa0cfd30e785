"""A day in the back office, step by step as docs/staff/day.md tells it, with as many presses."""

import re
import secrets
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from conftest import Live
from support.day import OIL, OTHER, STEPS, Day
from support.hands import Hands, sign_in
from support.parcels import stage

pytestmark = [pytest.mark.browser, pytest.mark.timeout(600)]
TOLD = Path(__file__).parents[2] / "docs" / "staff" / "day.md"
#: A row of the table: its step, and the presses on a laptop and on a phone.
ROW = re.compile(r"^\| \*\*(?P<step>[^*]+)\*\* \|.*\| (?P<laptop>\d+) \| (?P<phone>\d+) \|$", re.M)


@pytest.fixture(params=["laptop", "laptop without JavaScript", "phone", "phone without JavaScript"])
def desk(request: pytest.FixtureRequest, demo: Live, browser: Browser) -> Iterator[Page]:
    """Somebody who has signed in, on each kind of machine."""
    is_phone = request.param.startswith("phone")
    context = browser.new_context(
        viewport={"width": 375, "height": 812} if is_phone else {"width": 1440, "height": 900},
        java_script_enabled="without" not in request.param,
        locale="en-IE",
        reduced_motion="reduce",
    )
    context.set_default_timeout(60_000)
    yield sign_in(context.new_page(), demo.url)
    context.close()


def told(device: str) -> dict[str, int]:
    """Step → presses, as the page says."""
    return {row["step"]: int(row[device]) for row in ROW.finditer(TOLD.read_text())}


def play(day: Day, shopper: Page) -> dict[str, int]:
    """Every step, and how often each was pressed; nothing is wider than the window on the way."""
    pressed = {}
    day.begin()
    for name, step in STEPS.items():
        step(day)
        pressed[name] = day.hands.done()
        width = day.page.locator("html").evaluate("page => page.scrollWidth")
        assert width <= (day.page.viewport_size or {"width": 0})["width"], name
        if name == "Receive 24 oils":
            day.sell(shopper)
    return pressed


def test_a_whole_day_takes_the_presses_that_its_page_tells(
    demo: Live, desk: Page, browser: Browser
) -> None:
    hands = Hands(desk)
    before = demo.shop.stock(OTHER)[0]
    code = secrets.token_hex(3)  # the demo lives on, and with it the lots and names of other days
    day = Day(demo, hands, f"ZS-{code}", f"Pear wood brush {code}", f"BRUSH-{code}")
    day.by_keyboard = hands.has_row()
    shopper = browser.new_context(locale="en-IE")
    pressed = play(day, shopper.new_page())
    shopper.close()
    assert pressed == told("laptop" if day.by_keyboard else "phone")
    assert demo.shop.stock(OIL)[0] == 20
    assert demo.shop.stock(OTHER)[0] == before  # one was sold, and came back
    assert {stage(demo.shop, order) for order in (*day.others, *day.sold)} == {"shipped"}
    assert len(demo.shop.letters("recall")) == 3
    demo.shop.books_balance()
    desk.goto(f"{demo.url}/products/pear-wood-brush-{code}")
    desk.get_by_role("button", name="Add to cart").wait_for()
