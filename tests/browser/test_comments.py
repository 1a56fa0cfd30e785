"""A reader writes below a guide on a phone, and others read it once somebody has looked at it."""

from collections.abc import Iterator

import pytest
import sqlalchemy as sa
from playwright.sync_api import Browser, BrowserContext, expect

from conftest import Live
from storefront import comments
from storefront.database import db

pytestmark = pytest.mark.browser

GUIDE = "/guides/foot-bath-at-home"
WORDS = "We put the basin on two towels, since the floor is old."


@pytest.fixture
def guide(demo: Live) -> Iterator[str]:
    """The address of a guide without comments."""

    def forget() -> None:
        db.session.execute(sa.delete(comments.Comment))

    demo.shop.do(forget)
    yield f"{demo.url}{GUIDE}"
    demo.shop.do(forget)


def test_a_comment_is_written_below_a_guide_and_read_there(
    demo: Live, visitor: BrowserContext, guide: str, request: pytest.FixtureRequest
) -> None:
    has_script = "with JavaScript" in request.node.name
    page = visitor.new_page()
    page.goto(guide)
    way = page.get_by_role("link", name="Read and write comments")
    way.scroll_into_view_if_needed()
    if has_script:
        expect(page.get_by_label("Your comment")).to_be_visible()
        expect(page).to_have_url(guide)
    else:
        way.click()
    page.get_by_label("Your name").fill("Ida")
    page.get_by_label("Your comment").fill(WORDS)
    page.get_by_role("button", name="Send the comment").click()
    expect(page.get_by_role("heading", name="Thank you.")).to_be_visible()
    page.goto(f"{guide}/comments")
    expect(page.get_by_text(WORDS)).to_have_count(0)

    def show() -> None:
        found = db.session.scalars(sa.select(comments.Comment)).one()
        comments.decide(found.id, "shown", actor="bo")

    demo.shop.do(show)
    page.goto(guide)
    page.locator("shop-comments").scroll_into_view_if_needed()
    if not has_script:
        page.get_by_role("link", name="Read and write comments").click()
    expect(page.get_by_text(WORDS)).to_be_visible()


@pytest.mark.parametrize("width", [375, 1440])
def test_comments_stand_in_the_column_of_the_guides_text(
    guide: str, browser: Browser, width: int
) -> None:
    context = browser.new_context(viewport={"width": width, "height": 900})
    page = context.new_page()
    page.goto(guide)
    page.locator("shop-comments").scroll_into_view_if_needed()
    title = page.locator(".shop-comments__title").first.bounding_box()
    text = page.locator(".shop-guide__text").last.bounding_box()
    context.close()
    assert title
    assert text
    assert (round(title["x"]), round(title["width"])) == (round(text["x"]), round(text["width"]))
