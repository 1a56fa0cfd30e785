"""What `make run` does once everything is installed: from nothing to an open shop, and back."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import requests

from stripe_box.forms import get, post
from support.shopper import Shopper, told

ROOT = Path(__file__).resolve().parents[2]
BOX_IS_ABOVE = 1000
PAID = "4242 4242 4242 4242"


class Started:
    """`flask shop start`, with all that it has said until its shop was open."""

    def __init__(self, process: subprocess.Popen[str], port: int) -> None:
        self.process, self.url = process, f"http://127.0.0.1:{port}"
        self.words = ""
        assert process.stdout is not None
        while "Stop with Ctrl-C" not in self.words:
            line = process.stdout.readline()
            assert line, f"it ended early: {self.words}"
            self.words += line

    def stop(self) -> int:
        """Presses Ctrl-C, as a terminal does: everybody in it hears of it."""
        os.killpg(self.process.pid, signal.SIGINT)
        return self.process.wait(60)


def free_port() -> int:
    """A port that is free, with the one of the box above it."""
    for port in range(20_000, 30_000):
        with socket.socket() as one, socket.socket() as other:
            try:
                one.bind(("127.0.0.1", port))
                other.bind(("127.0.0.1", port + BOX_IS_ABOVE))
            except OSError:
                continue
            return port
    pytest.fail("no two ports are free")


def is_free(port: int) -> bool:
    with socket.socket() as tried:
        return tried.connect_ex(("127.0.0.1", port)) != 0


@contextmanager
def started(folder: Path, port: int) -> Iterator[Started]:
    """The shop of this folder, on this port; nothing of the tests' own settings reaches it."""
    ours = ("STOREFRONT_", "STRIPE_", "WEB_", "DATABASE_URL", "REDIS_URL", "SECRET_KEY")
    env = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
    env |= {"PORT": str(port), "STOREFRONT_INSTANCE": str(folder), "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-m", "flask", "--app", "storefront", "shop", "start"]
    process = subprocess.Popen(
        command, env=env, cwd=ROOT, text=True, start_new_session=True,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
    )  # fmt: skip
    try:
        yield Started(process, port)
    finally:
        process.terminate()  # and not kill(): it has parts to stop
        process.wait(60)
        assert process.stdout is not None
        process.stdout.close()


def buy(shop: Started) -> str:
    """Pays on the box's own page, with the card that it proposes; the address of the order."""
    shopper = Shopper(shop.url)
    shopper.add("CREAM-FOOT-75")
    page = shopper.check_out().headers["Location"]
    paid = post(page, get(page).fields)
    return shopper.web.get(paid.location, timeout=60).url


def confirmations_in(folder: Path) -> set[str]:
    """The letters to the shopper; staff get one too, about what is low in the demo."""
    return {file.stem for file in (folder / "letters").glob("*-order_confirmation.eml")}


def wait_for_letter(folder: Path) -> None:
    """The worker sends it at once, or with its next round when it was not there yet."""
    deadline = time.monotonic() + 180
    while not confirmations_in(folder) and time.monotonic() < deadline:
        time.sleep(0.1)
    assert len(confirmations_in(folder)) == 1


def test_one_command_opens_a_shop_that_sells_and_ctrl_c_closes_all_of_it(tmp_path: Path) -> None:
    port = free_port()
    with started(tmp_path, port) as first:
        assert "The demo shop Stillwater is loaded." in first.words
        for words in (first.url, "owner@stillwater.example", PAID, str(port + BOX_IS_ABOVE)):
            assert words in first.words
        assert "WARNING" not in first.words
        order = buy(first)
        assert order.startswith(f"{first.url}/orders/")
        wait_for_letter(tmp_path)
        assert first.stop() == 0
    assert is_free(port)
    assert is_free(port + BOX_IS_ABOVE)

    with started(tmp_path, port) as again:
        assert "is loaded" not in again.words
        assert "Foot" in told(requests.get(order, timeout=60).text)
        assert again.stop() == 0
    assert len(confirmations_in(tmp_path)) == 1
