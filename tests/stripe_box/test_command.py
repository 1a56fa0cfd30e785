"""The command: what it refuses, how it starts, how it stops."""

import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from storefront.stripe_box import BadSettings, BoxServer, BoxSettings
from storefront.stripe_box.__main__ import main, read_settings

from .conftest import client_of
from .forms import get
from .shopping import order


@pytest.mark.parametrize("host", ["0.0.0.0", "192.168.1.5", "example.com", "::"])
def test_only_loopback_is_bound(host: str) -> None:
    with pytest.raises(BadSettings, match="only listens on this machine"):
        BoxServer(BoxSettings(host=host))


def test_a_live_key_stops_the_start(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("STRIPE_SECRET_KEY", "sk_live_51abc")
    assert main(["--port", "0"]) == 2
    assert "it refuses live keys" in capsys.readouterr().err


def test_settings_come_from_arguments_then_the_environment() -> None:
    environment = {
        "STRIPE_BOX_PORT": "9100",
        "STRIPE_BOX_WEBHOOK_URL": "http://127.0.0.1:8000/webhooks/stripe",
        "STRIPE_WEBHOOK_SECRET": "whsec_one",
        "STRIPE_BOX_DATABASE": "box.sqlite3",
        "STRIPE_BOX_RETRY_SECONDS": "1,2.5",
    }
    settings = read_settings(["--webhook-secret", "whsec_two"], environment)
    assert (settings.port, settings.database) == (9100, "box.sqlite3")
    assert settings.webhook_url == "http://127.0.0.1:8000/webhooks/stripe"
    assert settings.webhook_secret == "whsec_two"
    assert settings.retry_seconds == (1.0, 2.5)
    assert read_settings([], {}).port == 9000


@pytest.mark.parametrize("arguments", [["--port", "many"], ["--webhook-url", "shop"]])
def test_nonsense_is_refused_in_one_sentence(
    arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(arguments) == 2
    assert capsys.readouterr().err.count("\n") == 1


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_the_command_starts_and_stops(tmp_path: Path, number: signal.Signals) -> None:
    root = Path(__file__).resolve().parents[2]
    command = [sys.executable, "-m", "storefront.stripe_box", "--port", "0"]
    environment = {**os.environ, "PYTHONPATH": f"{root}:{os.environ.get('PYTHONPATH', '')}"}
    environment["STRIPE_BOX_DATABASE"] = str(tmp_path / "box.sqlite3")
    running = subprocess.Popen(
        command, stdout=subprocess.PIPE, text=True, env=environment, cwd=tmp_path
    )
    try:
        assert running.stdout is not None
        words = ""
        while "webhooks to" not in words:
            words += running.stdout.readline()
        url = next(word for word in words.split() if word.startswith("http://127.0.0.1:"))
        assert get(f"{url}/").status == 200
        running.send_signal(number)
        assert running.wait(60) == 0
    finally:
        running.kill()
        running.wait()
        assert running.stdout is not None
        running.stdout.close()


def test_stopping_leaves_no_thread_behind() -> None:
    before = set(threading.enumerate())
    with BoxServer() as box:
        client_of(box).v1.checkout.sessions.create(order())
    deadline = time.monotonic() + 30
    while set(threading.enumerate()) - before and time.monotonic() < deadline:
        time.sleep(0.02)
    assert set(threading.enumerate()) - before == set()


def test_two_boxes_live_side_by_side() -> None:
    with BoxServer() as one, BoxServer() as other:
        client_of(one).v1.checkout.sessions.create(order())
        assert len(one.control.sessions()) == 1
        assert other.control.sessions() == []
