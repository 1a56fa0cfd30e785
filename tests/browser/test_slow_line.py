"""A page whose end comes after its scripts, as on a slow line."""

import threading
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import Page, expect

from conftest import Live

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

pytestmark = pytest.mark.browser
PARTED_AT = b"<shop-search "


class Halting:
    """Sends the half of the search's page that ends in the form, and its end when told to."""

    def __init__(self, wsgi: "WSGIApplication") -> None:
        self._wsgi, self.go_on = wsgi, threading.Event()

    def __call__(
        self, environ: "WSGIEnvironment", start_response: "StartResponse"
    ) -> Iterable[bytes]:
        if environ["PATH_INFO"] != "/search":
            return self._wsgi(environ, start_response)
        environ.pop("HTTP_ACCEPT_ENCODING", None)
        return self._in_two(b"".join(self._wsgi(environ, start_response)))

    def _in_two(self, page: bytes) -> Iterator[bytes]:
        end_of_tag = page.index(b">", page.index(PARTED_AT)) + 1
        yield page[:end_of_tag]
        assert self.go_on.wait(60)
        yield page[end_of_tag:]


def test_elements_wait_for_the_end_of_the_page(
    demo: Live, page: Page, monkeypatch: pytest.MonkeyPatch
) -> None:
    halting = Halting(demo.app.wsgi_app)
    monkeypatch.setattr(demo.app, "wsgi_app", halting)
    with page.expect_response("**/js/shop.js*") as script:
        page.goto(f"{demo.url}/search", wait_until="commit")
    script.value.finished()
    page.wait_for_timeout(500)  # it runs, or it waits
    halting.go_on.set()
    box = page.get_by_role("main").get_by_role("combobox")
    box.press_sequentially("foot cr")
    expect(page.get_by_role("option").first).to_contain_text("Magnesium Foot Cream")
