"""A product is published from nothing on a phone, with and without JavaScript; axe looks on."""

import pytest
from playwright.sync_api import BrowserContext, Page, expect
from sqlalchemy import delete, select

from conftest import Live
from storefront import catalog, inventory
from storefront.database import db
from support.axe import faults
from support.hands import Hands, sign_in
from support.new_product import publish

pytestmark = pytest.mark.browser

MOST_PRESSES = 11  # as docs/staff/products.md says, on a phone


@pytest.fixture
def desk(demo: Live) -> Live:
    """The demo shop without the brush of the run before."""

    def forget() -> None:
        brush = select(catalog.Product.id).where(catalog.Product.slug == "pear-wood-brush")
        for table in (catalog.ProductPicture, catalog.Variant):
            db.session.execute(delete(table).where(table.product_id.in_(brush)))
        db.session.execute(delete(catalog.Product).where(catalog.Product.id.in_(brush)))

    demo.shop.do(forget)
    return demo


def test_a_product_is_published_from_nothing_with_three_pictures(
    desk: Live, visitor: BrowserContext
) -> None:
    page = sign_in(visitor.new_page(), desk.url)
    hands = Hands(page)
    publish(hands, "Pear wood brush", "BRUSH-1")
    assert hands.count <= MOST_PRESSES
    page.goto(f"{desk.url}/products/pear-wood-brush")
    expect(page.get_by_role("heading", name="Pear wood brush", level=1)).to_be_visible()
    expect(page.get_by_role("button", name="Add to cart")).to_be_visible()
    assert page.locator(".shop-gallery__row img.shop-picture__image").count() == 3


def test_a_mistake_keeps_what_was_written_and_takes_the_focus(
    desk: Live, visitor: BrowserContext
) -> None:
    page = sign_in(visitor.new_page(), desk.url)
    page.goto(f"{desk.url}/staff/products/1")
    page.get_by_label("Summary").fill("Kept.")
    page.get_by_label("Price in EUR").first.fill("12,9x")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("'12,9x' is not a price.")).to_be_visible()
    expect(page.get_by_label("Price in EUR").first).to_be_focused()
    expect(page.get_by_label("Summary")).to_have_value("Kept.")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [375, 1280])
def test_axe_finds_nothing_on_the_pages_of_products(
    desk: Live, page: Page, scheme: str, width: int
) -> None:
    sign_in(page, desk.url)
    page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
    page.set_viewport_size({"width": width, "height": 900})
    first = desk.shop.ask(lambda: db.session.scalar(select(catalog.Product.id).limit(1)))
    assert desk.shop.ask(inventory.disagreements) == []
    paths = (
        "products", "products?q=nobody", "products/new", f"products/{first}",
        f"products/{first}/pictures", f"products/{first}/prices", f"products/{first}/preview",
        "categories", "products/prices-and-states?all=1&how=percent&amount=-10&to_90=1",
    )  # fmt: skip
    assert faults(page, f"{desk.url}/staff", paths) == {}
