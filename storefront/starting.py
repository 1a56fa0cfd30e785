"""`make run`: migrate, load the demo, then web, worker and Stripe stand-in in one terminal."""

import os
import socket
import sys
import threading
import time
import urllib.error
import urllib.request
from urllib.parse import urlsplit

import click
from flask import current_app
from honcho.manager import Manager

from . import schema
from .config import Settings
from .database import close_session, db
from .demo import DEMO_EMAIL, DEMO_PASSWORD, demo_login_opens, load_demo
from .demo_commands import payments_file
from .pages import public_url

_WAIT_SECONDS = 60


def start_all(*, with_demo: bool) -> int:
    """Runs everything until Ctrl-C or until one part ends; returns its exit code."""
    settings: Settings = current_app.extensions["storefront"].settings
    box_port = urlsplit(settings.STRIPE_API_BASE).port if settings.uses_stripe_box else None
    for port in filter(None, (settings.PORT, box_port)):
        if _is_taken(port):
            other = settings.PORT + 100 if settings.PORT < 60_000 else 8000
            sentence = f"Port {port} is in use. Start on another one: make run PORT={other}"
            click.echo(sentence, err=True)
            return 1
    with db.engine.connect() as connection:
        schema.upgrade(connection)
    if with_demo:
        click.echo(load_demo())
    has_demo_login = demo_login_opens()
    close_session()
    db.engine.dispose()  # no connection may be shared with the processes below
    manager = _parts(settings, box_port)
    words = greeting(settings, box_port=box_port, has_demo_login=has_demo_login)
    threading.Thread(target=_greet, args=(settings.PORT, words), daemon=True).start()
    manager.loop()
    return 0 if manager.returncode in (None, 0, 130, -2, -15) else int(manager.returncode)


def box_environment(settings: Settings) -> dict[str, str]:
    """Where this app looks for the box, and where it wants to be told; nothing with a real key."""
    if not settings.uses_stripe_box:
        return {}
    earlier = payments_file(settings.instance)
    return {
        "STRIPE_BOX_PORT": str(urlsplit(settings.STRIPE_API_BASE).port or 80),
        "STRIPE_BOX_DATABASE": str(settings.instance / "stripe-box.sqlite3"),
        "STRIPE_BOX_WEBHOOK_URL": public_url("stripe_webhook"),
        "STRIPE_WEBHOOK_SECRET": settings.STRIPE_WEBHOOK_SECRET,
        "STRIPE_BOX_EARLIER_PAYMENTS": str(earlier) if earlier.exists() else "",
    }


def _parts(settings: Settings, box_port: int | None) -> Manager:
    env = {
        **os.environ,
        "PYTHONUNBUFFERED": "1",
        "SECRET_KEY": settings.SECRET_KEY,
        "STOREFRONT_INSTANCE": str(settings.instance),
        "STRIPE_WEBHOOK_SECRET": settings.STRIPE_WEBHOOK_SECRET,
        "PORT": str(settings.PORT),
    }
    python = f'"{sys.executable}"'
    manager = Manager()
    manager.add_process("web", f"exec {python} -m storefront.web", env=env)
    manager.add_process("worker", f"exec {python} -m flask --app storefront shop worker", env=env)
    if box_port:
        # Told here and not at the public address, which may lead to another shop's server.
        told_at = f"http://127.0.0.1:{settings.PORT}/webhooks/stripe"
        box = env | box_environment(settings) | {"STRIPE_BOX_WEBHOOK_URL": told_at}
        manager.add_process("stripe", f"exec {python} -m storefront.stripe_box", env=box)
    return manager


def greeting(settings: Settings, *, box_port: int | None, has_demo_login: bool) -> str:
    """Where the shop is and how to try it; the password only while it is the demo's."""
    address = f"http://127.0.0.1:{settings.PORT}"
    lines = ["", f"  {settings.STOREFRONT_NAME} is open:  {address}"]
    if has_demo_login and not settings.STOREFRONT_PRODUCTION:
        lines.append(f"  Staff:               {address}/staff/   {DEMO_EMAIL}  {DEMO_PASSWORD}")
    if box_port:
        lines.append(f"  Payments (offline):  http://127.0.0.1:{box_port}/")
    if settings.is_test_mode:
        lines.append("  Test card:           4242 4242 4242 4242, any future date, any CVC")
    lines.append("  Stop with Ctrl-C. Your data stays; `make reset` starts over.")
    return "\n".join([*lines, ""])


def _greet(port: int, words: str) -> None:
    """Says the words once the shop answers."""
    if _answers(f"http://127.0.0.1:{port}/readyz"):
        click.echo(words)


def _answers(url: str) -> bool:
    for _ in range(_WAIT_SECONDS * 5):
        try:
            with urllib.request.urlopen(url, timeout=2) as answer:  # noqa: S310 - our own address
                return bool(answer.status == 200)
        except (urllib.error.URLError, OSError):
            time.sleep(0.2)
    return False


def _is_taken(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return True
    return False
