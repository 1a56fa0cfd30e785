"""Checkout Sessions per second of the Stripe box, each with a key of its own, over HTTP.

    python -m scripts.box_bench              one box process, 8 connections, 4 seconds a row
    python -m scripts.box_bench --seconds 10

`req/s` depends on what else the machine does. `of bare` compares with a view that only answers,
behind the same server, measured right afterwards; `per CPU second` counts the processor time of
the box alone, and is what a quiet machine with a core for the box comes close to.
Needs wrk (Debian: apt-get install wrk). Talks to 127.0.0.1 only.
"""

import argparse
import os
import re
import signal
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlencode

from scripts.bench import ROOT, free_port

CONNECTIONS = 8
BARE = """
import sys
from flask import Flask
from werkzeug.serving import make_server
from storefront.stripe_box.server import _QuietHandler
app = Flask("bare")
app.add_url_rule("/", "page", lambda: "x" * 4000, methods=["GET", "POST"])
make_server("127.0.0.1", int(sys.argv[1]), app, threaded=True,
            request_handler=_QuietHandler).serve_forever()
"""
ORDER = {
    "mode": "payment",
    "success_url": "http://127.0.0.1:8000/checkout/return?session_id={CHECKOUT_SESSION_ID}",
    "client_reference_id": "SW-1001",
    "metadata[order]": "1001",
    "shipping_address_collection[allowed_countries][0]": "DE",
    "shipping_options[0][shipping_rate_data][type]": "fixed_amount",
    "shipping_options[0][shipping_rate_data][display_name]": "Standard",
    "shipping_options[0][shipping_rate_data][fixed_amount][amount]": "490",
    "shipping_options[0][shipping_rate_data][fixed_amount][currency]": "eur",
}
LINE = {"currency": "eur", "unit_amount": "1290", "product_data][name": "Magnesium oil"}


@dataclass(frozen=True)
class Process:
    """A running server."""

    url: str
    pid: int

    def cpu_seconds(self) -> float:
        """Return the processor time used so far."""
        fields = Path(f"/proc/{self.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def main() -> int:
    """Print the table."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--seconds", type=int, default=4)
    seconds = options.parse_args().seconds
    box_port, file_port, bare_port = free_port(), free_port(), free_port()
    print(f"one box process, {CONNECTIONS} connections, {seconds} s a row\n")
    print(f"{'request':34}{'req/s':>9}{'of bare':>9}{'per CPU second':>16}")
    command = ["-m", "storefront.stripe_box", "--port"]
    with (
        tempfile.TemporaryDirectory() as folder,
        _running([*command, str(box_port)], box_port) as box,
        _running([*command, str(file_port), "--database", f"{folder}/box"], file_port) as in_file,
        _running(["-c", BARE, str(bare_port)], bare_port) as bare,
    ):
        one, five = _script(Path(folder), 1), _script(Path(folder), 5)
        _row("session of 1 line, in memory", box, bare, one, seconds)
        _row("session of 5 lines, in memory", box, bare, five, seconds)
        _row("session of 1 line, in a file", in_file, bare, one, seconds)
    return 0


def _row(name: str, box: Process, bare: Process, script: Path, seconds: int) -> None:
    began = box.cpu_seconds()
    count, rate = _wrk(f"{box.url}/v1/checkout/sessions", script, seconds)
    used = box.cpu_seconds() - began
    _, beside = _wrk(f"{bare.url}/", script, seconds)
    print(f"{name:34}{rate:9.0f}{rate / beside:9.2f}{count / used:16.0f}", flush=True)


def _wrk(url: str, script: Path, seconds: int) -> tuple[int, float]:
    command = ["wrk", "-t1", f"-c{CONNECTIONS}", f"-d{seconds}s", "-s", str(script), url]
    out = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    if bad := re.search(r"Non-2xx or 3xx responses: (\d+)", out):
        raise SystemExit(f"{url} answered {bad.group(1)} times with an error")
    count = re.search(r"(\d+) requests in", out)
    rate = re.search(r"Requests/sec:\s+([\d.]+)", out)
    assert count
    assert rate
    return int(count.group(1)), float(rate.group(1))


def _script(folder: Path, lines: int) -> Path:
    form = dict(ORDER)
    for place in range(lines):
        form[f"line_items[{place}][quantity]"] = "1"
        for name, value in LINE.items():
            form[f"line_items[{place}][price_data][{name}]"] = value
    path = folder / f"order-{lines}.lua"
    path.write_text(
        'wrk.method = "POST"\n'
        'wrk.headers["Content-Type"] = "application/x-www-form-urlencoded"\n'
        'wrk.headers["Authorization"] = "Bearer sk_test_bench"\n'
        'wrk.headers["Stripe-Version"] = "2026-10-28.endive"\n'
        f"wrk.body = '{urlencode(form)}'\n"
        "local count = 0\n"
        "request = function()\n"
        "  count = count + 1\n"
        "  wrk.headers['Idempotency-Key'] = string.format('bench-%d-%d', os.time(), count)\n"
        "  return wrk.format()\n"
        "end\n"
    )
    return path


@contextmanager
def _running(arguments: list[str], port: int) -> Iterator[Process]:
    process = subprocess.Popen([sys.executable, *arguments], cwd=ROOT, stdout=subprocess.DEVNULL)
    url = f"http://127.0.0.1:{port}"
    try:
        for _ in range(600):
            try:
                urllib.request.urlopen(f"{url}/", timeout=5).close()
                break
            except (urllib.error.URLError, ConnectionError):
                time.sleep(0.1)
        yield Process(url, process.pid)
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(timeout=60)


if __name__ == "__main__":
    sys.exit(main())
