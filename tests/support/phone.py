"""Orders taken by phone: put together, and paid as the caller does."""

import re
from collections.abc import Mapping

import requests
from flask import Flask

from storefront import drafts

from .shop import Shop, seen_key
from .shopper import told

CALLER = "ada@mail.example"
IDA = "ida@shop.example"


def wish(goods: Mapping[str, int] | None = None, **facts: str) -> drafts.Wish:
    """What a caller wants: two oils, unless said otherwise."""
    given = {"email": CALLER, "name": "Ada", "note": "", **facts}
    return drafts.Wish(**given, goods=goods or {"OIL-100": 2})


def phoned(shop: Shop, goods: Mapping[str, int] | None = None, **facts: str) -> str:
    """Puts an order together; returns its reference."""
    token = f"form-{shop.count(drafts.Draft)}"
    return shop.do(lambda: drafts.write(wish(goods, **facts), token=token, actor=IDA))[0]


def sent(shop: Shop, reference: str) -> bool:
    """Sends its letter, as somebody does who sees it as it is now."""
    draft = found(shop, reference).draft
    seen = {"version": draft.version, "times_sent": draft.times_sent}
    return shop.do(lambda: drafts.send(reference, **seen))


def found(shop: Shop, reference: str) -> drafts.FoundDraft:
    """What became of it."""
    there = shop.ask(lambda: drafts.by_reference(reference))
    assert there is not None
    return there


def state(shop: Shop, reference: str) -> str:
    """The word for what became of it."""
    return found(shop, reference).state


class Caller:
    """Somebody with the link of a letter and a browser without anything in it."""

    def __init__(self, url: str, path: str) -> None:
        self.url, self.path, self.web = url, path, requests.Session()
        self.page = ""

    def look(self) -> requests.Response:
        """Opens the link, and follows it where it leads."""
        answer = self.web.get(f"{self.url}{self.path}", timeout=60)
        self.page = answer.text
        return answer

    def press(self) -> requests.Response:
        """Presses the button of the page that was seen last."""
        form = {"seen": seen_key(self.page or self.look().text)}
        return self.web.post(f"{self.url}{self.path}", data=form, allow_redirects=False, timeout=60)

    def session_id(self) -> str:
        """Presses the button and returns the id of the payment page."""
        answer = self.press()
        assert answer.status_code == 303, told(answer.text)
        there = re.search(r"cs_test_\w+", answer.headers["Location"])
        assert there
        return there.group()


def link_of(app: Flask) -> str:
    """The path in the latest letter that leads to paying."""
    text = max(Shop(app).letters(drafts.KIND), key=lambda letter: letter.id).text
    there = re.search(r"http://[^/\s]+(/pay/\w+)", text)
    assert there
    return there[1]
