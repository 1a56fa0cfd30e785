"""A browser without scripts: reads the form of a page, sends it, follows nothing by itself."""

import http.client
from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import urlencode, urlsplit


class _Fields(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.values: dict[str, str] = {}
        self.text = ""
        self._select = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "select":
            self._select = given["name"]
        if tag == "option" and self._select and "selected" in given:
            self.values[self._select] = given["value"]
        is_left_out = given.get("type") == "radio" and "checked" not in given
        if tag == "input" and "name" in given and not is_left_out:
            self.values[given["name"]] = given.get("value", "")

    def handle_endtag(self, tag: str) -> None:
        if tag == "select":
            self._select = ""

    def handle_data(self, data: str) -> None:
        self.text += f" {data}"


@dataclass
class Page:
    """One answer."""

    status: int
    headers: dict[str, str]
    html: str
    fields: dict[str, str] = field(default_factory=dict)
    text: str = ""

    @property
    def location(self) -> str:
        """Return where a redirect leads."""
        return self.headers.get("Location", "")


def get(url: str, **headers: str) -> Page:
    """Fetch a page."""
    return _send("GET", url, None, headers)


def post(url: str, values: dict[str, str], **headers: str) -> Page:
    """Send a form."""
    return _send("POST", url, urlencode(values), headers)


def _send(method: str, url: str, body: str | None, headers: dict[str, str]) -> Page:
    parts = urlsplit(url)
    connection = http.client.HTTPConnection(parts.netloc, timeout=60)
    if body is not None:
        headers = {"Content-Type": "application/x-www-form-urlencoded", **headers}
    connection.request(
        method, parts.path + (f"?{parts.query}" if parts.query else ""), body, headers
    )
    answer = connection.getresponse()
    html = answer.read().decode()
    connection.close()
    reader = _Fields()
    reader.feed(html)
    text = " ".join(reader.text.split())
    return Page(answer.status, dict(answer.headers), html, reader.values, text)
