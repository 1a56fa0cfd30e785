"""Shoppers buy while everything goes wrong; afterwards the books must balance to the cent.

    make chaos                                   1,000 checkouts
    make chaos CHECKOUTS=10000 SEED=7            more, and another storm
    DATABASE_URL=postgresql://… make chaos       on an empty PostgreSQL database

Web, worker, staff and Stripe box are processes of their own and are killed (-9) again and again;
between shop and box requests, answers and messages are lost, late, doubled, damaged and shuffled.
Then the storm ends, two hours pass, and the shop's own commands tidy up. Talks to 127.0.0.1 only.
"""

import argparse
import json
import os
import random
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from flask import Flask

from scripts.bench import free_port
from scripts.chaos_books import (
    audit,
    let_parcels_arrive,
    let_time_pass,
    money_at_stripe,
    stock_up,
)
from scripts.chaos_goods import keep_in_lots, side_by_side
from scripts.chaos_offers import announce, used_by_shoppers
from scripts.chaos_promises import wishes_of_orders
from scripts.chaos_shelves import moved_by_staff
from scripts.chaos_shoppers import visit_shop
from scripts.chaos_staff import ACTOR, press
from scripts.chaos_storm import ROOT, Killer, Machine, let_it_rage
from scripts.chaos_wishes import Diary
from storefront import checkout, create_app, payments
from storefront.database import transaction
from storefront.stripe_box import Refusal, RemoteControl

SHOPPERS = 24  # at a time
#: Units of each hundred checkouts. Fewer than are wanted, and what deliveries bring is little: two
#: sell out near the end, and those of the set long before it.
STOCKED_PERCENT = {
    "OIL-SPRAY-100": 40, "CREAM-FOOT-75": 40, "FLAKES-1000": 25, "OIL-SPRAY-250": 15,
}  # fmt: skip
CATALOGUE = ROOT / "demo" / "catalogue.yaml"
PERIOD = ("--hours", "48")
SECONDS_PER_CHECKOUT = 2.0  # a crowd that takes longer hangs
ROUNDS = 3  # of the shop's commands and the staff's, until all that can be put right is


def main() -> int:
    """Plays, tidies up, prints the table; 1 when something is lost, doubled, oversold or stuck."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--checkouts", type=int, default=1000)
    options.add_argument("--seed", type=int, default=1)
    chosen = options.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        return play(Path(folder), checkouts=chosen.checkouts, seed=chosen.seed)


def play(folder: Path, *, checkouts: int, seed: int) -> int:
    """One storm in a folder of its own."""
    began = time.monotonic()
    machine = Machine(folder, web_port=free_port(), box_port=free_port(), seed=seed)
    os.environ.update(machine.env)
    with phase("opening a shop"):
        # The demo without its buyers, whose payments no Stripe has seen.
        for words in (["migrate"], ["import-catalogue", str(CATALOGUE), "--apply"]):
            machine.shop(*words)
    app = create_app()
    stocked = {sku: checkouts * share // 100 for sku, share in STOCKED_PERCENT.items()}
    stock_up(app, stocked)
    keep_in_lots(app)
    announce(app, checkouts=checkouts)
    diary = Diary()
    try:
        with phase("the storm"):
            done, fired = storm(machine, diary, checkouts=checkouts, seed=seed)
        findings = tidy_up(machine, app)
        with phase("reading Stripe's books"):
            books = {
                "sessions": machine.control.sessions(),
                "refunds": machine.control.refunds(),
                "disputes": machine.control.disputes(),
            }
    finally:
        machine.end(*machine.names)
    with phase("the audit"):
        wrong = audit(app, **books, stocked=stocked, asked=diary.asked)
        wrong["surprises"] = findings + surprises(machine) + diary.complaints
        doctor = machine.shop("doctor", check=False)
    print_events(done, machine.kills, fired)
    print_money(**books)
    print_goods(app)
    print_promises(app, diary)
    print(f"time: {(time.monotonic() - began) / 60:.1f} minutes")
    return print_verdict(wrong, doctor)


@contextmanager
def phase(name: str) -> Iterator[None]:
    """Says what is waited for, and how long it took."""
    began = time.monotonic()
    print(f"{name} …", file=sys.stderr, flush=True)
    yield
    print(f"{name}: {time.monotonic() - began:.0f} seconds", file=sys.stderr, flush=True)


def storm(
    machine: Machine, diary: Diary, *, checkouts: int, seed: int
) -> tuple[Counter[str], Sequence[Mapping[str, Any]]]:
    """Shoppers, staff, faults and kills; how the visits ended, and which faults fired how often."""
    machine.start(*machine.names)
    machine.wait_until_open()
    let_it_rage(machine.control)
    with Killer(machine, random.Random(seed)):
        done = crowd(machine, diary, checkouts=checkouts, seed=seed)
    machine.wait_until_open()
    fired = machine.control.faults()
    machine.end("web", "worker", "staff")
    return done, fired


def crowd(machine: Machine, diary: Diary, *, checkouts: int, seed: int) -> Counter[str]:
    """So many checkouts by so many shoppers at a time, who write a diary; how they ended."""
    began = time.monotonic()
    done: Counter[str] = Counter()

    def shopper(number: int) -> str:
        return visit_shop(machine.url, machine.control, f"{seed}:{number}", diary)

    limit = 300 + checkouts * SECONDS_PER_CHECKOUT
    with ThreadPoolExecutor(SHOPPERS) as pool:
        visits = [pool.submit(shopper, number) for number in range(checkouts)]
        try:
            for counted, visit in enumerate(as_completed(visits, timeout=limit), start=1):
                done[visit.result()] += 1
                if counted % max(1, checkouts // 20) == 0:
                    _print_progress(counted, checkouts, time.monotonic() - began)
        except TimeoutError:
            pool.shutdown(wait=False, cancel_futures=True)
            ended = done.total()
            raise SystemExit(f"{ended} of {checkouts} visits ended in {limit:.0f} s") from None
    return done


def tidy_up(machine: Machine, app: Flask) -> list[str]:
    """The storm is over: time passes, and the shop's commands and its staff put things right.

    Returns what shop and Stripe still do not agree about, by the shop's own comparison.
    """
    with phase("what is open at Stripe ends"):
        end_what_is_open(machine.control)
    for number in range(1, ROUNDS + 1):
        with phase(f"tidying up, round {number} of {ROUNDS}"):
            let_time_pass(app)
            machine.shop("release-holds")
            machine.shop("reconcile", *PERIOD, "--apply", check=False)
            clear_the_list(app, is_last=number == ROUNDS)
            machine.control.advance_clock(60)  # refunds arrive, or come back
    with phase("the last look"):
        let_time_pass(app)
        machine.shop("reconcile", *PERIOD, "--apply", check=False)
        clear_the_list(app, is_last=True)
        let_parcels_arrive(app)
        side_by_side(lambda _: machine.shop("ask-for-reviews"), 2)
        machine.shop("send-letters")
        return left_open(machine)


def end_what_is_open(control: RemoteControl) -> None:
    """Pages close, debits arrive or not, banks decide; what is not yet told will never be."""
    control.clear_faults()
    control.webhooks("drop")
    for number, session in enumerate(control.sessions()):
        if session["status"] == "open":
            control.expire(session["id"])
        elif session["payment_status"] == "unpaid":
            with suppress(Refusal):  # a debit that has failed stays unpaid
                (control.settle if number % 2 else control.fail)(session["id"])
    for number, dispute in enumerate(control.disputes()):
        with suppress(Refusal):  # most are decided
            (control.win if number % 2 else control.lose)(dispute["id"])
    control.advance_clock(60)


def clear_the_list(app: Flask, *, is_last: bool) -> None:
    """Staff press the button of every case; at last they send by hand what a bank keeps refusing.

    By hand is another way than Stripe's, so that such a case is only taken off the list.
    """
    with app.app_context():
        waiting = [(case.id, case.kind) for case in payments.open_cases(most=100_000)]
    for case_id, kind in waiting:
        if is_last and kind == "refund_failed":
            with app.app_context(), transaction():
                checkout.dismiss_case(case_id, by=ACTOR)
        else:
            press(app, case_id)
    with app.app_context():
        checkout.make_refunds()


def left_open(machine: Machine) -> list[str]:
    """Findings of the shop's own comparison, but for refunds that a bank refused for good."""
    told = json.loads(machine.shop("reconcile", *PERIOD, "--json", check=False).stdout)
    bounced = {r["payment_intent"] for r in machine.control.refunds() if r["status"] == "failed"}
    references = {
        s["client_reference_id"]
        for s in machine.control.sessions()
        if s["payment_intent"] in bounced
    }
    return [
        f"reconcile: {finding['sentence']}"
        for finding in told["left"]
        if finding["kind"] != "order" or finding["subject"] not in references
    ]


def surprises(machine: Machine) -> list[str]:
    """What would have been an error page for staff."""
    there = machine.surprises.exists()
    return machine.surprises.read_text().splitlines() if there else []


def print_events(
    done: Counter[str], kills: Counter[str], fired: Sequence[Mapping[str, Any]]
) -> None:
    """What happened."""
    print("shoppers:", ", ".join(f"{n} {what}" for what, n in done.most_common()))
    print("killed:", ", ".join(f"{name} {n} times" for name, n in kills.items()) or "nothing")
    print("faults:", ", ".join(f"{_name(rule)} {rule['fired']}" for rule in fired))


def print_money(
    *,
    sessions: Sequence[Mapping[str, Any]],
    refunds: Sequence[Mapping[str, Any]],
    disputes: Sequence[Mapping[str, Any]],
) -> None:
    """What Stripe took, and where it is."""
    ended = Counter(refund["status"] for refund in refunds)
    decided = Counter(dispute["status"] for dispute in disputes)
    print(f"Stripe: {len(sessions)} payment pages, refunds {dict(ended)}, disputes {dict(decided)}")
    money = money_at_stripe(sessions, refunds, disputes)
    taken, back, banks = (
        sum(getattr(m, what) for m in money) for what in ("taken", "back", "banks")
    )
    print(f"money: {taken} taken = {taken - back - banks} kept + {back} back + {banks} at banks")


def print_goods(app: Flask) -> None:
    """What staff did with goods."""
    with app.app_context():
        print("goods:", ", ".join(f"{number} {what}" for what, number in moved_by_staff().items()))


def print_promises(app: Flask, diary: Diary) -> None:
    """What shoppers did with offers, and what they asked for."""
    with app.app_context():
        print("offers:", ", ".join(f"{n} orders {what}" for what, n in used_by_shoppers().items()))
        wishes = wishes_of_orders() | {"carts by link undone": len(diary.links)}
        print("wishes:", ", ".join(f"{n} {what}" for what, n in wishes.items()))


def print_verdict(
    wrong: Mapping[str, Sequence[str]], doctor: subprocess.CompletedProcess[str]
) -> int:
    """What was survived; 1 when anything was not."""
    for kind, sentences in wrong.items():
        print(f"{kind:12}{len(sentences)}")
        for sentence in sentences[:10]:
            print(f"            {sentence}")
    print("doctor:", doctor.stdout.strip())
    return 1 if any(wrong.values()) or doctor.returncode else 0


def _name(rule: Mapping[str, Any]) -> str:
    if rule["fault"] != "status":
        return str(rule["fault"])
    return f"{rule['status']} after the work" if rule["after"] else str(rule["status"])


def _print_progress(counted: int, wanted: int, seconds: float) -> None:
    pace = counted / seconds
    left = (wanted - counted) / pace / 60
    words = f"{counted:,} of {wanted:,} checkouts, {pace:.1f} a second, {left:.1f} minutes left"
    print(words, file=sys.stderr, flush=True)


if __name__ == "__main__":
    raise SystemExit(main())
