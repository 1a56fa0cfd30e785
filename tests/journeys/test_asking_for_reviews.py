"""Whoever orders is told of the letter that asks for a review, and may refuse it there and then."""

from datetime import timedelta

import pytest
import requests
import sqlalchemy as sa

from conftest import Live, running_shop
from storefront import fulfilment, orders, reviews
from storefront.database import db, now
from storefront.reviews import tasks
from support.parcels import packed, shipped
from support.phone import Caller, link_of, phoned, sent
from support.shop import Shop, seen_key
from support.shopper import Shopper, told

SAID = "We ask you once for a review, by e-mail, 10 days after the last parcel has left."
REFUSED = {"no_invitation": "1"}


@pytest.fixture
def config(config: dict[str, object]) -> dict[str, object]:
    return config | {"STOREFRONT_REVIEW_COUNTRIES": "DE, IE, US"}


@pytest.fixture
def oil(live: Live) -> Live:
    """A shop with ten oils."""
    live.shop.product()
    return live


def pressed(web: requests.Session, page: str, action: str, **more: str) -> str:
    """The payment page's number after the button on this page of the shop was pressed."""
    looked = web.get(page, timeout=60)
    form = {"seen": seen_key(looked.text), **more}
    answer = web.post(action, data=form, allow_redirects=False, timeout=60)
    assert answer.status_code == 303, told(answer.text)
    return answer.headers["Location"].rpartition("/")[2].partition("?")[0]


def ordered(live: Live, *boxes: dict[str, str]) -> orders.Order:
    """One oil, paid and delivered; a press of the button with each of these boxes."""
    shopper = Shopper(live.url)
    shopper.add()
    for ticked in boxes:
        page = pressed(shopper.web, f"{live.url}/cart", f"{live.url}/checkout", **ticked)
    live.box.control.complete(page, wait_seconds=60)
    return delivered(live.shop)


def delivered(shop: Shop) -> orders.Order:
    """The latest order, which left twelve days ago."""
    *_, order = shop.orders()
    parcel = packed(shop, order)
    assert shipped(shop, parcel)
    left = {"shipped_at": now() - timedelta(days=12)}
    is_its = fulfilment.Parcel.id == parcel
    shop.do(lambda: db.session.execute(sa.update(fulfilment.Parcel).where(is_its).values(left)))
    return order


def asked(live: Live) -> list[str]:
    """The references of the orders whose buyers the clock has asked by now."""
    with live.app.app_context():
        tasks.invite_buyers()
    return [letter.reference for letter in live.shop.letters("review_invitation")]


def test_who_refuses_at_the_button_is_not_asked_and_who_does_not_is_asked(oil: Live) -> None:
    """Fails with wants_no_invitation() taken out of invite()."""
    order = ordered(oil, {})
    assert asked(oil) == [order.reference]
    refused = ordered(oil, REFUSED)
    assert asked(oil) == [order.reference]
    history = oil.shop.ask(lambda: orders.history_of(refused.id))
    assert [event.kind for event in history].count("no_invitation") == 1
    assert oil.shop.count(reviews.ReviewStop) == 1


def test_who_comes_back_from_the_payment_page_may_still_refuse(oil: Live) -> None:
    """The page that is open already is the same, and its order remembers; twice is once."""
    order = ordered(oil, {}, REFUSED, REFUSED)
    assert len(oil.shop.orders()) == 1
    history = oil.shop.ask(lambda: orders.history_of(order.id))
    assert [event.kind for event in history].count("no_invitation") == 1
    assert asked(oil) == []


def test_a_refusal_is_for_the_address_and_not_for_one_order(oil: Live) -> None:
    """Fails with the order's own refusal looked at only: its second letter would be asked for."""
    ordered(oil, REFUSED)
    later = ordered(oil, {})
    first = oil.shop.orders()[0]
    assert first.email == later.email
    oil.shop.do(lambda: db.session.add(reviews.ReviewInvitation(order_id=first.id)))
    assert asked(oil) == []


@pytest.mark.parametrize("ticked", [REFUSED, {}], ids=["refused", "not refused"])
def test_who_ordered_by_phone_is_told_and_may_refuse_where_they_pay(
    oil: Live, ticked: dict[str, str]
) -> None:
    """Fails with the box left out of what pressing that button does."""
    reference = phoned(oil.shop)
    sent(oil.shop, reference)
    caller = Caller(oil.url, link_of(oil.app))
    assert SAID in told(caller.look().text)
    assert not _is_ticked(caller.page)
    address = f"{oil.url}/pay/{reference}"
    page = pressed(requests.Session(), address, address, **ticked)
    oil.box.control.complete(page, wait_seconds=60)
    order = delivered(oil.shop)
    assert asked(oil) == ([] if ticked else [order.reference])


@pytest.mark.parametrize("ticked", [REFUSED, {}], ids=["refused", "not refused"])
def test_the_box_of_who_pays_by_a_link_stays_as_it_was_when_the_page_comes_back(
    oil: Live, ticked: dict[str, str]
) -> None:
    """Fails with an empty box on drafts/pay.html: who presses again would be asked after all."""
    address = f"{oil.url}/pay/{phoned(oil.shop)}"
    form = {"seen": "what was seen long ago"} | ticked
    answer = requests.post(address, data=form, timeout=60)
    assert answer.status_code == 422
    assert _is_ticked(answer.text) is bool(ticked)


@pytest.mark.parametrize("ticked", [REFUSED, {}])
def test_the_box_stays_as_it_was_when_the_page_comes_back(
    oil: Live, ticked: dict[str, str]
) -> None:
    shopper = Shopper(oil.url)
    shopper.add()
    for path, form, status in (
        ("checkout", {"seen": "what was seen long ago"}, 422),
        ("cart/choices", {"country": "IE"}, 200),
    ):
        answer = shopper.web.post(f"{oil.url}/{path}", data=form | ticked, timeout=60)
        assert answer.status_code == status
        assert _is_ticked(answer.text) is bool(ticked)


@pytest.mark.parametrize(("countries", "is_said"), [("", False), ("DE", True)])
def test_the_sentence_and_its_empty_box_stand_where_letters_are_on(
    config: dict[str, object], countries: str, is_said: bool
) -> None:
    with running_shop({**config, "STOREFRONT_REVIEW_COUNTRIES": countries}) as live:
        live.shop.product()
        shopper = Shopper(live.url)
        shopper.add()
        page = shopper.web.get(f"{live.url}/cart", timeout=60).text
    assert (SAID in told(page)) is is_said
    assert ('name="no_invitation"' in page) is is_said
    assert not _is_ticked(page)


def _is_ticked(page: str) -> bool:
    return "checked" in page.partition('name="no_invitation"')[2].partition(">")[0]
