"""Shoppers buy while everything goes wrong; afterwards the books must balance to the cent.

    make chaos                                   1,000 checkouts
    make chaos CHECKOUTS=10000 SEED=7            more, and another storm
    DATABASE_URL=postgresql://… make chaos       on an empty PostgreSQL database

Web, worker and Stripe box run as processes of their own and are killed (-9) again and again;
between shop and box requests, answers and messages are lost, late, doubled, damaged and shuffled.
Then the storm ends, two hours pass, and the shop's own commands tidy up. Talks to 127.0.0.1 only.
"""

import argparse
import os
import random
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from pathlib import Path
from typing import Any

from flask import Flask

from scripts.bench import free_port
from scripts.chaos_books import audit, let_time_pass, stock_up
from scripts.chaos_shoppers import SKUS, visit_shop
from scripts.chaos_storm import Killer, Machine, let_it_rage
from storefront import create_app
from storefront.stripe_box import RemoteControl

SHOPPERS = 24  # at a time


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
    for words in (["migrate"], ["demo"]):
        machine.shop(*words)
    app = create_app()
    # Fewer than are wanted: two sell out near the end, and one long before it.
    stocked = dict(zip(SKUS, (checkouts * 2 // 5, checkouts * 2 // 5, checkouts // 6), strict=True))
    stock_up(app, stocked)
    try:
        machine.start(*machine.names)
        machine.wait_until_open()
        let_it_rage(machine.control)
        with Killer(machine, random.Random(seed)):
            done = crowd(machine, checkouts=checkouts, seed=seed)
        machine.wait_until_open()
        fired = machine.control.faults()
        machine.end("web", "worker")
        tidy_up(machine, app)
        sessions, refunds = machine.control.sessions(), machine.control.refunds()
        disputes = machine.control.disputes()
    finally:
        machine.end(*machine.names)
    wrong = audit(app, sessions=sessions, refunds=refunds, disputes=disputes, stocked=stocked)
    doctor = machine.shop("doctor", check=False)
    print_events(done, machine.kills, fired)
    print(
        f"Stripe: {len(sessions)} payment pages, {len(refunds)} refunds, {len(disputes)} disputes"
    )
    print(f"time: {(time.monotonic() - began) / 60:.1f} minutes")
    return print_verdict(wrong, doctor)


def crowd(machine: Machine, *, checkouts: int, seed: int) -> Counter[str]:
    """So many checkouts by so many shoppers at a time; how they ended."""
    began = time.monotonic()
    done: Counter[str] = Counter()

    def shopper(number: int) -> str:
        return visit_shop(machine.url, machine.control, f"{seed}:{number}")

    with ThreadPoolExecutor(SHOPPERS) as pool:
        visits = [pool.submit(shopper, number) for number in range(checkouts)]
        for counted, visit in enumerate(as_completed(visits), start=1):
            done[visit.result()] += 1
            if counted % max(1, checkouts // 20) == 0:
                _print_progress(counted, checkouts, time.monotonic() - began)
    return done


def tidy_up(machine: Machine, app: Flask) -> None:
    """The storm is over: pages close, time passes, and the shop's commands put things right."""
    control: RemoteControl = machine.control
    control.clear_faults()
    control.webhooks("drop")  # what has not arrived by now never will
    for session in control.sessions():
        if session["status"] == "open":
            control.expire(session["id"])
    let_time_pass(app)
    machine.shop("release-holds")
    for _ in range(3):
        machine.shop("reconcile", "--apply", check=False)
    machine.shop("send-letters")


def print_events(
    done: Counter[str], kills: Counter[str], fired: Sequence[Mapping[str, Any]]
) -> None:
    """What happened."""
    print("shoppers:", ", ".join(f"{n} {what}" for what, n in done.most_common()))
    print("killed:", ", ".join(f"{name} {n} times" for name, n in kills.items()) or "nothing")
    print("faults:", ", ".join(f"{_name(rule)} {rule['fired']}" for rule in fired))


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
