"""Lists and product pages with a script: what changes at once, and where the focus stays."""

import re

import pytest
from playwright.sync_api import Page, expect

from conftest import Live
from storefront import inventory

pytestmark = pytest.mark.browser


def test_a_ticked_box_is_applied_at_once_and_the_way_back_undoes_it(demo: Live, page: Page) -> None:
    page.goto(f"{demo.url}/products/")
    feet = page.get_by_role("checkbox", name="Feet")
    feet.check()
    expect(page).to_have_url(re.compile(r"\?use=feet$"))
    expect(page.get_by_role("link", name="Take away: Feet")).to_be_visible()
    expect(feet).to_be_focused()
    expect(page.locator("shop-list + [role=status]")).to_contain_text("6 products.")
    page.get_by_label("Sort by").select_option("price")
    expect(page).to_have_url(re.compile(r"\?use=feet&sort=price$"))
    page.go_back()
    page.go_back()
    expect(page).to_have_url(re.compile(r"/products/$"))
    expect(page.get_by_role("checkbox", name="Feet")).not_to_be_checked()


def test_another_size_comes_without_a_new_page(demo: Live, page: Page) -> None:
    page.goto(f"{demo.url}/products/magnesium-oil-spray")
    page.evaluate("window.isSamePage = true")
    page.locator(".shop-variants").get_by_role("link", name=re.compile("250 ml")).click()
    expect(page).to_have_url(re.compile("variant=OIL-SPRAY-250$"))
    expect(page.locator(".shop-product__price")).to_contain_text("€24.90")
    expect(page.locator("shop-product > [role=status]")).to_contain_text("250 ml: €24.90")
    expect(page.locator(".shop-variants [aria-current]")).to_be_focused()
    expect(page.locator("#buy [name=sku]")).to_have_value("OIL-SPRAY-250")
    assert page.evaluate("window.isSamePage")


def test_a_large_picture_opens_and_moves_by_keys(demo: Live, page: Page) -> None:
    page.goto(f"{demo.url}/products/magnesium-oil-spray")
    link = page.locator(".shop-gallery__large").first
    link.click()
    image = page.get_by_role("dialog", name="Large pictures").locator("img")
    first = image.get_attribute("src")
    page.keyboard.press("ArrowRight")
    expect(image).not_to_have_attribute("src", first or "")
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(link).to_be_focused()


def test_on_a_phone_dots_lead_to_the_pictures_and_no_small_ones_are_fetched(
    demo: Live, page: Page
) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.set_viewport_size({"width": 375, "height": 812})
    page.goto(f"{demo.url}/products/magnesium-oil-spray", wait_until="networkidle")
    dots = page.locator(".shop-gallery__thumb")
    second = dots.nth(1)
    second.click()
    expect(second).to_have_attribute("aria-current", "true")
    expect(page.locator("#picture-2")).to_be_in_viewport(ratio=0.9)
    box = second.bounding_box()
    assert box
    assert min(box["width"], box["height"]) >= 44
    assert page.locator("#picture-1 img:visible").count() == 2  # the picture, and its blur beneath
    assert [url for url in asked if re.search(r"-(320|80)\.avif", url)] == []


def test_the_bar_of_a_phone_comes_when_the_button_is_gone(demo: Live, page: Page) -> None:
    page.set_viewport_size({"width": 375, "height": 812})
    page.goto(f"{demo.url}/products/magnesium-oil-spray")
    bar = page.locator("shop-buy-bar button")
    expect(bar).to_be_hidden()
    page.get_by_role("heading", name="Directions").scroll_into_view_if_needed()
    page.mouse.wheel(0, 600)
    expect(bar).to_be_visible()
    bar.click()
    expect(page.get_by_role("dialog")).to_contain_text("Magnesium Oil body spray")


def test_what_was_seen_stays_on_the_device_until_it_is_forgotten(demo: Live, page: Page) -> None:
    page.goto(f"{demo.url}/products/magnesium-foot-cream")
    expect(page.get_by_role("heading", name="Seen lately")).to_be_hidden()
    page.goto(f"{demo.url}/products/magnesium-oil-spray")
    seen = page.locator("shop-seen")
    expect(seen.get_by_role("link")).to_have_text(["Magnesium Foot Cream"])
    seen.get_by_role("button", name="Forget these").click()
    expect(seen).to_be_hidden()
    page.reload()
    expect(seen).to_be_hidden()


def test_on_a_tablet_text_fills_the_room_below_the_pictures_and_choices_are_equally_wide(
    demo: Live, page: Page
) -> None:
    page.set_viewport_size({"width": 768, "height": 1024})
    page.goto(f"{demo.url}/products/magnesium-oil-spray")
    pictures, text, facts, buy = (
        page.locator(one).bounding_box() or {}
        for one in (".shop-gallery", ".shop-about__text", ".shop-facts", ".shop-product__buy")
    )
    assert 0 < text["y"] - (pictures["y"] + pictures["height"]) < 50
    assert text["x"] + text["width"] < buy["x"]
    assert facts["y"] > buy["y"] + buy["height"]
    page.goto(f"{demo.url}/products/")
    choices = [page.locator(one) for one in (".shop-filters__summary", ".shop-filters__sort")]
    widths = {round((one.bounding_box() or {})["width"]) for one in choices}
    assert len(widths) == 1, widths


def test_a_size_that_is_sold_out_offers_a_letter_and_the_next_one_its_button(
    demo: Live, page: Page
) -> None:
    demo.shop.do(lambda: inventory.count("OIL-SPRAY-100", 0, reason="counted"))
    page.goto(f"{demo.url}/products/magnesium-oil-spray?variant=OIL-SPRAY-100")
    sizes = page.locator(".shop-variants")
    letter, button = page.get_by_label("Tell me when it is back"), page.locator("#buy button")
    expect(letter).to_be_visible()
    expect(button).to_have_count(0)
    sizes.get_by_role("link", name=re.compile("250 ml")).click()
    expect(button).to_be_visible()
    expect(letter).to_have_count(0)
    sizes.get_by_role("link", name=re.compile("100 ml")).click()
    expect(letter).to_be_visible()
    expect(button).to_have_count(0)
    sizes.get_by_role("link", name=re.compile("250 ml")).click()
    button.click()
    expect(page.get_by_role("dialog")).to_contain_text("250 ml")
