"""Somebody is invited, comes in, sets up a second step and signs in with it; axe looks on."""

import re
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pyotp
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, expect

from conftest import Live
from support.hands import Hands, sign_in

pytestmark = pytest.mark.browser
TOLD = Path(__file__).parents[2] / "docs" / "staff" / "people.md"
#: A row of its table: what one wants, and the presses on a phone.
ROW = re.compile(r"^\| (?P<what>[^|]+?) \|.*\| (?P<presses>\d+) \|$", re.M)
PASSWORD, NEW_PASSWORD = "quiet-harbour-lights", "louder-harbour-lights"  # noqa: S105
NOBODY = "no-such-person@mail.example"


def told() -> dict[str, int]:
    """What one wants → presses, as the page says."""
    return {row["what"]: int(row["presses"]) for row in ROW.finditer(TOLD.read_text())}


@dataclass
class Newcomer:
    """Somebody with an address of their own, and the two people whose hands do the work."""

    live: Live
    owner: Hands
    hands: Hands
    email: str
    secret: str = ""

    @property
    def page(self) -> Page:
        """What the newcomer sees."""
        return self.hands.page

    def link(self, kind: str) -> str:
        """Where the last letter to them leads."""
        letter = [one for one in self.live.shop.letters(kind) if one.recipient == self.email][-1]
        return next(word for word in letter.text.split() if "/staff/" in word)

    def invited(self) -> None:
        """The owner invites them to look after the stock."""
        page = self.owner.page
        self.owner.go("People")
        self.owner.press(page.get_by_text("Invite somebody"))
        page.get_by_label("E-mail", exact=True).fill(self.email)
        self.owner.press(page.get_by_label("Stock"))
        self.owner.look("invite")
        self.owner.click("button", "Send the invitation")
        expect(page.get_by_role("button", name=f"Send again to {self.email}")).to_be_visible()
        self.owner.look("invited")

    def comes_in(self) -> None:
        """They open the link and choose a password; one that is too short is told."""
        self.page.goto(self.link("staff_invitation"))
        self.page.get_by_label("New password", exact=True).fill("short")
        self.page.get_by_role("button", name="Come in").click()
        expect(self.page.get_by_label("New password", exact=True)).to_be_focused()
        self.hands.look("too short")
        self.page.goto(self.link("staff_invitation"))
        self.hands.count += 1
        self.hands.look("welcome")
        self.page.get_by_label("New password", exact=True).fill(PASSWORD)
        self.hands.click("button", "Come in")
        self._is_inside()
        self.hands.look("first morning")

    def sets_up(self) -> list[str]:
        """They give the secret to their app; a wrong code is told. Returns the recovery codes."""
        self.hands.go("Your account")
        self.hands.look("account")
        self.hands.click("link", "Set up a second step")
        shown = self.page.locator(".shop-second-step__secret").inner_text()
        self.secret = "".join(shown.split())
        self.page.get_by_label("Code").fill("000000")
        self.page.get_by_role("button", name="Turn it on").click()
        expect(self.page.get_by_label("Code")).to_be_focused()
        self.hands.look("wrong code")
        self.page.get_by_label("Code").fill(pyotp.TOTP(self.secret).now())
        self.hands.click("button", "Turn it on")
        expect(self.page.get_by_role("heading", name="Your recovery codes")).to_be_visible()
        self.hands.look("recovery codes")
        return self.page.locator(".shop-codes li").all_inner_texts()

    def signs_out(self) -> None:
        """They leave, and the back office is closed to them."""
        if not self.hands.has_row():
            self.page.get_by_role("button", name="Menu").click()
        self.page.get_by_role("button", name="Sign out", exact=True).click()
        self.page.goto(f"{self.live.url}/staff/people")
        expect(self.page.get_by_label("Password")).to_be_visible()

    def signs_in(self, code: str, password: str = PASSWORD) -> None:
        """With password and code; the back office stays closed until the code is right."""
        self.page.goto(f"{self.live.url}/staff/sign-in")
        self.page.get_by_label("E-mail").fill(self.email)
        self.page.get_by_label("Password").fill(password)
        self.hands.click("button", "Sign in")
        expect(self.page.get_by_label("Code")).to_be_focused()
        self.hands.look("code")
        self.page.get_by_label("Code").fill(code)
        self.hands.click("button", "Sign in")
        self._is_inside()

    def forgets_the_password(self) -> None:
        """A letter brings a new one; whoever asks for nobody's reads the same."""
        for email in (NOBODY, self.email):
            self.hands.done()
            self.page.goto(f"{self.live.url}/staff/sign-in")
            self.hands.click("link", "Forgotten your password?")
            expect(self.page.get_by_role("heading", name="A new password")).to_be_visible()
            self.hands.look("forgotten")
            self.page.get_by_label("E-mail").fill(email)
            self.hands.click("button", "Send the letter")
            expect(self.page.get_by_role("heading", name="Sign in")).to_be_visible()
            self.hands.look("asked")
        self.page.goto(self.link("staff_password"))
        self.hands.count += 1
        self.hands.look("new password")
        self.page.get_by_label("New password", exact=True).fill(NEW_PASSWORD)
        self.hands.click("button", "Set the password")
        expect(self.page.get_by_role("heading", name="Sign in")).to_be_visible()

    def later_code(self) -> str:
        """What their app shows in half a minute: the one before has been used."""
        return pyotp.TOTP(self.secret).at(int(time.time()) + 30)

    def _is_inside(self) -> None:
        expect(self.page.get_by_role("heading", name="Overview", level=1)).to_be_visible()


def newcomer(
    live: Live, owner: Page, page: Page, look: Callable[[Page, str], None] = lambda page, name: None
) -> Newcomer:
    """Somebody new, and an owner who has signed in."""
    sign_in(owner, live.url)
    hands = [Hands(one, lambda name, one=one: look(one, name)) for one in (owner, page)]  # type: ignore[misc]
    return Newcomer(live, *hands, email=f"mira-{secrets.token_hex(4)}@mail.example")


def test_from_the_invitation_to_a_recovery_code_in_the_presses_that_are_told(
    demo: Live, browser: Browser, visitor: BrowserContext
) -> None:
    """The whole path on a phone, with and without JavaScript."""
    other = browser.new_context(viewport={"width": 375, "height": 812})
    mira = newcomer(demo, other.new_page(), visitor.new_page())
    presses = told()
    mira.invited()
    assert mira.owner.done() == presses["invite somebody"]
    mira.comes_in()
    assert mira.hands.done() == presses["come in by invitation"]
    codes = mira.sets_up()
    assert mira.hands.done() == presses["set up a second step"]
    assert len(codes) == 10
    mira.signs_out()
    mira.signs_in(mira.later_code())
    assert mira.hands.done() == presses["sign in with it"]
    mira.signs_out()
    mira.signs_in(codes[0])
    mira.signs_out()
    mira.forgets_the_password()
    assert mira.hands.done() == presses["forgotten password"]
    mira.signs_in(codes[1], NEW_PASSWORD)
    mira.page.goto(f"{demo.url}/staff/account")
    expect(mira.page.get_by_text("8 of 10 recovery codes are left")).to_be_visible()
    mira.page.goto(f"{demo.url}/staff/people")
    expect(mira.page.get_by_text("This is not part of your role")).to_be_visible()
    mira.owner.page.goto(f"{demo.url}/staff/people?q={mira.email}")
    second_step = mira.owner.page.locator("[data-heading='Second step']")
    expect(second_step).to_have_text("Yes")
    other.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [375, 1440])
def test_axe_finds_nothing_on_the_way_in_and_where_people_are_looked_after(
    demo: Live, browser: Browser, scheme: str, width: int
) -> None:
    found: dict[str, list[str]] = {}

    def look(page: Page, name: str) -> None:
        wide = page.evaluate("document.documentElement.scrollWidth > window.innerWidth")
        rules = Axe().run(page).response["violations"]
        broken = [f"{rule['id']}: {rule['nodes'][0]['html'][:120]}" for rule in rules]
        found[name] = broken + ["wider than the window"] * wide

    size = {"width": width, "height": 900}
    contexts = [browser.new_context(viewport=size, color_scheme=scheme) for _ in range(2)]  # type: ignore[arg-type]
    owner, page = (context.new_page() for context in contexts)
    mira = newcomer(demo, owner, page, look)
    mira.invited()
    mira.comes_in()
    mira.sets_up()
    page.goto(mira.link("staff_invitation"))
    look(page, "link over")
    for path in ("account", "account/second-step", "people"):
        page.goto(f"{demo.url}/staff/{path}")
        look(page, path)
    mira.signs_out()
    mira.signs_in(mira.later_code())
    mira.forgets_the_password()
    for path in (f"people?q={mira.email}", "people?q=nobody", "roles", "audit", "audit?q=nobody"):
        owner.goto(f"{demo.url}/staff/{path}")
        look(owner, path.split("=")[0] if mira.email in path else path)
    owner.goto(f"{demo.url}/staff/people?q={mira.email}")
    owner.get_by_role("link", name=mira.email).click()
    for fold in owner.locator("summary").all():
        fold.click()
    look(owner, "person")
    for context in contexts:
        context.close()
    assert {name: broken for name, broken in found.items() if broken} == {}
