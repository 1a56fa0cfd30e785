"""Shoppers, staff, clock, messages and kills in any order: the money is right in the end.

Hypothesis plays a shop against the Stripe box: people buy, pay, are declined, leave and come back
by old tabs; staff give money back, cancel orders and press the buttons of cases; money goes back in
the Dashboard, banks ask, dispute and decide; messages arrive late, twice, out of order or never;
answers are lost; and the shop is killed before and after each commit and each request to Stripe.
After each step nothing may be wrong that a shopper could notice, and when all is calm again nothing
may be lost, paid or written twice, sold twice, or waiting.

MONEY_MACHINE_EXAMPLES=2000 plays longer, and other games than the ones that always come.

That it finds what it is for was seen with bugs put in by hand:
- a commit between the steps that end an order and give its goods back: a kill there leaves one unit
  held for ever;
- ask_refund without its look at asked_by: a form that is sent twice puts two units back for one;
- make_refund with a new key for each try and no look at Stripe's books before: a refund whose
  answer was lost is made twice;
- a confirmation written in a transaction of its own: a kill before it leaves it unwritten.
"""

import os
from collections.abc import Iterator
from contextlib import suppress
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest
import stripe
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    rule,
    run_state_machine_as_test,
)

from conftest import fresh_database, settings_for
from storefront.checkout import EVENT_TYPES, RefundWish
from storefront.orders import Order
from storefront.stripe_box import BoxServer, BoxSettings, Refusal

from .world import STOCKED, World

LONGER = int(os.environ.get("MONEY_MACHINE_EXAMPLES", "0"))
SHOPPERS = ("Ada", "Bo", "Cy")
MEANS = {
    "pays": {"card": "4242424242424242"},
    "is declined": {"card": "4000000000000002"},
    "is asked by the bank": {"card": "4000002760003184"},
    "is debited": {"iban": "DE08370400440532013003"},
    "pays by a card that is slow in refunds": {"card": "4000000000007726"},
}
DEEDS = (
    *MEANS, "pays", "comes back", "comes back", "bank agrees", "bank refuses", "debit arrives",
    "debit fails", "page expires",
)  # fmt: skip
FAULTS: dict[str, tuple[str, dict[str, Any]]] = {
    "request lost": ("drop_request", {}),
    "answer lost": ("drop_response", {}),
    "half an answer": ("truncate_json", {}),
    "refused": ("status", {"status": 400}),
    "too many requests": ("status", {"status": 429}),
    "failed after the work": ("status", {"status": 500, "after": True}),
    "proxy failed after the work": ("status", {"status": 502, "after": True}),
    "bank is slow": ("pays_late", {}),
}
UNHEARD = ("drop_response", {"method": "POST", "path": "/v1/refunds", "times": 3})
TROUBLES = ("kill", "kill", "kill", "kill", "time", "time", *FAULTS)
STAFF = (
    "a part unheard", "a part unheard", "a part", "a line", "all", "twice", "cancel", "press",
)  # fmt: skip
BANKS = (
    "part back",
    "all back",
    "dispute",
    "inquiry",
    "win",
    "lose",
    "escalate",
    "arrives",
    "bounces",
)
CHORES = ("retry_events", "release_holds", "reconcile", "make_refunds", "send_letters")
SIZES = st.integers(0, 9)
ACTS = st.one_of(
    st.tuples(st.just("somebody"), st.sampled_from(DEEDS), SIZES),
    st.tuples(st.just("somebody"), st.sampled_from(DEEDS), SIZES),
    st.tuples(st.just("somebody buys"), st.sampled_from([*STOCKED, "by an old tab"]), SIZES),
    st.tuples(st.just("a message"), st.just(""), SIZES),
    st.tuples(st.just("the worker"), st.sampled_from(CHORES), SIZES),
    st.tuples(st.just("staff"), st.sampled_from(STAFF), SIZES),
    st.tuples(st.just("staff"), st.sampled_from(STAFF), SIZES),
    st.tuples(st.just("Stripe"), st.sampled_from(BANKS), SIZES),
    st.tuples(st.just("trouble"), st.sampled_from(TROUBLES), SIZES),
)


class MoneyMachine(RuleBasedStateMachine):
    """A game: spells of trade, in which people buy, messages come, and things go wrong.

    A spell is a list, because single rules made games too short for anything to go wrong in them.
    """

    def __init__(self, world: World) -> None:
        super().__init__()
        self.world, self.box = world, world.box
        self.pages: list[tuple[str, str]] = []  # whose, and which
        self.paid: dict[str, int] = {}  # page → what somebody has really paid
        self.wishes: dict[str, tuple[str, RefundWish]] = {}  # token → what staff wished, and where

    @initialize()
    def three_people_want_two_jars(self) -> None:
        for shopper in SHOPPERS:
            self._buy(shopper, "OIL-100")

    @initialize(steps=st.sampled_from((0, 0, 0, 0, 3, 4, 5, 6)))
    def somebody_pays_for_two_bags(self, steps: int) -> None:
        self._buy("Di", "SALT-500", units=2)
        self._is_at_a_page("pays", 0)
        self.world.kill_after(steps)
        self._is_at_a_page("comes back", 0)

    @rule(acts=st.lists(ACTS, min_size=8, max_size=14))
    def trade_goes_on(self, acts: list[tuple[str, str, int]]) -> None:
        ways = {
            "somebody": self._is_at_a_page,
            "somebody buys": self._somebody_buys,
            "a message": self._message_arrives,
            "the worker": self._worker_works,
            "staff": self._staff_act,
            "Stripe": self._money_moves,
            "trouble": self._something_goes_wrong,
        }
        for kind, what, size in acts:
            ways[kind](what, size)
            self._look_at_the_books()

    def _somebody_buys(self, sku: str, which: int) -> None:
        who = SHOPPERS[which % len(SHOPPERS)]
        if sku in STOCKED:
            self._buy(who, sku)
        else:
            self._look_at(who, self.world.check_out(who, in_old_tab=True))

    def _is_at_a_page(self, deed: str, which: int) -> None:
        if not self.pages:
            return
        who, page = self.pages[-1 - which % len(self.pages)]
        if deed == "comes back":
            self.world.come_back(who, page)
        elif deed in MEANS:
            self.box.pay(page, **MEANS[deed])
        else:
            self._end(page, deed)
        session = self.box.session(page)
        if session["payment_status"] == "paid":
            self.paid[page] = session["amount_total"]

    def _message_arrives(self, _: str, which: int) -> None:
        """Any of them, also one that has come before; some never do."""
        events = [e for e in self.box.events() if e["type"] in EVENT_TYPES]
        if events:
            self.world.tell(events[-1 - which % len(events)])

    def _staff_act(self, what: str, size: int) -> None:
        """Gives money back, with a form that may come twice; ends orders; presses buttons."""
        if what == "press":
            self.world.press_buttons()
        elif what == "cancel":
            for order in self.world.orders_in("pending")[-1 - size :][:1]:
                self.world.cancel(order.id)
        elif what == "twice":
            for reference, wish in list(self.wishes.values())[-1:]:
                self.world.ask_back(reference, wish)
        else:
            for order in self.world.paid_orders()[-1 - size :][:1]:
                wish = self._wish(order, what, size)
                if what == "a part unheard":  # however often the request is repeated
                    self.box.add_fault(UNHEARD[0], **UNHEARD[1])
                self.wishes[wish.token] = (order.reference, wish)
                for _ in range(1 + size % 2):  # a finger that is nervous
                    self.world.ask_back(order.reference, wish)
                self.world.work("make_refunds")

    def _wish(self, order: Order, what: str, size: int) -> RefundWish:
        line = self.world.first_line(order.id)
        cents = {"a line": line.line_cents // line.quantity, "all": order.total_cents}
        token = f"form-{len(self.wishes)}"
        return RefundWish(
            payment_id=order.payment_id or "",
            amount_cents=cents.get(what, 100 + size),
            token=token,
            line_units={line.id: 1} if what == "a line" else {},
            is_restocked=what == "a line",
            actor=token,
        )

    def _money_moves(self, what: str, size: int) -> None:
        """Refunds in the Dashboard, banks that ask and decide, refunds that arrive or bounce."""
        payments = [self.box.session(page)["payment_intent"] for page in self.paid]
        disputes, refunds = self.box.disputes(), self.box.refunds()
        dispute = disputes[-1 - size % len(disputes)]["id"] if disputes else ""
        refund = refunds[-1 - size % len(refunds)]["id"] if refunds else ""
        ways = {
            "part back": (payments, partial(self.box.refund, amount=50 + size)),
            "all back": (payments, self.box.refund),
            "dispute": (payments, self.box.dispute),
            "inquiry": (payments, partial(self.box.dispute, is_inquiry=True)),
            "win": ([dispute], self.box.win),
            "lose": ([dispute], self.box.lose),
            "escalate": ([dispute], self.box.escalate),
            "arrives": ([refund], self.box.settle_refund),
            "bounces": ([refund], self.box.fail_refund),
        }
        subjects, way = ways[what]
        if subjects and subjects[-1]:
            with suppress(Refusal):  # it is not in a state for that
                way(subjects[-1 - size % len(subjects)])

    def _worker_works(self, chore: str, _: int) -> None:
        self.world.work(chore)

    def _something_goes_wrong(self, trouble: str, size: int) -> None:
        """A kill so many steps from now; or a fault that a repeated request gets over, or not."""
        if trouble == "kill":
            self.world.kill_after(size + 1)
        elif trouble == "time":
            self.world.pass_time(timedelta(minutes=size * 8))
        else:
            self.box.clear_faults()
            fault, values = FAULTS[trouble]
            self.box.add_fault(fault, times=1 if size < 6 else 3, **values)

    def _look_at_the_books(self) -> None:
        """Goods go only where money came from, and the shelves are as the ledger says."""
        assert self.world.has_books_that_agree()
        sold = self.world.paid_orders()
        for order in sold:
            assert self.paid[order.session_id or ""] == order.total_cents
        assert len({order.payment_id for order in sold}) == len(sold)

    def teardown(self) -> None:
        try:
            self.world.tidy_up()
            assert self.world.what_is_wrong() == {}
            self._each_form_put_its_goods_back_once()
        finally:
            self.world.end()

    def _buy(self, who: str, sku: str, *, units: int = 1) -> None:
        self.world.add(who, sku, units=units)
        self._look_at(who, self.world.check_out(who))

    def _look_at(self, who: str, page: str) -> None:
        if page:
            self.pages.append((who, page))

    def _end(self, page: str, deed: str) -> None:
        ways = {
            "bank agrees": partial(self.box.authenticate, page),
            "bank refuses": partial(self.box.authenticate, page, is_passed=False),
            "debit arrives": partial(self.box.settle, page),
            "debit fails": partial(self.box.fail, page),
            "page expires": partial(self.box.expire, page),
        }
        with suppress(Refusal):  # the page is not in a state for that
            ways[deed]()

    def _each_form_put_its_goods_back_once(self) -> None:
        for token, (_, wish) in self.wishes.items():
            assert self.world.put_back_by(token) in {0, sum(wish.line_units.values())}


@pytest.fixture
def box() -> Iterator[BoxServer]:
    with BoxServer(BoxSettings(settle_seconds=0)) as running:
        yield running


@pytest.mark.timeout(900)  # half a minute of work, on a machine that may have other work
def test_the_money_is_right_whatever_happens(
    database_template: str, box: BoxServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stripe.HTTPClient, "INITIAL_DELAY", 0.001)
    games = 0

    def new_game() -> MoneyMachine:
        nonlocal games
        games += 1
        box.control.reset()
        folder = tmp_path / str(games)
        folder.mkdir()
        config = settings_for(fresh_database(database_template, folder), folder)
        config |= {"STRIPE_API_BASE": box.url, "STRIPE_WEBHOOK_SECRET": box.webhook_secret}
        return MoneyMachine(World(config, box))

    run_state_machine_as_test(
        new_game,
        settings=settings(
            max_examples=LONGER or 25,
            stateful_step_count=3,
            derandomize=not LONGER,
            deadline=None,
            phases=[Phase.generate],  # a game takes a second, and shrinking plays hundreds
            suppress_health_check=list(HealthCheck),
        ),
    )
