"""The components of the back office that the page shows, and the states that each can have."""

from datetime import date
from typing import Any

from ... import catalog, guides, inventory
from ..home.charts import Chart, ChartBar
from ..money.views import CaseView
from ..rights import RIGHTS, ROLES
from ..stock.count_form import CountForm
from ..stock.words import STOCK_SORTS, stock_reason
from . import examples as eg
from .drawing import sample
from .samples import Parts

_GOODS = [{"units": 2, "name": "Evening oil", "variant": "100 ml", "sku": "EXAMPLE-100"}]
_EXPIRES = date(2027, 9, 30)


def fields() -> Parts:
    """Fields of forms, right and wrong."""
    plain = {"name": "plain", "label": "Name", "value": "Evening oil"}
    wrong = plain | {"name": "wrong", "hint": "As it stands on the label.", "error": "Too long."}
    now = plain | {"name": "now", "now": "Morning oil"}
    no_roles = eg.control("roles", "Roles", error="Please choose at least one.")
    typed = eg.control("email", "E-mail", "ida@", "This address is cut off.")
    markets, strict = ("EU", "UK"), {"EU": "block", "UK": "note"}
    return {
        "field": {
            "right": sample(eg.control("email", "E-mail", "ida@example.com"), type="email"),
            "with a hint": sample(eg.control("email", "E-mail"), hint="For the answer."),
            "wrong": sample(typed, type="email", hint="For the answer."),
        },
        "staff_field": {
            "line": sample(plain),
            "wrong": sample(wrong),
            "changed meanwhile": sample(now),
            "text": sample(plain, kind="text"),
            "choice": sample(plain, kind="choice", options=[("Evening oil", "Evening oil")]),
            "tick": sample(plain | {"value": "yes"}, kind="tick"),
        },
        "role_boxes": {
            "two chosen": sample(eg.control("roles", "Roles"), ROLES, ("owner", "stock")),
            "none chosen": sample(no_roles, ROLES, ()),
        },
        "goods_rows": {"one line wrong": sample(_goods(), {"EXAMPLE-100": "Evening oil"}, "EUR")},
        "wording_choice": {
            "two markets": sample(strict, {"block": "Block", "note": "Note"}, markets),
        },
        "desk_search": {"text and choice": sample("/", "SKU or name", "oil", [_narrowing()])},
        "report_days": {"a month": _days(), "mistake": _days("The first day is after the last.")},
    }


def tables() -> Parts:
    """Tables, which are short lists on a phone."""
    low, kit = _stock(2, number=2, sold=12), _stock(0, number=3, is_kit=True)
    rows = _stock(40), low, kit
    words, known = {"paid": "paid"}, {"open": "to pack"}
    rights = list(RIGHTS.values())[:3]
    return {
        "stock_table": {
            "to read": sample(rows, _ALL, STOCK_SORTS, _address),
            "to change": sample(rows[:1], _ALL, STOCK_SORTS, _address, **_CHANGING),
        },
        "stock_form": {"refused": sample(low, None, _REASONS, edit=_REFUSED)},
        "stock_state": {"low": sample(low), "promised": sample(_stock(-3), may_see_orders=True)},
        "ledger_table": {"two lines": sample(_ledger(), stock_reason, {}, may_undo=True)},
        "count_rows": {"to count": sample(_counted(), {}, CountForm({}, eg.AT, errors=_NO_NUMBER))},
        "lots_table": {"usable and blocked": sample(_lots(), {}, _state, _may, None)},
        "lot_line": {"with a date": sample(inventory.Pick("EXAMPLE", 1, "A-7", _EXPIRES, 3))},
        "orders_table": {"paid": sample([_order()], words, known, ("paid",))},
        "letters_table": {"sent, waiting": sample([_letter(), _letter() | {"sent_at": None}])},
        "events_table": {"done, failed": sample([_event("done"), _event("failed")], None)},
        "products_table": {"to choose": sample([_row()], {"draft": "draft"}, can_choose=True)},
        "report_table": {"with money": sample([_sold()], "Guide", "EUR", True, "Guides")},
        "rights_table": {"three rights": sample(rights, ROLES)},
        "wording_table": {"one rule": sample([_rule()], {}, {"cures": 2}, {}, ("EU", "UK"))},
        "file_problems": {"one": sample([_problem()], "stock.csv")},
        "list_count": {
            "one": sample({"total": 1, "page": 1, "pages": 1}, "guide", "guides"),
            "pages": sample({"total": 80, "page": 2, "pages": 2}, "guide", "guides"),
        },
    }


def work() -> Parts:
    """What waits, what was done, and the ways on."""
    told = [_told("block", "claim"), _told("note", "link")]
    preview = {"total": 1, "pages": 1, "page": 1, "findings": [_finding()]}
    ledger = _ledger()[0]
    undone = {"undone_at": eg.AT, "undone_by": "ida@example.com"}
    settled = _case(closed_by="ida@example.com")
    return {
        "cases": {
            "open": sample(
                [_case(answer_url="https://example.com"), _case(id=2)], None, macro="cases_list"
            ),
            "settled": sample([settled], macro="cases_settled"),
        },
        "first_steps": {"half done": sample({"has_products": True, "has_stock": True})},
        "takings": {"a week": sample(_chart(), "EUR")},
        "shortages": {"low": sample([_shortage()], {"EXAMPLE-100": 2}, 30, _may)},
        "stock_said": {
            "can be undone": sample(ledger, "Evening oil", "counted", may_undo=True),
            "sentence": sample(None, sentence="Nothing was changed."),
        },
        "booking_undo": {
            "can be undone": sample({"undone_at": None}, "/", None, "this file"),
            "undone": sample(undone, "/", None, "this file"),
        },
        "packing_goods": {"one article": sample(_GOODS)},
        "packing_ways": {"to pack": sample("pack", 10, 3)},
        "packing_undo": {
            "ten packed": sample("10 orders are packed.", "/", "", None, caller=lambda: eg.TEXT)
        },
        "print_bar": {"on paper pages": sample("/", "/", "Back to packing")},
        "timeline": {"two events": sample([("Paid", "", eg.AT), ("Packed", "By Ida.", eg.AT)])},
        "text_difference": {"a word": sample(guides.difference("Warm water", "Hot water"))},
        "guide_checks": {"block, note": sample(told, form_id="")},
        "wording_preview": {"one place": sample(preview, _address)},
    }


_ALL = catalog.StockFilters()
_REASONS = [("counted", "Counted"), ("received", "Received")]
_REFUSED = {"sku": "EXAMPLE-100", "on_hand": "many", "reason": "", "error": "Write a number."}
_CHANGING: dict[str, Any] = {"reasons": _REASONS, "may_change": True}
_NO_NUMBER = {"2": "Write a number."}


def _address(_: object) -> str:
    return "/"


def _may(_: str) -> bool:
    return True


def _state(lot: dict[str, Any]) -> str:
    return str(lot["state"])


def _narrowing() -> tuple[object, ...]:
    return "state", "State", "All", [("low", "Low")], "low"


def _days(error: str = "") -> Any:
    span = {"first": date(2026, 3, 1), "last": date(2026, 3, 31)}
    chosen = {"period": "dates", "span": span, "error": error}
    choices = [("30", "30 days"), ("dates", "Days of your own")]
    return sample("/", chosen, choices, {"span": span}, lambda *_, **__: "/", ("GBP",), True)


def _goods() -> dict[str, Any]:
    units = eg.control("units", "Units", "many", "Write a number.")
    row = {"sku": eg.control("sku", "SKU", "EXAMPLE-100"), "units": units}
    return {
        "rows": [{"form": row | {"cost": eg.control("cost", "Cost of one")}}],
        "first_wrong": "-",
    }


def _stock(free: int, *, number: int = 1, sold: int = 0, is_kit: bool = False) -> catalog.StockRow:
    return catalog.StockRow(
        id=number, sku="EXAMPLE-100", product="Evening oil", size="100 ml", slug="example",
        category="Oils", is_away=False, on_hand=max(free, 0) + 1, held=1, low_at=None, edits=0,
        mark=5, free=free, is_kit=is_kit, is_on_sale=True, sold=sold,
    )  # fmt: skip


def _ledger() -> list[inventory.LedgerLine]:
    by_hand = inventory.LedgerLine(
        2, "EXAMPLE-100", -1, "counted", "", "ida@example.com", eg.AT, None, 40, None
    )
    sold = inventory.LedgerLine(1, "EXAMPLE-100", -2, "sold", "ORDER-1", "", eg.AT, None, 41, None)
    return [by_hand, sold]


def _counted() -> list[inventory.StockCountLine]:
    done = inventory.StockCountLine(id=1, sku="EXAMPLE-100", counted=12)
    return [done, inventory.StockCountLine(id=2, sku="EXAMPLE-250")]


def _lots() -> list[dict[str, Any]]:
    good = {"id": 1, "code": "A-7", "sku": "EXAMPLE-100", "expires_on": _EXPIRES, "units": 40}
    bad = good | {"id": 2, "code": "A-6", "expires_on": None, "note": "The label is wrong."}
    return [
        good | {"state": "usable", "is_blocked": False},
        bad | {"state": "quarantined", "is_blocked": True},
    ]


def _order() -> dict[str, Any]:
    return {
        "reference": "EXAMPLE", "number": "1001", "ship_name": "Ida", "state": "paid",
        "stage": "open", "total_cents": 3070, "currency": "EUR", "placed_at": eg.AT,
    }  # fmt: skip


def _letter() -> dict[str, Any]:
    return {
        "id": 1, "subject": "Your order 1001", "recipient": "ida@example.com", "state": "sent",
        "kind": "order_confirmation", "created_at": eg.AT, "sent_at": eg.AT,
    }  # fmt: skip


def _event(state: str) -> dict[str, Any]:
    return {
        "id": f"evt_{state}", "type": "checkout.session.completed", "object_id": "cs_1",
        "received_at": eg.AT, "attempts": 1, "state": state, "error": "no such order",
    }  # fmt: skip


def _row() -> dict[str, Any]:
    return {
        "id": 1, "name": "Evening oil", "picture": eg.picture(), "category": "Oils", "sizes": 2,
        "state": "draft", "lowest_cents": 1290, "highest_cents": 2490, "currency": "EUR",
        "available": 40, "missing": [{"words": "a picture"}],
    }  # fmt: skip


def _sold() -> dict[str, Any]:
    sums = {"reads": 120, "adds": 9, "orders": 4, "units": 6, "returned": 1, "cents": 7740}
    lost = {"lost": 2, "lost_cents": 2580}
    return {"name": "A quiet foot bath", "url": "/", "note": "", "share": 12, "sums": sums | lost}


def _rule() -> dict[str, Any]:
    return {"id": "cures", "category": "disease", "severities": {"EU": "block", "UK": "warn"}}


def _problem() -> dict[str, Any]:
    return {"line": 3, "column": "on_hand", "wrong": "is no number.", "instead": "Write 24."}


def _told(severity: str, kind: str) -> dict[str, Any]:
    check = {
        "severity": severity, "kind": kind, "message": "It speaks of an illness.",
        "why": "No shop may say so.", "source_url": "https://example.com",
    }  # fmt: skip
    return {"check": check, "kind": kind, "field": "", "line": 12, "words": "", "proposals": ()}


def _finding() -> dict[str, Any]:
    hit = {"severities": {"EU": "block"}, "sentence": "It mends everything."}
    return {"key": "guide:1", "place": "A quiet foot bath, line 3", "hit": hit}


def _case(**facts: Any) -> CaseView:
    known: dict[str, Any] = {
        "id": 1, "sentence": "The bank took €30.70 back.", "order_reference": "EXAMPLE",
        "order_number": "1001", "opened_at": eg.AT, "closed_at": eg.AT, "closed_by": "",
        "buttons": (("Refund it", "refund"), ("It is settled", "done")), "answer_url": "",
    }  # fmt: skip
    return CaseView(**(known | facts))


def _chart() -> Chart:
    bars = (
        ChartBar(2, 10, 8, 30, is_back=False, label="Monday", cents=9000),
        ChartBar(14, 40, 8, 4, is_back=True, label="Tuesday", cents=-1200),
    )
    return Chart("week", "7 days", 7800, 3, "More than the week before.", 24, bars)


def _shortage() -> dict[str, Any]:
    guide = {"slug": "example", "title": "A quiet foot bath", "lost": 2}
    return {
        "sku": "EXAMPLE-100", "name": "Evening oil", "size": "100 ml", "available": 2, "lost": 3,
        "lost_cents": 3870, "currency": "EUR", "guides": [guide],
    }  # fmt: skip
