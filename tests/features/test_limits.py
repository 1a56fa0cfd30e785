"""Rate limits: whom they count, how long they say to wait, and that they never cost a sale."""

import logging
import uuid
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from conftest import Starter, settings_for
from storefront import staff
from storefront.limits import TooMany, limit, make_limiter
from support.machine import REDIS_URL
from support.shop import Shop
from support.shopper import told

NOBODY_HOME = "redis://127.0.0.1:1/0"
A_MINUTE = "That was a little too often. Please wait a minute and try again."
AN_HOUR = "That was a little too often. Please wait an hour and try again."


def tries(app: Flask, address: str | None, many: int = 1, *, rate: str = "5/minute") -> int:
    """How many of so many tries from an address are let pass."""
    passed = 0
    for _ in range(many):
        with app.test_request_context(environ_base={"REMOTE_ADDR": address}):
            try:
                limit("try", rate)
            except TooMany:
                continue
            passed += 1
    return passed


def sign_in(client: FlaskClient, email: str, *, address: str = "192.0.2.1") -> TestResponse:
    """A wrong guess from an address."""
    form = {"email": email, "password": "a wrong guess"}
    return client.post("/staff/sign-in", data=form, environ_base={"REMOTE_ADDR": address})


def test_an_address_passes_as_often_as_it_may_and_others_as_often_again(app: Flask) -> None:
    assert tries(app, "192.0.2.1", 7) == 5
    assert tries(app, "192.0.2.2", 7) == 5


def test_the_sentence_says_how_long_to_wait(app: Flask) -> None:
    for rate, sentence in (("1/minute", A_MINUTE), ("1/hour", AN_HOUR)):
        with app.test_request_context():
            limit("try", rate)
            with pytest.raises(TooMany) as refused:
                limit("try", rate)
        assert (refused.value.sentence, refused.value.status) == (sentence, 429)


@pytest.mark.parametrize(
    ("first", "second", "are_one"),
    [
        ("2001:db8:1:2::1", "2001:db8:1:2:ffff:ffff:ffff:ffff", True),
        ("2001:db8:1:2::1", "2001:0DB8:0001:0002::1", True),
        ("2001:db8:1:2::1", "2001:db8:1:3::1", False),
        ("::ffff:192.0.2.1", "192.0.2.1", True),
        ("::ffff:192.0.2.1", "::ffff:192.0.2.2", False),
        ("fe80::1%eth0", "fe80::2%eth1", True),
        ("192.0.2.1", "192.0.2.2", False),
        ("unix:", "unix:", True),
        (None, "", True),
    ],
)
def test_a_household_counts_as_one_however_many_addresses_it_has(
    app: Flask, first: str | None, second: str, are_one: bool
) -> None:
    assert tries(app, first, 5) == 5
    assert tries(app, second, 5) == (0 if are_one else 5)


def test_limits_can_be_turned_off(config: dict[str, object], start_shop: Starter) -> None:
    assert tries(start_shop(config | {"STOREFRONT_RATE_LIMITS": "0"}), "192.0.2.1", 20) == 20


@pytest.mark.parametrize("url", [NOBODY_HOME, "unix:///tmp/no-redis-listens-here.sock"])
def test_without_an_answer_of_redis_everybody_passes_and_the_log_has_one_line(
    config: dict[str, object], caplog: pytest.LogCaptureFixture, url: str, start_shop: Starter
) -> None:
    app = start_shop(config)
    app.extensions["storefront"].limiter = make_limiter(url)
    with caplog.at_level(logging.WARNING, logger="storefront"):
        assert sign_in(app.test_client(), "ida@shop.example").status_code == 401
        assert len(caplog.messages) == 2  # of this address, and of this account
        caplog.clear()
        assert tries(app, "192.0.2.1", 20) == 20
    assert len(caplog.messages) == 20
    assert "\n" not in caplog.messages[0]
    assert caplog.messages[0].startswith("rate limit 'try' was not counted, Redis does not answer:")
    assert caplog.records[0].exc_info is None


def test_a_shop_whose_redis_is_gone_still_sells(
    config: dict[str, object], start_shop: Starter
) -> None:
    app = start_shop(config | {"REDIS_URL": NOBODY_HOME})
    sku = Shop(app).product()
    answer = app.test_client().post("/cart/lines", data={"sku": sku, "quantity": "2"})
    assert (answer.status_code, answer.headers["Location"]) == (303, "/cart")


def test_one_address_may_guess_ten_times_a_minute_whatever_the_account(client: FlaskClient) -> None:
    answers = [sign_in(client, f"{number}@shop.example") for number in range(11)]
    assert [answer.status_code for answer in answers] == [401] * 10 + [429]
    assert A_MINUTE in told(answers[10].text)


@pytest.mark.parametrize("email", ["ida@shop.example", "nobody@shop.example"])
def test_one_account_may_be_guessed_at_thirty_times_an_hour_from_all_addresses_together(
    shop: Shop, client: FlaskClient, email: str
) -> None:
    """An account that does not exist answers the same, so that nobody learns which ones do."""
    shop.do(lambda: staff.add_member("ida@shop.example", "right-password"))
    spelled = [email, email.upper(), f" {email} "]
    answers = [
        sign_in(client, spelled[number % 3], address=f"192.0.2.{number}") for number in range(31)
    ]
    assert [answer.status_code for answer in answers] == [401] * 30 + [429]
    assert AN_HOUR in told(answers[30].text)
    assert sign_in(client, "other@shop.example", address="192.0.2.99").status_code == 401


@pytest.mark.redis
def test_two_machines_with_one_redis_count_together_and_another_shop_by_itself(
    database_url: str, tmp_path: Path, start_shop: Starter
) -> None:
    """Counted in memory, each machine would let pass all five."""
    name = uuid.uuid4().hex
    mine = {"REDIS_URL": REDIS_URL, "STOREFRONT_PUBLIC_URL": f"http://{name}.example"}
    others = mine | {"STOREFRONT_PUBLIC_URL": f"http://{name}.other.example"}
    first, second, other = (
        start_shop(settings_for(database_url, tmp_path / str(number)) | given)
        for number, given in enumerate((mine, mine, others))
    )
    assert tries(first, "192.0.2.1", 3) == 3
    assert tries(second, "192.0.2.1", 3) == 2
    assert tries(other, "192.0.2.1", 3) == 3
