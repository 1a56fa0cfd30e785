"""The table of money answers every pair of state and fact, with a step that may happen there."""

import re
from pathlib import Path

import pytest

from storefront.checkout import afterwards, steps, transitions
from storefront.orders import STATES, allowed_from

from .reading import ROOT

#: The state that each step moves an order to, or the states it chooses between.
LEADS_TO = {
    "sell": {"paid"},
    "sell_again": {"paid", "refunding"},
    "set_aside": {"on_hold"},
    "wait": {"processing"},
    "release": {"expired"},
    "fail": {"failed"},
    "close": {"refunded"},
    "finish": {"refunded"},
    "reopen": {"refunding"},
    "dispute": {"disputed"},
    "restore": {"paid"},
    "charge_back": {"charged_back"},
}
STAYS = {"pay_back", "return_it"}  # the money moves, the order does not


def test_every_pair_of_state_and_fact_has_an_answer() -> None:
    pairs = {(state, fact) for state in STATES for fact in transitions.FACTS}
    assert set(transitions.ANSWERS) == pairs


def test_every_answer_is_a_step_and_every_step_an_answer() -> None:
    answers = set(transitions.ANSWERS.values()) - {"-"}
    assert answers == set(steps.STEPS) | set(afterwards.STEPS)


def test_every_step_is_allowed_where_the_table_takes_it() -> None:
    """Waiting on is no move: a second word about a slow payment only holds its goods longer."""
    refused = [
        (state, fact, step)
        for (state, fact), step in transitions.ANSWERS.items()
        if step != "-" and step not in STAYS and (state, step) != ("processing", "wait")
        for target in LEADS_TO[step]
        if state not in allowed_from(target)
    ]
    assert refused == []


@pytest.mark.parametrize("fact", ["returned", "bounced", "disputed", "won", "lost"])
def test_an_order_without_money_is_not_moved_by_what_becomes_of_money(fact: str) -> None:
    for state in ("pending", "processing", "expired", "failed", "cancelled"):
        assert transitions.ANSWERS[state, fact] == "-"


def test_the_documentation_shows_the_same_table() -> None:
    text = (Path(ROOT) / "docs" / "payments.md").read_text()
    shown = [tuple(row.split()) for row in re.findall(r"(?m)^\w+ {2,}.*$", text)]
    for table in (transitions.PAGE, transitions.MONEY):
        for line in table.strip().splitlines():
            assert tuple(line.split()) in shown
