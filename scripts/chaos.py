"""Shoppers buy while everything goes wrong; afterwards the books must balance to the cent.

    make chaos                                   1,000 checkouts
    make chaos CHECKOUTS=10000 SEED=7            more, and another storm
    DATABASE_URL=postgresql://… make chaos       on an empty PostgreSQL database

Web and worker run as processes of their own and are killed (-9) again and again; between the shop
and its Stripe box requests, answers and messages are lost, late, doubled, damaged and shuffled.
Then the storm ends, two hours pass, and the shop's own commands tidy up. Talks to 127.0.0.1 only.
"""

import argparse
import os
import random
import re
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import requests

from scripts.bench import free_port
from scripts.chaos_books import audit, let_time_pass, stock_up
from storefront import create_app
from storefront.stripe_box import BoxServer, BoxSettings
from storefront.stripe_box.errors import Refusal

ROOT = Path(__file__).resolve().parent.parent
SECRET = "whsec_box_chaos"
SKUS = ("OIL-SPRAY-100", "CREAM-FOOT-75", "FLAKES-1000")
SHOPPERS = 12
TRIES = 20  # how often a shopper presses the button before giving up
#: What shoppers do with the payment page, and how many of a hundred do it.
HABITS = {"pay": 45, "pay and close the tab": 20, "declined first": 10, "pay in two tabs": 10,
          "leave": 15}  # fmt: skip
CALLS = "/v1/checkout/sessions*"
FAULTS: tuple[tuple[str, dict[str, object]], ...] = (
    ("delay_before", {"seconds": 0.3}),
    ("delay_after", {"seconds": 0.3}),
    ("drop_request", {}),
    ("drop_response", {}),
    ("truncate_json", {}),
    ("status", {"status": 400, "path": CALLS}),
    ("status", {"status": 402, "path": CALLS}),
    ("status", {"status": 409}),
    ("status", {"status": 429}),
    ("status", {"status": 500}),
    ("status", {"status": 500, "after": True}),
    ("status", {"status": 502}),
    ("status", {"status": 502, "after": True}),
    ("drop", {"probability": 0.2}),
    ("delay", {"seconds": 2}),
    ("duplicate", {"count": 3}),
    ("twin", {}),
    ("reorder", {"count": 2, "seconds": 2}),
    ("before_response", {}),
    ("bad_signature", {}),
    ("old_timestamp", {}),
    ("other_account", {}),
    ("other_api_version", {}),
    ("unknown_type", {}),
)
CHANCE = 0.04  # of every fault that names no other


class Storm:
    """The shop's processes, and what keeps killing them."""

    def __init__(self, env: dict[str, str], url: str, rng: random.Random) -> None:
        self._env, self.url, self._rng = env, url, rng
        self._commands = {
            "web": [sys.executable, "-m", "storefront.web"],
            "worker": [sys.executable, "-m", "flask", "shop", "worker"],
        }
        self._running = {name: self._start(name) for name in self._commands}
        self.kills: Counter[str] = Counter()
        self._is_over = threading.Event()
        self._thread = threading.Thread(target=self._kill_now_and_then)

    def __enter__(self) -> "Storm":
        until_it_answers(self.url)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._is_over.set()
        self._thread.join()
        for process in self._running.values():
            process.send_signal(signal.SIGTERM)
        for process in self._running.values():
            process.wait(60)

    def _start(self, name: str) -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            self._commands[name], env=self._env, cwd=ROOT, start_new_session=True,
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip

    def _kill_now_and_then(self) -> None:
        while not self._is_over.wait(self._rng.uniform(5, 15)):
            name = self._rng.choice(list(self._commands))
            # The whole group: granian's worker would live on for a while without its parent.
            os.killpg(self._running[name].pid, signal.SIGKILL)
            self._running[name].wait()
            self.kills[name] += 1
            self._running[name] = self._start(name)


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
    web_port, box_port = free_port(), free_port()
    url = f"http://127.0.0.1:{web_port}"
    env = _environment(folder, web_port, box_port)
    os.environ.update(env)
    for words in (["migrate"], ["demo"]):
        flask_shop(env, *words)
    app = create_app()
    stocked = dict.fromkeys(SKUS, checkouts // 3)  # fewer than are wanted, so some sell out
    stock_up(app, stocked)
    settings = BoxSettings(
        port=box_port, webhook_url=f"{url}/webhooks/stripe", webhook_secret=SECRET,
        retry_seconds=(0.5, 1, 2, 4, 8, 16), page_wait_seconds=0, webhook_timeout_seconds=5,
    )  # fmt: skip
    with BoxServer(settings) as box:
        box.control.seed(seed)
        for fault, values in FAULTS:
            box.control.add_fault(fault, **{"probability": CHANCE, **values})
        with Storm(env, url, random.Random(seed)) as storm:
            done = crowd(box, url, checkouts=checkouts, seed=seed)
        fired = {rule["number"]: (rule["fault"], rule["fired"]) for rule in box.control.faults()}
        box.control.clear_faults()
        tidy_up(box, env, app)
        sessions, refunds = box.control.sessions(), box.control.refunds()
        wrong = audit(app, sessions=sessions, refunds=refunds, stocked=stocked)
    doctor = flask_shop(env, "doctor", check=False)
    return report(done, storm.kills, fired, sessions, refunds, wrong, doctor)


def crowd(box: BoxServer, url: str, *, checkouts: int, seed: int) -> Counter[str]:
    """So many checkouts by so many shoppers at a time; how they ended."""
    counted = 0
    done: Counter[str] = Counter()
    with ThreadPoolExecutor(SHOPPERS) as pool:
        for outcome in pool.map(lambda n: visit(box, url, f"{seed}:{n}"), range(checkouts)):
            done[outcome] += 1
            counted += 1
            if counted % max(1, checkouts // 20) == 0:
                print(f"\r{counted} of {checkouts} checkouts", end="", file=sys.stderr, flush=True)
    print(file=sys.stderr)
    return done


def visit(box: BoxServer, url: str, name: str) -> str:
    """One shopper's way through the shop; tries again where a person would."""
    rng = random.Random(name)
    web = requests.Session()
    habit = rng.choices(list(HABITS), list(HABITS.values()))[0]
    wanted = {sku: rng.choice((1, 1, 2)) for sku in rng.sample(SKUS, rng.choice((1, 1, 2)))}
    for _ in range(TRIES):
        try:
            for sku in list(wanted):
                form = {"sku": sku, "quantity": wanted[sku]}
                web.post(f"{url}/cart/lines", data=form, timeout=30)
                del wanted[sku]
            session_id = check_out(web, url, tabs=2 if habit == "pay in two tabs" else 1)
            cart = web.get(f"{url}/cart", timeout=30).text
        except requests.RequestException:
            time.sleep(0.5)  # the shop is just being started again
            continue
        if session_id:
            return use_page(box, web, url, session_id, habit)
        if "Sold out" in cart or "Your cart is empty" in cart:
            return "sold out"
        time.sleep(0.1)
    return "gave up"


def check_out(web: requests.Session, url: str, *, tabs: int) -> str:
    """Presses the button, in several tabs at once if wanted; the payment page's id, or ''."""
    page = web.get(f"{url}/cart", timeout=30).text
    form = dict(re.findall(r'<input[^>]*name="(seen|csrf_token)"[^>]*value="([^"]+)"', page))
    if "seen" not in form:
        return ""  # nothing in the cart can be ordered, so there is no button

    def press(_: int) -> str:
        answer = web.post(f"{url}/checkout", data=form, allow_redirects=False, timeout=90)
        found = re.search(r"/pay/(cs_test_\w+)", answer.headers.get("Location", ""))
        return found[1] if found else ""

    with ThreadPoolExecutor(tabs) as pool:
        return max(pool.map(press, range(tabs)))


def use_page(box: BoxServer, web: requests.Session, url: str, session_id: str, habit: str) -> str:
    """What a shopper does on the payment page and after it."""
    if habit == "leave":
        return "left"
    try:
        if habit == "declined first":
            box.control.decline(session_id)
        box.control.pay(session_id)
    except Refusal:
        return "page was closed"
    if habit != "pay and close the tab":
        try:
            web.get(f"{url}/checkout/return?session_id={session_id}", timeout=90)
        except requests.RequestException:
            return "paid, the way back failed"
    return "paid"


def tidy_up(box: BoxServer, env: dict[str, str], app: object) -> None:
    """The storm is over: pages close, time passes, and the shop's commands put things right."""
    box.control.webhooks("drop")  # what has not arrived by now never will
    for session in box.control.sessions():
        if session["status"] == "open":
            box.control.expire(session["id"])
    let_time_pass(app)  # type: ignore[arg-type]
    flask_shop(env, "release-holds")
    for _ in range(3):
        flask_shop(env, "reconcile", check=False)
    flask_shop(env, "send-letters")


def report(
    done: Counter[str], kills: Counter[str], fired: dict[int, tuple[str, int]],
    sessions: list[dict[str, object]], refunds: list[dict[str, object]],
    wrong: dict[str, list[str]], doctor: subprocess.CompletedProcess[str],
) -> int:  # fmt: skip
    """Prints what happened and what was survived."""
    print("shoppers:", ", ".join(f"{n} {what}" for what, n in done.most_common()))
    print("killed:", ", ".join(f"{name} {n} times" for name, n in kills.items()) or "nothing")
    print("faults:", ", ".join(f"{fault} {n}" for fault, n in fired.values()))
    print(f"Stripe: {len(sessions)} payment pages, {len(refunds)} refunds")
    for kind, sentences in wrong.items():
        print(f"{kind:12}{len(sentences)}")
        for sentence in sentences[:10]:
            print(f"            {sentence}")
    print("doctor:", doctor.stdout.strip())
    return 1 if any(wrong.values()) or doctor.returncode else 0


def flask_shop(
    env: dict[str, str], *words: str, check: bool = True
) -> subprocess.CompletedProcess[str]:
    """One of the shop's own commands."""
    command = [sys.executable, "-m", "flask", "shop", *words]
    return subprocess.run(command, env=env, cwd=ROOT, check=check, capture_output=True, text=True)


def until_it_answers(url: str) -> None:
    """Waits a minute at most."""
    for _ in range(300):
        try:
            requests.get(f"{url}/healthz", timeout=2).raise_for_status()
        except requests.RequestException:
            time.sleep(0.2)
        else:
            return
    raise SystemExit("the shop did not start")


def _environment(folder: Path, web_port: int, box_port: int) -> dict[str, str]:
    return {
        **os.environ,
        "PYTHONPATH": str(ROOT),
        "PORT": str(web_port),
        "STOREFRONT_INSTANCE": str(folder / "instance"),
        "STOREFRONT_RATE_LIMITS": "0",
        "STRIPE_API_BASE": f"http://127.0.0.1:{box_port}",
        "STRIPE_WEBHOOK_SECRET": SECRET,
        "FLASK_APP": "storefront",
    }


if __name__ == "__main__":
    raise SystemExit(main())
