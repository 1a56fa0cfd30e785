"""Somebody at the desk of the back office, in a browser, who counts what they press."""

import re
from collections.abc import Callable

from playwright.sync_api import Locator, Page

from .menu import go

EMAIL, PASSWORD = "owner@stillwater.example", "quiet-water-runs"
_FOCUSED = """() => {
  const here = document.activeElement;
  const label = here.labels && here.labels.length ? here.labels[0].innerText : here.innerText;
  return (here.getAttribute("aria-label") || label || here.value || "").trim();
}"""


def sign_in(page: Page, url: str, *, email: str = EMAIL, password: str = PASSWORD) -> Page:
    """The overview, opened by whoever has signed in with this browser."""
    page.goto(f"{url}/staff/sign-in")
    page.get_by_label("E-mail").fill(email)
    page.get_by_label("Password").fill(password)
    page.get_by_role("button", name="Sign in").click()
    page.get_by_role("heading", name="Overview", level=1).wait_for()
    return page


def write_text(page: Page, text: str) -> None:
    """Types into the text of a guide: its text area, or the editor that stands around it."""
    page.wait_for_load_state("load")  # the editor is there by then, where there is a script
    area = page.locator("#source")
    if area.is_visible():
        area.fill(text)
    else:
        page.locator("guide-editor .cm-content").fill(text)


class Hands:
    """A press is a click, a choice from a list, or a key that does something; writing is none."""

    def __init__(self, page: Page, look: Callable[[str], None] = lambda name: None) -> None:
        self.page, self.look, self.count = page, look, 0

    def press(self, target: Locator) -> None:
        """Presses something that is there."""
        target.click()
        self.count += 1

    def click(self, role: str, name: str | re.Pattern[str]) -> None:
        """Presses the first button or link of this name."""
        self.press(self.page.get_by_role(role, name=name, exact=True).first)  # type: ignore[arg-type]

    def choose(self, label: str, words: str) -> None:
        """Chooses from a list."""
        self.page.get_by_label(label).select_option(words)
        self.count += 1

    def go(self, word: str) -> None:
        """Follows an entry of the menu: one press on a laptop, two on a phone."""
        self.count += 1 if self.has_row() else 2
        go(self.page, word)
        self.page.locator("main").wait_for()

    def has_row(self) -> bool:
        """Whether the menu stands in a row, as on a laptop."""
        return self.page.get_by_role("navigation", name="Main").is_visible()

    def tab_to(self, words: str) -> None:
        """Presses Tab until what has the focus begins with these words."""
        for _ in range(120):
            self.page.keyboard.press("Tab")
            if str(self.page.evaluate(_FOCUSED)).startswith(words):
                return
        raise AssertionError(f"the keyboard never came to {words!r}")

    def enter(self, words: str, heading: str) -> None:
        """Goes to something by Tab, presses Enter, and sees the page that follows."""
        self.tab_to(words)
        self.page.keyboard.press("Enter")
        self.count += 1
        self.page.get_by_role("heading", name=heading, level=1).wait_for()

    def done(self) -> int:
        """How often they have pressed since they were asked last."""
        count, self.count = self.count, 0
        return count
