"""Buyers, an author and staff who are at the reviews of one product at the same moment."""

import pytest
import sqlalchemy as sa

from storefront import reviews
from storefront.database import db
from support.parcels import lines, packed, paid_order, shipped
from support.shop import Shop
from support.together import together

ROUNDS = 6
BUYERS = 8


@pytest.fixture
def article(shop: Shop) -> str:
    return shop.product(stock=100)


def line_sent(shop: Shop) -> int:
    """The line of an order that has left."""
    order = paid_order(shop)
    assert shipped(shop, packed(shop, order))
    return lines(shop, order)[0].id


def writes(line_id: int, stars: int, text: str) -> object:
    """The deed of sending the form."""
    return lambda: reviews.write(line_id, reviews.NewReview(stars=stars, text=text))


def kept(shop: Shop) -> list[reviews.Review]:
    query = sa.select(reviews.Review).order_by(reviews.Review.id)
    return shop.ask(lambda: list(db.session.scalars(query)))


def counts(shop: Shop) -> tuple[int, int, int, int, int]:
    return shop.ask(lambda: reviews.product_reviews(1)).rating.counts


def test_a_form_that_is_sent_twice_at_once_is_one_review(shop: Shop, article: str) -> None:
    """Fails on PostgreSQL without the UNIQUE of the line, or without the except in write().

    On SQLite, which lets one write after the other, without the UNIQUE and the look before it.
    """
    for number in range(ROUNDS):
        press = writes(line_sent(shop), 4, f"Plain and good, {number}.")
        together(shop, press, press)  # type: ignore[arg-type]
        assert len(kept(shop)) == number + 1
        assert counts(shop) == (0, 0, 0, number + 1, 0)
    assert {one.version for one in kept(shop)} == {1}


def test_two_texts_of_one_line_at_once_are_one_review_and_its_correction(
    shop: Shop, article: str
) -> None:
    for number in range(ROUNDS):
        line_id = line_sent(shop)
        both = {(2, "Too oily for me."), (5, "The oil that I was looking for.")}
        together(shop, *(writes(line_id, *one) for one in both))  # type: ignore[arg-type]
        *_, last = kept(shop)
        assert (last.order_line_id, last.version, last.state) == (line_id, 2, "waiting")
        assert (last.stars, last.text) in both
        assert len(kept(shop)) == number + 1
        assert sum(counts(shop)) == number + 1
    assert shop.ask(reviews.disagreements) == []


def test_the_stars_of_buyers_who_write_at_once_all_count(shop: Shop, article: str) -> None:
    """Fails on PostgreSQL with the lock taken out of add_up(): the last one counts only its own."""
    for number in range(1, ROUNDS + 1):
        bought = [line_sent(shop) for _ in range(BUYERS)]
        presses = [writes(one, 1 + one % 5, f"Plain and good, {one}.") for one in bought]
        together(shop, *presses)  # type: ignore[arg-type]
        assert sum(counts(shop)) == number * BUYERS
        assert shop.ask(reviews.disagreements) == []


def test_one_who_erases_while_another_writes_leaves_the_stars_of_the_other(
    shop: Shop, article: str
) -> None:
    for number in range(ROUNDS):
        gone, new = line_sent(shop), line_sent(shop)
        shop.do(writes(gone, 1, f"It leaks, {number}."))  # type: ignore[arg-type]
        together(shop, lambda gone=gone: reviews.withdraw(gone), writes(new, 5, f"Good, {new}."))  # type: ignore[arg-type,misc]
        assert counts(shop) == (0, 0, 0, 0, number + 1)
        assert shop.ask(reviews.disagreements) == []


def test_a_text_that_changes_while_it_is_read_is_not_shown_unread(shop: Shop, article: str) -> None:
    """Fails on PostgreSQL with the lock taken out of decide(): the new text is shown, unread."""
    for number in range(ROUNDS * 2):
        line_id = line_sent(shop)
        shop.do(writes(line_id, 3, f"Plain and good, {number}."))  # type: ignore[arg-type]
        *_, read = kept(shop)
        show = lambda read=read: reviews.decide(read.id, "shown", seen=1, actor="bo")  # noqa: E731
        together(shop, show, writes(line_id, 3, f"Very bad words, {number}."))  # type: ignore[arg-type]
        *_, now = kept(shop)
        assert (now.state, now.version) == ("waiting", 2)
    assert shop.ask(reviews.disagreements) == []


def test_a_text_that_two_people_withhold_at_once_is_withheld_once(shop: Shop, article: str) -> None:
    for number in range(ROUNDS):
        shop.do(writes(line_sent(shop), 3, f"Plain and good, {number}."))  # type: ignore[arg-type]
        *_, read = kept(shop)
        done = together(
            shop,
            *(
                lambda reason=reason, read=read: reviews.decide(  # type: ignore[misc]
                    read.id, "withheld", seen=1, actor=reason, reason=reason
                )
                for reason in ("off_topic", "offensive")
            ),
        )
        assert sorted(map(bool, done)) == [False, True]
        *_, now = kept(shop)
        assert now.decided_by == now.reason_code
        assert len(shop.letters("review_withheld")) == number + 1
