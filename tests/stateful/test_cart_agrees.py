"""Whatever is in a cart and wherever it goes: what it names is what the payment page takes.

Hypothesis fills carts, with offers that run and codes that are typed, chooses countries with prices
and taxes of their own, and presses the button. The total of the page that a shopper sees is
compared with what the stand-in of Stripe adds up from the lines it was sent.
"""

import re
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from conftest import Live, fresh_database, running_shop, settings_for
from storefront import orders
from support.offers import MARCH, offer
from support.shopper import Shopper, told

COUNTRIES = {"STOREFRONT_COUNTRIES": "AT,DE,FR,IE,PT"}
RATES = {
    "STOREFRONT_DELIVERY_CENTS_TO": "IE=890,PT=0",
    "STOREFRONT_TAX_RATES": "standard=19,FR.standard=20,IE.standard=23",
    "STOREFRONT_RATE_LIMITS": False,
}
PRICES = {"OIL": 1290, "SALT": 999, "CREAM": 2433}
ALIKE = {"": "AT DE", "AT": "AT DE", "DE": "AT DE", "FR": "FR", "IE": "IE", "PT": "PT"}
VAT = {"FR": 20, "IE": 23}


@pytest.fixture(scope="module")
def till(database_template: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Live]:
    """A shop with an offer of each kind, and three articles."""
    folder = tmp_path_factory.mktemp("till")
    config = settings_for(fresh_database(database_template, folder), folder)
    with running_shop(config | COUNTRIES | RATES) as live:
        for sku, cents in PRICES.items():
            live.shop.product(sku, price_cents=cents, stock=100_000)
        offer(live.shop, code=None, name="Three", kind="buy_get", buy_units=2, free_units=1)
        offer(live.shop, code=None, name="Off", kind="amount", amount_cents=333, percent=0,
              minimum_cents=4000)  # fmt: skip
        offer(live.shop, percent=15)
        offer(live.shop, code="POST", kind="free_delivery", percent=0)
        offer(live.shop, code="PARIS", percent=7, countries="FR IE")
        yield live


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    goods=st.dictionaries(st.sampled_from(sorted(PRICES)), st.integers(1, 7), min_size=1),
    code=st.sampled_from(("", MARCH, "POST", "PARIS")),
    country=st.sampled_from(sorted(ALIKE)),
)
def test_the_cart_names_what_the_payment_page_takes(
    till: Live, goods: dict[str, int], code: str, country: str
) -> None:
    shopper = Shopper(till.url)
    for sku, units in goods.items():
        shopper.add(sku, units)
    shopper.web.post(f"{till.url}/cart/choices", data={"country": country})
    page = shopper.web.post(f"{till.url}/cart/code", data={"code": code}).text
    named = re.findall(r"Total €([\d.,]+) VAT included €([\d.]+)", told(page))[0]
    total, vat = (int(one.replace(".", "").replace(",", "")) for one in named)
    session = till.box.control.session(shopper.session_id())
    assert session["amount_total"] == total
    order = till.shop.ask(lambda: orders.by_reference(session["client_reference_id"]))
    assert order is not None
    assert (order.total_cents, order.vat_cents) == (total, vat)
    taken = session["shipping_address_collection"]["allowed_countries"]
    assert set(taken) <= set(ALIKE[country].split())
    assert not country or country in taken
    if len(goods) == 1:  # one rate: the tax is reckoned once more by hand
        rate = VAT.get(country, 19)
        assert vat == (2 * total * rate + 100 + rate) // (2 * (100 + rate))
