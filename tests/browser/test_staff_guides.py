"""A guide is written, checked, planned and published on a phone, with and without JavaScript."""

import pytest
from playwright.sync_api import BrowserContext, Page, expect
from sqlalchemy import delete

from conftest import Live
from storefront import guides
from storefront.database import db
from storefront.pages import drop_pages
from support.axe import faults
from support.hands import Hands, sign_in, write_text
from support.writing import draft, save

pytestmark = pytest.mark.browser

TITLE = "A basin by the window"
MOST_PRESSES = 6  # as docs/staff/guides.md says, on a phone


@pytest.fixture
def desk(demo: Live) -> Live:
    """The demo shop without the guides of the run before."""

    def forget() -> None:
        db.session.execute(delete(guides.Guide).where(guides.Guide.title.in_((TITLE, "Two"))))
        drop_pages()

    demo.shop.do(forget)
    return demo


def test_a_guide_is_written_from_nothing_and_published(desk: Live, visitor: BrowserContext) -> None:
    page = sign_in(visitor.new_page(), desk.url)
    hands = Hands(page)
    hands.go("Guides")
    hands.click("link", "New guide")
    page.get_by_label("Title").fill(TITLE)
    page.get_by_label("Written by").fill("Ida Marwitz")
    hands.click("button", "Begin")
    page.get_by_label("Summary").fill("Warm water, and where to put it.")
    write_text(page, "Fill it to the ankle.\n\n::: takeaways\n- Warm, not hot.\n:::\n")
    hands.click("button", "Publish …")
    hands.click("button", "Publish it now")
    expect(page.get_by_text("It is in the shop now.")).to_be_visible()
    assert hands.count <= MOST_PRESSES
    page.goto(f"{desk.url}/guides/a-basin-by-the-window")
    expect(page.get_by_role("heading", name=TITLE, level=1)).to_be_visible()
    expect(page.get_by_text("Fill it to the ankle.")).to_be_visible()


def test_who_saves_second_sees_both_texts_on_a_phone(desk: Live, visitor: BrowserContext) -> None:
    id_ = draft(desk.shop, "Fill the basin.\n", title="Two", slug="two")
    page = sign_in(visitor.new_page(), desk.url)
    page.goto(f"{desk.url}/staff/guides/{id_}")
    save(desk.shop, id_, "Fill the tub.\n", title="Two", slug="two", by="bo")
    write_text(page, "Fill the bowl.")
    page.get_by_role("button", name="Save draft").click()
    expect(page.get_by_role("heading", name="Somebody was faster")).to_be_visible()
    expect(page.locator("del", has_text="tub")).to_be_visible()
    page.get_by_role("button", name="Save mine over theirs").click()
    expect(page.get_by_text("Saved as a new revision.")).to_be_visible()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [375, 1280])
def test_axe_finds_nothing_on_the_pages_of_guides(
    desk: Live, page: Page, scheme: str, width: int
) -> None:
    id_ = draft(desk.shop, "It cures insomnia.\n\n# x\n", title="Two", slug="two")
    save(desk.shop, id_, f"It cures {'w' * 90} insomnia.\n", title="Two", slug="two")
    token = desk.shop.do(lambda: guides.make_preview_link(1))
    sign_in(page, desk.url)
    page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
    page.set_viewport_size({"width": width, "height": 900})
    paths = (
        "staff/guides", "staff/guides?q=nobody", "staff/guides/new", f"staff/guides/{id_}",
        f"staff/guides/{id_}/publish", f"staff/guides/{id_}/revisions",
        f"staff/guides/{id_}/revisions/3", f"staff/guides/{id_}/revisions/2",
        "staff/guides/products?q=oil", "staff/guides/1/publish", f"guides/preview/{token}",
    )  # fmt: skip
    assert faults(page, desk.url, paths) == {}
