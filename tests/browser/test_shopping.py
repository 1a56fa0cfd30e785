"""Lists and product pages with a script: what changes at once, and where the focus stays."""

import re

import pytest
from playwright.sync_api import Page, expect

from conftest import Live

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
