"""The menu of the back office, in a browser."""

import re

from playwright.sync_api import Page


def go(page: Page, word: str) -> None:
    """Follows an entry of the menu: one click on a laptop, two on a phone."""
    if not page.get_by_role("navigation", name="Main").is_visible():
        page.get_by_role("button", name="Menu").click()
    begins = re.compile(rf"^\s*{re.escape(word)}\b")  # what waits there is counted behind it
    page.get_by_role("navigation", name="Main").get_by_role("link", name=begins).click()
