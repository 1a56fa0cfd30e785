"""The crowd: what shoppers do between the shelf and the way back from paying."""

import random
import re
import time
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from http.client import HTTPException
from typing import TypeVar

import requests

from scripts.chaos_promises import Asked
from scripts.chaos_wishes import Diary, Wishes, read_cart, take_link, try_link, use_code
from storefront.stripe_box import Refusal, RemoteControl

SKUS = ("OIL-SPRAY-100", "CREAM-FOOT-75", "FLAKES-1000", "SET-RITUAL")  # the set: flakes and oil
TRIES = 20  # how often a shopper presses the button before giving up
PATIENCE_SECONDS = 60.0  # how long somebody waits for a payment page that does not answer
DECLINED = "4000000000000002"
ASKS_THE_BANK = "4000002760003184"
SLOW_DEBIT = "DE08370400440532013003"
REFUND_IS_SLOW, REFUND_FAILS = "4000000000007726", "4000000000005126"
INQUIRY, FRAUD_WARNING, DISPUTED = "4000000000001976", "4000000000005423", "4000000000000259"

Found = TypeVar("Found")


@dataclass
class Visit:
    """One shopper's browser, wishes and chances; the same name always wants the same."""

    url: str
    control: RemoteControl
    rng: random.Random
    wishes: Wishes
    diary: Diary
    web: requests.Session = field(default_factory=requests.Session)

    def fill_cart(self, wanted: dict[str, int]) -> None:
        """Puts what is wanted into the cart, and forgets each wish that came true."""
        if self.wishes.comes_by_link and wanted:
            take_link(self.web, self.url, wanted, how="beside")
            wanted.clear()
        for sku in list(wanted):
            form = {"sku": sku, "quantity": wanted[sku]}
            self.web.post(f"{self.url}/cart/lines", data=form, timeout=30)
            del wanted[sku]
        if self.wishes.code:
            use_code(self.web, self.url, self.wishes)

    def look_at_a_link(self) -> None:
        """Tries a cart by link and undoes it; nothing of the own cart may be lost by that."""
        if not self.wishes.tries_a_link:
            return
        self.diary.links.append(try_link(self.web, self.url, {self.rng.choice(SKUS): 1}))
        self.wishes.tries_a_link = False

    def press(self, *, times: int = 1) -> list[str]:
        """Presses the button, side by side if often; the payment pages' ids, '' for none."""
        page = read_cart(self.web, self.url)
        if "seen" not in page.fields:
            return [""]  # nothing in the cart can be ordered, so there is no button
        form = page.order_form(self.wishes)

        def once() -> str:
            answer = self.web.post(
                f"{self.url}/checkout", data=form, allow_redirects=False, timeout=90
            )
            found = re.search(r"/pay/(cs_test_\w+)", answer.headers.get("Location", ""))
            return found[1] if found else ""

        pages = at_once(once, times=times)
        asked = Asked(form["gift_note"], self.wishes.no_invitation)
        self.diary.asked.update({page_id: asked for page_id in pages if page_id})
        return pages

    def pay(self, session_id: str, *, times: int = 1, **means: str) -> str:
        """Pays by card or iban, twice at once if the finger was nervous; the best outcome."""
        shopper = self.wishes.payer | means
        outcomes = at_once(
            lambda: patiently(lambda: self.control.pay(session_id, **shopper)), times=times
        )
        return "complete" if "complete" in outcomes else outcomes[0]

    def come_back(self, session_id: str, *, times: int = 1) -> str:
        """Follows the payment page's way back to the shop."""
        back = f"{self.url}/checkout/return?session_id={session_id}"
        try:
            at_once(lambda: self.web.get(back, timeout=90).status_code, times=times)
        except requests.RequestException:
            return "paid, the way back failed"
        return "paid"


def _pay(visit: Visit, page: str) -> str:
    return _back(visit, page, visit.pay(page))


def _close_the_tab(visit: Visit, page: str) -> str:
    return "paid" if visit.pay(page) == "complete" else "page was closed"


def _declined_first(visit: Visit, page: str) -> str:
    visit.pay(page, card=DECLINED)
    return _pay(visit, page)


def _click_twice(visit: Visit, page: str) -> str:
    return _back(visit, page, visit.pay(page, times=2), times=2)


def _ask_the_bank(visit: Visit, page: str) -> str:
    """3-D Secure: passed, or failed and then paid with another card."""
    if visit.pay(page, card=ASKS_THE_BANK) != "authenticate":
        return "page was closed"
    is_passed = visit.rng.random() < 0.7
    patiently(lambda: visit.control.authenticate(page, is_passed=is_passed))
    return _back(visit, page, "complete") if is_passed else _pay(visit, page)


def _answer_too_late(visit: Visit, page: str) -> str:
    """The page expires while the bank still asks; the shop may hear of it, then the bank agrees."""
    if visit.pay(page, card=ASKS_THE_BANK) != "authenticate":
        return "page was closed"
    with suppress(Refusal):  # a page that the shop has closed meanwhile
        patiently(lambda: visit.control.expire(page))
    time.sleep(visit.rng.choice((0, 0, 0.5, 3)))
    status = patiently(lambda: visit.control.authenticate(page))["status"]
    return visit.come_back(page) if status == "complete" else "came too late"


def _pay_by_debit(visit: Visit, page: str) -> str:
    """The bank takes its time, and says yes or no when the shopper is long back in the shop."""
    if visit.pay(page, iban=SLOW_DEBIT) != "complete":
        return "page was closed"
    visit.come_back(page)
    end = visit.control.settle if visit.rng.random() < 0.7 else visit.control.fail
    with suppress(Refusal):  # it ended when the box died before it could say so
        patiently(lambda: end(page))
    return "paid by debit" if end == visit.control.settle else "debit failed"


def _want_money_back(visit: Visit, page: str) -> str:
    """Pays; staff then give a part or all of it back in the Dashboard, or the bank takes it."""
    said = _pay(visit, page)
    session = patiently(lambda: visit.control.session(page))
    if session["payment_status"] != "paid":
        return said
    payment, total = session["payment_intent"], session["amount_total"]
    way = visit.rng.choice(("part", "part", "all", "won", "lost"))
    with suppress(Refusal):  # what died before it could answer has been done
        if way in {"part", "all"}:
            amount = total // 3 if way == "part" else total
            patiently(lambda: visit.control.refund(payment, amount=amount))
            return f"{way} refunded"
        dispute = patiently(lambda: visit.control.dispute(payment))
        end = visit.control.win if way == "won" else visit.control.lose
        patiently(lambda: end(dispute["id"]))
    return f"dispute {way}"


def _odd_card(visit: Visit, page: str) -> str:
    """Pays with a card whose refunds take long or fail, or whose bank asks, warns or disputes."""
    card = visit.rng.choice((REFUND_IS_SLOW, REFUND_FAILS, INQUIRY, FRAUD_WARNING, DISPUTED))
    said = _back(visit, page, visit.pay(page, card=card))
    payment = patiently(lambda: visit.control.session(page))["payment_intent"]
    if card in {REFUND_IS_SLOW, REFUND_FAILS} and payment and visit.rng.random() < 0.5:
        with suppress(Refusal):  # else it is left to the staff
            patiently(lambda: visit.control.refund(payment))
    ends = (visit.control.win, visit.control.lose, visit.control.escalate)
    for dispute in patiently(visit.control.disputes) if card in {INQUIRY, DISPUTED} else ():
        if dispute["payment_intent"] == payment:
            end = partial(visit.rng.choice(ends), dispute["id"])
            with suppress(Refusal):  # only what is asked can be escalated
                patiently(end)
    return "paid with an odd card" if said.startswith("paid") else said


def _change_the_cart(visit: Visit, page: str) -> str:
    """Goes back from an open page, wants one more or another note, and pays what opens then."""
    if visit.wishes.gift_note:
        visit.wishes.gift_note += ", and for all of you"
    else:
        visit.fill_cart({visit.rng.choice(SKUS): 1})
    other = max(visit.press())
    return _pay(visit, other or page)


def _buy_again(visit: Visit, page: str) -> str:
    """Pays, and orders once more from the same browser; that is no gift, whatever the first was."""
    said = _pay(visit, page)
    if said != "paid":
        return said
    visit.wishes.gift_note = ""
    visit.fill_cart({visit.rng.choice(SKUS): 1})
    other = next(filter(None, (max(visit.press()) for _ in range(3))), "")
    return f"paid once, then {_pay(visit, other)}" if other else "paid, and nothing more"


def _leave(visit: Visit, page: str) -> str:
    return "left"


Habit = Callable[[Visit, str], str]
#: What shoppers do with the payment page, and how many of a hundred do it.
HABITS: Mapping[Habit, int] = {
    _pay: 14, _close_the_tab: 12, _declined_first: 6, _click_twice: 12, _ask_the_bank: 7,
    _answer_too_late: 7, _pay_by_debit: 8, _want_money_back: 6, _odd_card: 8, _change_the_cart: 7,
    _buy_again: 6, _leave: 7,
}  # fmt: skip


def visit_shop(url: str, control: RemoteControl, name: str, diary: Diary) -> str:
    """One shopper's way through the shop; tries again where a person would."""
    rng = random.Random(name)
    visit = Visit(url, control, rng, Wishes.of(name, rng), diary)
    habit = rng.choices(list(HABITS), list(HABITS.values()))[0]
    wanted = {sku: rng.choice((1, 1, 2)) for sku in rng.sample(SKUS, rng.choice((1, 1, 2)))}
    presses, deadline = 0, time.monotonic() + PATIENCE_SECONDS
    while presses < TRIES and time.monotonic() < deadline:
        try:
            visit.fill_cart(wanted)
            visit.look_at_a_link()
            page = max(visit.press(times=2 if habit is _click_twice else 1))
            if page:
                return habit(visit, page)
            cart = visit.web.get(f"{url}/cart", timeout=30).text
        except (requests.RequestException, OSError, HTTPException):
            time.sleep(0.5)  # the shop is just being started again
            continue
        presses += 1
        if "Sold out" in cart or "Your cart is empty" in cart:
            return "sold out"
        time.sleep(0.1)
    return "gave up"


def at_once(work: Callable[[], Found], *, times: int) -> list[Found]:
    """Does the same thing so often, side by side."""
    if times == 1:
        return [work()]
    with ThreadPoolExecutor(times) as pool:
        return list(pool.map(lambda _: work(), range(times)))


def patiently(work: Callable[[], Found]) -> Found:
    """Asks again for as long as the box is away; a kill of it lasts a second or two."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while True:
        try:
            return work()
        except (OSError, HTTPException):
            if time.monotonic() > deadline:
                raise
            time.sleep(0.2)


def _back(visit: Visit, page: str, outcome: str, *, times: int = 1) -> str:
    if outcome == "closed":
        # Closed by the payment itself, when the box died between the work and its answer.
        try:
            status = patiently(lambda: visit.control.session(page))["status"]
        except Refusal:
            return "page was closed"
        outcome = "complete" if status == "complete" else outcome
    return visit.come_back(page, times=times) if outcome == "complete" else "page was closed"
