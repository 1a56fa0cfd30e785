"""Pages around the guides and their words: axe finds nothing on them, and they fit every window."""

from collections.abc import Iterator

import pytest
import sqlalchemy as sa
from playwright.sync_api import Page

from conftest import Live
from storefront import comments, guides
from storefront.database import db
from storefront.insights import count_read
from storefront.local_time import today
from support.axe import faults
from support.hands import sign_in
from support.writing import draft

pytestmark = [pytest.mark.browser, pytest.mark.looks]

TITLE = "A draft that says too much"
READ = "foot-bath-at-home"
WORD = "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft"


@pytest.fixture
def desk(demo: Live) -> Iterator[Live]:
    """The demo shop with a draft that waits for a signature, comments, and a guide that is read."""

    def forget() -> None:
        db.session.execute(sa.delete(guides.Guide).where(guides.Guide.title == TITLE))
        db.session.execute(sa.delete(comments.Comment))

    def fill() -> None:
        for name in ("Ida", WORD[:60]):
            comments.write(READ, comments.NewComment(name, f"{WORD}. Thanks!", "a@example.org"))
        read = db.session.scalars(sa.select(guides.Guide).where(guides.Guide.slug == READ)).one()
        count_read(today(), read.id, {"text-1"})

    demo.shop.do(forget)
    demo.shop.do(fill)
    draft(demo.shop, "It cures insomnia.\n", title=TITLE, slug="too-much")
    yield demo
    demo.shop.do(forget)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [375, 1280])
def test_axe_finds_nothing_on_the_pages_around_guides(
    desk: Live, page: Page, scheme: str, width: int
) -> None:
    sign_in(page, desk.url)
    page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
    page.set_viewport_size({"width": width, "height": 900})
    paths = (
        "staff/guides/links", "staff/guides/import", "staff/guides/report",
        "staff/guides/report/products", "staff/wording", "staff/wording?q=nothing",
        "staff/wording/rules/D01", "staff/wording/new", "staff/wording/sign-offs",
        "staff/comments", "staff/comments?show=shown", f"guides/{READ}/comments", f"guides/{READ}",
    )  # fmt: skip
    assert faults(page, desk.url, paths) == {}
