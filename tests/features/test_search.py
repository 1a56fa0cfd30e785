"""The search: what it finds, in which order, and that it finds nothing that is not in the shop."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from storefront import catalog, guides, inventory, search
from storefront.database import db, now, transaction
from storefront.search import index
from storefront.search.documents import Document
from storefront.search.models import SearchChange, SearchDocument, SearchMiss, SearchWord
from storefront.search.words import fold, words_of
from support.catalogue import Catalogue
from support.guides import publish
from support.shop import Shop
from support.writing import draft, sheet

GUIDE = """A basin stands ready.

## The right warmth

Water of 37 degrees, and a thermometer to know it. Stir in [the flakes](product:bath-flakes).

## Afterwards

A dry towel, and socks.
"""


@pytest.fixture
def filled(app: Flask, shop: Shop) -> Catalogue:
    """A small shop: an oil, a cream, flakes, and a guide that mentions the flakes."""
    catalogue = Catalogue(app)
    catalogue.product(
        "night-oil", {"sku": "OIL-100", "gtin": "2007418000132"}, name="Night Oil", category="oil",
        summary="A brine for legs & arms.",
    )  # fmt: skip
    catalogue.product("foot-cream", {"sku": "CREAM-75", "price": "22.00"}, name="Foot Cream",
                      category="cream", summary="With peppermint.")  # fmt: skip
    catalogue.product(
        "bath-flakes", {"sku": "FLAKES-1", "price": "35.00"}, name="Bath Flakes", category="flakes",
        also_called="bath salt", summary="White flakes.",
    )  # fmt: skip
    publish(shop, GUIDE)
    return catalogue


def found(client: FlaskClient, asked: str, **filters: object) -> list[str]:
    """Where the answers on a page lead, in their order."""
    page = client.get("/search", query_string={"q": asked, **filters})
    assert page.status_code == 200, page.text
    return re.findall(r'class="shop-search-hit__link" href="([^"]+)"', page.text)


@pytest.mark.parametrize(
    ("asked", "first"),
    [
        ("foot cream", "/products/foot-cream"),
        ("FOOT CREAMS", "/products/foot-cream"),
        ("foot-cream", "/products/foot-cream"),
        ("footcream", "/products/foot-cream"),
        ("feet cream", "/products/foot-cream"),
        ("foot craem", "/products/foot-cream"),
        ("fööt crèam", "/products/foot-cream"),
        ("pepermint", "/products/foot-cream"),
        ("bath salts", "/products/bath-flakes"),
        ("cream-75", "/products/foot-cream"),
        ("cream75", "/products/foot-cream"),
        ("2007418000132", "/products/night-oil"),
        ("where is the thermometer", "/guides/the-foot-bath#the-right-warmth"),
        ("oil for the night", "/products/night-oil"),
    ],
)
def test_what_shoppers_type_finds_what_they_mean(
    client: FlaskClient, filled: Catalogue, asked: str, first: str
) -> None:
    assert found(client, asked)[:1] == [first]


def test_a_guide_is_found_by_another_name_of_what_it_mentions(
    client: FlaskClient, filled: Catalogue
) -> None:
    """Fails when documents of guides do without the names of the products in them."""
    assert "/guides/the-foot-bath#the-right-warmth" in found(client, "bath salt thermometer")


def test_a_whole_sku_comes_before_whatever_else_has_these_words(
    client: FlaskClient, filled: Catalogue
) -> None:
    filled.product("oil-100", {"sku": "X"}, name="Oil 100", category="oil")
    assert found(client, "OIL-100") == ["/products/night-oil", "/products/oil-100"]


def test_of_equals_what_can_be_bought_comes_first(client: FlaskClient, filled: Catalogue) -> None:
    for slug in ("first-towel", "second-towel"):
        filled.product(slug, {"opening_stock": 1}, name="Linen Towel")
    assert found(client, "linen towel") == ["/products/first-towel", "/products/second-towel"]
    filled.run(inventory.adjust, "FIRST-TOWEL-1", -1, reason="damaged")
    assert found(client, "linen towel") == ["/products/second-towel", "/products/first-towel"]


def test_the_words_are_marked_and_nothing_of_a_question_or_a_text_becomes_html(
    client: FlaskClient, filled: Catalogue
) -> None:
    filled.run(catalog.save_product, "night-oil", summary="A <b>brine</b> for <i>night</i>.")
    page = client.get("/search", query_string={"q": '<script>"night"</script>'}).text
    assert "A &lt;b&gt;brine&lt;/b&gt; for &lt;i&gt;<mark>night</mark>&lt;/i&gt;." in page
    assert "<b>brine" not in page
    assert "<script>&#34;" not in page
    assert '<script>"' not in page


# Each would be an error in one of the two query languages, or more than a question.
HOSTILE = [
    '"', "'", '""', "a AND", "OR", "NOT oil", "NEAR(oil cream)", "oil*", "name:oil", "{name}:oil",
    "^oil", "oil & !", "oil <-> cream", "(((", ":*", "a:b:c", "\\", "'; DROP TABLE shop_product --",
    "%", "_", "oil\x01\x02cream", "🛁🛁🛁", "e\u0301\u0301\u0301", "\u0301", "שמן", "\u202eoil",
    "زيت", "油", "x" * 10_000, "oil " * 5_000, "\ud800oil", "ß", "İ", "ﬁ", "1e5", "0", "-",
    "a b c d e f g h i j k",
]  # fmt: skip


@pytest.mark.parametrize("asked", HOSTILE)
def test_no_question_is_an_error(app: Flask, filled: Catalogue, asked: str) -> None:
    with app.test_request_context():
        search.search(asked, even_behind=True)
        search.suggest(asked, even_behind=True)


@pytest.mark.parametrize("asked", ['"oil" OR (', "🛁 oil", "oil\u202e", "x" * 10_000, "'oil"])
def test_strange_questions_get_a_page(client: FlaskClient, filled: Catalogue, asked: str) -> None:
    assert client.get("/search", query_string={"q": asked}).status_code == 200
    assert client.get("/search/suggestions", query_string={"q": asked}).status_code == 200


def test_only_what_is_in_the_shop_is_found(
    app: Flask, client: FlaskClient, shop: Shop, filled: Catalogue
) -> None:
    assert found(client, "peppermint") == ["/products/foot-cream"]
    filled.run(catalog.save_product, "foot-cream", state="draft")
    assert found(client, "peppermint") == []
    filled.run(catalog.save_product, "foot-cream", state="published")
    assert found(client, "peppermint") == ["/products/foot-cream"]
    filled.run(catalog.archive_product, "foot-cream")
    assert found(client, "peppermint") == []
    assert found(client, "thermometer") != []
    shop.do(lambda: guides.archive_guide("the-foot-bath"))
    assert found(client, "thermometer") == []
    filled.run(catalog.save_variant, "night-oil", "OIL-100", is_sold=False)
    assert found(client, "night oil") == []


def test_a_product_that_is_gone_is_not_found_even_while_the_index_is_behind(
    app: Flask, filled: Catalogue
) -> None:
    """Fails when the statement trusts the index for what is published."""
    with app.test_request_context():
        assert search.search("peppermint", even_behind=True).total == 0  # not indexed yet
    filled.run(search.refresh)
    filled.run(catalog.archive_product, "foot-cream")
    with app.test_request_context():
        behind = search.search("peppermint", even_behind=True)
    assert behind.question.is_behind
    assert behind.total == 0


def test_a_guide_that_is_planned_is_found_from_its_moment_on(
    app: Flask, client: FlaskClient, shop: Shop, filled: Catalogue
) -> None:
    made = draft(shop, "A kettle.\n", title="Steam", slug="steam")
    at = now() + timedelta(hours=1)
    seen = sheet(shop, made).newest
    shop.do(lambda: guides.plan_publishing(made, at, seen=seen, by="ida"))
    assert found(client, "kettle") == []
    shop.do(lambda: guides.publish_due(at))
    assert found(client, "kettle") == ["/guides/steam"]


_BY_HAND = "UPDATE shop_product SET summary = 'With camphor.' WHERE slug = 'foot-cream'"
CHANGES: dict[str, tuple[Callable[..., object], tuple[str, ...], dict[str, str], str]] = {
    "name": (catalog.save_product, ("foot-cream",), {"name": "Heel Balm"}, "heel balm"),
    "summary": (catalog.save_product, ("foot-cream",), {"summary": "With resin."}, "resin"),
    "text": (catalog.save_product, ("foot-cream",), {"description": "Of tallow."}, "tallow"),
    "other name": (catalog.call_also, ("product", "foot-cream", "heel balm"), {}, "heel balm"),
    "kind": (catalog.save_category, ("cream",), {"name": "Balm"}, "balm"),
    "name of a kind": (catalog.call_also, ("category", "cream", "unguent"), {}, "unguent"),
    "size": (
        catalog.save_variant, ("foot-cream", "TUBE-9"), {"name": "tube", "price": "9.00"}, "tube-9",
    ),
    "by hand": (lambda: db.session.execute(sa.text(_BY_HAND)), (), {}, "camphor"),
}  # fmt: skip


@pytest.mark.parametrize("change", CHANGES)
def test_the_next_search_knows_what_was_changed_whoever_changed_it(
    client: FlaskClient, filled: Catalogue, change: str
) -> None:
    """Fails for each without its trigger."""
    verb, values, facts, word = CHANGES[change]
    assert found(client, word) == []
    filled.run(verb, *values, **facts)
    assert found(client, word) == ["/products/foot-cream"]


def test_a_new_name_of_a_product_finds_the_guides_that_mention_it(
    client: FlaskClient, filled: Catalogue
) -> None:
    """Fails without the trigger product_renamed."""
    assert found(client, "crystals", show="guides") == []
    filled.run(catalog.call_also, "product", "bath-flakes", "brine crystals")
    wanted = "/guides/the-foot-bath#the-right-warmth"
    assert found(client, "crystals", show="guides") == [wanted]


def test_a_sale_changes_nothing_in_the_index(filled: Catalogue) -> None:
    filled.run(search.refresh)
    filled.run(inventory.adjust, "OIL-100", -1, reason="damaged")
    filled.run(catalog.set_price, "OIL-100", "14.00")
    assert filled.rows(SearchChange) == []


def test_a_process_that_dies_while_it_indexes_leaves_the_change_noted(
    client: FlaskClient, filled: Catalogue
) -> None:
    """Documents and notes are written in one transaction: all of it happened or nothing."""
    assert found(client, "peppermint") == ["/products/foot-cream"]
    filled.run(catalog.save_product, "foot-cream", summary="With eucalyptus.")
    before = filled.rows(SearchChange), filled.rows(SearchDocument)

    def dies() -> None:
        search.refresh()
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        filled.run(dies)
    assert (filled.rows(SearchChange), filled.rows(SearchDocument)) == before
    assert found(client, "eucalyptus") == ["/products/foot-cream"]
    assert found(client, "peppermint") == []


def words(catalogue: Catalogue) -> dict[str, int]:
    with catalogue.app.app_context():
        rows = db.session.execute(sa.select(SearchWord.word, SearchWord.documents))
        return {row.word: row.documents for row in rows}


def test_what_was_changed_bit_by_bit_is_what_is_written_anew(
    app: Flask, client: FlaskClient, shop: Shop, filled: Catalogue
) -> None:
    """The counts of words above all: what left the shop is no spelling of anything any more."""
    filled.run(search.refresh)
    filled.run(catalog.save_product, "foot-cream", summary="With eucalyptus.", name="Heel Balm")
    filled.run(search.refresh)
    filled.run(catalog.archive_product, "night-oil")
    publish(shop, GUIDE.replace("thermometer", "wrist"))
    filled.run(search.refresh)
    bit_by_bit = words(filled)
    assert "peppermint" not in bit_by_bit
    assert "thermometer" not in bit_by_bit
    found_before = {word: found(client, word) for word in ("eucalyptus", "wrist", "balm", "oil")}
    answer = filled.command("reindex")
    assert (answer.exit_code, answer.output) == (
        0,
        "6 products, guides and sections can be found.\n",
    )
    assert words(filled) == bit_by_bit
    assert {word: found(client, word) for word in found_before} == found_before


def test_facets_narrow_the_result_and_count_what_they_leave(
    client: FlaskClient, filled: Catalogue
) -> None:
    everything = found(client, "cream oil flakes towel basin")
    filled.run(inventory.adjust, "CREAM-75", -10, reason="damaged")
    filled.product("body-cream", {"price": "18.00"}, name="Body Cream", category="cream")
    assert found(client, "cream") == ["/products/body-cream", "/products/foot-cream"]
    assert found(client, "cream", price=20) == ["/products/body-cream"]
    assert found(client, "cream", in_stock=1) == ["/products/body-cream"]
    assert found(client, "cream", kind="cream") == found(client, "cream")
    assert found(client, "cream", kind="oil") == []
    assert found(client, "bath", show="products") == ["/products/bath-flakes"]
    assert found(client, "bath", show="guides")[0].startswith("/guides/the-foot-bath")
    page = client.get("/search?q=cream").text
    assert '<option value="20">up to €20.00 (1)</option>' in page
    assert everything != []


@pytest.mark.parametrize(
    "bad", ["show=x", "kind=../..", "price=7", "price=-1", "page=0", "page=99"]
)
def test_filters_that_make_no_sense_are_left_out(
    client: FlaskClient, filled: Catalogue, bad: str
) -> None:
    plain = found(client, "cream")
    page = client.get(f"/search?q=cream&{bad}").text
    assert re.findall(r'class="shop-search-hit__link" href="([^"]+)"', page) == plain


def test_nothing_found_offers_the_next_steps(client: FlaskClient, filled: Catalogue) -> None:
    page = client.get("/search?q=wheelbarrow").text
    assert "We found nothing for “wheelbarrow”." in page
    for way in ("/products/", "/guides/", "/products/in/oil", "mailto:care@stillwater.example"):
        assert f'href="{way}"' in page


def test_a_long_question_without_an_answer_is_said_shortly_and_stays_in_its_field(
    client: FlaskClient, filled: Catalogue
) -> None:
    asked = " ".join(["wheelbarrow"] * 8)
    page = client.get("/search", query_string={"q": asked}).text
    assert "We found nothing for “wheelbarrow wheelbarrow wheelbarrow…”." in page
    assert f'value="{asked}"' in page


def test_nothing_found_shows_what_can_be_bought_and_something_found_does_not(
    client: FlaskClient, filled: Catalogue
) -> None:
    filled.run(inventory.adjust, "CREAM-75", -10, reason="damaged")
    card = r'class="shop-product-card__link" href="([^"]+)"'
    for path in ("/search?q=wheelbarrow", "/cart", "/products/?least=900"):
        shown = re.findall(card, client.get(path).text)
        assert shown == ["/products/night-oil", "/products/bath-flakes"], path
    for path in ("/search?q=oil", "/search"):
        assert re.findall(card, client.get(path).text) == []


def test_a_corrected_word_and_a_word_left_out_are_told(
    client: FlaskClient, filled: Catalogue
) -> None:
    page = client.get("/search?q=pepermint+wheelbarrow").text
    assert "<strong>peppermint wheelbarrow</strong>" in page
    assert "stands nowhere in the shop: wheelbarrow" in page


def test_suggestions_are_options_that_lead_to_the_page(
    client: FlaskClient, filled: Catalogue
) -> None:
    """The last word may be the beginning of one."""
    part = client.get("/search/suggestions?q=fo").text
    assert re.findall(r'role="option" href="([^"]+)"', part)[0] == "/products/foot-cream"
    assert "<mark>Foot</mark> Cream" in part
    assert "<html" not in part
    assert 'data-said="No suggestions."' in client.get("/search/suggestions?q=wheelbarrow").text


def test_suggestions_and_searches_are_limited(
    app: Flask, client: FlaskClient, filled: Catalogue
) -> None:
    answers = [client.get(f"/search/suggestions?q=oil{n}").status_code for n in range(121)]
    assert answers == [200] * 120 + [429]
    assert client.get("/search?q=oil").status_code == 200


SEARCHES = [
    "/search", "/search?q=bath", "/search?q=pepermint+craem", "/search?q=wheelbarrow",
    "/search/suggestions?q=ba",
]  # fmt: skip


@pytest.mark.parametrize("named", [0, 2, 4, 6])
@pytest.mark.parametrize("beginning", [5, 1000])
def test_the_index_gives_the_shortest_names_first_then_texts_that_hold_the_word_and_none_twice(
    app: Flask, monkeypatch: pytest.MonkeyPatch, named: int, beginning: int
) -> None:
    monkeypatch.setattr(index, "BEGINNING", beginning)
    monkeypatch.setattr(index, "MOST_PRODUCTS", 4)
    monkeypatch.setattr(index, "MOST_PASSAGES", 2)

    def document(number: int, kind: str) -> Document:
        name = "felt " if number <= named else "wool "
        width = " ".join("abc"[: 1 + (number - 1) % 3])
        return Document(kind, number, name=name + width, brief="of felt")

    def wanted(numbers: range, most: int) -> list[int]:
        return sorted(numbers, key=lambda n: (n > named, (n - 1) % 3, n))[:most]

    products, passages = range(1, 9), range(9, 13)
    everything = [(n, document(n, "product")) for n in products]
    everything += [(n, document(n, "passage")) for n in passages]
    with app.app_context(), transaction() as session:
        of = index.index_of(db.engine.dialect.name)
        of.add(session, everything)
        asked = index.Asked(every=(((index.Word("felt"),),),), some=())
        rows = session.execute(sa.text(of.found()), of.parameters(asked))
        found = [row[0] for row in rows]
    assert sorted(found) == sorted(wanted(products, 4) + wanted(passages, 2))


def test_a_search_takes_at_most_six_statements(
    app: Flask, client: FlaskClient, filled: Catalogue
) -> None:
    client.get("/search?q=oil")
    for path in SEARCHES:
        app.extensions["storefront"].pages.stamp.bump()
        with filled.statements() as sent:
            assert client.get(path).status_code == 200
        reads = [one for one in sent if not one.startswith("INSERT")]  # what was asked in vain
        assert len(reads) <= 6, (path, sent)
        with filled.statements() as sent:
            client.get(path)
        assert sent == []


def test_a_search_is_the_same_for_everybody(
    app: Flask, client: FlaskClient, filled: Catalogue
) -> None:
    buyer = app.test_client()
    buyer.post("/cart/lines", data={"sku": "OIL-100", "quantity": 1})
    for path in SEARCHES:
        answer = buyer.get(path)
        assert answer.data == client.get(path).data
        assert "Set-Cookie" not in answer.headers
        assert answer.headers["ETag"]
        assert "no-store" not in answer.headers["Cache-Control"]


BROWSER = {"User-Agent": "Mozilla/5.0 (X11; Linux x86_64) Firefox/140.0"}


@pytest.fixture
def missed(app: Flask, filled: Catalogue) -> FlaskClient:
    """A visitor with a browser, in whose name nothing was looked for yet."""
    client = app.test_client()
    client.environ_base["HTTP_USER_AGENT"] = BROWSER["User-Agent"]
    return client


def kept(catalogue: Catalogue) -> dict[str, int]:
    with catalogue.app.app_context():
        return {m.words: m.times for m in db.session.scalars(sa.select(SearchMiss))}


def test_what_nobody_found_is_counted_without_who_asked(
    app: Flask, missed: FlaskClient, filled: Catalogue
) -> None:
    for asked in (
        "Wheelbarrow",
        "  wheelbarrow ",
        "foot cream",
        "foot cream&kind=oil",
        "garden hose",
    ):
        app.extensions["storefront"].pages.stamp.bump()
        missed.get(f"/search?q={asked}")
    assert kept(filled) == {"wheelbarrow": 2, "garden hose": 1}
    assert set(SearchMiss.__table__.c.keys()) == {"words", "times", "seen_at"}


def test_what_may_say_who_asked_is_not_kept(missed: FlaskClient, filled: Catalogue) -> None:
    for asked in ("ida@post.example", "+353 1 234 5678", "4242 4242 4242 4242", "12345678",
                  "www.x.y", "call me 01 2345 678", "--", "7"):  # fmt: skip
        missed.get("/search", query_string={"q": asked})
    assert kept(filled) == {}


def test_programs_are_not_counted_and_one_visitor_not_without_end(
    app: Flask, client: FlaskClient, missed: FlaskClient, filled: Catalogue
) -> None:
    client.get("/search?q=wheelbarrow", headers={"User-Agent": "SomeBot/1.0"})
    assert kept(filled) == {}
    for number in range(12):
        missed.get(f"/search?q=wheelbarrow{'x' * number}")
    assert len(kept(filled)) == 10


def test_old_searches_are_forgotten_and_the_rarest_of_too_many(filled: Catalogue) -> None:
    filled.run(search.note_miss, "old barrow", at=now() - timedelta(days=91))
    rows = [{"words": f"barrow {n}", "times": 1, "seen_at": now()} for n in range(2000)]
    filled.run(lambda: db.session.execute(sa.insert(SearchMiss), rows))
    filled.run(search.note_miss, "wanted barrow", at=now())
    filled.run(search.note_miss, "wanted barrow", at=now())
    assert filled.command("forget-searches").output == "2 searches forgotten.\n"
    left = kept(filled)
    assert len(left) == 2000
    assert left["wanted barrow"] == 2
    assert "old barrow" not in left


@pytest.mark.parametrize(
    ("written", "kept_as"),
    [
        ("Füße und Öle", ["fusse", "und", "ole"]),
        ("Bodies' brushes", ["body", "brush"]),
        ("250ml", ["250", "ml"]),
        ("ŁÓDŹ Ørsted", ["lodz", "orsted"]),
        ("e\u0301te\u0301", ["ete"]),
        ("don't the baker’s", ["dont", "the", "baker"]),
        ("🛁 \x00 _", []),
    ],
)
def test_words_have_one_form(written: str, kept_as: list[str]) -> None:
    assert words_of(written) == kept_as
    assert fold(fold(written)) == fold(written)
