"""Asking an address outside of the shop whether it is there: politely, and never one of ours.

A guide may name any address, and whoever owns a name may point it anywhere. So a name is resolved
here, every address of it must be public, and the connection goes to the very number that was looked
at: a name that changes its mind in between (DNS rebinding) is not asked again. Every redirect goes
the same way. One request a second to a host, none that its robots.txt forbids, and no body is read.
An address has half a minute in all: a limit on each step starts anew with every letter that drips.
"""

import ipaddress
import socket
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import SplitResult, urljoin, urlsplit
from urllib.robotparser import RobotFileParser

import urllib3
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import HTTPError

from ...database import forbid_transaction

_MOST_HOPS = 5
_MOST_BYTES = 65_536  # of a robots.txt
_SECONDS = urllib3.Timeout(connect=5, read=10)
_WHOLE_SECONDS = 30.0  # of one address, with its robots.txt and wherever it leads
_PORTS = {"http": 80, "https": 443}
_SAYS_NO = {401, 403, 407, 429, 451, 999}  # to us, which says nothing about readers
_ASK_WITH_GET = {400, 403, 404, 405, 406, 410, 500, 501, 503}

Resolve = Callable[[str, int], list[str]]


@dataclass(frozen=True, slots=True)
class Answer:
    """What came of asking: whether readers would find something there, and why."""

    is_fine: bool
    words: str


class NotAsked(Exception):
    """An address that is not asked; the text says why."""


class Forbidden(NotAsked):
    """An address that must not be asked, because it is not on the public internet."""


def resolve(host: str, port: int) -> list[str]:
    """Every number behind a name; raises OSError when there is none."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


def is_public(number: str) -> bool:
    """Whether an IP address belongs to the public internet, whatever form it is written in."""
    found = ipaddress.ip_address(number.partition("%")[0])
    mapped = getattr(found, "ipv4_mapped", None) or getattr(found, "sixtofour", None)
    if mapped is not None:
        found = mapped
    return found.is_global and not (found.is_multicast or found.is_reserved)


class _Watch:
    """Hangs up on whoever answers when the time is over."""

    def __init__(self, seconds: float) -> None:
        self.is_over = False
        self._socket: socket.socket | None = None
        self._timer = threading.Timer(seconds, self._hang_up)
        self._timer.daemon = True

    def __enter__(self) -> "_Watch":
        self._timer.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._timer.cancel()

    def look_after(self, connected: socket.socket) -> None:
        """Has this connection end in time; raises TimeoutError when it is over already."""
        self._socket = connected
        if self.is_over:
            raise TimeoutError

    def _hang_up(self) -> None:
        self.is_over = True
        if self._socket is not None:
            with suppress(OSError):  # it has ended by itself
                self._socket.shutdown(socket.SHUT_RDWR)


class _Watched:
    """A connection that is looked after as soon as it stands."""

    sock: socket.socket

    def __init__(self, *args: Any, watch: _Watch, **how: Any) -> None:
        super().__init__(*args, **how)
        self._watch = watch

    def connect(self) -> None:
        super().connect()  # type: ignore[misc]  # of the class beside it
        self._watch.look_after(self.sock)


class _HttpConnection(_Watched, HTTPConnection):
    pass


class _HttpsConnection(_Watched, HTTPSConnection):
    pass


class _HttpPool(urllib3.HTTPConnectionPool):
    ConnectionCls = _HttpConnection


class _HttpsPool(urllib3.HTTPSConnectionPool):
    ConnectionCls = _HttpsConnection


@dataclass(slots=True)
class Asker:
    """Asks addresses one after the other and remembers hosts for as long as it lives.

    allows_loopback is for tests and nothing else; they also replace wait and resolve.
    """

    name: str  # how it introduces itself
    allows_loopback: bool = False
    wait: Callable[[float], object] = time.sleep
    resolve: Resolve = resolve
    seconds: float = _WHOLE_SECONDS
    _watch: _Watch = field(default_factory=lambda: _Watch(0))
    _asked_at: dict[str, float] = field(default_factory=dict)
    _robots: dict[str, RobotFileParser] = field(default_factory=dict)

    def ask(self, address: str) -> Answer:
        """What an address says in the end, redirects followed; a failure is an answer."""
        forbid_transaction()
        with _Watch(self.seconds) as self._watch:
            try:
                return self._ask(address)
            except NotAsked as no:
                return Answer(not isinstance(no, Forbidden), str(no))
            except (HTTPError, OSError, ValueError) as error:
                return Answer(False, "takes too long" if self._watch.is_over else _why(error))

    def _ask(self, address: str) -> Answer:
        for _ in range(_MOST_HOPS + 1):
            self._heed_robots(address)
            status, onward = self._status(address)
            if onward is None:
                is_fine = status < 400 or status in _SAYS_NO
                return Answer(is_fine, f"answers {status}")
            address = urljoin(address, onward)
        return Answer(False, "leads on and on")

    def _status(self, address: str) -> tuple[int, str | None]:
        status, onward, _ = self._request("HEAD", address)
        if status in _ASK_WITH_GET:
            status, onward, _ = self._request("GET", address)
        return status, onward if 300 <= status < 400 else None

    def _heed_robots(self, address: str) -> None:
        """Raises NotAsked where a host's robots.txt forbids us the address."""
        parts = urlsplit(address)
        place = f"{parts.scheme}://{parts.netloc}"
        if place not in self._robots:
            rules = RobotFileParser()
            status, _, body = self._request("GET", f"{place}/robots.txt", most=_MOST_BYTES)
            rules.parse(body.decode("utf-8", "replace").splitlines() if status == 200 else [])
            self._robots[place] = rules
        if not self._robots[place].can_fetch(self.name, address):
            raise NotAsked("is not asked, as its robots.txt wishes")

    def _request(
        self, method: str, address: str, *, most: int = 0
    ) -> tuple[int, str | None, bytes]:
        """Status, where it leads on, and at most so many bytes of the body."""
        parts = urlsplit(address)
        number, port = self._number(parts)
        host = parts.hostname or ""
        self._take_turn(host)
        with self._pool(parts.scheme, number, port, host) as pool:
            response = pool.urlopen(
                method,
                f"{parts.path or '/'}{'?' if parts.query else ''}{parts.query}",
                headers={"Host": _host_header(parts), "User-Agent": self.name, "Accept": "*/*"},
                redirect=False,
                retries=False,
                assert_same_host=False,
                preload_content=False,
                timeout=_SECONDS,
            )
            body = response.read(most, decode_content=False) if most else b""
            response.close()
        if self._watch.is_over:  # what was cut reads like an end
            raise TimeoutError
        return response.status, response.headers.get("Location"), body

    def _number(self, parts: SplitResult) -> tuple[str, int]:
        """The number that is connected to; raises Forbidden unless all of the name are public."""
        if parts.scheme not in _PORTS or not parts.hostname:
            raise Forbidden("is no address of the web")
        port = parts.port or _PORTS[parts.scheme]
        numbers = self.resolve(parts.hostname, port)
        if self.allows_loopback and all(ipaddress.ip_address(n).is_loopback for n in numbers):
            return numbers[0], port
        if port not in _PORTS.values() or not numbers or not all(map(is_public, numbers)):
            raise Forbidden("is not on the public internet")
        return numbers[0], port

    def _pool(self, scheme: str, number: str, port: int, host: str) -> urllib3.HTTPConnectionPool:
        if scheme == "http":
            return _HttpPool(number, port, maxsize=1, watch=self._watch)
        return _HttpsPool(
            number, port, maxsize=1, server_hostname=host, assert_hostname=host,
            cert_reqs="CERT_REQUIRED", watch=self._watch,
        )  # fmt: skip

    def _take_turn(self, host: str) -> None:
        """One request a second to a host."""
        rest = self._asked_at.get(host, -1.0) + 1.0 - time.monotonic()
        if host in self._asked_at and rest > 0:
            self.wait(rest)
        self._asked_at[host] = time.monotonic()


def _host_header(parts: SplitResult) -> str:
    return parts.netloc.rpartition("@")[2]


def _why(error: Exception) -> str:
    if isinstance(error, socket.gaierror):
        return "has a name that leads nowhere"
    return f"does not answer ({type(error).__name__})"
