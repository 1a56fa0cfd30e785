"""The log of what staff did: written with the deed or not at all, and read by owners."""

import json

import pytest
from flask import Flask

from storefront import audit
from support.desk import browser_of_ida
from support.shop import Shop


def test_only_what_differs_is_written_down(shop: Shop) -> None:
    before = {"price": 1290, "name": "Oil", "state": "draft"}
    after = {"price": 1390, "name": "Oil", "state": None}
    shop.do(lambda: audit.record("ida", "edited", "product oil", before=before, after=after))
    (entry,) = shop.ask(lambda: audit.entries().entries)
    assert (entry.actor, entry.action, entry.subject) == ("ida", "edited", "product oil")
    assert json.loads(entry.before) == {"price": 1290, "state": "draft"}
    assert json.loads(entry.after) == {"price": 1390, "state": None}


def test_a_deed_that_fails_leaves_no_entry(shop: Shop) -> None:
    def fail() -> None:
        audit.record("ida", "edited", "product oil")
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        shop.do(fail)
    assert shop.count(audit.AuditEntry) == 0


def test_owners_read_the_log_and_find_a_person_a_thing_or_an_action(app: Flask, shop: Shop) -> None:
    client = browser_of_ida(app)
    for n in range(60):
        change = {"before": {"on hand": n}, "after": {"on hand": n + 1}}
        shop.do(lambda n=n, c=change: audit.record("bo", "stock counted", f"SKU OIL-{n}", **c))  # type: ignore[misc]
    shop.do(lambda: audit.record("<b>eve</b>", "order packed", "order 1042"))
    page = client.get("/staff/audit").text
    assert "61 entries, page 1 of 2" in page
    assert "&lt;b&gt;eve&lt;/b&gt;" in page
    assert "on hand: 58 → 59" in client.get("/staff/audit?q=OIL-58").text
    assert "1 entry" in client.get("/staff/audit?action=order+packed").text
    assert "Nothing fits." in client.get("/staff/audit?q=%25").text
    assert client.get("/staff/audit?page=9&action=nonsense").status_code == 200
