"""Coupons and promotion codes: what they take off, to the cent, and who may not have them."""

from typing import Any

import pytest
import stripe

from storefront.stripe_box import BoxServer

from .shopping import line, order

PERCENT: Any = {"percent_off": 10}
AMOUNT: Any = {"amount_off": 500, "currency": "eur"}


def open_with(
    client: stripe.StripeClient, coupon: str, *, expand: bool = False, **changes: Any
) -> Any:
    params = order(discounts=[{"coupon": coupon}], **changes)
    if expand:
        params["expand"] = ["line_items.data.discounts", "total_details.breakdown"]
    return client.v1.checkout.sessions.create(params)


def code_for(client: stripe.StripeClient, coupon: Any, **more: Any) -> Any:
    made = client.v1.coupons.create(coupon)
    return client.v1.promotion_codes.create(
        {"promotion": {"type": "coupon", "coupon": made.id}, **more}
    )


def test_a_percentage_is_taken_off_the_goods_and_not_the_delivery(
    client: stripe.StripeClient,
) -> None:
    coupon = client.v1.coupons.create(PERCENT)
    session = open_with(client, coupon.id)
    assert (session.amount_subtotal, session.amount_total) == (1290, 1290 - 129 + 490)
    assert session.total_details.amount_discount == 129
    assert session.discounts[0].to_dict() == {"coupon": coupon.id, "promotion_code": None}


@pytest.mark.parametrize(
    ("coupon", "cents", "taken"),
    [
        ({"percent_off": 33.3}, [100, 100, 101], [33, 33, 34]),
        ({"percent_off": 50}, [1, 1, 1], [1, 1, 0]),
        ({"percent_off": 12.5}, [199, 1], [25, 0]),
        (AMOUNT, [1000, 1000, 1000], [167, 167, 166]),
        ({"amount_off": 99999, "currency": "eur"}, [700, 300], [700, 300]),
    ],
)
def test_the_lines_add_up_to_the_discount(
    client: stripe.StripeClient, coupon: Any, cents: list[int], taken: list[int]
) -> None:
    made = client.v1.coupons.create(coupon)
    lines = [line(one, name=f"No {place}") for place, one in enumerate(cents)]
    session = open_with(client, made.id, expand=True, line_items=lines)
    items = session.line_items.data
    assert [item.amount_discount for item in items] == taken
    assert [item.amount_total for item in items] == [
        one - off for one, off in zip(cents, taken, strict=True)
    ]
    assert session.total_details.amount_discount == sum(taken)
    (whole,) = session.total_details.breakdown.discounts
    assert (whole.amount, whole.discount.source.coupon) == (sum(taken), made.id)
    assert [one.amount for one in items[0].discounts] == [taken[0]]


def test_a_hundred_per_cent_needs_no_payment(box: BoxServer, client: stripe.StripeClient) -> None:
    coupon = client.v1.coupons.create({"percent_off": 100})
    session = open_with(client, coupon.id, shipping_options=None)
    assert (session.amount_total, session.status) == (0, "open")
    done = box.control.complete(session.id)
    assert (done["status"], done["payment_status"]) == ("complete", "no_payment_required")
    assert done["payment_intent"] is None
    assert client.v1.coupons.retrieve(coupon.id).times_redeemed == 1


def test_the_discounted_total_is_charged(box: BoxServer, client: stripe.StripeClient) -> None:
    session = open_with(client, client.v1.coupons.create(AMOUNT).id)
    paid = box.control.complete(session.id)
    intent = client.v1.payment_intents.retrieve(paid["payment_intent"])
    assert (paid["amount_total"], intent.amount_received) == (1280, 1280)


def test_a_coupon_may_be_for_some_products_only(client: stripe.StripeClient) -> None:
    product = client.v1.products.create({"name": "Salt"})
    wanted: Any = {"percent_off": 50, "applies_to": {"products": [product.id]}}
    coupon = client.v1.coupons.create({**wanted, "expand": ["applies_to"]})
    assert coupon.applies_to.products == [product.id]
    salt = {"currency": "eur", "unit_amount": 400, "product": product.id}
    lines = [line(1000), {"price_data": salt, "quantity": 1}]
    session = open_with(client, coupon.id, line_items=lines, shipping_options=None)
    assert session.amount_total == 1200
    with pytest.raises(stripe.InvalidRequestError, match="does not apply to any"):
        open_with(client, coupon.id)


def test_a_coupon_ends_by_time_and_by_number(box: BoxServer, client: stripe.StripeClient) -> None:
    late = client.v1.coupons.create({**PERCENT, "redeem_by": box.control.advance_clock(0) + 3600})
    once = client.v1.coupons.create({**PERCENT, "max_redemptions": 1})
    box.control.complete(open_with(client, once.id).id)
    box.control.advance_clock(3601)
    for coupon in (late, once):
        assert client.v1.coupons.retrieve(coupon.id).valid is False
        with pytest.raises(stripe.InvalidRequestError) as refusal:
            open_with(client, coupon.id)
        assert refusal.value.code == "coupon_expired"


@pytest.mark.parametrize(
    ("coupon", "param"),
    [
        ({}, "percent_off"),
        ({**PERCENT, **AMOUNT}, "percent_off"),
        ({"percent_off": 0}, "percent_off"),
        ({"percent_off": 100.5}, "percent_off"),
        ({"amount_off": 500}, "currency"),
        ({"amount_off": 0, "currency": "eur"}, "amount_off"),
        ({**PERCENT, "redeem_by": 1}, "redeem_by"),
        ({**PERCENT, "max_redemptions": 0}, "max_redemptions"),
        ({**PERCENT, "duration": "repeating"}, "duration_in_months"),
    ],
)
def test_a_wrong_coupon_is_refused(client: stripe.StripeClient, coupon: Any, param: str) -> None:
    with pytest.raises(stripe.InvalidRequestError) as refusal:
        client.v1.coupons.create(coupon)
    assert (refusal.value.http_status, refusal.value.param) == (400, param)
    assert client.v1.coupons.list().data == []


def test_a_coupon_is_renamed_and_deleted(client: stripe.StripeClient) -> None:
    client.v1.coupons.create({**PERCENT, "id": "SUMMER"})
    with pytest.raises(stripe.InvalidRequestError, match="Coupon already exists"):
        client.v1.coupons.create({**PERCENT, "id": "SUMMER"})
    assert client.v1.coupons.update("SUMMER", {"name": "Summer"}).name == "Summer"
    assert client.v1.coupons.delete("SUMMER").deleted is True
    with pytest.raises(stripe.InvalidRequestError, match="No such coupon: 'SUMMER'"):
        open_with(client, "SUMMER")


@pytest.mark.parametrize(
    ("changes", "param"),
    [
        ({"discounts": [{"coupon": "x"}], "allow_promotion_codes": True}, "allow_promotion_codes"),
        ({"discounts": [{"coupon": "x"}, {"coupon": "y"}]}, "discounts"),
        ({"discounts": [{"coupon": "x", "promotion_code": "y"}]}, "discounts[0]"),
        ({"discounts": [{"promotion_code": "promo_none"}]}, "discounts[0][promotion_code]"),
    ],
)
def test_wrong_discounts_are_refused(client: stripe.StripeClient, changes: Any, param: str) -> None:
    with pytest.raises(stripe.InvalidRequestError) as refusal:
        client.v1.checkout.sessions.create(order(**changes))
    assert (refusal.value.http_status, refusal.value.param) == (400, param)


def test_a_coupon_of_another_currency_and_one_that_leaves_too_little_are_refused(
    client: stripe.StripeClient,
) -> None:
    dollars = client.v1.coupons.create({"amount_off": 100, "currency": "usd"})
    with pytest.raises(stripe.InvalidRequestError, match="takes off usd"):
        open_with(client, dollars.id)
    nearly_all = client.v1.coupons.create({"amount_off": 1250, "currency": "eur"})
    with pytest.raises(stripe.InvalidRequestError) as refusal:
        open_with(client, nearly_all.id, shipping_options=None)
    assert refusal.value.code == "amount_too_small"


def test_a_promotion_code_stands_for_its_coupon(
    box: BoxServer, client: stripe.StripeClient
) -> None:
    promotion = code_for(client, PERCENT, code="SUMMER10", max_redemptions=1)
    wanted: Any = order(discounts=[{"promotion_code": promotion.id}])
    session = client.v1.checkout.sessions.create(wanted)
    assert session.total_details.amount_discount == 129
    assert session.discounts[0].to_dict() == {"coupon": None, "promotion_code": promotion.id}
    box.control.complete(session.id)
    found = client.v1.promotion_codes.retrieve(promotion.id)
    assert (found.times_redeemed, found.active) == (1, False)
    with pytest.raises(stripe.InvalidRequestError, match="not active"):
        client.v1.checkout.sessions.create(wanted)


def test_an_active_code_is_there_once(client: stripe.StripeClient) -> None:
    first = code_for(client, PERCENT, code="SUMMER10")
    with pytest.raises(stripe.InvalidRequestError, match="already exists"):
        code_for(client, PERCENT, code="summer10")
    client.v1.promotion_codes.update(first.id, {"active": False})
    second = code_for(client, PERCENT, code="summer10")
    with pytest.raises(stripe.InvalidRequestError, match="already exists"):
        client.v1.promotion_codes.update(first.id, {"active": True})
    listed = client.v1.promotion_codes.list({"active": True}).data
    assert [one.id for one in listed] == [second.id]


def test_a_code_keeps_its_restrictions(box: BoxServer, client: stripe.StripeClient) -> None:
    ada, bob = (client.v1.customers.create({"email": f"{n}@example.com"}).id for n in "ab")
    least = {"minimum_amount": 2000, "minimum_amount_currency": "eur"}
    large = code_for(client, PERCENT, restrictions=least)
    only_ada = code_for(client, PERCENT, customer=ada)
    first = code_for(client, PERCENT, restrictions={"first_time_transaction": True})

    def buy(code: Any, **changes: Any) -> str:
        wanted: Any = order(discounts=[{"promotion_code": code.id}], **changes)
        return client.v1.checkout.sessions.create(wanted).id

    with pytest.raises(stripe.InvalidRequestError, match="needs a larger order"):
        buy(large)
    assert buy(large, line_items=[line(2000)])
    with pytest.raises(stripe.InvalidRequestError, match="belongs to another customer"):
        buy(only_ada, customer=bob)
    box.control.complete(buy(only_ada, customer=ada))
    with pytest.raises(stripe.InvalidRequestError, match="prior transactions"):
        buy(first, customer=ada)
    assert buy(first, customer=bob)
