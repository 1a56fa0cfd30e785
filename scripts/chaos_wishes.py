"""What shoppers want besides goods: a code, a country, a gift, no letter, and carts by link."""

import random
import re
from collections.abc import Mapping
from dataclasses import dataclass, field

import requests

from scripts.chaos_offers import FEW, ONCE, THERE
from scripts.chaos_promises import Asked

PEOPLE = 20  # so few that some of them want a second time what each may have once
#: What shoppers choose, and how many of a hundred do; '' is nothing.
CODES = {"": 45, FEW: 30, ONCE: 15, THERE: 10}
COUNTRIES = {"": 60, "AT": 10, "IE": 10, "PT": 10, "FR": 10}
HAS_A_GIFT, WANTS_NO_LETTER, COMES_BY_LINK, TRIES_A_LINK = 0.3, 0.3, 0.15, 0.1
SECONDS = 30
_FIELD = re.compile(r'<input[^>]*name="(seen|csrf_token|gift_note_seen)"[^>]*value="([^"]*)"')
_LINK = re.compile(r'id="cart-link" value="[^"?]*\?goods=([^"]*)"')


@dataclass
class Diary:
    """What shoppers remember, to be laid beside the books.

    asked is by the id of the payment page; links is what was wrong with each that was undone.
    """

    asked: dict[str, Asked] = field(default_factory=dict)
    links: list[str] = field(default_factory=list)

    @property
    def complaints(self) -> list[str]:
        """Sentences about what should not have happened."""
        return list(filter(None, self.links))


@dataclass
class Wishes:
    """What one shopper wants; the same chances always want the same."""

    email: str
    code: str
    country: str
    gift_note: str
    no_invitation: bool
    comes_by_link: bool
    tries_a_link: bool

    @classmethod
    def of(cls, name: str, rng: random.Random) -> "Wishes":
        """The wishes of the shopper with this name; the note is like no other's."""
        code, country = (
            rng.choices(list(some), list(some.values()))[0] for some in (CODES, COUNTRIES)
        )
        return cls(
            email=f"p{rng.randrange(PEOPLE)}+{name.replace(':', '-')}@storm.example",
            code=code,
            country=country,
            gift_note=f"For you, from {name}" if rng.random() < HAS_A_GIFT else "",
            no_invitation=rng.random() < WANTS_NO_LETTER,
            comes_by_link=rng.random() < COMES_BY_LINK,
            tries_a_link=rng.random() < TRIES_A_LINK,
        )

    @property
    def payer(self) -> dict[str, str]:
        """What is typed on the payment page."""
        return {"email": self.email} | ({"country": self.country} if self.country else {})


@dataclass(frozen=True)
class CartPage:
    """What a browser reads on a page with a cart: hidden fields, and the goods by its link."""

    fields: Mapping[str, str]
    goods: frozenset[str]

    @classmethod
    def read(cls, html: str) -> "CartPage":
        """Reads a page; whatever is not on it is left out."""
        link = _LINK.search(html)
        goods = frozenset(link[1].split(",")) if link else frozenset()
        return cls(dict(_FIELD.findall(html)), goods)

    @property
    def token(self) -> dict[str, str]:
        """What every form sends along."""
        return {"csrf_token": self.fields.get("csrf_token", "")}

    def order_form(self, wishes: Wishes) -> dict[str, str]:
        """The form of the button as somebody with these wishes fills it in."""
        seen = self.fields.get("gift_note_seen", "")
        form = dict(self.fields) | {"gift_note": wishes.gift_note or seen}
        form |= {"country": wishes.country} if wishes.country else {}
        return form | ({"no_invitation": "1"} if wishes.no_invitation else {})


def read_cart(web: requests.Session, url: str) -> CartPage:
    """The page of a browser's cart as it is now; raises HTTPError while there is none."""
    answer = web.get(f"{url}/cart", timeout=SECONDS)
    answer.raise_for_status()
    return CartPage.read(answer.text)


def use_code(web: requests.Session, url: str, wishes: Wishes) -> None:
    """Types the code, with an address in case it asks for one."""
    form = {"code": wishes.code, "email": wishes.email} | read_cart(web, url).token
    web.post(f"{url}/cart/code", data=form, timeout=SECONDS)


def take_link(web: requests.Session, url: str, goods: Mapping[str, int], *, how: str) -> bool:
    """Opens a link to these goods, and takes them beside what is there or in its place."""
    words = ",".join(f"{sku}:{units}" for sku, units in goods.items())
    page = CartPage.read(web.get(f"{url}/cart/shared?goods={words}", timeout=SECONDS).text)
    form = {"goods": words, "how": how} | page.token
    return web.post(f"{url}/cart/shared", data=form, timeout=SECONDS).ok


def try_link(web: requests.Session, url: str, goods: Mapping[str, int]) -> str:
    """Puts a link's goods in the place of a cart and undoes it; what is wrong then, or ''."""
    before = read_cart(web, url)
    if not take_link(web, url, goods, how="in_place"):
        return ""  # all of it is sold out, so nothing was taken
    taken = read_cart(web, url)
    undone = web.post(f"{url}/cart/undo", data=taken.token, timeout=SECONDS)
    undone_or_refused = undone.status_code < 500
    after = read_cart(web, url)
    if not undone_or_refused or after.goods == before.goods:
        return ""
    return f"{sorted(before.goods)} became {sorted(after.goods)} by a link that was undone"
