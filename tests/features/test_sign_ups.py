"""Somebody wants a letter when a sold-out article is back, and gets one."""

import re
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from storefront import customers, insights, inventory, mail
from storefront.customers import SignUp
from storefront.customers.tasks import forget_who_was_told
from storefront.database import db
from support.shop import Shop
from support.shopper import told

NOW = datetime(2026, 11, 22, 9, tzinfo=UTC)
IDA = "ida@mail.example"


def wait(shop: Shop, *emails: str, sku: str = "OIL-100") -> None:
    """These people have signed up and confirmed their address, in this order."""
    for email in emails:
        shop.do(lambda e=email: customers.ask(sku, e, now=NOW))
        (token,) = [s.token for s in sign_ups(shop) if s.email == email]
        assert shop.do(lambda t=token: customers.confirm(t, now=NOW)) is True


def sign_ups(shop: Shop) -> list[SignUp]:
    return shop.ask(lambda: list(db.session.scalars(select(SignUp).order_by(SignUp.id))))


def told_people(shop: Shop) -> list[str]:
    written = sorted(shop.letters("back_in_stock"), key=lambda letter: letter.id)
    return [letter.recipient for letter in written]


def people(number: int) -> list[str]:
    return [f"shopper{n}@mail.example" for n in range(number)]


def link(letter: mail.Letter) -> str:
    found = re.search(r"/sign-ups/[\w-]+", letter.text)
    assert found
    return found[0]


def test_the_form_stands_on_the_page_of_a_sold_out_size_only(
    client: FlaskClient, shop: Shop
) -> None:
    shop.product(stock=1)
    assert "Tell me when it is back" not in client.get("/products/oil-100").text
    shop.do(lambda: inventory.adjust("OIL-100", -1, reason="damaged"))
    page = client.get("/products/oil-100")
    assert "Tell me when it is back" in page.text
    assert "We erase your address 30 days later" in page.text
    assert "csrf" not in page.text
    assert "Set-Cookie" not in page.headers


def test_an_address_is_confirmed_by_letter_before_it_waits(client: FlaskClient, shop: Shop) -> None:
    shop.product(stock=0)
    asked = client.post("/sign-ups", data={"sku": "OIL-100", "email": " Ida@Mail.Example "})
    assert (asked.status_code, asked.location) == (303, "/sign-ups/asked")
    assert "Set-Cookie" not in asked.headers
    (letter,) = shop.letters("sign_up_confirm")
    assert letter.recipient == IDA
    page = client.get(link(letter))
    assert "Shall we write to ida@mail.example once" in told(page.text)
    assert sign_ups(shop)[0].state == "asked"  # opening a link does nothing: mail scanners do it
    assert client.post(f"{link(letter)}/confirm").status_code == 303
    assert sign_ups(shop)[0].state == "waiting"
    assert "Your address is confirmed" in told(client.get(link(letter)).text)


@pytest.mark.parametrize("email", ["", "ida", "ida@", "@b.c", "a b@c.de", "a@b", "a@b.c\nx@y.z"])
def test_a_bad_address_is_said_at_its_field_and_kept(
    client: FlaskClient, shop: Shop, email: str
) -> None:
    shop.product(stock=0)
    answer = client.post("/sign-ups", data={"sku": "OIL-100", "email": email})
    assert answer.status_code == 422
    assert 'aria-invalid="true" autofocus' in answer.text
    assert "Please give your e-mail address" in answer.text
    assert shop.count(SignUp) == 0


def test_what_is_not_sold_or_is_there_takes_no_sign_up(client: FlaskClient, shop: Shop) -> None:
    shop.product(stock=1)
    form = {"sku": "OIL-100", "email": IDA}
    assert client.post("/sign-ups", data=form).location == "/products/oil-100"
    assert client.post("/sign-ups", data=form | {"sku": "TEA"}).status_code == 404
    assert client.post("/sign-ups", data={"email": IDA}).status_code == 404
    assert shop.count(SignUp) == 0


def test_a_form_on_another_site_is_refused(client: FlaskClient, shop: Shop) -> None:
    shop.product(stock=0)
    headers = {"Sec-Fetch-Site": "cross-site"}
    form = {"sku": "OIL-100", "email": IDA}
    assert client.post("/sign-ups", data=form, headers=headers).status_code == 403
    assert shop.count(SignUp) == 0


def test_the_same_address_is_asked_no_more_than_its_owner_can_bear(
    client: FlaskClient, shop: Shop
) -> None:
    shop.product(stock=0)
    form = {"sku": "OIL-100", "email": IDA}
    answers = [client.post("/sign-ups", data=form).status_code for _ in range(6)]
    assert answers == [303] * 5 + [429]
    assert (len(shop.letters("sign_up_confirm")), shop.count(SignUp)) == (1, 1)
    for hours in (1, 2, 3):
        later = datetime.now(UTC) + timedelta(hours=hours)
        shop.do(lambda at=later: customers.ask("OIL-100", IDA, now=at))
    assert (len(shop.letters("sign_up_confirm")), shop.count(SignUp)) == (3, 1)


def test_letters_are_never_more_than_units_and_the_rest_wait(app: Flask, shop: Shop) -> None:
    """Fails without the head start of those who were told: each turn would tell three more."""
    shop.product(stock=0)
    wait(shop, *people(5))
    assert shop.ask(customers.tell_who_waits) == 0
    shop.do(lambda: inventory.adjust("OIL-100", 3, reason="received"))
    assert shop.ask(customers.tell_who_waits) == 3
    assert shop.ask(customers.tell_who_waits) == 0
    assert told_people(shop) == people(3)
    later = datetime.now(UTC) + timedelta(days=2, minutes=1)
    assert shop.do(lambda: customers.tell("OIL-100", now=later)) == 2
    assert told_people(shop) == people(5)
    assert shop.do(lambda: customers.tell("OIL-100", now=later + timedelta(days=9))) == 0


def test_a_kit_is_back_when_its_parts_are(shop: Shop) -> None:
    shop.product("OIL", stock=0)
    shop.product("SET", stock=0)
    shop.do(lambda: inventory.make_kit("SET", {"OIL": 2}))
    wait(shop, *people(2), sku="SET")
    shop.do(lambda: inventory.adjust("OIL", 3, reason="received"))
    assert shop.ask(customers.tell_who_waits) == 1
    assert told_people(shop) == people(1)


def test_many_workers_at_once_write_to_each_once_and_to_no_more_than_there_is(shop: Shop) -> None:
    """Fails with _told_since() taken out of tell(): each worker then tells five others."""
    shop.product(stock=0)
    wait(shop, *people(12))
    shop.do(lambda: inventory.adjust("OIL-100", 5, reason="received"))
    ready = threading.Barrier(6, timeout=60)

    def work(_: int) -> int:
        ready.wait()
        return shop.ask(customers.tell_who_waits)

    with ThreadPoolExecutor(6) as workers:
        assert sum(workers.map(work, range(6))) == 5
    assert sorted(told_people(shop)) == people(5)


def test_a_letter_can_be_ended_by_the_mail_program_and_erases_everything(
    client: FlaskClient, shop: Shop
) -> None:
    shop.product(stock=0)
    wait(shop, IDA)
    (letter,) = shop.letters("sign_up_confirm")
    ended = client.post(f"{link(letter)}/end", data={"List-Unsubscribe": "One-Click"})
    assert ended.status_code == 200
    assert "Your address is erased." in told(ended.text)
    assert (shop.count(SignUp), shop.count(mail.Letter)) == (0, 0)
    assert client.get(link(letter)).status_code == 404
    assert client.post(f"{link(letter)}/end").status_code == 200


def test_who_ends_after_being_told_leaves_no_address_and_no_second_letter(
    client: FlaskClient, shop: Shop
) -> None:
    shop.product(stock=0)
    wait(shop, *people(2))
    shop.do(lambda: inventory.adjust("OIL-100", 1, reason="received"))
    shop.ask(customers.tell_who_waits)
    (letter,) = shop.letters("back_in_stock")
    assert letter.unsubscribe_url.endswith("/end")
    assert client.post(letter.unsubscribe_url.removeprefix("http://127.0.0.1")).status_code == 200
    assert [s.email for s in sign_ups(shop)] == ["", "shopper1@mail.example"]
    assert shop.ask(customers.tell_who_waits) == 0
    assert shop.count(mail.Letter) == 1  # the other one's question


def test_addresses_are_erased_as_the_form_says(shop: Shop) -> None:
    shop.product(stock=0)
    wait(shop, *people(2))
    shop.do(lambda: customers.ask("OIL-100", IDA, now=NOW))
    shop.do(lambda: inventory.adjust("OIL-100", 1, reason="received"))
    assert shop.do(lambda: customers.tell("OIL-100", now=NOW)) == 1

    def forget(days: int) -> int:
        return shop.do(lambda: customers.forget_old(NOW + timedelta(days=days)))

    assert [forget(7), forget(8), forget(30), forget(31), forget(365), forget(366)] == [
        0, 1, 0, 1, 0, 1,
    ]  # fmt: skip
    assert (shop.count(SignUp), shop.count(mail.Letter)) == (0, 0)
    assert shop.ask(forget_who_was_told) == 0


def test_what_was_wanted_in_vain_is_counted_by_day_article_and_guide(
    client: FlaskClient, shop: Shop
) -> None:
    shop.product(stock=0)
    shop.product("TEA", stock=1)
    for form in (
        {"sku": "OIL-100", "quantity": "2"},
        {"sku": "OIL-100", "quantity": "1", "guide": "made-up", "block": "b"},
        {"sku": "TEA", "quantity": "2"},
        {"sku": "NOTHING", "quantity": "1"},
    ):
        assert client.post("/cart/lines", data=form).status_code in {404, 422}
    client.post("/sign-ups", data={"sku": "OIL-100", "email": IDA})
    rows = shop.ask(lambda: db.session.scalars(select(insights.LostDemand)).all())
    assert [(r.day, r.sku, r.guide_slug, r.refused, r.sign_ups) for r in rows] == [
        (datetime.now(UTC).date(), "OIL-100", "", 2, 1)
    ]


def test_a_count_that_fails_is_none_of_the_shoppers_business(
    client: FlaskClient, shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    shop.product(stock=0)
    monkeypatch.setattr("storefront.insights.tasks.count_lost", None)
    answer = client.post("/cart/lines", data={"sku": "OIL-100", "quantity": "1"})
    assert (answer.status_code, "Sold out." in told(answer.text)) == (422, True)


def test_the_command_says_what_it_did(app: Flask, shop: Shop) -> None:
    shop.product(stock=0)
    wait(shop, IDA)
    shop.do(lambda: inventory.adjust("OIL-100", 1, reason="received"))
    runner = app.test_cli_runner()
    said = runner.invoke(args=["shop", "tell-waiting"]).output
    assert said == "1 letters written, 0 addresses erased.\n"
