"""The worker's queue (huey): jobs that run soon after a commit, and chores that run by the clock.

Nothing depends on it being there: every chore is also a `flask shop` command, and what must not
be lost stands in tables. The queue only makes things happen sooner, or elsewhere than in a request.
"""

import fcntl
import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any

from flask import Flask, current_app
from huey import Huey, RedisHuey, SqliteHuey, crontab

from .config import Settings

log = logging.getLogger("storefront")


def make_queue(settings: Settings, *, name: str) -> Huey:
    """The queue of one app: a SQLite file in the instance folder, or Redis where it is set."""
    if settings.REDIS_URL:
        return RedisHuey(name, url=settings.REDIS_URL, results=False)
    settings.instance.mkdir(parents=True, exist_ok=True)
    file = str(settings.instance / "jobs.sqlite3")
    return SqliteHuey("storefront", filename=file, results=False, fsync=False)


def hand_over(name: str, *values: str) -> bool:
    """Asks the worker to do something now; False when there is none to do it.

    Only after a commit: the worker may be faster than whoever asks.
    """
    state = current_app.extensions["storefront"]
    if not state.heartbeat.is_there():
        return False
    try:
        state.jobs[name](*values)
    except Exception as error:  # a queue that is locked or gone; what asks has stored its work
        log.warning("the worker could not be asked for %s: %s", name, type(error).__name__)
        return False
    return True


def run_job(app: Flask, name: str, *values: str) -> None:
    """Does one job in its own app context; a failure is logged and tried at the next turn."""
    with app.app_context():
        try:
            JOBS[name](*values)
        except Exception:
            log.exception("the job %s failed; it comes round again", name)


def run_chore(app: Flask, name: str) -> None:
    """Does a chore unless it is still being done: while Stripe is silent, one waits and not ten."""
    with alone(app, name) as is_alone:
        if is_alone:
            run_job(app, name)
        else:
            log.info("the chore %s is still being done; this turn is left out", name)


def ask_for_everything(app: Flask) -> None:
    """Puts every chore into the queue, for a worker that is about to start."""
    for name in EVERY_MINUTES:
        app.extensions["storefront"].chores[name]()


@contextmanager
def alone(app: Flask, name: str) -> Iterator[bool]:
    """Whether nobody else is at this chore here; the system lets go for a process that dies."""
    folder = app.extensions["storefront"].settings.instance / "chores"
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / name).open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
        else:
            yield True


def register_jobs(app: Flask, queue: Huey) -> dict[str, Any]:
    """Makes jobs that can be asked for."""
    return {name: queue.task(name=name)(partial(run_job, app, name)) for name in JOBS}


def register_chores(app: Flask, queue: Huey) -> dict[str, Any]:
    """Makes the jobs that are done by the clock, each by nobody but one."""
    chores = {}
    for name, minutes in EVERY_MINUTES.items():
        on_the_clock = queue.periodic_task(crontab(minute=minutes), name=f"{name}_by_the_clock")
        chores[name] = on_the_clock(partial(run_chore, app, name))
    return chores


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


def _tell_low_stock() -> object:
    from .staff import tasks

    return tasks.tell_low_stock()


def _block_lots() -> object:
    from .inventory import tasks

    return tasks.block_lots()


def _reconcile() -> object:
    from . import checkout

    return checkout.keep_in_line()


def _start_prices() -> object:
    from .catalog import tasks

    return tasks.start_prices()


def _publish_guides() -> object:
    from .guides import tasks

    return tasks.publish_guides()


def _write_swaps() -> object:
    from .guides import tasks

    return tasks.write_swaps()


def _ask_outside_links() -> object:
    from .guides import tasks

    return tasks.ask_outside_links()


def _follow_event(event_id: str) -> object:
    from .checkout import tasks

    return tasks.follow_event(event_id)


def _tell_waiting() -> object:
    from .customers import tasks

    return tasks.tell_who_waits()


def _forget_sign_ups() -> object:
    from .customers import tasks

    return tasks.forget_who_was_told()


def _forget_commenters() -> object:
    from .comments import tasks

    return tasks.forget_who_wrote()


def _ask_for_reviews() -> object:
    from .reviews import tasks

    return tasks.invite_buyers()


def _import_articles(token: str, actor: str) -> object:
    from .staff import tasks

    return tasks.import_articles(token, actor)


def _index_search() -> object:
    from .search import tasks

    return tasks.index_search()


def _forget_misses() -> object:
    from .search import tasks

    return tasks.forget_misses()


JOBS: dict[str, Callable[..., object]] = {
    "follow_event": _follow_event,
    "import_articles": _import_articles,
    "send_letters": _send_letters,
    "start_prices": _start_prices,
    "publish_guides": _publish_guides,
    "write_swaps": _write_swaps,
    "ask_outside_links": _ask_outside_links,
    "retry_events": _retry_events,
    "make_refunds": _make_refunds,
    "release_holds": _release_holds,
    "block_lots": _block_lots,
    "reconcile": _reconcile,
    "tell_waiting": _tell_waiting,
    "tell_low_stock": _tell_low_stock,
    "forget_sign_ups": _forget_sign_ups,
    "forget_commenters": _forget_commenters,
    "ask_for_reviews": _ask_for_reviews,
    "index_search": _index_search,
    "forget_misses": _forget_misses,
}

EVERY_MINUTES = {
    "send_letters": "*",
    "start_prices": "*",
    "publish_guides": "*",
    "write_swaps": "*",
    "ask_outside_links": "37",
    "retry_events": "*",
    "make_refunds": "*",
    "release_holds": "*",
    "block_lots": "7",
    "reconcile": "*/5",
    "tell_waiting": "*",
    "tell_low_stock": "*/5",
    "forget_sign_ups": "17",  # of each hour
    "forget_commenters": "27",
    "ask_for_reviews": "47",
    "index_search": "*",
    "forget_misses": "47",
}
