"""The worker's queue (huey): jobs that run soon after a commit, and chores that run by the clock.

Nothing depends on it being there: every chore is also a `flask shop` command, and what must not
be lost stands in tables. The queue only makes things happen sooner.
"""

import logging
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from flask import Flask, current_app
from huey import Huey, RedisHuey, SqliteHuey, crontab

from .config import Settings

log = logging.getLogger("storefront")

Chore = Callable[[], object]


def make_queue(settings: Settings, *, name: str) -> Huey:
    """The queue of one app: a SQLite file in the instance folder, or Redis where it is set."""
    if settings.REDIS_URL:
        return RedisHuey(name, url=settings.REDIS_URL, results=False)
    settings.instance.mkdir(parents=True, exist_ok=True)
    file = str(settings.instance / "jobs.sqlite3")
    return SqliteHuey("storefront", filename=file, results=False, fsync=False)


def soon(name: str) -> None:
    """Asks the worker to do a chore now instead of at its next turn."""
    state = current_app.extensions["storefront"]
    if not current_app.testing:
        state.chores[name]()


def run_chore(app: Flask, name: str) -> None:
    """Does one chore in its own app context; a failure is logged and tried at the next turn."""
    with app.app_context():
        try:
            CHORES[name]()
        except Exception:
            log.exception("the chore %s failed; it comes round again", name)


def register_chores(app: Flask, queue: Huey) -> dict[str, Any]:
    """Makes each chore a job that can be asked for, and puts it on the clock."""
    jobs: dict[str, Any] = {}
    for name, minutes in EVERY_MINUTES.items():
        jobs[name] = queue.task(name=name)(_job(app, name))
        queue.periodic_task(crontab(minute=minutes), name=f"{name}_by_the_clock")(_job(app, name))
    return jobs


def _job(app: Flask, name: str) -> Chore:
    def job() -> None:
        run_chore(app, name)

    return job


def _send_letters() -> object:
    from . import mail

    return mail.send_waiting(current_app.extensions["storefront"].settings)


def _retry_events() -> object:
    from .checkout import tasks

    return tasks.retry_events()


def _make_refunds() -> object:
    from .checkout import tasks

    return tasks.make_refunds()


def _release_holds() -> object:
    from .checkout import tasks

    return tasks.release_holds()


def _reconcile() -> object:
    from .checkout import tasks

    return tasks.reconcile(datetime.now(UTC) - timedelta(hours=25))


CHORES: dict[str, Chore] = {
    "send_letters": _send_letters,
    "retry_events": _retry_events,
    "make_refunds": _make_refunds,
    "release_holds": _release_holds,
    "reconcile": _reconcile,
}

EVERY_MINUTES = {
    "send_letters": "*",
    "retry_events": "*",
    "make_refunds": "*",
    "release_holds": "*",
    "reconcile": "*/5",
}
