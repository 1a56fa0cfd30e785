"""Rendered public pages, kept in this process until what they show changes anywhere.

A stamp says when anything public last changed. On one machine it is the modification time of a
file in the instance folder, which every process reads for the price of one stat(); with REDIS_URL
it is also a counter that several machines share, looked at once a second.
"""

from __future__ import annotations

import hashlib
import math
import os
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import brotli
from redis import Redis
from redis.exceptions import RedisError

from .assets import takes_brotli

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

Headers = list[tuple[str, str]]
Key = tuple[str, ...]
STAMP = "storefront.stamp"  # in a request's environ: when it began, by the stamp
_LONGEST_KEY = 300  # nobody fills the cache with made-up addresses of any length
_REDIS_LOOK_SECONDS = 1.0
#: How often a page is sent before it is worth some 30 ms of a processor to make it a tenth smaller.
POPULAR = 50
_aside = ThreadPoolExecutor(1, "compress")


@dataclass(slots=True)
class Page:
    """One rendered page; its ETag differs from one encoding to the other, and is weak where the
    same page is compressed anew.
    """

    stamp: tuple[int, int]
    kept_until: float
    body: bytes
    headers: Headers
    etag: str
    compressed: bytes | None = None
    asked: int = 0

    def answer(self, environ: Mapping[str, Any]) -> tuple[str, Headers, bytes]:
        """Status, headers and body for a browser: 304 when it has this page already."""
        wants_brotli = takes_brotli(environ.get("HTTP_ACCEPT_ENCODING", ""))
        etag = f'W/"{self.etag}-br"' if wants_brotli else f'"{self.etag}"'
        headers = [*self.headers, ("ETag", etag)]
        if etag in environ.get("HTTP_IF_NONE_MATCH", ""):
            return "304 Not Modified", headers, b""
        body = self.body
        if wants_brotli:
            body = self._brotli()
            headers.append(("Content-Encoding", "br"))
        headers.append(("Content-Length", str(len(body))))
        return "200 OK", headers, body

    def _brotli(self) -> bytes:
        """The body compressed: quickly when a browser first asks, and hard once many have."""
        if self.compressed is None:
            self.compressed = brotli.compress(self.body, quality=5)
        self.asked += 1
        if self.asked == POPULAR:
            _aside.submit(self._press)
        return self.compressed

    def _press(self) -> None:
        self.compressed = brotli.compress(self.body, quality=10)


class Stamp:
    """When anything public last changed; equal stamps mean that nothing did."""

    def __init__(self, path: Path, redis_url: str, *, name: str = "storefront") -> None:
        self._made_of = (path, redis_url, name)
        self._path = str(path)
        self._redis = Redis.from_url(redis_url, socket_timeout=1) if redis_url else None
        self._redis_key = f"{name}:pages"
        self._shared = 0
        self._looked_at = 0.0
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch(exist_ok=True)

    def beside(self, what: str) -> Stamp:
        """Another stamp in the same places, of something else."""
        path, redis_url, name = self._made_of
        return Stamp(path.with_name(f"{what}.stamp"), redis_url, name=f"{name}-{what}")

    def current(self) -> tuple[int, int]:
        """The stamp now; a machine that Redis does not answer goes by its own file."""
        if self._redis is not None and time.monotonic() - self._looked_at > _REDIS_LOOK_SECONDS:
            self._look_at_redis()
        try:
            return os.stat(self._path).st_mtime_ns, self._shared
        except FileNotFoundError:
            return time.time_ns(), self._shared  # no stamp, so nothing is served from the cache

    def bump(self) -> None:
        """Makes every cached page stale, in every process."""
        now = time.time_ns()
        Path(self._path).touch(exist_ok=True)
        os.utime(self._path, ns=(now, now))
        if self._redis is not None:
            try:
                self._shared = int(self._redis.incr(self._redis_key))
            except RedisError:
                self._looked_at = 0.0

    def _look_at_redis(self) -> None:
        assert self._redis is not None
        self._looked_at = time.monotonic()
        try:
            self._shared = int(self._redis.get(self._redis_key) or 0)
        except RedisError:
            return


class Clock:
    """When something that is planned changes what pages show: prices, guides.

    Every process remembers the moment until somebody changes the plans, so that a request costs
    no statement for it.
    """

    def __init__(self, plans: Stamp) -> None:
        self._plans = plans  # when somebody last changed what is planned
        self._due_at = math.inf  # seconds since 1970
        self._read_at: tuple[int, int] | None = None  # the stamp of what due_at was read from

    def is_due(self) -> bool:
        """Whether the moment has come since it was last looked at."""
        return self._due_at <= time.time()

    def is_true(self) -> bool:
        """Whether nobody has changed the plans since they were looked at."""
        return self._read_at == self._plans.current()

    def look(self, next_due: Callable[[], datetime | None]) -> None:
        """Reads the moment anew."""
        stamp = self._plans.current()  # before the read: a plan that comes between is read again
        due = next_due()
        self._due_at = due.timestamp() if due else math.inf
        self._read_at = stamp

    def bump(self) -> None:
        """Has every process look anew."""
        self._plans.bump()


class PageCache:
    """The least recently used pages leave first; a page of an older stamp is never served."""

    def __init__(self, stamp: Stamp, *, seconds: int, most: int = 1000) -> None:
        self.stamp = stamp
        self.prices = Clock(stamp.beside("prices"))
        self.guides = Clock(stamp.beside("guides"))
        self.seconds = seconds
        self._most = most
        self._pages: OrderedDict[Key, Page] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, key: Key) -> Page | None:
        """The page under this key if it still shows the truth."""
        if not self.seconds or self.prices.is_due() or self.guides.is_due():
            return None
        page = self._pages.get(key)
        if page is None or page.stamp != self.stamp.current() or page.kept_until < time.monotonic():
            return None
        with self._lock:
            if key in self._pages:
                self._pages.move_to_end(key)
        return page

    def put(self, key: Key, body: bytes, *, headers: Headers, stamp: tuple[int, int]) -> Page:
        """Keeps a page that was rendered after `stamp` was read; unchanged, it stays as small."""
        page = make_page(body, headers, stamp=stamp, kept_until=time.monotonic() + self.seconds)
        if self.seconds and sum(map(len, key)) <= _LONGEST_KEY:
            with self._lock:
                before = self._pages.get(key)
                if before and (before.body, before.headers) == (page.body, page.headers):
                    before.stamp, before.kept_until = page.stamp, page.kept_until
                    page = before
                self._pages[key] = page
                self._pages.move_to_end(key)
                while len(self._pages) > self._most:
                    self._pages.popitem(last=False)
        return page


def make_page(
    body: bytes, headers: Headers, *, stamp: tuple[int, int] = (0, 0), kept_until: float = 0.0
) -> Page:
    """A page that may or may not be kept."""
    return Page(stamp, kept_until, body, headers, hashlib.sha256(body).hexdigest()[:24])


def serve_cached(pages: PageCache, wsgi: WSGIApplication) -> WSGIApplication:
    """Answers cached pages before anything else of the app runs; marks the others with the stamp.

    Only for an app that is nothing but the shop: a host's own checks must run before every page.
    """

    def serve(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        if environ["REQUEST_METHOD"] not in {"GET", "HEAD"}:
            return wsgi(environ, start_response)
        page = pages.get(page_key(environ))
        if page is None:
            environ[STAMP] = pages.stamp.current()
            return wsgi(environ, start_response)
        status, headers, body = page.answer(environ)
        start_response(status, headers)
        return [] if environ["REQUEST_METHOD"] == "HEAD" else [body]

    return serve


def page_key(environ: Mapping[str, Any]) -> Key:
    """What makes two requests ask for the same page: path and query, never the visitor."""
    # Apart from each other: glued together, a prefix that a visitor makes up could change places
    # with the beginning of another page's path.
    return tuple(environ.get(name, "") for name in ("SCRIPT_NAME", "PATH_INFO", "QUERY_STRING"))
