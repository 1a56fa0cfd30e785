"""A back office full of real things, and every form that it shows: for tests that try them all."""

import io
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from html.parser import HTMLParser
from typing import Any

from flask import Flask
from flask.testing import FlaskClient

from storefront import claims, guides, inventory, payments, search, staff
from storefront.database import Model, db, now
from storefront.inventory import ArrivedGoods
from storefront.staff import rights
from storefront.staff.people import links, operations

from .offers import offer
from .parcels import packed, paid_order
from .people import letters, link_in
from .phone import phoned, sent
from .shop import Shop
from .writing import draft

IDA, BO, PASSWORD = "ida@shop.example", "bo@shop.example", "right-password"
Rows = dict[str, list[tuple[Any, ...]]]


@dataclass
class Office:
    """What stands in the place of a parameter; a route of a new kind gets a 1, and is tried too."""

    app: Flask
    named: dict[str, str]
    of_endpoint: dict[tuple[str, str], str] = field(default_factory=dict)

    def path(self, endpoint: str, rule: str) -> str:
        """The address of a route with something real behind each parameter."""

        def real(found: re.Match[str]) -> str:
            name = found[1].rpartition(":")[2]
            return self.of_endpoint.get((endpoint, name)) or self.named.get(name, "1")

        return re.sub(r"<([^>]+)>", real, rule)

    def routes(self) -> Iterator[tuple[str, str, str]]:
        """Endpoint, method and real address of everything below /staff/."""
        for rule in self.app.url_map.iter_rules():
            endpoint = rule.endpoint.removeprefix("shop.")
            if endpoint.startswith("staff_"):
                for method in sorted({"GET", "POST"} & set(rule.methods or ())):
                    yield endpoint, method, self.path(endpoint, rule.rule)

    def browser(self, email: str = IDA) -> FlaskClient:
        """A browser that somebody has signed in with, whatever their password is by now."""
        client = self.app.test_client()
        with client.session_transaction() as session, self.app.app_context():
            member = operations.by_email(email)
            assert member is not None
            session["shop_staff"] = {"id": member.id, "stamp": member.stamp}
        return client

    def rows(self) -> Rows:
        """All that stands in the shop's tables."""
        return Shop(self.app).ask(
            lambda: {
                table.name: sorted(map(tuple, db.session.execute(table.select())), key=repr)
                for table in Model.metadata.sorted_tables
            }
        )

    def forms(self) -> list["Sent"]:
        """Every form that an owner sees, and those of the signed-out, as a browser sends them."""
        found: dict[tuple[object, ...], Sent] = {}
        for endpoint, method, path in self.routes():
            if method == "GET":
                signed_out = endpoint in rights.SIGNED_OUT
                page = (self.app.test_client() if signed_out else self.browser()).get(path)
                if page.mimetype == "text/html":
                    for form in forms_of(page.text, path, signed_out=signed_out):
                        found.setdefault(form.key, form)
        return list(found.values())

    def endpoint_of(self, form: "Sent") -> str:
        """Which route takes this form."""
        endpoint, _ = self.app.url_map.bind("localhost").match(form.path, method="POST")
        return str(endpoint).removeprefix("shop.")


@dataclass(frozen=True)
class Sent:
    """A form, filled in where it was empty, with the button that was pressed."""

    path: str
    fields: Mapping[str, list[str]]
    signed_out: bool

    @property
    def key(self) -> tuple[object, ...]:
        """The same for a form that stands on many pages."""
        return (self.path, *sorted(k for k in self.fields if k != "csrf_token"))

    @property
    def bare(self) -> dict[str, list[str]]:
        """Without the token that shows that it came from a page of ours."""
        return {name: value for name, value in self.fields.items() if name != "csrf_token"}


class _Forms(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.forms: list[tuple[dict[str, str], dict[str, list[str]]]] = []
        self.is_open = False
        self.select = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.forms.append((given, {}))
            self.is_open = True
        if not self.is_open:
            return
        fields, name = self.forms[-1][1], given.get("name", "")
        if tag == "select":
            self.select = name
        elif tag == "option" and self.select and ("selected" in given or self.select not in fields):
            fields[self.select] = [given.get("value", "")]
        elif tag == "textarea" and name:
            fields.setdefault(name, ["words"])
        elif tag == "button" and name:
            fields.setdefault(name, [given.get("value", "")])
        elif tag == "input" and name:
            self._take(fields, name, given)

    def _take(self, fields: dict[str, list[str]], name: str, given: dict[str, str]) -> None:
        kind = given.get("type", "text")
        if kind in {"checkbox", "radio"}:
            fields.setdefault(name, []).append(given.get("value", "on"))
        elif kind != "file":
            fields.setdefault(name, []).append(given.get("value") or _FILLED.get(kind, "1"))

    def handle_endtag(self, tag: str) -> None:
        self.is_open = self.is_open and tag != "form"
        self.select = "" if tag == "select" else self.select


_FILLED = {"email": "new@shop.example", "password": PASSWORD, "date": "2030-01-01"}


def forms_of(html: str, at: str, *, signed_out: bool) -> Iterator[Sent]:
    """The forms of a page that change something in the back office."""
    parser = _Forms()
    parser.feed(html)
    for given, fields in parser.forms:
        path = given.get("action") or at
        if given.get("method", "").lower() == "post" and path.startswith("/staff/"):
            yield Sent(path.partition("?")[0], fields, signed_out)


def _judge_words() -> None:
    """A rule that the house has tuned, a sentence that is signed for, words looked for in vain."""
    warn = dict.fromkeys(claims.MARKETS, "warn")
    claims.tune_rule("M04", warn, reason="x", actor=IDA, seen=0)
    found = list(claims.find([claims.Text("guide", "It cures.", key="guide 1")]))
    claims.sign_off(found, authors=[BO], signer=IDA, reason="x", evidence="y")
    search.note_miss("wheelbarrow", at=now())


def handed_in(shop: Shop) -> str:
    """An article of another site that waits to be imported; gives its token."""
    article = ("old.txt", io.BytesIO(b"An Old Title\n\nSome words that fill a line of text.\n"))
    kept = shop.ask(lambda: guides.importing.keep([article]))
    kept.note("plan", guides.importing.Report().as_json() | {"tally": {"new": 1}})
    return kept.token


def furnish(app: Flask) -> Office:
    """Orders, parcels, stock, lots, deliveries, people, letters, cases: one of each, at least."""
    shop = Shop(app)
    shop.product("OIL-100", slug="oil-100")
    shop.product("BALM-50", slug="balm-50", name="Balm")
    shop.do(lambda: staff.add_member(IDA, PASSWORD))
    bo = shop.do(lambda: staff.add_member(BO, PASSWORD, roles=["stock"])).id
    first, second = (paid_order(shop, {"OIL-100": 2, "BALM-50": 1}) for _ in range(2))
    packed(shop, second)
    by_phone, _ = phoned(shop, {"OIL-100": 1}), offer(shop)
    sent(shop, by_phone)

    def fill() -> tuple[int, int]:
        payments.open_case(
            "fraud_warning", "pi_1", order_reference=first.reference, sentence="Look at it."
        )
        later = (datetime.now(UTC) + timedelta(days=400)).date()
        goods = [ArrivedGoods("OIL-100", 5, lot="L1", expires_on=later)]
        inventory.receive(goods, token="t", actor=IDA)
        count = inventory.start_count("Everything", ["OIL-100"], actor=IDA)
        _judge_words()
        links.ask_new_password(BO)
        return count, links.invite("new-one@shop.example", ["stock"], by=IDA).id

    count, invitation = shop.do(fill)
    guide = draft(shop, "[oil](product:oil-100)\n")
    shop.do(lambda: guides.make_preview_link(guide))
    tokens = {
        kind: link_in(letters(app, f"staff_{kind}")[0]).rpartition("/")[2]
        for kind in ("password", "invitation")
    }
    named = {"reference": first.reference, "sku": "OIL-100", "slug": "oil-100", "rule_id": "M04"}
    office = Office(app, named)
    for rule in app.url_map.iter_rules():
        endpoint = rule.endpoint.removeprefix("shop.")
        for part, number in (
            ("/people/invitations/", invitation),
            ("/people/<", bo),
            ("/stock-takes/", count),
            ("/guides/<", guide),
        ):
            if rule.rule.startswith(f"/staff{part}"):
                office.of_endpoint.setdefault((endpoint, "id"), str(number))
        if rule.rule.startswith("/staff/drafts/<"):
            office.of_endpoint[endpoint, "reference"] = by_phone
    office.of_endpoint |= {
        ("staff_accept", "token"): tokens["invitation"],
        **dict.fromkeys(
            (("staff_articles_plan", "token"), ("staff_import_articles", "token")), handed_in(shop)
        ),
        ("staff_new_password", "token"): tokens["password"],
    }
    return office
