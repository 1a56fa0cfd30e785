"""A kept page of a guide is never more than two seconds older than the stock."""

import json
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
from flask import Flask

from storefront import create_app
from support.catalogue import Catalogue
from support.guides import publish
from support.machine import REDIS_URL
from support.shop import Shop

ROOT = Path(__file__).resolve().parents[2]
OLDEST_SECONDS = 2.0
# Another process sells the last units, and a second later takes some in; it tells each moment.
SCRIPT = """
import json, sys, time
from datetime import UTC, datetime, timedelta
from storefront import create_app, inventory
from storefront.database import transaction
app = create_app(json.loads(sys.argv[1]))
def do(work):
    with app.app_context(), transaction():
        work()
    print(time.time(), flush=True)
later = datetime.now(UTC) + timedelta(minutes=30)
do(lambda: inventory.hold("o-1", {"OIL": 10}, until=later))
time.sleep(2.5)
do(lambda: inventory.count("OIL", 30, reason="received"))
"""


class Reader:
    """Looks at the guide all the time, and remembers what was seen in which requests."""

    def __init__(self, app: Flask) -> None:
        self.seen: list[tuple[float, bool]] = []
        self._client = app.test_client()
        self._is_over = threading.Event()
        self._thread = threading.Thread(target=self._look)

    def __enter__(self) -> "Reader":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._is_over.set()
        self._thread.join()

    def _look(self) -> None:
        while not self._is_over.is_set():
            asked_at = time.time()
            words = self._client.get("/guides/the-foot-bath").text
            self.seen.append((asked_at, "Sold out for now" in words))
            time.sleep(0.05)


def staleness(app: Flask, config: dict[str, object]) -> list[float]:
    """Seconds for which the page went on showing what was over: of the sale, and of the return."""
    with Reader(app) as reader:
        time.sleep(0.3)
        done = subprocess.run(
            [sys.executable, "-c", SCRIPT, json.dumps(config)],
            check=True, cwd=ROOT, capture_output=True, text=True,
        )  # fmt: skip
        time.sleep(OLDEST_SECONDS + 0.5)
    sold_at, back_at = map(float, done.stdout.split())
    assert not any(is_out for at, is_out in reader.seen if at < sold_at - 5)
    late_in = [at - sold_at for at, is_out in reader.seen if sold_at < at < back_at and not is_out]
    late_out = [at - back_at for at, is_out in reader.seen if at > back_at and is_out]
    assert any(is_out for _, is_out in reader.seen)
    assert not reader.seen[-1][1]
    return [max(late_in, default=0.0), max(late_out, default=0.0)]


def fill(app: Flask) -> None:
    Catalogue(app).product("oil", {"sku": "OIL", "net_content": 100, "net_unit": "ml"})
    publish(Shop(app), "::: product oil\nBecause.\n:::\n")


def test_a_sale_in_another_process_is_on_the_page_within_two_seconds(
    app: Flask, config: dict[str, object]
) -> None:
    """Without the stamp that a sale sets, the page would live for its whole minute."""
    fill(app)
    assert max(staleness(app, config)) < OLDEST_SECONDS


@pytest.mark.redis
def test_a_sale_on_another_machine_is_on_the_page_within_two_seconds(
    app: Flask, config: dict[str, object], tmp_path: Path
) -> None:
    """Each machine has an instance folder of its own; only Redis tells them."""
    fill(app)
    both = config | {"REDIS_URL": REDIS_URL}
    here = create_app(both | {"STOREFRONT_INSTANCE": str(tmp_path / "here")})
    there = both | {"STOREFRONT_INSTANCE": str(tmp_path / "there")}
    assert max(staleness(here, there)) < OLDEST_SECONDS
    with here.app_context():
        here.extensions["storefront"].engine.dispose()
