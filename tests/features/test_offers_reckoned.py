"""What offers take off a cart: to the cent, never below 0, and the way that is best."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from storefront.money import cost_of_units, shared
from storefront.offers import KINDS, Goods, Terms, reckon

OIL, SALT = Goods("OIL", 1, 2, 1290), Goods("SALT", 2, 3, 999)


def cut(goods: list[Goods], *terms: Terms, delivery: int = 490) -> list[tuple[int, list[int], int]]:
    """Offer, what it takes off each line, and off delivery."""
    found = reckon(goods, delivery, terms)
    return [(one.terms.id, list(one.line_cents), one.delivery_cents) for one in found]


def terms(number: int, kind: str, **more: object) -> Terms:
    return Terms(id=number, name=f"Offer {number}", kind=kind, **more)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("offer", "lines", "delivery"),
    [
        (terms(1, "percent", percent=10), [258, 300], 0),
        (terms(1, "percent", percent=100), [2580, 2997], 0),
        (terms(1, "percent", percent=15, skus=frozenset({"SALT"})), [0, 450], 0),
        (terms(1, "percent", percent=15, category_ids=frozenset({1})), [387, 0], 0),
        (terms(1, "amount", amount_cents=500), [231, 269], 0),
        (terms(1, "amount", amount_cents=99_999), [2580, 2997], 0),
        (terms(1, "buy_get", buy_units=2, free_units=1), [0, 999], 0),
        (terms(1, "buy_get", buy_units=1, free_units=1), [0, 1998], 0),
        (terms(1, "free_delivery"), [0, 0], 490),
    ],
)
def test_each_kind_takes_off_what_it_says(offer: Terms, lines: list[int], delivery: int) -> None:
    assert cut([OIL, SALT], offer) == [(1, lines, delivery)]


@pytest.mark.parametrize(
    "offer",
    [
        terms(1, "amount", amount_cents=500, minimum_cents=5578),
        terms(1, "percent", percent=10, minimum_cents=2581, skus=frozenset({"OIL"})),
        terms(1, "percent", percent=10, skus=frozenset({"CREAM"})),
        terms(1, "buy_get", buy_units=5, free_units=1),
    ],
)
def test_an_offer_that_asks_for_more_takes_nothing_off(offer: Terms) -> None:
    assert cut([OIL, SALT], offer) == []


def test_a_minimum_counts_what_the_offer_is_for_at_its_price() -> None:
    half = terms(1, "percent", percent=50)
    just = terms(2, "amount", amount_cents=100, minimum_cents=2580, skus=frozenset({"OIL"}))
    assert cut([OIL, SALT], half, just) == [(1, [1290, 1499], 0), (2, [100, 0], 0)]


def test_what_can_be_combined_is_taken_one_after_the_other() -> None:
    """Free units first, then percent of what is left, then the amount."""
    found = cut(
        [OIL, SALT],
        terms(3, "amount", amount_cents=500),
        terms(2, "percent", percent=10),
        terms(1, "buy_get", buy_units=2, free_units=1),
        terms(4, "free_delivery"),
    )
    assert found == [
        (1, [0, 999], 0),
        (2, [258, 200], 0),
        (3, [282, 218], 0),
        (4, [0, 0], 490),
    ]


def test_the_shopper_gets_what_saves_more_of_what_does_not_go_together() -> None:
    ten = terms(1, "percent", percent=10)
    alone = terms(2, "percent", percent=12, is_combinable=False)
    more = terms(3, "amount", amount_cents=200)
    assert [one[0] for one in cut([OIL, SALT], ten, alone)] == [2]
    assert [one[0] for one in cut([OIL, SALT], ten, alone, more)] == [1, 3]


def test_of_two_that_save_the_same_it_is_always_the_same() -> None:
    first, second = (terms(n, "amount", amount_cents=300, is_combinable=False) for n in (1, 2))
    both = terms(3, "amount", amount_cents=300)
    assert cut([OIL], second, first) == cut([OIL], first, second) == [(1, [300], 0)]
    assert cut([OIL], second, first, both) == [(3, [300], 0)]


def test_dinars_are_taken_off_in_steps_of_ten() -> None:
    found = reckon([Goods("A", 1, 1, 1230), Goods("B", 1, 1, 1240)], 0,
                   [terms(1, "percent", percent=33)], step=10)  # fmt: skip
    assert found[0].line_cents == (410, 410)


goods_of_a_cart = st.lists(
    st.builds(
        Goods,
        sku=st.sampled_from(["A", "B", "C", "D"]),
        category_id=st.integers(1, 3),
        quantity=st.integers(0, 99),
        unit_cents=st.integers(0, 20_000),
    ),
    max_size=8,
)
any_terms = st.builds(
    Terms,
    id=st.integers(1, 9),
    name=st.just("Offer"),
    kind=st.sampled_from(KINDS),
    percent=st.integers(1, 100),
    amount_cents=st.integers(1, 50_000),
    buy_units=st.integers(1, 4),
    free_units=st.integers(1, 3),
    minimum_cents=st.integers(0, 50_000),
    category_ids=st.frozensets(st.integers(1, 3), max_size=2),
    skus=st.frozensets(st.sampled_from(["A", "B", "C"]), max_size=2),
    is_combinable=st.booleans(),
    starts_at=st.just(datetime(2026, 11, 1, tzinfo=UTC)),
)


@settings(max_examples=300, deadline=None)
@given(
    goods_of_a_cart,
    st.integers(0, 900),
    st.lists(any_terms, max_size=5, unique_by=lambda t: t.id),
    st.sampled_from([1, 10]),
)
def test_whatever_is_in_a_cart_and_whatever_is_offered_it_adds_up(
    goods: list[Goods], delivery: int, offered: list[Terms], step: int
) -> None:
    """Nothing falls below 0, steps are kept, the order of offers makes no difference."""
    goods = [replace(line, unit_cents=line.unit_cents * step) for line in goods]
    offered = [replace(one, amount_cents=one.amount_cents * step) for one in offered]
    delivery *= step
    found = reckon(goods, delivery, offered, step=step)
    for place, line in enumerate(goods):
        taken = [one.line_cents[place] for one in found]
        assert 0 <= sum(taken) <= line.full_cents
        assert all(cents >= 0 and cents % step == 0 for cents in taken)
    assert 0 <= sum(one.delivery_cents for one in found) <= delivery
    assert all(one.cents > 0 and not one.terms.missing_cents(goods) for one in found)
    assert len({one.terms.is_combinable for one in found}) <= 1
    assert reckon(goods, delivery, offered[::-1], step=step) == found
    best = sum(one.cents for one in found)
    for alone in offered:
        if not alone.is_combinable:
            assert best >= sum(one.cents for one in reckon(goods, delivery, [alone], step=step))


@settings(max_examples=300, deadline=None)
@given(st.integers(0, 99_999), st.lists(st.integers(1, 9), min_size=1, max_size=6))
def test_units_that_go_back_one_after_the_other_return_the_whole_line(
    cents: int, parts: list[int]
) -> None:
    quantity, gone, back = sum(parts), 0, 0
    for units in parts:
        cost = cost_of_units(cents, quantity, units, before=gone)
        assert 0 <= cost <= -(-cents * units // quantity) + 1
        back, gone = back + cost, gone + units
    assert back == cents


@given(st.integers(0, 9999), st.lists(st.integers(0, 500), min_size=1, max_size=9))
def test_what_is_shared_is_shared_whole_and_nobody_gets_more_than_they_cost(
    cents: int, weights: list[int]
) -> None:
    parts = shared(cents, weights)
    assert sum(parts) == cents
    if cents <= sum(weights):
        assert all(part <= weight for part, weight in zip(parts, weights, strict=True))
