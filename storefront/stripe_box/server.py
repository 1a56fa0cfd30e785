"""A box behind a threaded HTTP server on loopback, for tests and for the command."""

import logging
import threading
from collections.abc import Iterable
from types import TracebackType
from typing import TYPE_CHECKING, Self

from werkzeug.serving import BaseWSGIServer, WSGIRequestHandler, make_server

from .application import create_application
from .box import Box
from .controls.control import Control
from .settings import BoxSettings

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

log = logging.getLogger(__name__)

# Short enough for a test to see several tries, long enough for a slow handler.
TEST_RETRY_SECONDS = (0.2, 0.4, 0.8)
_POLL_SECONDS = 0.05


class _QuietHandler(WSGIRequestHandler):
    """Requests go to the box's own memory instead of the terminal."""

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        log.debug("%s %s", self.requestline, code)

    def address_string(self) -> str:
        return str(self.client_address[0])


class _Counted:
    """A WSGI application that knows how many requests it is answering."""

    def __init__(self, application: "WSGIApplication") -> None:
        self._application = application
        self._running = 0
        self._changed = threading.Condition()

    def __call__(self, environ: "WSGIEnvironment", start: "StartResponse") -> Iterable[bytes]:
        with self._changed:
            self._running += 1
        try:
            return self._application(environ, start)
        finally:
            with self._changed:
                self._running -= 1
                self._changed.notify_all()

    def wait_until_idle(self, timeout: float) -> None:
        """Wait for the running requests, which would miss the database once it is closed."""
        with self._changed:
            self._changed.wait_for(lambda: self._running == 0, timeout)


class BoxServer:
    """A running box: `with BoxServer(webhook_url=…) as box:` and then `box.url`, `box.control`.

    Raises BadSettings for live keys and hosts other than loopback, OSError for a port in use.
    """

    api_key = "sk_test_offlineStripeBox"

    def __init__(self, settings: BoxSettings | None = None, *, webhook_url: str = "") -> None:
        self.settings = settings or BoxSettings(
            webhook_url=webhook_url, retry_seconds=TEST_RETRY_SECONDS, settle_seconds=0
        )
        self.box = Box(self.settings)
        self.control = Control(self.box)
        self._application = _Counted(create_application(self.box))
        self._server: BaseWSGIServer = self._bind()
        self._thread = threading.Thread(target=self._serve, name="stripe-box-http")

    @property
    def url(self) -> str:
        """Return the address to use as Stripe's API base, without a slash at the end."""
        host = f"[{self.settings.host}]" if ":" in self.settings.host else self.settings.host
        return f"http://{host}:{self._server.port}"

    @property
    def webhook_secret(self) -> str:
        """Return the secret with which webhooks are signed."""
        return self.settings.webhook_secret

    def start(self) -> Self:
        """Serve in the background."""
        self.box.start()
        self._thread.start()
        return self

    def stop(self) -> None:
        """Finish the running requests and deliveries, then close everything."""
        self.box.faults.stop()
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()
        self._application.wait_until_idle(self.settings.page_wait_seconds + 2)
        self.box.stop()

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()

    def _serve(self) -> None:
        self._server.serve_forever(poll_interval=_POLL_SECONDS)

    def _bind(self) -> BaseWSGIServer:
        try:
            return make_server(
                self.settings.host,
                self.settings.port,
                self._application,
                threaded=True,
                request_handler=_QuietHandler,
            )
        except BaseException:
            self.box.store.close()
            raise
