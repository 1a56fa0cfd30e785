"""What readers see of the guides."""

from collections.abc import Iterator
from contextlib import contextmanager
from xml.etree import ElementTree

import pytest
import sqlalchemy as sa
from flask import Flask

from storefront import catalog, guides
from storefront.database import db
from support.guides import in_request, page, publish, read
from support.shop import Shop

SENTENCE = "Take [the <b>oil</b> & salt](product:oil) and [sit](guide:sitting) down.\n"


@pytest.fixture
def filled(shop: Shop) -> Shop:
    shop.product("OIL-100", slug="oil")
    shop.product("CREAM-200", slug="cream", name="Magnesium Cream")
    publish(shop, slug="sitting", title="Sitting")
    return shop


def change(shop: Shop, slug: str, /, **values: str) -> None:
    product = catalog.Product
    shop.do(
        lambda: db.session.execute(sa.update(product).where(product.slug == slug).values(**values))
    )


@contextmanager
def statements(app: Flask) -> Iterator[list[str]]:
    seen: list[str] = []

    def note(connection: object, cursor: object, statement: str, *more: object) -> None:
        seen.append(statement)

    with app.app_context():
        engine = app.extensions["sqlalchemy"].engine
    sa.event.listen(engine, "before_cursor_execute", note)
    yield seen
    sa.event.remove(engine, "before_cursor_execute", note)


def test_a_link_leads_to_the_product_whatever_it_is_called_today(app: Flask, filled: Shop) -> None:
    publish(filled, SENTENCE)
    assert '<a href="/products/oil">the &lt;b&gt;oil&lt;/b&gt; &amp; salt</a>' in page(app)

    change(filled, "oil", slug="magnesium-oil")
    app.extensions["storefront"].pages.stamp.bump()
    assert '<a href="/products/magnesium-oil">the &lt;b&gt;oil' in page(app)


@pytest.mark.parametrize("state", ["draft", "archived"])
def test_a_product_that_is_not_shown_leaves_its_words_behind(
    app: Flask, filled: Shop, state: str
) -> None:
    publish(filled, SENTENCE + "\n::: product oil\nWhy the oil.\n:::\n")
    change(filled, "oil", state=state)

    html = page(app)
    assert "Take the &lt;b&gt;oil&lt;/b&gt; &amp; salt and <a href=" in html
    assert "/products/oil" not in html


def test_a_comparison_that_lost_a_product_keeps_its_sentence(app: Flask, filled: Shop) -> None:
    publish(filled, "x\n\n::: compare oil cream\nOne is thin.\n:::\n")
    for slug, kind in (("", "compare"), ("oil", "product"), ("cream", "html")):
        change(filled, slug, state="archived")
        found = in_request(app, lambda: guides.guide_page("the-foot-bath"))
        assert found is not None
        block = found.guide.blocks[1]
        assert (block.kind, block.id) == (kind, "compare-1-2")
        assert "One is thin." in block.html


def test_an_archived_guide_is_gone_and_links_to_it_are_words(app: Flask, filled: Shop) -> None:
    publish(filled, SENTENCE)
    filled.do(lambda: guides.archive_guide("sitting"))

    assert app.test_client().get("/guides/sitting").status_code == 404
    assert "</a> and sit down." in page(app)


def test_drafts_are_not_found_anywhere(app: Flask, shop: Shop) -> None:
    shop.do(lambda: guides.save_guide(read(title="Secret")))
    visitor = app.test_client()

    assert visitor.get("/guides/the-foot-bath").status_code == 404
    assert "Secret" not in visitor.get("/guides/").text
    assert "Secret" not in visitor.get("/guides/feed.atom").text


def test_a_former_address_leads_to_the_present_one(app: Flask, shop: Shop) -> None:
    publish(shop)
    shop.do(lambda: guides.rename_guide("the-foot-bath", "foot-bath"))
    answer = app.test_client().get("/guides/the-foot-bath")

    assert (answer.status_code, answer.location) == (301, "/guides/foot-bath")
    assert app.test_client().get("/guides/never-was").status_code == 404


def test_a_change_of_a_guide_shows_at_once(app: Flask, shop: Shop) -> None:
    publish(shop, "Before.\n")
    assert "Before." in page(app)
    publish(shop, "After.\n")

    assert "After." in page(app)


def test_products_know_the_guides_that_mention_them(app: Flask, filled: Shop) -> None:
    publish(filled, SENTENCE)
    publish(filled, "::: compare oil cream\nBoth.\n:::\n", slug="both", published_on="2026-01-01")
    filled.do(lambda: guides.save_guide(read(SENTENCE, slug="draft")))

    found = filled.ask(lambda: [card.slug for card in guides.guides_mentioning(1)])
    assert found == ["the-foot-bath", "both"]
    assert filled.ask(lambda: guides.guides_mentioning(99)) == ()


def test_guides_that_are_linked_come_first_under_read_on(app: Flask, filled: Shop) -> None:
    for number in range(5):
        publish(filled, slug=f"new-{number}")
    publish(filled, SENTENCE)
    found = in_request(app, lambda: guides.guide_page("the-foot-bath"))

    assert found is not None
    assert [card.slug for card in found.more] == ["sitting", "new-4", "new-3"]


def test_a_guide_takes_six_statements_however_long_it_is(app: Flask, filled: Shop) -> None:
    for number in range(30):
        filled.product(f"P-{number}", slug=f"p-{number}")
        publish(filled, slug=f"g-{number}")
    long = "".join(
        f"[p](product:p-{n}) and [g](guide:g-{n})\n\n::: product p-{n}\nWhy.\n:::\n"
        for n in range(30)
    )
    publish(filled, long)
    counts = []
    for address in ("/guides/the-foot-bath", "/guides/sitting", "/guides/", "/products/p-1"):
        with statements(app) as seen:
            assert app.test_client().get(address).status_code == 200
        counts.append(len(seen))

    assert max(counts) <= 6, counts


def test_the_feed_is_valid_atom_with_whole_addresses(app: Flask, shop: Shop) -> None:
    publish(shop, title="Oil & <salt>", published_on="2026-02-12")
    answer = app.test_client().get("/guides/feed.atom")
    assert answer.content_type == "application/atom+xml; charset=utf-8"
    atom = "{http://www.w3.org/2005/Atom}"
    feed = ElementTree.fromstring(answer.data)

    assert feed.tag == f"{atom}feed"
    for name in ("id", "title", "updated"):
        assert feed.findtext(f"{atom}{name}")
    entry = feed.find(f"{atom}entry")
    assert entry is not None
    assert entry.findtext(f"{atom}title") == "Oil & <salt>"
    assert entry.findtext(f"{atom}updated") == "2026-10-06T00:00:00Z"
    assert entry.findtext(f"{atom}published") == "2026-02-12T00:00:00Z"
    link = entry.find(f"{atom}link")
    assert link is not None
    assert link.attrib["href"] == "http://127.0.0.1/guides/the-foot-bath"


def test_the_feed_keeps_the_id_of_a_guide_that_was_renamed(app: Flask, shop: Shop) -> None:
    publish(shop)
    before = app.test_client().get("/guides/feed.atom").text.split("<entry><id>")[1][:60]
    shop.do(lambda: guides.rename_guide("the-foot-bath", "foot-bath"))
    after = app.test_client().get("/guides/feed.atom").text.split("<entry><id>")[1][:60]

    assert before.split("<")[0] == after.split("<")[0]


def test_a_feed_without_guides_and_an_unchanged_feed(app: Flask) -> None:
    visitor = app.test_client()
    first = visitor.get("/guides/feed.atom")
    ElementTree.fromstring(first.data)

    again = visitor.get("/guides/feed.atom", headers={"If-None-Match": first.headers["ETag"]})
    assert again.status_code == 304
