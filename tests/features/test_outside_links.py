"""Addresses outside of the shop: asked politely, never in private networks, told after two days."""

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from flask import Flask

from conftest import Starter
from storefront import guides
from storefront.errors import SettingsError
from storefront.guides.health import asking, outside
from storefront.guides.health.asking import Answer, Asker
from storefront.guides.tasks import ask_outside_links
from support.catalogue import Catalogue
from support.guides import publish
from support.shop import Shop

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)


class Site:
    """A site of ours on this machine; answers maps a path to its status and where it leads on."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, str]] = []
        self.agents: set[str] = set()
        self.answers: dict[str, tuple[int, str]] = {"/robots.txt": (404, "")}
        self.robots = b""
        site = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                site.asked.append((self.command, self.path))
                site.agents.add(self.headers["User-Agent"])
                status, onward = site.answers.get(self.path, (200, ""))
                self.send_response(status)
                if onward:
                    self.send_header("Location", onward)
                body = site.robots if self.path == "/robots.txt" else b"x" * 10
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                if self.command == "GET":
                    self.wfile.write(body)

            do_HEAD = do_GET

            def log_message(self, *args: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}"


@pytest.fixture
def site() -> Iterator[Site]:
    found = Site()
    thread = threading.Thread(target=found.server.serve_forever)
    thread.start()
    yield found
    found.server.shutdown()
    thread.join()
    found.server.server_close()


@pytest.fixture(autouse=True)
def context(app: Flask) -> Iterator[None]:
    """Whoever asks says first that no transaction is open, which is looked up in the app."""
    with app.app_context():
        yield


def asker() -> Asker:
    """One that may ask this machine, and does not wait."""
    return Asker("TestCheck/1.0", allows_loopback=True, wait=lambda seconds: None)


def test_head_comes_first_and_get_where_head_is_not_understood(site: Site) -> None:
    ask = asker()
    site.answers["/old"] = (405, "")
    assert ask.ask(f"{site.url}/fine") == Answer(True, "answers 200")
    assert ask.ask(f"{site.url}/old") == Answer(False, "answers 405")
    assert site.asked == [
        ("GET", "/robots.txt"), ("HEAD", "/fine"), ("HEAD", "/old"), ("GET", "/old"),
    ]  # fmt: skip
    assert site.agents == {"TestCheck/1.0"}


@pytest.mark.parametrize(
    ("status", "is_fine"), [(404, False), (500, False), (403, True), (429, True)]
)
def test_who_is_gone_fails_and_who_says_no_to_us_does_not(
    site: Site, status: int, is_fine: bool
) -> None:
    site.answers["/page"] = (status, "")
    ask = asker()
    assert ask.ask(f"{site.url}/page") == Answer(is_fine, f"answers {status}")


def test_a_host_is_asked_once_a_second(site: Site) -> None:
    waits: list[float] = []
    ask = Asker("TestCheck/1.0", allows_loopback=True, wait=waits.append)
    ask.ask(f"{site.url}/one")
    ask.ask(f"{site.url}/two")
    assert len(waits) == 2  # robots.txt, one, two
    assert all(0 < seconds <= 1 for seconds in waits)


def test_what_robots_txt_forbids_is_not_asked_and_not_called_broken(site: Site) -> None:
    site.answers["/robots.txt"] = (200, "")
    site.robots = b"User-agent: *\nDisallow: /private/\n"
    ask = asker()
    assert ask.ask(f"{site.url}/private/page").is_fine
    assert ("HEAD", "/private/page") not in site.asked


def test_redirects_are_followed_and_not_for_ever(site: Site) -> None:
    site.answers |= {"/from": (302, "/to"), "/round": (301, "/round")}
    ask = asker()
    assert ask.ask(f"{site.url}/from") == Answer(True, "answers 200")
    assert ask.ask(f"{site.url}/round") == Answer(False, "leads on and on")


def test_a_redirect_into_a_private_network_is_not_followed(site: Site) -> None:
    """Only the first address being looked at, the worker would knock at 10.0.0.1."""
    site.answers["/from"] = (302, "http://10.0.0.1/admin")
    ask = asker()
    assert ask.ask(f"{site.url}/from") == Answer(False, "is not on the public internet")


@pytest.mark.parametrize(
    "number",
    ["127.0.0.1", "10.1.2.3", "192.168.0.1", "172.16.0.1", "169.254.169.254", "0.0.0.0", "::1",
     "fe80::1%eth0", "fc00::1", "::ffff:127.0.0.1", "2002:7f00:1::", "100.64.0.1", "224.0.0.1"],
)  # fmt: skip
def test_what_is_not_on_the_public_internet_is_never_asked(site: Site, number: str) -> None:
    assert not asking.is_public(number)
    ask = Asker("TestCheck/1.0", resolve=lambda host, port: ["93.184.216.34", number])
    assert ask.ask("http://rebind.example/") == Answer(False, "is not on the public internet")


@pytest.mark.parametrize("number", ["93.184.216.34", "2606:2800:220:1::1"])
def test_what_is_on_the_public_internet_may_be_asked(number: str) -> None:
    assert asking.is_public(number)


def test_the_connection_goes_to_the_number_that_was_looked_at(site: Site) -> None:
    """The name exists nowhere: if it were resolved a second time, nobody would answer."""
    seen: list[str] = []

    def once(host: str, port: int) -> list[str]:
        seen.append(host)
        return ["127.0.0.1"]

    ask = Asker("TestCheck/1.0", allows_loopback=True, wait=lambda seconds: None, resolve=once)
    port = site.server.server_port
    assert ask.ask(f"http://no-such-name.invalid:{port}/page").is_fine
    assert seen == ["no-such-name.invalid"] * 2


@pytest.mark.parametrize(
    "address",
    ["http://localhost/", "http://127.0.0.1:8000/", "http://[::1]/", "http://0x7f.1/",
     "http://user@127.0.0.1/", "http:///", "http://93.184.216.34:22/"],
)  # fmt: skip
def test_without_the_setting_of_tests_this_machine_is_never_asked(address: str) -> None:
    assert not Asker("TestCheck/1.0").ask(address).is_fine


def test_a_name_that_leads_nowhere_is_told_in_words() -> None:
    def nowhere(host: str, port: int) -> list[str]:
        raise asking.socket.gaierror

    answer = Asker("TestCheck/1.0", resolve=nowhere).ask("https://gone.example/")
    assert answer == Answer(False, "has a name that leads nowhere")


def test_an_address_is_asked_once_a_week_and_told_when_it_failed_on_two_days(
    app: Flask, shop: Shop
) -> None:
    address = "https://elsewhere.example/page"

    def on(day: int, answer: Answer | None = None) -> tuple[bool, bool]:
        """Whether it is due on a day, and whether it is told after what it then says."""
        moment = NOON + timedelta(days=day)
        is_due = shop.ask(lambda: outside.due(moment, most=9)) == [address]
        if answer and is_due:
            shop.do(lambda: outside.note_answer(
                address, answer, now=moment, day=date(2026, 11, 1) + timedelta(days=day),
            ))  # fmt: skip
        return is_due, bool(shop.ask(outside.failing))

    shop.do(lambda: outside.remember([address, "https://x.example/" + "y" * 3000], now=NOON))
    fine, gone = Answer(True, "answers 200"), Answer(False, "answers 404")
    assert on(0, fine) == (True, False)
    assert on(6) == (False, False)
    assert on(8, gone) == (True, False)
    assert on(8, gone) == (False, False)
    assert on(10, gone) == (True, True)
    assert shop.ask(outside.failing) == {address: "answers 404"}
    assert on(12, fine) == (True, False)
    shop.do(lambda: outside.remember([], now=NOON))
    assert on(30) == (False, False)


def test_the_worker_asks_what_guides_lead_to_and_the_list_tells_what_failed(
    config: dict[str, object], site: Site, start_shop: Starter
) -> None:
    app = start_shop({**config, "STOREFRONT_LINK_CHECKS": "loopback"})
    shop, shelf = Shop(app), Catalogue(app)
    site.answers["/gone"] = (410, "")
    publish(shop, f"Read [this]({site.url}/gone) and [that]({site.url}/fine).\n")
    shelf.ask(lambda: ask_outside_links(lambda address: Asker(
        "T", allows_loopback=True, wait=lambda seconds: None,
    ).ask(address)))  # fmt: skip
    assert shelf.command("check-links").exit_code == 0  # once is not twice
    shop.do(lambda: outside.note_answer(
        f"{site.url}/gone", Answer(False, "answers 410"), now=NOON, day=date(2027, 1, 1),
    ))  # fmt: skip
    result = shelf.command("check-links")
    assert f"Outside addresses that fail: The foot bath:8: {site.url}/gone: answers 410" in (
        result.output
    )
    assert result.exit_code == 1

    def write(words: str) -> None:
        sheet = guides.guide_sheet(1)
        assert sheet is not None
        source = sheet.source.replace(f"[this]({site.url}/gone)", words)
        guides.save_draft(1, source, seen=sheet.newest, by="ida")

    shop.do(lambda: write("it"))
    shelf.ask(lambda: ask_outside_links(lambda address: Answer(True, "answers 200")))
    result = shelf.command("check-links")  # without the public texts the worker forgets it
    assert "answers 410 (in the shop only" in result.output


def test_the_setting_turns_asking_off_and_knows_its_words(
    config: dict[str, object], site: Site, start_shop: Starter
) -> None:
    app = start_shop({**config, "STOREFRONT_LINK_CHECKS": "off"})
    publish(Shop(app), f"Read [this]({site.url}/).\n")
    assert Catalogue(app).ask(ask_outside_links) == 0
    assert site.asked == []
    with pytest.raises(SettingsError, match="STOREFRONT_LINK_CHECKS must be on or off"):
        start_shop({**config, "STOREFRONT_LINK_CHECKS": "maybe"})


@pytest.mark.parametrize(
    ("page", "begins"),
    [(b"/drips", b"X: "), (b"/robots.txt", b"X: "), (b"/robots.txt", b"\r\n")],
)
def test_whoever_drips_letter_by_letter_is_hung_up_on(page: bytes, begins: bytes) -> None:
    """Each letter comes in time, so that only the whole has an end: without one this hangs."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        threading.Thread(target=drip, args=(server, page, begins), daemon=True).start()
        ask = asker()
        ask.seconds = 0.5
        address = f"http://127.0.0.1:{server.getsockname()[1]}/drips"
        assert ask.ask(address) == Answer(False, "takes too long")


def drip(server: socket.socket, page: bytes, begins: bytes) -> None:
    """Answers everything but one page, of which it sends a header or a text without an end."""
    with suppress(OSError):
        while True:
            connection, _ = server.accept()
            with connection:
                if page not in connection.recv(9999).split(b"\r\n")[0]:
                    connection.sendall(b"HTTP/1.1 404 Gone\r\nContent-Length: 0\r\n\r\n")
                    continue
                connection.sendall(b"HTTP/1.1 200 OK\r\n" + begins)
                while True:
                    connection.sendall(b"x")
                    time.sleep(0.02)
