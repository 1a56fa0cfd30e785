"""An article of another site becomes a guide: handed in, rewritten until it may be shown, planned,
and read on a phone when its hour has come."""

from collections.abc import Iterator

import pytest
import sqlalchemy as sa
from playwright.sync_api import BrowserContext, Page, expect

from conftest import Live
from storefront import guides
from storefront.database import db, now
from storefront.pages import drop_pages, tell_guide_clocks
from support.hands import Hands, sign_in, write_text
from support.machine import OWNERS_ARTICLES

pytestmark = pytest.mark.browser

TITLE = "A basin beside the bed"
OURS = """top of page
Search

Slow Feet: How a Basin Cures Sleepless Nights

Some evenings the feet are colder than the kitchen floor, and the list is longer than the evening.

Why the Basin Works

Magnesium flakes are absorbed through the skin and relieve insomnia. Magnesium oil eases anxiety.

*This content was enhanced using AI tools.

Comments

bottom of page
"""
REWRITTEN = """Some evenings the feet are colder than the kitchen floor. A basin of water is soon
made, and [magnesium flakes](product:magnesium-bath-flakes) turn it silky.

## What you need

- A basin that both feet fit into.
- Warm water, up to the ankle.
- A handful of flakes, and a towel within reach.

::: product magnesium-bath-flakes
They dissolve while you look for the towel.
:::

Afterwards [magnesium oil](product:magnesium-oil-spray) keeps a place on the sill, for the evenings
without a basin.
"""


@pytest.fixture
def desk(demo: Live) -> Iterator[Live]:
    """The demo shop without what a run before has imported."""

    def forget() -> None:
        G, O = guides.Guide, guides.GuideOrigin  # noqa: E741
        imported = sa.select(O.guide_id)
        db.session.execute(sa.delete(G).where(G.id.in_(imported) | (G.title == TITLE)))
        db.session.execute(sa.delete(O))
        drop_pages()

    demo.shop.do(forget)
    yield demo
    demo.shop.do(forget)


def hand_in(page: Page, name: str, content: bytes) -> None:
    """Hands an article in, looks at what would become of it, and imports it."""
    Hands(page).go("Guides")
    page.get_by_role("link", name="Import articles").click()
    page.get_by_label("Files").set_input_files(
        [{"name": name, "mimeType": "text/plain", "buffer": content}]
    )
    page.get_by_role("button", name="Read them").click()
    page.get_by_role("button", name="Import as drafts").click()
    expect(page.get_by_role("heading", name="Imported articles")).to_be_visible()


@pytest.mark.parametrize(
    "article",
    [
        pytest.param(None, id="ours"),
        *(
            pytest.param(name, id=name[:3], marks=pytest.mark.owners_articles)
            for name in ("000_9393b6ddcad39e16.txt", "003_b686f5b62d9339b1.txt")
        ),
    ],
)
def test_an_article_is_imported_rewritten_planned_and_read_on_a_phone(
    desk: Live, visitor: BrowserContext, article: str | None
) -> None:
    page = sign_in(visitor.new_page(), desk.url)
    content = (OWNERS_ARTICLES / article).read_bytes() if article else OURS.encode()
    hand_in(page, article or "basin.txt", content)
    page.locator("main th a").first.click()

    page.get_by_role("button", name="Publish …").click()
    expect(page.get_by_role("heading", name="What stands in the way")).to_be_visible()
    expect(page.get_by_role("button", name="Publish it now")).to_have_count(0)
    assert "block" in page.locator("main").inner_text()

    page.get_by_role("link", name="Mend it").click()
    page.get_by_label("Title").fill(TITLE)
    page.get_by_label("Address").fill("a-basin-beside-the-bed")
    page.get_by_label("Summary").fill("Warm water, flakes, and where to put the towel.")
    write_text(page, REWRITTEN)
    page.get_by_role("button", name="Publish …").click()
    expect(page.get_by_role("button", name="Publish it now")).to_be_visible()
    page.get_by_label("Publish revision").fill("2099-12-24T08:00")
    page.get_by_role("button", name="Plan it").click()
    expect(page.get_by_role("button", name="Take the plan back")).to_be_visible()
    address = f"{desk.url}/guides/a-basin-beside-the-bed"
    assert page.goto(address).status == 404  # type: ignore[union-attr]

    desk.shop.do(let_its_hour_come)
    page.goto(address)
    expect(page.get_by_role("heading", name=TITLE, level=1)).to_be_visible()
    expect(page.get_by_role("button", name="Add to cart").first).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= 375


def let_its_hour_come() -> None:
    """The moment that was planned has just passed."""
    planned = guides.Guide.title == TITLE
    db.session.execute(sa.update(guides.Guide).where(planned).values(publish_at=now()))
    tell_guide_clocks()
