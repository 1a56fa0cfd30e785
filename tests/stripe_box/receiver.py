"""A small shop-side endpoint that remembers what was posted to it."""

import threading
import time
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass
class Posted:
    """One delivery as it came in."""

    body: bytes
    headers: dict[str, str]
    at: float


@dataclass
class Receiver:
    """What to answer, and everything received; answers are used up from the front."""

    answers: list[int] = field(default_factory=list)
    delay_seconds: float = 0.0
    posted: list[Posted] = field(default_factory=list)
    url: str = ""

    def __enter__(self) -> "Receiver":
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                time.sleep(outer.delay_seconds)
                outer.posted.append(Posted(body, dict(self.headers), time.time()))
                self.send_response(outer.answers.pop(0) if outer.answers else 200)
                self.send_header("Location", outer.url + "elsewhere")
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_: Any) -> None:
                return

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}/webhooks/stripe"
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,))
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    def wait_for(self, count: int, *, seconds: float = 30.0) -> list[Posted]:
        """Return once so many deliveries came in, or what came when time ran out."""
        deadline = time.monotonic() + seconds
        while len(self.posted) < count and time.monotonic() < deadline:
            time.sleep(0.01)
        return self.posted
