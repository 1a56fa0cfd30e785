"""Who keeps the stock hears that something is low: once per dip, and nobody else does."""

from datetime import UTC, datetime, timedelta

import pytest

from storefront import catalog, inventory, staff
from support.shop import Shop

SOON = datetime.now(UTC) + timedelta(minutes=50)


def tell(shop: Shop) -> str:
    return shop.app.test_cli_runner().invoke(args=["shop", "tell-low-stock"]).output


def told(shop: Shop) -> list[tuple[str, str]]:
    return [(letter.recipient, letter.subject) for letter in shop.letters("low_stock")]


@pytest.fixture(autouse=True)
def people(shop: Shop) -> None:
    """Ida keeps the stock, Ben packs; the shop's own mark is five."""
    shop.do(lambda: staff.add_member("ida@shop.example", "right-password", roles=["stock"]))
    shop.do(lambda: staff.add_member("ben@shop.example", "right-password", roles=["orders"]))


def test_a_dip_is_told_once_and_the_next_dip_again(shop: Shop) -> None:
    shop.product("OIL-100", stock=6)
    assert tell(shop) == "0 became low.\n"
    shop.do(lambda: inventory.hold("order-1", {"OIL-100": 1}, until=SOON))
    assert [tell(shop), tell(shop)] == ["1 became low.\n", "0 became low.\n"]
    about = ("ida@shop.example", "Stillwater: Magnesium Oil, 100 ml is low")
    assert told(shop) == [about]
    assert "Magnesium Oil, 100 ml (OIL-100): 5 left" in shop.letters("low_stock")[0].text
    shop.do(lambda: inventory.adjust("OIL-100", 1, reason="received"))
    assert tell(shop) == "0 became low.\n"
    shop.do(lambda: inventory.adjust("OIL-100", -6, reason="damaged"))
    assert tell(shop) == "1 became low.\n"
    assert told(shop) == [about, about]


def test_a_mark_of_its_own_decides(shop: Shop) -> None:
    shop.product("OIL-100", stock=6)
    shop.product("OIL-250", stock=2)
    shop.do(lambda: inventory.set_low_mark("OIL-100", 8))
    shop.do(lambda: inventory.set_low_mark("OIL-250", 1))
    assert tell(shop) == "1 became low.\n"
    assert "(OIL-100): 6 left" in shop.letters("low_stock")[0].text


def test_what_nobody_can_buy_is_not_told(shop: Shop) -> None:
    shop.product("OIL-100", stock=1)
    shop.do(lambda: catalog.archive_product("oil-100"))
    assert tell(shop) == "0 became low.\n"
    assert told(shop) == []


def test_several_become_one_letter(shop: Shop) -> None:
    shop.product("OIL-100", stock=1)
    shop.product("OIL-250", stock=0)
    assert tell(shop) == "2 became low.\n"
    assert told(shop) == [("ida@shop.example", "Stillwater: 2 sizes are low")]
    assert "(OIL-250): sold out" in shop.letters("low_stock")[0].text
