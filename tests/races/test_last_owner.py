"""Two owners take each other's keys at the same moment: one keeps them."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from flask import Flask

from storefront import staff
from storefront.database import transaction
from storefront.staff.people import links, operations, refusals, second_factor
from support.people import add, code_of, link_in, member, member_here, set_up
from support.people import letters as letters_of
from support.shop import Shop

ROUNDS = 25
ANN, BO = "ann@shop.example", "bo@shop.example"
Deed = Callable[[int], object]


def together(app: Flask, *deeds: Callable[[], object]) -> list[bool]:
    """Does all of it at the same moment; whether each was done rather than refused."""
    ready = threading.Barrier(len(deeds), timeout=60)

    def one(deed: Callable[[], object]) -> bool:
        with app.app_context():
            ready.wait()
            try:
                with transaction():
                    return bool(deed())
            except (refusals.LastOwner, refusals.WrongCode, refusals.LinkIsOver):
                return False

    with ThreadPoolExecutor(len(deeds)) as people:
        return list(people.map(one, deeds))


@pytest.mark.parametrize(
    "deed",
    [
        lambda number: operations.set_roles(number, ["stock"], seen="owner"),
        lambda number: operations.switch(number, is_active=False),
    ],
    ids=["roles", "access"],
)
def test_of_two_owners_who_take_each_others_keys_one_keeps_them(app: Flask, deed: Deed) -> None:
    """Seen to leave no owner without the condition, and on PostgreSQL without the lock as well."""
    for _ in range(ROUNDS):
        ann, bo = add(app, ANN), add(app, BO)
        assert sorted(together(app, lambda n=bo: deed(n), lambda n=ann: deed(n))) == [False, True]  # type: ignore[misc]
        owners = [p for p in (ANN, BO) if member(app, p).is_active and member(app, p).is_owner]
        assert len(owners) == 1


def test_a_code_typed_ten_times_at_once_lets_in_once(app: Flask) -> None:
    """Seen to let in more often with the step compared before the statement only."""
    add(app, ANN)
    codes = set_up(app, ANN)
    for typed in (Shop(app).ask(lambda: code_of(member_here(ANN))), codes[0]):
        tries = [lambda: second_factor.use_code(member_here(ANN), typed)] * 10  # noqa: B023
        assert sum(together(app, *tries)) == 1


def test_an_invitation_opened_ten_times_at_once_makes_one_person(app: Flask, shop: Shop) -> None:
    shop.do(lambda: links.invite(BO, ["stock"], by=ANN))
    token = link_in(letters_of(app, "staff_invitation")[0]).rpartition("/")[2]
    tries = [lambda: links.accept(token, "right-password")] * 10
    assert sum(together(app, *tries)) == 1
    assert shop.count(staff.StaffMember) == 1
