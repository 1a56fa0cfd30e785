"""How far long work has come, on the terminal of whoever waits for it."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import click


@contextmanager
def progress(what: str, total: int) -> Iterator[Callable[..., object]]:
    """A bar on the terminal; silent when nobody watches, so that logs stay short."""
    is_hidden = not total or not sys.stderr.isatty()
    with click.progressbar(
        length=total, label=what, show_pos=True, hidden=is_hidden, file=sys.stderr
    ) as bar:
        yield lambda count=1: bar.update(count)
