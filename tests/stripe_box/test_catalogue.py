"""Products, prices, shipping rates and customers: made, changed, listed, deleted."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
import stripe

from storefront.stripe_box import BoxServer

from .shopping import order


@pytest.fixture
def product(client: stripe.StripeClient) -> Any:
    return client.v1.products.create({"name": "Magnesium oil", "metadata": {"sku": "OIL-100"}})


@pytest.fixture
def price(client: stripe.StripeClient, product: Any) -> Any:
    return client.v1.prices.create({"product": product.id, "currency": "eur", "unit_amount": 1290})


@contextmanager
def refused(code: str | None, param: str, words: str = ".") -> Iterator[None]:
    """What happens inside is answered by a refusal with this code and parameter."""
    with pytest.raises(stripe.InvalidRequestError, match=words) as refusal:
        yield
    assert (refusal.value.code, refusal.value.param) == (code, param)


def test_a_product_is_made_changed_and_deleted(client: stripe.StripeClient, product: Any) -> None:
    assert (product.active, product.metadata["sku"]) == (True, "OIL-100")
    changed = client.v1.products.update(
        product.id, {"name": "Oil", "metadata": {"sku": "", "a": "b"}, "description": "Fine"}
    )
    assert (changed.name, changed.metadata.to_dict()) == ("Oil", {"a": "b"})
    assert client.v1.products.update(product.id, {"description": ""}).description is None
    assert client.v1.products.delete(product.id).deleted is True
    with refused("resource_missing", "id", "No such product"):
        client.v1.products.retrieve(product.id)


def test_what_changed_is_told_with_what_was_before(
    box: BoxServer, client: stripe.StripeClient, product: Any
) -> None:
    client.v1.products.update(product.id, {"name": "Oil"})
    (event,) = box.control.events("product.updated")
    assert event["data"]["previous_attributes"]["name"] == "Magnesium oil"
    assert event["data"]["object"]["name"] == "Oil"


def test_a_product_may_bring_its_own_id_and_price(client: stripe.StripeClient) -> None:
    wanted: Any = {"currency": "eur", "unit_amount": 990}
    made = client.v1.products.create({"id": "salt", "name": "Salt", "default_price_data": wanted})
    found = client.v1.products.retrieve("salt", {"expand": ["default_price"]})
    assert (made.id, found.default_price.unit_amount) == ("salt", 990)
    with refused("resource_already_exists", "id"):
        client.v1.products.create({"id": "salt", "name": "Salt again"})
    with refused(None, "id", "one or more user-created prices"):
        client.v1.products.delete("salt")


def test_products_are_listed_by_what_they_are(client: stripe.StripeClient, product: Any) -> None:
    other = client.v1.products.create({"name": "Salt", "active": False})
    assert [one.id for one in client.v1.products.list({"active": True}).data] == [product.id]
    assert [one.id for one in client.v1.products.list({"ids": [other.id]}).data] == [other.id]


def test_a_price_is_sold_until_it_is_inactive(client: stripe.StripeClient, price: Any) -> None:
    lines: Any = [{"price": price.id, "quantity": 2}]
    session = client.v1.checkout.sessions.create(order(line_items=lines, shipping_options=None))
    assert session.amount_total == 2580
    assert client.v1.prices.update(price.id, {"active": False}).active is False
    with refused(None, "line_items[0][price]", "only accepts active prices"):
        client.v1.checkout.sessions.create(order(line_items=lines))


def test_a_lookup_key_names_one_price(client: stripe.StripeClient, product: Any) -> None:
    wanted: Any = {"product": product.id, "currency": "eur", "unit_amount": 1, "lookup_key": "k"}
    first = client.v1.prices.create(wanted)
    with refused(None, "lookup_key", "already uses that lookup key"):
        client.v1.prices.create(wanted)
    second = client.v1.prices.create({**wanted, "transfer_lookup_key": True})
    listed = client.v1.prices.list({"lookup_keys": ["k"]}).data
    assert [one.id for one in listed] == [second.id]
    assert client.v1.prices.retrieve(first.id).lookup_key is None


@pytest.mark.parametrize(
    ("params", "code", "param"),
    [
        ({"currency": "eur", "unit_amount": 1}, None, "product"),
        ({"product": "none", "currency": "eur", "unit_amount": 1}, "resource_missing", "product"),
        ({"product_data": {"name": "x"}, "currency": "eur"}, "parameter_missing", "unit_amount"),
        (
            {"product_data": {"name": "x"}, "currency": "eur", "unit_amount": -1},
            "parameter_invalid_integer",
            "unit_amount",
        ),
        (
            {
                "product_data": {"name": "x"},
                "currency": "eur",
                "unit_amount": 1,
                "recurring": {"interval": "month"},
            },
            None,
            "recurring",
        ),
    ],
)
def test_a_wrong_price_is_refused_and_leaves_no_product(
    box: BoxServer, client: stripe.StripeClient, params: Any, code: str | None, param: str
) -> None:
    with refused(code, param):
        client.v1.prices.create(params)
    assert box.control.events() == []
    assert client.v1.products.list().data == []


def test_a_shipping_rate_is_made_used_and_switched_off(client: stripe.StripeClient) -> None:
    amount: Any = {"amount": 490, "currency": "eur"}
    rate = client.v1.shipping_rates.create(
        {"display_name": "Standard", "type": "fixed_amount", "fixed_amount": amount}
    )
    session = client.v1.checkout.sessions.create(
        order(shipping_options=[{"shipping_rate": rate.id}])
    )
    assert session.amount_total == 1780
    changed = client.v1.shipping_rates.update(rate.id, {"active": False, "metadata": {"a": "b"}})
    assert (changed.active, changed.metadata.to_dict()) == (False, {"a": "b"})
    assert client.v1.shipping_rates.list({"active": True}).data == []
    assert len(client.v1.shipping_rates.list({"currency": "eur"}).data) == 1


def test_a_customer_is_made_changed_and_deleted(
    box: BoxServer, client: stripe.StripeClient
) -> None:
    made = client.v1.customers.create({"email": "ada@example.com", "address": {"country": "DE"}})
    changed = client.v1.customers.update(made.id, {"name": "Ada Test", "phone": "123"})
    assert (changed.name, changed.email, changed.address.country) == (
        "Ada Test",
        "ada@example.com",
        "DE",
    )
    assert len(client.v1.customers.list({"email": "ada@example.com"}).data) == 1
    assert client.v1.customers.delete(made.id).deleted is True
    assert client.v1.customers.retrieve(made.id).deleted is True
    assert client.v1.customers.list().data == []
    kinds = [event["type"] for event in box.control.events()]
    assert kinds == ["customer.created", "customer.updated", "customer.deleted"]
    with refused("email_invalid", "email"):
        client.v1.customers.create({"email": "nobody"})


def test_a_payment_method_belongs_to_one_customer(client: stripe.StripeClient) -> None:
    customer = client.v1.customers.create({"email": "ada@example.com"})
    method = client.v1.payment_methods.attach("pm_card_visa", {"customer": customer.id})
    assert method.customer == customer.id
    assert len(client.v1.customers.payment_methods.list(customer.id).data) == 1
    with refused(None, "payment_method", "already been attached"):
        client.v1.payment_methods.attach(method.id, {"customer": customer.id})
    assert client.v1.payment_methods.detach(method.id).customer is None
    assert client.v1.payment_methods.list({"customer": customer.id}).data == []


def test_a_session_knows_its_customer(box: BoxServer, client: stripe.StripeClient) -> None:
    customer = client.v1.customers.create({"email": "ada@example.com", "name": "Ada Test"})
    session = client.v1.checkout.sessions.create(order(customer=customer.id))
    assert (session.customer, session.customer_details.email) == (customer.id, "ada@example.com")
    paid = box.control.complete(session.id)
    intent = client.v1.payment_intents.retrieve(paid["payment_intent"])
    assert (paid["customer"], intent.customer) == (customer.id, customer.id)
    with refused(None, "customer_email"):
        client.v1.checkout.sessions.create(
            order(customer=customer.id, customer_email="ada@example.com")
        )
    with refused("resource_missing", "customer"):
        client.v1.checkout.sessions.create(order(customer="cus_none"))


def test_a_session_makes_its_customer_when_asked(
    box: BoxServer, client: stripe.StripeClient
) -> None:
    later = {"setup_future_usage": "off_session"}
    session = client.v1.checkout.sessions.create(order(payment_intent_data=later))
    assert (session.customer, session.customer_creation) == (None, "always")
    paid = box.control.complete(session.id, email="ada@example.com")
    customer = client.v1.customers.retrieve(paid["customer"])
    assert customer.email == "ada@example.com"
    (kept,) = client.v1.payment_methods.list({"customer": customer.id}).data
    assert kept.card.last4 == "4242"


def test_a_deleted_customer_is_shown_as_such(client: stripe.StripeClient) -> None:
    customer = client.v1.customers.create({"email": "ada@example.com"})
    session = client.v1.checkout.sessions.create(order(customer=customer.id))
    client.v1.customers.delete(customer.id)
    found: Any = client.v1.checkout.sessions.retrieve(session.id, {"expand": ["customer"]})
    assert (found.customer.id, found.customer.deleted) == (customer.id, True)
