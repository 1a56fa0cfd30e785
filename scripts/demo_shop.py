"""The demo shop, started afresh as `make run` does, for scripts that look at it from outside."""

import os
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_ROOT = Path(__file__).resolve().parent.parent
_STARTS_WITHIN_SECONDS = 300


@contextmanager
def demo_shop() -> Iterator[str]:
    """The address of a demo shop with a folder and a port of its own; gone afterwards."""
    with tempfile.TemporaryDirectory() as instance:
        port = _free_port()
        env = os.environ | {"PORT": str(port), "STOREFRONT_INSTANCE": instance}
        command = [sys.executable, "-m", "flask", "--app", "storefront", "shop", "start"]
        process = subprocess.Popen(command, env=env, cwd=_ROOT)
        try:
            _wait_for(f"http://127.0.0.1:{port}/readyz")
            yield f"http://127.0.0.1:{port}"
        finally:
            process.terminate()
            process.wait(30)


def _wait_for(url: str) -> None:
    end = time.monotonic() + _STARTS_WITHIN_SECONDS
    while time.monotonic() < end:
        try:
            urllib.request.urlopen(url, timeout=2).close()
            return
        except (urllib.error.URLError, OSError):
            time.sleep(0.5)
    raise SystemExit("the demo did not start")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
