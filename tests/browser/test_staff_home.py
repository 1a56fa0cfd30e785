"""The overview, kits and sign-ups on a phone, with and without JavaScript."""

import re

import pytest
from playwright.sync_api import BrowserContext, Page, expect
from sqlalchemy import update

from conftest import Live
from storefront import customers, inventory, mail
from storefront.database import db
from support.axe import rules

pytestmark = pytest.mark.browser
SOLD_OUT = "SCOOP-WOOD"


def signed_in(page: Page, demo: Live) -> None:
    page.goto(f"{demo.url}/staff/")
    page.get_by_label("E-mail").fill("owner@stillwater.example")
    page.get_by_label("Password").fill("quiet-water-runs")
    page.get_by_role("button", name="Sign in").click()
    page.get_by_role("heading", name="Overview", exact=True).wait_for()


def letters_fail(demo: Live) -> None:
    def fail() -> None:
        mail.write(mail.NewLetter("test", "r1", "a@b.example", "Your order 1004", "Hello.", ""))
        failed = {"state": "failed", "attempts": 10, "error": "Connection refused"}
        db.session.execute(update(mail.Letter).values(**failed))

    demo.shop.do(fail)


def test_a_letter_that_failed_is_sent_again_in_one_press(
    demo: Live, visitor: BrowserContext
) -> None:
    letters_fail(demo)
    page = visitor.new_page()
    signed_in(page, demo)
    page.get_by_role("button", name="Send it again").click()
    expect(page.get_by_text("The letters are on their way again.")).to_be_visible()
    assert [letter.state for letter in demo.shop.letters("test")] != ["failed"]


def test_a_kit_is_changed_in_three_presses_and_a_mistake_is_said(
    demo: Live, visitor: BrowserContext
) -> None:
    """Kits, Change, Save; the rows are typed."""
    page = visitor.new_page()
    signed_in(page, demo)
    page.goto(f"{demo.url}/staff/kits")
    page.get_by_role("link", name=re.compile("Change.*SET-RITUAL")).click()
    page.get_by_label("Units of part 3").fill("1")
    page.get_by_label("SKU of part 3").fill("TEA")
    page.get_by_role("button", name="Save the kit").click()
    expect(page.get_by_text("There is no SKU TEA in the shop.")).to_be_visible()
    expect(page.get_by_label("SKU of part 3")).to_be_focused()
    page.get_by_label("SKU of part 3").fill("")
    page.get_by_label("Units of part 3").fill("")
    page.get_by_role("button", name="Save the kit").click()
    expect(page.get_by_text("The kit is saved.")).to_be_visible()
    parts = demo.shop.ask(lambda: inventory.parts_of(["SET-RITUAL"]))
    assert parts == {"SET-RITUAL": {"FLAKES-1000": 1, "OIL-SPRAY-250": 1}}


def test_a_shopper_leaves_an_address_and_confirms_it(demo: Live, visitor: BrowserContext) -> None:
    page = visitor.new_page()
    page.goto(f"{demo.url}/products/wooden-bath-scoop")
    page.get_by_label("Tell me when it is back").fill("mira@mail.example")
    page.get_by_role("button", name="Let me know").click()
    expect(page.get_by_role("heading", name="Please look into your mail.")).to_be_visible()
    (letter,) = demo.shop.letters("sign_up_confirm")
    found = re.search(r"http://\S+/sign-ups/\S+", letter.text)
    assert found
    page.goto(found[0])
    page.get_by_role("button", name="Yes, write to me").click()
    expect(page.get_by_text("Your address is confirmed.")).to_be_visible()
    states = demo.shop.ask(lambda: customers.waiting_by_sku([SOLD_OUT]))
    assert states == {SOLD_OUT: {"waiting": 1}}


def test_axe_finds_nothing_and_nothing_is_wider_than_a_phone(
    demo: Live, visitor: BrowserContext, page: Page
) -> None:
    letters_fail(demo)
    paths = ("/staff/", "/staff/wanted", "/staff/kits", "/staff/kits/SET-RITUAL")
    paths += ("/staff/offers", "/staff/offers/new", "/staff/offers/2")
    found: dict[str, list[str]] = {}
    signed_in(page, demo)
    for path in paths:
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
            page.goto(f"{demo.url}{path}")
            found[f"{path} {scheme}"] = rules(page)
    page.goto(f"{demo.url}/products/wooden-bath-scoop")
    found["product"] = rules(page)
    page.goto(f"{demo.url}/sign-ups/asked")
    found["asked"] = rules(page)
    assert {name: broken for name, broken in found.items() if broken} == {}
    phone = visitor.new_page()
    signed_in(phone, demo)
    for path in paths:
        phone.goto(f"{demo.url}{path}")
        width = phone.locator("html").bounding_box()
        assert width is not None
        assert width["width"] <= 375, path
