"""`python -m storefront.stripe_box`: run a box until Ctrl-C or SIGTERM."""

import argparse
import json
import os
import signal
import sys
import threading
from collections.abc import Mapping, Sequence
from pathlib import Path

from .errors import JSON
from .server import BoxServer
from .settings import DEMO_RETRY_SECONDS, BadSettings, BoxSettings

_BANNER = """
  ████████ ███████ ███████ ████████
     ██    ██      ██         ██      Stripe box: no real payments, no network
     ██    █████   ███████    ██      API and pages   {url}
     ██    ██           ██    ██      webhooks to     {webhook}
     ██    ███████ ███████    ██      Card            4242 4242 4242 4242
"""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run until asked to stop; returns 2 when the settings are refused."""
    try:
        settings = read_settings(sys.argv[1:] if arguments is None else arguments, os.environ)
        server = BoxServer(settings)
    except BadSettings as refusal:
        sys.stderr.write(f"stripe box: {refusal}\n")
        return 2
    except OSError as problem:
        sys.stderr.write(f"stripe box: cannot listen: {problem}\n")
        return 2
    is_over = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: is_over.set())
    with server:
        webhook = settings.webhook_url or "nowhere"
        sys.stdout.write(_BANNER.format(url=server.url, webhook=webhook))
        sys.stdout.flush()
        is_over.wait()
    return 0


def read_settings(arguments: Sequence[str], environment: Mapping[str, str]) -> BoxSettings:
    """Return settings from the command line, then the environment; raises BadSettings."""
    asked = _parser(environment).parse_args(arguments)
    try:
        retries = tuple(float(part) for part in asked.retry_seconds.split(",") if part.strip())
        port, settle = int(asked.port), float(asked.settle_seconds)
        seed = int(asked.seed) if asked.seed else None
    except ValueError as problem:
        raise BadSettings("The port, the seed and the seconds must be numbers.") from problem
    return BoxSettings(
        host=asked.host,
        port=port,
        database=asked.database,
        secret_key=environment.get("STRIPE_SECRET_KEY", ""),
        webhook_url=asked.webhook_url,
        webhook_secret=asked.webhook_secret,
        webhook_events=tuple(asked.webhook_events.split(",")),
        retry_seconds=retries,
        seed=seed,
        settle_seconds=settle,
        earlier_payments=_read_payments(asked.earlier_payments),
    )


def _read_payments(path: str) -> tuple[JSON, ...]:
    if not path:
        return ()
    try:
        return tuple(json.loads(Path(path).read_text(encoding="utf-8")))
    except (OSError, ValueError) as problem:
        raise BadSettings(f"The file of earlier payments cannot be read: {path}") from problem


def _parser(environment: Mapping[str, str]) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m storefront.stripe_box",
        description="Offline stand-in for Stripe's test mode. Loopback only, test keys only.",
    )
    schedule = ",".join(f"{seconds:g}" for seconds in DEMO_RETRY_SECONDS)
    options = (
        ("host", "STRIPE_BOX_HOST", "127.0.0.1", "loopback address to listen on"),
        ("port", "STRIPE_BOX_PORT", "9000", "port to listen on; 0 takes a free one"),
        ("database", "STRIPE_BOX_DATABASE", ":memory:", "file, or :memory: to forget at the end"),
        ("webhook-url", "STRIPE_BOX_WEBHOOK_URL", "", "where events are posted; empty: nowhere"),
        ("webhook-secret", "STRIPE_WEBHOOK_SECRET", BoxSettings.webhook_secret, "signing secret"),
        ("webhook-events", "STRIPE_BOX_WEBHOOK_EVENTS", "*", "types to post, with commas"),
        ("retry-seconds", "STRIPE_BOX_RETRY_SECONDS", schedule, "pauses between deliveries"),
        ("seed", "STRIPE_BOX_SEED", "", "whole number that chance in faults comes from"),
        ("earlier-payments", "STRIPE_BOX_EARLIER_PAYMENTS", "", "file of payments made before"),
        ("settle-seconds", "STRIPE_BOX_SETTLE_SECONDS", "3", "until delayed money moves; 0: never"),
    )
    for name, variable, default, meaning in options:
        parser.add_argument(
            f"--{name}",
            default=environment.get(variable) or default,
            help=f"{meaning} (environment: {variable})",
        )
    return parser


if __name__ == "__main__":
    sys.exit(main())
