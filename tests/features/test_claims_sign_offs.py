"""Blocked words are published when a second person has signed for them, and only these words."""

import pytest
from flask import Flask

from storefront import catalog, claims, guides
from storefront.catalog.models import Product
from storefront.claims import ClaimSignOff
from storefront.database import db
from storefront.errors import NotFound, Refusal
from support.guides import read
from support.shop import Shop

PLACE = "guide 7"
TEXT = "A warm basin. It eases pain. Nice."


def findings(text: str = TEXT, place: str = PLACE) -> list[claims.Finding]:
    return list(claims.find([claims.Text("guide warm", text, key=place)]))


def sign(shop: Shop, text: str = TEXT, **how: str) -> list[ClaimSignOff]:
    given = {"signer": "bo", "reason": "Licensed.", "evidence": "report-7.pdf"}
    return shop.do(
        lambda: claims.sign_off(findings(text), authors=["Eve", "ida"], **{**given, **how})
    )


def waiting(shop: Shop, text: str = TEXT, place: str = PLACE) -> list[str]:
    return shop.ask(lambda: [f.hit.sentence for f in claims.not_signed(findings(text), place)])


def test_a_signed_sentence_waits_no_more_and_says_who_answers_for_it(shop: Shop) -> None:
    assert set(waiting(shop)) == {"It eases pain."}
    made = sign(shop)

    assert waiting(shop) == []
    assert {(one.place, one.signed_by, one.author, one.markets) for one in made} == {
        (PLACE, "bo", "Eve, ida", "US UK EU")
    }


def test_a_signature_is_for_these_words_in_this_place_only(shop: Shop) -> None:
    sign(shop)

    assert waiting(shop, "A cold basin. It eases pain. Nice.") == []
    assert set(waiting(shop, "It eases the pain.")) == {"It eases the pain."}
    assert set(waiting(shop, place="guide 8")) == {"It eases pain."}


def test_a_signature_for_one_market_does_not_open_another(shop: Shop) -> None:
    text = "An eco-friendly bottle."
    in_eu = [f for f in findings(text) if f.hit.rule_id == "R04"]
    made = shop.do(
        lambda: claims.sign_off(in_eu, authors=["a"], signer="b", reason="r", evidence="e")
    )
    assert made[0].markets == "EU"
    shop.do(lambda: claims.tune_rule("R04", dict.fromkeys(claims.MARKETS, "block"), reason="Law.",
                                     actor="ida", seen=0))  # fmt: skip

    assert waiting(shop, text) == [text]


def test_nobody_signs_for_their_own_words(shop: Shop) -> None:
    with pytest.raises(claims.OwnWords):
        sign(shop, signer="IDA ")
    assert shop.count(ClaimSignOff) == 0


@pytest.mark.parametrize("field", ["reason", "evidence"])
@pytest.mark.parametrize("text", ["", "  \n", "x" * 2001])
def test_a_signature_needs_a_reason_and_evidence(shop: Shop, field: str, text: str) -> None:
    with pytest.raises(claims.NoGrounds):
        sign(shop, **{field: text})
    assert shop.count(ClaimSignOff) == 0


def test_what_does_not_wait_is_not_signed(shop: Shop) -> None:
    sign(shop)
    for text in (TEXT, "A warm basin."):
        with pytest.raises(claims.NothingToSign):
            sign(shop, text)


def test_a_withdrawn_signature_counts_no_more(shop: Shop) -> None:
    made = sign(shop)
    for one in made:
        shop.do(lambda one=one: claims.withdraw(one.id, actor="bo"))  # type: ignore[misc]

    assert set(waiting(shop)) == {"It eases pain."}
    with pytest.raises(NotFound):
        shop.do(lambda: claims.withdraw(made[0].id, actor="bo"))


def test_a_product_with_blocked_words_is_published_once_they_are_signed(
    app: Flask, shop: Shop
) -> None:
    """Without the signatures in the gate of the catalogue, this product stays a draft."""
    shop.product("OIL", stock=1)
    id_ = shop.ask(lambda: db.session.query(Product.id).scalar())
    shop.do(lambda: db.session.query(Product).update({"summary": "It eases pain."}))
    gate = shop.ask(lambda: catalog.gate_of(id_))
    assert {hit.excerpt for hit in gate.hits if hit.is_block} >= {"eases pain"}

    found = shop.ask(lambda: list(claims.find(catalog.shop_texts())))
    shop.do(lambda: claims.sign_off(found, authors=["a"], signer="bo", reason="r", evidence="e"))

    gate = shop.ask(lambda: catalog.gate_of(id_))
    assert [hit.excerpt for hit in gate.hits if hit.is_block] == []
    assert "bo" in {hit.signed_by for hit in gate.hits}


@pytest.mark.parametrize(
    ("countries", "is_open"), [("DE,AT", True), ("DE,US", False), ("US", False), ("CH", False)]
)
def test_a_guide_and_a_product_that_say_the_same_wait_for_the_same_markets(
    config: dict[str, object], start_shop: object, countries: str, is_open: bool
) -> None:
    """These words are blocked in the US, warned of in the EU; a shop for neither asks all rules."""
    app = start_shop(config | {"STOREFRONT_COUNTRIES": countries})  # type: ignore[operator]
    shop, words = Shop(app), "It releases tension."
    shop.product("OIL", stock=1)
    id_ = shop.ask(lambda: db.session.query(Product.id).scalar())
    shop.do(lambda: db.session.query(Product).update({"summary": words}))
    product = shop.ask(lambda: catalog.gate_of(id_))
    assert any(hit.is_block for hit in product.hits) is not is_open
    source = read(f"{words}\n").source
    guide = shop.ask(lambda: guides.gate_of(source, guide_id=None))
    assert guide.is_open is is_open


def test_check_claims_lets_pass_what_is_signed(app: Flask, shop: Shop) -> None:
    shop.product("OIL", stock=1)
    shop.do(lambda: db.session.query(Product).update({"summary": "It eases pain."}))

    def exit_code() -> int:
        return app.test_cli_runner().invoke(args=["shop", "check-claims"]).exit_code

    assert exit_code() == 1
    found = shop.ask(lambda: list(claims.find(catalog.shop_texts())))
    shop.do(lambda: claims.sign_off(found, authors=["a"], signer="bo", reason="r", evidence="e"))
    assert exit_code() == 0


def test_a_refusal_has_a_sentence() -> None:
    for refusal in (claims.OwnWords(), claims.NothingToSign(), claims.NoGrounds("reason")):
        assert isinstance(refusal, Refusal)
        assert refusal.sentence.endswith(".")
