"""A product is published from nothing on a phone, with and without JavaScript; axe looks on."""

import io

import pytest
from axe_playwright_python.sync_playwright import Axe
from PIL import Image
from playwright.sync_api import BrowserContext, Locator, Page, expect
from sqlalchemy import delete, select

from conftest import Live
from storefront import catalog, inventory
from storefront.database import db

pytestmark = pytest.mark.browser

MOST_CLICKS = 11  # as docs/staff/products.md says, on a phone
FACTS = {
    "Summary": "A brush of pear wood.",
    "Directions": "Brush dry skin in long strokes.",
    "Warnings": "Not on broken skin.",
    "Responsible person in the EU: name": "Bergquell Ltd",
    "Postal address": "1 Quay, Cork, Ireland",
    "E-mail or web page": "care@shop.example",
}
SIZE = {"SKU": "BRUSH-1", "Name": "One size", "How many are there": "5"}


class Clicks:
    """Counts what a person presses."""

    def __init__(self) -> None:
        self.count = 0

    def on(self, thing: Locator) -> None:
        self.count += 1
        thing.click()


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
    page, clicks = sign_in(visitor, desk), Clicks()
    clicks.on(page.get_by_role("button", name="Menu"))
    menu = page.get_by_role("navigation", name="Main")
    clicks.on(menu.get_by_role("link", name="Products", exact=True))
    clicks.on(page.get_by_role("link", name="New product"))
    page.get_by_label("Name").fill("Pear wood brush")
    page.get_by_label("Kind").select_option("No cosmetic")
    clicks.on(page.get_by_role("button", name="Make the draft"))
    write_facts(page)
    clicks.on(page.get_by_role("button", name="Save", exact=True))
    expect(page.get_by_text("Saved.")).to_be_visible()
    expect(page.get_by_role("link", name="a picture")).to_be_visible()
    add_pictures(page, clicks)
    clicks.on(page.get_by_role("link", name="Pear wood brush"))
    clicks.on(page.get_by_role("button", name="Publish", exact=True))
    expect(page.get_by_text("It is in the shop now.")).to_be_visible()
    assert clicks.count <= MOST_CLICKS
    page.goto(f"{desk.url}/products/pear-wood-brush")
    expect(page.get_by_role("heading", name="Pear wood brush")).to_be_visible()
    expect(page.get_by_role("button", name="Add to cart")).to_be_visible()
    assert page.locator(".shop-gallery__row img.shop-picture__image").count() == 3


def sign_in(context: BrowserContext, desk: Live) -> Page:
    page = context.new_page()
    page.goto(f"{desk.url}/staff/")
    page.get_by_label("E-mail").fill("owner@stillwater.example")
    page.get_by_label("Password").fill("quiet-water-runs")
    page.get_by_role("button", name="Sign in").click()
    return page


def write_facts(page: Page) -> None:
    """Everything that the page of a draft asks for, with a first size."""
    for label, text in FACTS.items():
        page.get_by_label(label, exact=True).fill(text)
    size = page.get_by_role("group").filter(has=page.get_by_label("SKU"))
    for label, text in SIZE.items():
        size.get_by_label(label, exact=True).fill(text)
    size.get_by_label("Price in EUR").fill("9.90")


def add_pictures(page: Page, clicks: Clicks) -> None:
    clicks.on(page.get_by_role("link", name="Add pictures"))
    with page.expect_file_chooser() as chooser:
        clicks.on(page.get_by_label("Add pictures"))
    files = [{"name": f"{n}.png", "mimeType": "image/png", "buffer": drawn(n)} for n in range(1, 4)]
    chooser.value.set_files(files)  # type: ignore[arg-type]
    clicks.on(page.get_by_role("button", name="Add them"))
    for n in range(3):
        page.get_by_label("What it shows").nth(n).fill(f"The brush, view {n + 1}")
    clicks.on(page.get_by_role("button", name="Save pictures"))
    expect(page.get_by_text("The pictures are saved.")).to_be_visible()


def drawn(number: int) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (400, 300), (40 * number, 90, 80)).save(out, "PNG")
    return out.getvalue()


def test_a_mistake_keeps_what_was_written_and_takes_the_focus(
    desk: Live, visitor: BrowserContext
) -> None:
    page = sign_in(visitor, desk)
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
    page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
    page.set_viewport_size({"width": width, "height": 900})
    page = sign_in(page.context, desk)
    page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
    page.set_viewport_size({"width": width, "height": 900})
    first = desk.shop.ask(lambda: db.session.scalar(select(catalog.Product.id).limit(1)))
    assert desk.shop.ask(inventory.disagreements) == []
    found = {}
    for path in (
        "products", "products?q=nobody", "products/new", f"products/{first}",
        f"products/{first}/pictures", f"products/{first}/prices", f"products/{first}/preview",
        "categories", "products/prices-and-states?all=1&how=percent&amount=-10&to_90=1",
    ):  # fmt: skip
        page.goto(f"{desk.url}/staff/{path}")
        found[path] = rules(page)
        if page.evaluate("document.documentElement.scrollWidth > window.innerWidth"):
            found[path].append("wider than the window")
    assert {path: broken for path, broken in found.items() if broken} == {}


def rules(page: Page) -> list[str]:
    return [
        f"{rule['id']}: {rule['nodes'][0]['html'][:120]}"
        for rule in Axe().run(page).response["violations"]
    ]
