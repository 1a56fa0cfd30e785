"""A shopper over plain HTTP: no JavaScript, real cookies, real forms."""

import re
from dataclasses import dataclass, field
from html import unescape

import requests
from werkzeug.test import TestResponse

from .shop import seen_key


@dataclass
class Shopper:
    """One person with one browser."""

    url: str
    web: requests.Session = field(default_factory=requests.Session)

    def add(self, sku: str = "OIL-100", quantity: object = 1, **more: str) -> requests.Response:
        """Puts something into the cart."""
        form = {"sku": sku, "quantity": quantity, **more}
        return self.web.post(f"{self.url}/cart/lines", data=form, timeout=60)

    def check_out(self) -> requests.Response:
        """Presses the button that costs money; a redirect to the payment page, or the cart."""
        page = self.web.get(f"{self.url}/cart", timeout=60)
        if 'name="seen"' not in page.text:
            return page
        form = {"seen": seen_key(page.text)} | _token(page.text)
        return self.web.post(f"{self.url}/checkout", data=form, allow_redirects=False, timeout=60)

    def session_id(self) -> str:
        """Checks out and returns the id of the payment page."""
        answer = self.check_out()
        assert answer.status_code == 303, told(answer.text)
        found = re.search(r"cs_test_\w+", answer.headers["Location"])
        assert found
        return found.group()


def _token(html: str) -> dict[str, str]:
    found = re.search(r'name="csrf_token"[^>]* value="([^"]+)"', html)
    return {"csrf_token": found[1]} if found else {}


def told(html: str) -> str:
    """The visible words of a page, for assertions."""
    body = re.sub(r"(?s)<(script|style|head)\b.*?</\1>", " ", html)
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", body)).split())


def assert_comes_back(answer: TestResponse, sentence: str, typed: str = "") -> None:
    """A form that was not taken: it says why, stands where the mistake is, and has lost nothing."""
    assert answer.status_code == 422
    assert sentence in told(answer.text)
    assert "autofocus" in answer.text
    assert typed in answer.text
