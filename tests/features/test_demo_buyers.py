"""The demo's buyers: orders and reviews of invented people, dated back, and no letters."""

from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
import yaml
from flask import Flask

from conftest import Live
from storefront import (
    catalog,
    claims,
    demo,
    fulfilment,
    inventory,
    mail,
    orders,
    payments,
    reviews,
)
from storefront.assets import folder
from storefront.catalog.commands import load_catalogue
from storefront.database import db, now
from storefront.demo_commands import load_buyers
from storefront.starting import box_environment
from storefront.stripe_box.__main__ import read_settings
from storefront.stripe_box.payments import earlier
from support.desk import Desk, at, token_in
from support.shop import Shop
from support.shopper import told

ACTOR = "owner@stillwater.example"
BUYERS = folder("demo") / "buyers.yaml"
#: Slug → how many gave one to five stars, and how many of the texts are shown.
RATINGS = {
    "magnesium-oil-spray": ((0, 0, 1, 2, 2), 4),
    "magnesium-bath-flakes": ((0, 0, 0, 2, 1), 3),
    "magnesium-foot-cream": ((0, 0, 0, 1, 1), 2),
    "magnesium-body-cream": ((0, 0, 1, 0, 1), 2),
    "magnesium-body-lotion": ((0, 0, 0, 1, 1), 2),
}
NOT_REVIEWED = {"magnesium-oil-roll-on", "magnesium-ritual-set", "wooden-bath-scoop"}


def stock_of(shop: Shop) -> dict[str, tuple[int, int]]:
    found = yaml.safe_load((folder("demo") / "catalogue.yaml").read_text(encoding="utf-8"))
    skus = [one["sku"] for product in found["products"] for one in product["variants"]]
    return {sku: shop.stock(sku) for sku in skus}


def all_of(shop: Shop, table: type) -> list[Any]:
    return shop.ask(lambda: list(db.session.scalars(sa.select(table).order_by(table.id))))


@pytest.fixture
def stock(app: Flask, shop: Shop, tmp_path: Path) -> dict[str, tuple[int, int]]:
    """The demo's catalogue without its pictures, sold to its buyers; its stock before that."""
    return sold(app, tmp_path)


def sold(app: Flask, folder_of_test: Path) -> dict[str, tuple[int, int]]:
    """Sells the demo to its buyers, and returns what there was before."""
    written = yaml.safe_load((folder("demo") / "catalogue.yaml").read_text(encoding="utf-8"))
    for product in written["products"]:
        del product["pictures"]
    bare = folder_of_test / "catalogue.yaml"
    bare.write_text(yaml.safe_dump(written), encoding="utf-8")
    with app.app_context():
        load_catalogue(bare, folder_of_test)
    before = stock_of(Shop(app))
    with app.app_context():
        load_buyers(BUYERS, actor=ACTOR)
    return before


def test_some_products_have_reviews_of_three_to_five_stars_and_some_have_none(
    app: Flask, shop: Shop, stock: object
) -> None:
    products = shop.ask(catalog.product_ids)
    found = shop.ask(lambda: reviews.ratings(products.values()))
    by_slug = {slug: found[id_] for slug, id_ in products.items() if id_ in found}
    assert {slug: (one.counts, one.shown) for slug, one in by_slug.items()} == RATINGS
    assert products.keys() - by_slug.keys() == NOT_REVIEWED
    assert shop.ask(reviews.disagreements) == []
    assert shop.ask(reviews.count_waiting) == 1
    page = told(app.test_client().get("/products/magnesium-oil-spray").text)
    assert "The average of all stars from 5 buyers." in page
    assert "there is no oil in magnesium oil" in page  # what the shop answered
    assert "On the third day" not in page  # nobody has read that one


def test_every_review_is_of_a_line_that_was_paid_sent_and_asked_about_in_that_order(
    shop: Shop, stock: object
) -> None:
    line, order, parcel = orders.OrderLine, orders.Order, fulfilment.Parcel
    review, asked = reviews.Review, reviews.ReviewInvitation
    query = (
        sa.select(order.state, order.stage, order.placed_at, order.paid_at, parcel.packed_at,
                  parcel.shipped_at, asked.decided_at, review.created_at, review.decided_at,
                  review.answered_at)
        .join(line, line.id == review.order_line_id)
        .join(order, order.id == line.order_id)
        .join(parcel, parcel.order_id == order.id)
        .join(asked, asked.order_id == order.id)
    )  # fmt: skip
    rows = shop.ask(lambda: db.session.execute(query).all())
    assert len(rows) == 14
    for state, stage, *moments in rows:
        assert (state, stage) == ("paid", "shipped")
        passed = [moment for moment in moments if moment is not None]
        assert passed == sorted(passed)
        assert passed[-1] < now()
    newest = [one.created_at for one in all_of(shop, review)]
    assert newest == sorted(newest)  # a list of reviews goes by their numbers


def test_money_and_goods_add_up_and_the_shelves_are_as_full_as_before(
    shop: Shop, stock: dict[str, tuple[int, int]]
) -> None:
    assert stock_of(shop) == stock
    shop.books_balance()
    sold = shop.orders()
    taken = all_of(shop, payments.Payment)
    assert {one.order_reference: one.amount_cents for one in taken} == {
        one.reference: one.total_cents for one in sold
    }
    assert all(one.fee_cents and one.paid_at < now() for one in taken)
    assert len(sold) == 9


def test_nobody_is_written_to_and_no_address_is_anybodys(
    app: Flask, shop: Shop, stock: object
) -> None:
    """Fails without _erase_letters(): 27 letters would wait for the worker."""
    assert shop.count(mail.Letter) == 0
    assert {one.email.rpartition("@")[2] for one in shop.orders()} == {"example.com"}


def test_money_of_a_buyer_goes_back_through_the_stand_in_for_stripe(
    live: Live, tmp_path: Path
) -> None:
    """Fails while the stand-in is not told of the payments: it knows no such payment_intent."""
    sold(live.app, tmp_path)
    with live.app.app_context():
        where = box_environment(live.app.extensions["storefront"].settings)
    earlier.take_in(live.box.box, read_settings([], where).earlier_payments)
    desk, order = Desk(live), live.shop.orders()[0]
    amount = f"{order.total_cents / 100:.2f}"
    form: dict[str, object] = {
        "token": token_in(desk.get(at(order)).text),
        "payment_id": order.payment_id,
        "step": "send",
        "amount": amount,
    }
    answer = desk.post(at(order, "refund"), form)
    assert "The money goes back." in told(answer.text)
    (refund,) = live.box.control.refunds()
    assert (refund["payment_intent"], refund["amount"]) == (order.payment_id, order.total_cents)
    assert live.shop.orders()[0].state == "refunded"
    live.shop.books_balance()


@pytest.mark.parametrize("market", claims.MARKETS)
def test_no_word_of_a_review_or_an_answer_is_blocked_or_warned_about(
    shop: Shop, stock: object, market: str
) -> None:
    texts = shop.ask(lambda: list(reviews.shop_texts()))
    assert len(texts) == 14
    texts += list(claims.texts_in_files(BUYERS))
    found = claims.find(texts, markets=[market])
    assert [str(one) for one in found if one.hit.severity != "note"] == []


def test_a_file_with_a_mistake_sells_nothing(
    app: Flask, shop: Shop, stock: object, tmp_path: Path
) -> None:
    """Fails when each order is committed for itself."""
    orders_before, stock_before = shop.count(orders.Order), stock_of(shop)
    buyers = yaml.safe_load(BUYERS.read_text(encoding="utf-8"))
    buyers[-1]["bought"].append({"sku": "OIL-1000"})
    (tmp_path / "buyers.yaml").write_text(yaml.safe_dump(buyers), encoding="utf-8")
    with app.app_context(), pytest.raises(inventory.UnknownStock):
        load_buyers(tmp_path / "buyers.yaml", actor=ACTOR)
    assert (shop.count(orders.Order), stock_of(shop)) == (orders_before, stock_before)


def test_a_shop_with_products_gets_no_buyers(app: Flask, shop: Shop) -> None:
    shop.product()
    with app.app_context():
        assert "was not loaded again" in demo.load_demo()
    assert shop.orders() == []
