"""The web server: `python -m storefront.web` serves the shop on PORT with granian.

Why granian, and why sixteen threads: docs/decisions/0006-web-server.md.
"""

import logging

from granian import Granian
from granian.constants import Interfaces
from granian.log import LogLevels

from .config import read_settings


def main() -> None:
    """Serves until told to stop, with WEB_WORKERS processes of WEB_THREADS threads."""
    settings = read_settings({})
    logging.getLogger("_granian").addFilter(_is_news)
    Granian(
        "storefront:create_app",
        factory=True,
        address=settings.WEB_ADDRESS,
        port=settings.PORT,
        interface=Interfaces.WSGI,
        workers=settings.WEB_WORKERS,
        blocking_threads=settings.WEB_THREADS,
        websockets=False,
        log_level=LogLevels.warning,
        log_access=False,
    ).serve()


def _is_news(record: logging.LogRecord) -> bool:
    """All but granian's question whether so many threads are meant: they are."""
    return not record.getMessage().startswith("Configuration allows spawning")


if __name__ == "__main__":
    main()
