"""A guide on the page that edits it, in a browser: what is written, underlined, proposed."""

import re

from playwright.sync_api import Locator, Page, expect

from conftest import Live
from storefront import guides

from .guides import written
from .hands import EMAIL, sign_in

FIRST = "Warm water first.\n"


class Desk:
    """The page of one guide of its own, with what went wrong in the browser since it was opened."""

    def __init__(
        self, page: Page, demo: Live, body: str = FIRST, *, has_script: bool = True
    ) -> None:
        self.page, self.demo = page, demo
        self.errors: list[str] = []
        page.on("console", lambda m: self.errors.append(m.text) if m.type == "error" else None)
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        page.on("dialog", lambda dialog: dialog.accept())
        sign_in(page, demo.url)
        self.id = _guide(demo, body)
        self.open(has_script=has_script)

    def open(self, *, has_script: bool = True) -> None:
        """Opens the page, and waits until the shop has said something about the text."""
        self.page.goto(f"{self.demo.url}/staff/guides/{self.id}")
        if has_script:
            self.checked()

    @property
    def text(self) -> Locator:
        """Where the guide is written."""
        return self.page.get_by_role("textbox", name="Text", exact=True)

    @property
    def written(self) -> str:
        """What the form would send."""
        return self.page.locator("textarea[name=source]").input_value()

    @property
    def saved(self) -> str:
        """The text of the newest revision, below its facts."""
        sheet = self.demo.shop.ask(lambda: guides.guide_sheet(self.id))
        assert sheet
        halves = guides.halves(sheet.source)
        assert halves
        return halves[1].lstrip("\n")

    def write(self, words: str) -> None:
        """Types at the end of the text."""
        self.text.click()
        self.page.keyboard.press("Control+End")
        self.page.keyboard.insert_text(words)

    def checked(self) -> None:
        """Waits for what the shop says about what stands there now."""
        line = self.page.locator(".shop-checks__line")
        expect(line).to_have_text(re.compile(r"to look at"))

    def press(self, *keys: str) -> None:
        """Presses keys one after the other."""
        for key in keys:
            self.page.keyboard.press(key)

    def tool(self, name: str) -> Locator:
        """A button of the toolbar."""
        tools = self.page.get_by_role("toolbar")
        return tools.get_by_role("button", name=re.compile(rf"^{name}(:|$)"))


def _guide(demo: Live, body: str) -> int:
    def make() -> int:
        id_ = guides.create_guide("The evening bath", author="Ida Marwitz", by=EMAIL)
        sheet = guides.guide_sheet(id_)
        assert sheet
        facts = guides.facts_of(sheet.source)
        assert facts
        source = written(body, **{**facts, "summary": "Warm water and salt."}).decode()
        guides.save_draft(id_, source, seen=sheet.newest, by=EMAIL)
        return id_

    return demo.shop.do(make)
