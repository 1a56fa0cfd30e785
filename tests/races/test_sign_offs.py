"""Two people sign for the same words at once: one of them answers for them."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from storefront import claims
from storefront.claims import ClaimSignOff
from storefront.errors import NotFound
from support.shop import Shop

PEOPLE, PLACE = 10, "guide 7"


def together(shop: Shop, deed: Callable[[str], object]) -> list[str]:
    """All do it at the same moment; who was not refused."""
    ready = threading.Barrier(PEOPLE, timeout=60)

    def one(name: str) -> str:
        ready.wait()
        try:
            shop.do(lambda: deed(name))
        except (claims.NothingToSign, NotFound):
            return ""
        return name

    with ThreadPoolExecutor(PEOPLE) as people:
        return [name for name in people.map(one, [f"person {n}" for n in range(PEOPLE)]) if name]


def sign(name: str) -> object:
    found = list(claims.find([claims.Text("guide warm", "It gives pain relief.", key=PLACE)]))
    return claims.sign_off(found, authors=["ida"], signer=name, reason="Licensed.", evidence="7")


def counting(shop: Shop) -> list[ClaimSignOff]:
    return shop.ask(lambda: claims.sign_offs([PLACE]))


def test_of_ten_who_sign_at_once_one_signs_and_one_takes_it_back(shop: Shop) -> None:
    """Fails on PostgreSQL without the turn in sign_off(), and without the lock in withdraw()."""
    signed = together(shop, sign)
    assert len(signed) == 1
    rules = [one.rule_id for one in counting(shop)]
    assert len(rules) == len(set(rules)) > 0
    assert {one.signed_by for one in counting(shop)} == set(signed)

    for one in counting(shop):
        taken = together(shop, lambda name, id_=one.id: claims.withdraw(id_, actor=name))
        assert len(taken) == 1
    assert counting(shop) == []
