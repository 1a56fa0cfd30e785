"""The weather: what fails between shop and Stripe, and who kills the processes."""

import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import requests

from storefront.stripe_box import RemoteControl

ROOT = Path(__file__).resolve().parent.parent
SECRET = "whsec_box_chaos"
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
    ("before_response", {"probability": 0.5}),
    ("bad_signature", {}),
    ("old_timestamp", {}),
    ("other_account", {}),
    ("other_api_version", {}),
    ("unknown_type", {}),
    ("pays_late", {"probability": 0.7}),
)
CHANCE = 0.04  # of every fault that names no other
KILLED_EVERY_SECONDS = (5, 15)
ALL_AT_ONCE = 0.1  # how likely a kill takes them all, as a machine does that falls over
CALL_SECONDS = 300.0  # the lists of a long storm are long
COMMAND_SECONDS = 1800.0


class Machine:
    """Web, worker, box and staff as processes, each started again in the same place."""

    def __init__(self, folder: Path, *, web_port: int, box_port: int, seed: int) -> None:
        self.url = f"http://127.0.0.1:{web_port}"
        self.control = RemoteControl(f"http://127.0.0.1:{box_port}", timeout=CALL_SECONDS)
        self.env = _environment(folder, web_port, box_port, seed)
        self.surprises = folder / "surprises.txt"  # what staff should never have met
        module = [sys.executable, "-m"]
        self._commands = {
            "box": [*module, "storefront.stripe_box"],
            "web": [*module, "storefront.web"],
            "worker": [*module, "flask", "shop", "worker"],
            "staff": [*module, "scripts.chaos_staff", str(seed), str(self.surprises)],
        }
        self._running: dict[str, subprocess.Popen[bytes]] = {}
        self.kills: Counter[str] = Counter()

    @property
    def names(self) -> list[str]:
        """What can be killed."""
        return list(self._commands)

    def start(self, *names: str) -> None:
        """Starts processes, and waits for nothing."""
        for name in names:
            self._running[name] = subprocess.Popen(
                self._commands[name], env=self.env, cwd=ROOT, start_new_session=True,
                stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
            )  # fmt: skip

    def kill(self, *names: str) -> None:
        """Kills processes (-9) as they stand, and starts each of them again."""
        for name in names:
            # The whole group: granian's worker would live on for a while without its parent.
            os.killpg(self._running[name].pid, signal.SIGKILL)
            self.kills[name] += 1
        for name in names:
            self._running[name].wait()
            self.start(name)

    def end(self, *names: str) -> None:
        """Asks processes to end, and waits for it."""
        ending = [self._running.pop(name) for name in names if name in self._running]
        for process in ending:
            process.send_signal(signal.SIGTERM)
        for process in ending:
            try:
                process.wait(60)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()

    def shop(self, *words: str, check: bool = True) -> subprocess.CompletedProcess[str]:
        """One of the shop's own commands; raises TimeoutExpired, which names it."""
        command = [sys.executable, "-m", "flask", "shop", *words]
        return subprocess.run(
            command, env=self.env, cwd=ROOT, check=check, capture_output=True, text=True,
            timeout=COMMAND_SECONDS,
        )  # fmt: skip

    def wait_until_open(self) -> None:
        """Waits until box and web answer, a minute each at most."""
        _until(self.control.is_there, "the box")
        _until(self._web_is_there, "the shop")

    def _web_is_there(self) -> bool:
        try:
            return requests.get(f"{self.url}/healthz", timeout=2).ok
        except requests.RequestException:
            return False


class Killer:
    """Kills something now and then for the length of the block."""

    def __init__(self, machine: Machine, rng: random.Random) -> None:
        self._machine, self._rng = machine, rng
        self._is_over = threading.Event()
        self._thread = threading.Thread(target=self._kill_now_and_then)

    def __enter__(self) -> "Killer":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._is_over.set()
        self._thread.join()

    def _kill_now_and_then(self) -> None:
        while not self._is_over.wait(self._rng.uniform(*KILLED_EVERY_SECONDS)):
            names = self._machine.names
            is_all = self._rng.random() < ALL_AT_ONCE
            self._machine.kill(*(names if is_all else [self._rng.choice(names)]))


def let_it_rage(control: RemoteControl) -> None:
    """Turns every fault of the box on."""
    for fault, values in FAULTS:
        control.add_fault(fault, **{"probability": CHANCE, **values})


def _environment(folder: Path, web_port: int, box_port: int, seed: int) -> dict[str, str]:
    url = f"http://127.0.0.1:{web_port}"
    return {
        **os.environ,
        "PYTHONPATH": str(ROOT),
        "PORT": str(web_port),
        "STOREFRONT_INSTANCE": str(folder / "instance"),
        "STOREFRONT_RATE_LIMITS": "0",
        "STOREFRONT_DELIVERY_CENTS_TO": "IE=690,PT=890",
        "STOREFRONT_TAX_RATES": "standard=19,reduced=7,FR.standard=20",
        "STOREFRONT_REVIEW_COUNTRIES": "AT,BE,DE,DK,ES,FI,FR,IE,IT,LU,NL,PT,SE",
        "STOREFRONT_REVIEW_DAYS": "1",
        "STRIPE_API_BASE": f"http://127.0.0.1:{box_port}",
        "STRIPE_WEBHOOK_SECRET": SECRET,
        "STRIPE_BOX_PORT": str(box_port),
        "STRIPE_BOX_DATABASE": str(folder / "box.sqlite3"),
        "STRIPE_BOX_WEBHOOK_URL": f"{url}/webhooks/stripe",
        "STRIPE_BOX_RETRY_SECONDS": "0.5,1,2,4,8,16",
        "STRIPE_BOX_SEED": str(seed),
        "FLASK_APP": "storefront",
    }


def _until(condition: Callable[[], bool], what: str) -> None:
    for _ in range(300):
        if condition():
            return
        time.sleep(0.2)
    raise SystemExit(f"{what} did not start")
