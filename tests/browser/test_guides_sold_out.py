"""A product of a guide sells out while its page is open, and comes back."""

import pytest
from playwright.sync_api import BrowserContext, Locator, expect

from conftest import Live
from support.selling_out import play

pytestmark = pytest.mark.browser
PHONE = 375


def test_a_product_sells_out_under_a_reader_and_comes_back(
    demo: Live, visitor: BrowserContext
) -> None:
    seen: list[str] = []

    def look(state: str, card: Locator) -> None:
        seen.append(state)
        expect(card).to_be_visible()
        box = card.bounding_box()
        assert box
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= PHONE

    play(demo, visitor.new_page(), look)
    assert seen == ["in-stock", "instead", "sign-up", "archived"]
