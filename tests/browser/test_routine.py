"""From a guide to a routine, its cart and its card, on a phone."""

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from conftest import Live
from support.axe import rules

pytestmark = pytest.mark.browser


def has_script(page: Page) -> bool:
    return page.locator("shop-routine:defined").count() > 0


def again(page: Page) -> None:
    """Asks for what was chosen, where no script has done so."""
    if not has_script(page):
        page.get_by_role("button", name="Reckon it again").click()


def fits(page: Page) -> bool:
    return page.locator("main").evaluate("main => main.scrollWidth <= window.innerWidth")


def test_a_reader_makes_a_routine_of_a_guide_and_buys_it(
    demo: Live, visitor: BrowserContext
) -> None:
    page = visitor.new_page()
    page.goto(f"{demo.url}/guides/foot-bath-at-home")
    page.get_by_role("link", name="Make it your routine").first.click()
    main = page.get_by_role("main")
    expect(main).to_contain_text("A week costs about €4.52")
    assert fits(page)

    page.get_by_label("Bath", exact=True).check()
    again(page)
    expect(main).to_contain_text("250 g of flakes")
    page.get_by_label("How often?").select_option("Once a week")
    again(page)
    page.get_by_label("Size of Magnesium Flakes").select_option("FLAKES-3000")
    again(page)
    expect(main).to_contain_text("Enough for 12 times at 250 g: about 12 weeks.")
    expect(page.get_by_role("radio", name="Bath")).to_be_checked()
    assert "times=1" in page.url
    assert "size=FLAKES-3000" in page.url
    assert fits(page)

    page.get_by_role("button", name="Add both to the cart").click()
    if page.get_by_role("dialog").count() or "/cart" not in page.url:
        expect(page.get_by_role("dialog")).to_contain_text("Your routine is in your cart.")
    page.goto(f"{demo.url}/cart")
    expect(page.get_by_role("main")).to_contain_text("3 kg")
    expect(page.get_by_text("Chosen in The foot bath at home")).to_have_count(2)


def test_on_paper_a_routine_is_a_card_and_a_guide_is_its_text(demo: Live, page: Page) -> None:
    page.goto(f"{demo.url}/guides/foot-bath-at-home/routine")
    assert rules(page) == []
    expect(page.get_by_role("button", name="Print the card")).to_be_visible()
    page.emulate_media(media="print")
    for gone in ("header nav ul", ".shop-routine__plan", ".shop-routine__paper", "footer"):
        for one in page.locator(gone).all():
            expect(one).not_to_be_visible()
    expect(page.locator(".shop-routine__card")).to_contain_text("Lay out two towels")
    page.goto(f"{demo.url}/guides/foot-bath-at-home")
    for gone in ("shop-add-to-cart", ".shop-comments-way", ".shop-steps__routine"):
        expect(page.locator(gone).first).not_to_be_visible()
    expect(page.get_by_role("heading", level=1)).to_be_visible()
