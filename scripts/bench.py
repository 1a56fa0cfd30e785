"""Requests per second of the shop's pages, beside a bare Flask view on the same server.

    make bench                 every row on SQLite
    SERVER=gunicorn make bench  the same under gunicorn, to compare servers
    THREADS=4 make bench        the same with other numbers of threads

Everything is measured in one run, side by side, because machines are noisy and only ratios count.
Needs wrk (Debian: apt-get install wrk). Talks to 127.0.0.1 only.
"""

import argparse
import json
import os
import re
import shutil
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
import uuid
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import requests

from storefront.stripe_box.webhooks.signatures import signature_header

ROOT = Path(__file__).resolve().parent.parent
BARE = """
from flask import Flask
PAGE = "<!doctype html><title>bare</title>" + "x" * (20_000 - 34)
def create_app():
    app = Flask("bare")
    app.add_url_rule("/", "page", lambda: PAGE)
    return app
"""
# The shop without its memory of rendered components, to show what that memory is worth.
FORGETFUL = """
from storefront import create_app as make_shop
class Nothing(dict):
    def __setitem__(self, key, value):
        pass
def create_app():
    app = make_shop()
    app.extensions["storefront"].components = Nothing()
    return app
"""
# So much stock that nobody is refused while adding and checking out are measured.
PLENTY = """
from storefront import create_app, inventory
from storefront.database import transaction
with create_app().app_context(), transaction():
    inventory.adjust("FLAKES-1000", 1_000_000, reason="delivery", reference="bench")
"""
PAGES = {
    "home": "/",
    "product list": "/products/",
    "list, filtered": "/products/?in_stock=1&sort=unit-price",
    "product": "/products/magnesium-oil-spray",
    "guide": "/guides/foot-bath-at-home",
}
GOALS = {"product, uncached": 0.07}  # of the bare view; every cached page: 0.7
SECRET = "whsec_box_bench"
SECONDS = 4
CONNECTIONS = 16
THREADS = 16  # as WEB_THREADS
SERVERS = {
    "granian": "granian --interface wsgi --factory --host 127.0.0.1 --port {port} --workers 1"
    " --blocking-threads THREADS --no-log {app}",
    "gunicorn": "gunicorn --bind 127.0.0.1:{port} --workers 1 --threads THREADS"
    " --log-level error {app}()",
}


def main() -> int:
    """Prints the table; 1 when wrk is missing or a goal is missed."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--server", default=os.environ.get("SERVER", "granian"), choices=SERVERS)
    options.add_argument("--threads", type=int, default=os.environ.get("THREADS", THREADS))
    options.add_argument("--seconds", type=int, default=SECONDS)
    chosen = options.parse_args()
    if shutil.which("wrk") is None:
        print("make bench needs wrk; on Debian: apt-get install wrk", file=sys.stderr)
        return 1
    print(
        f"{chosen.server}, 1 process, {chosen.threads} threads, {CONNECTIONS} connections,"
        f" {chosen.seconds} s a row"
    )
    server = SERVERS[chosen.server].replace("THREADS", str(chosen.threads))
    with tempfile.TemporaryDirectory() as folder:
        return _measure_all(Path(folder), server, chosen.seconds)


def _measure_all(folder: Path, server: str, seconds: int) -> int:
    (folder / "bare.py").write_text(BARE)
    (folder / "forgetful.py").write_text(FORGETFUL)
    box_port = free_port()
    env = _environment(folder, box_port)
    _flask(env, "shop", "migrate")
    _flask(env, "shop", "demo")
    subprocess.run([sys.executable, "-c", PLENTY], env=env, check=True)
    uncached = env | {"STOREFRONT_PAGE_CACHE_SECONDS": "0"}
    with (
        _served(server, "bare:create_app", env, "/") as bare,
        _served(server, "storefront:create_app", env, "/healthz") as shop,
        _served(server, "storefront:create_app", uncached, "/healthz") as without_cache,
        _served(server, "forgetful:create_app", uncached, "/healthz") as without_memory,
        _box(env, box_port, shop),
    ):
        shops = {"cached": shop, "uncached": without_cache, "nothing remembered": without_memory}
        result = _table(bare, shops, folder, seconds)
        print(f"{'webhook without a worker':28}{_webhook_ms(shop, seconds):7.1f} ms, median")
        with _worker(env, folder):
            print(f"{'webhook beside a worker':28}{_webhook_ms(shop, seconds):7.1f} ms, median")
        return result


def _table(bare: str, shops: dict[str, str], folder: Path, seconds: int) -> int:
    base = _wrk(f"{bare}/", seconds)
    print(f"\n{'page':28}{'req/s':>9}{'of bare':>9}")
    _row("bare view, 20 kB", base, base)
    missed = []
    for kind, shop in shops.items():
        for name, path in PAGES.items():
            rate = _wrk(shop + path, seconds)
            beside = _wrk(f"{bare}/", 2)  # again for each row: the machine is not the same for long
            _row(f"{name}, {kind}", rate, beside)
            missed += _missed(f"{name}, {kind}", rate / beside)
    _row("add to cart", _add_to_cart(shops["cached"], folder, seconds), base)
    _row("start of checkout", _checkouts(shops["cached"], seconds), base)
    for sentence in missed:
        print(sentence)
    return 1 if missed else 0


def _missed(row: str, ratio: float) -> list[str]:
    goal = GOALS.get(row, 0.7 if row.endswith(", cached") else 0)
    return [f"missed its goal: {row}, {ratio:.3f} of the bare view, wanted {goal}"] * (ratio < goal)


def _row(name: str, rate: float, bare: float) -> None:
    print(f"{name:28}{rate:9.0f}{rate / bare:9.2f}", flush=True)


def _wrk(url: str, seconds: int, *extra: str) -> float:
    command = ["wrk", "-t1", f"-c{CONNECTIONS}", f"-d{round(seconds)}s", *extra, url]
    out = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    bad = re.search(r"Non-2xx or 3xx responses: (\d+)", out)
    if bad:
        raise SystemExit(f"{url} answered {bad.group(1)} times with an error")
    found = re.search(r"Requests/sec:\s+([\d.]+)", out)
    assert found, out
    return float(found.group(1))


def _add_to_cart(shop: str, folder: Path, seconds: int) -> float:
    """A new visitor's first unit, again and again: a cart and a line each, and no refusal."""
    script = folder / "add.lua"
    script.write_text(
        'wrk.method = "POST"\nwrk.headers["Content-Type"] = "application/x-www-form-urlencoded"\n'
        'wrk.body = "sku=FLAKES-1000&quantity=1"\n'
    )
    return _wrk(f"{shop}/cart/lines", seconds, "-s", str(script))


def _checkouts(shop: str, seconds: int) -> float:
    """Payment pages opened per second by four shoppers, holds and Stripe call included."""

    def shopper(_: int) -> tuple[int, float]:
        count, spent, end = 0, 0.0, time.monotonic() + seconds
        while time.monotonic() < end:
            visitor, form = _visitor(shop)
            before = time.perf_counter()
            answer = visitor.post(f"{shop}/checkout", data=form, allow_redirects=False, timeout=30)
            spent += time.perf_counter() - before
            if answer.status_code != 303:
                break  # sold out: the demo's stock is finite
            count += 1
        return count, spent

    with ThreadPoolExecutor(4) as crowd:
        results = list(crowd.map(shopper, range(4)))
    total = sum(count for count, _ in results)
    return 4 * total / max(sum(spent for _, spent in results), 0.001)


def _visitor(shop: str) -> tuple[requests.Session, dict[str, str]]:
    """Somebody with one bag in the cart, and the form that orders it."""
    visitor = requests.Session()
    visitor.post(f"{shop}/cart/lines", data={"sku": "FLAKES-1000", "quantity": 1}, timeout=30)
    return visitor, _cart_form(visitor.get(f"{shop}/cart", timeout=30).text)


def _webhook_ms(shop: str, seconds: int) -> float:
    """Median time of the answer to a new message about an open payment page, one at a time."""
    visitor, form = _visitor(shop)
    answer = visitor.post(f"{shop}/checkout", data=form, allow_redirects=False, timeout=30)
    session_id = re.findall(r"cs_test_\w+", answer.headers["Location"])[0]
    spent: list[float] = []
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        body, headers = _message(session_id)
        before = time.perf_counter()
        told = requests.post(f"{shop}/webhooks/stripe", data=body, headers=headers, timeout=30)
        spent.append(1000 * (time.perf_counter() - before))
        told.raise_for_status()
    return statistics.median(spent)


def _message(session_id: str) -> tuple[bytes, dict[str, str]]:
    event = {
        "id": f"evt_{uuid.uuid4().hex}",
        "object": "event",
        "type": "checkout.session.completed",
        "livemode": False,
        "data": {"object": {"id": session_id, "object": "checkout.session"}},
    }
    body = json.dumps(event).encode()
    signature = signature_header(body, SECRET, timestamp=int(time.time()))
    return body, {"Stripe-Signature": signature, "Content-Type": "application/json"}


def _cart_form(page: str) -> dict[str, str]:
    found = re.findall(r'<input[^>]*name="(seen|csrf_token)"[^>]*value="([^"]+)"', page)
    return dict(found)


def _environment(folder: Path, box_port: int) -> dict[str, str]:
    return {
        **os.environ,
        "PYTHONPATH": f"{ROOT}{os.pathsep}{folder}",
        "STOREFRONT_INSTANCE": str(folder / "instance"),
        "STOREFRONT_RATE_LIMITS": "0",
        "STRIPE_API_BASE": f"http://127.0.0.1:{box_port}",
        "STRIPE_WEBHOOK_SECRET": SECRET,
        "FLASK_APP": "storefront",
    }


def _flask(env: dict[str, str], *words: str) -> None:
    subprocess.run(
        [sys.executable, "-m", "flask", *words], env=env, check=True, stdout=subprocess.DEVNULL
    )


@contextmanager
def _served(server: str, app: str, env: dict[str, str], ready: str) -> Iterator[str]:
    port = free_port()
    program, *words = server.format(port=port, app=app).split()
    url = f"http://127.0.0.1:{port}"
    command = [str(Path(sys.executable).parent / program), *words]
    with _running(command, env | {"PORT": str(port)}, url + ready):
        yield url


@contextmanager
def _box(env: dict[str, str], port: int, shop: str) -> Iterator[None]:
    command = [
        sys.executable,
        "-m",
        "storefront.stripe_box",
        "--port",
        str(port),
        "--webhook-url",
        f"{shop}/webhooks/stripe",
        "--database",
        ":memory:",
    ]
    with _running(command, env, f"http://127.0.0.1:{port}/"):
        yield


@contextmanager
def _worker(env: dict[str, str], folder: Path) -> Iterator[None]:
    process = subprocess.Popen([sys.executable, "-m", "flask", "shop", "worker"], env=env)
    try:
        while not (folder / "instance" / "worker.alive").exists():
            time.sleep(0.1)
        yield
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(30)


@contextmanager
def _running(command: list[str], env: dict[str, str], url: str) -> Iterator[None]:
    process = subprocess.Popen(command, env=env, stdout=subprocess.DEVNULL)
    try:
        for _ in range(150):
            try:
                urllib.request.urlopen(url, timeout=2).close()
                break
            except (urllib.error.URLError, OSError):
                time.sleep(0.2)
        else:
            raise SystemExit(f"{command[0]} did not start")
        yield
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(20)


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


if __name__ == "__main__":
    raise SystemExit(main())
