"""Who did what, over HTTP."""

import json
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

from flask import Blueprint, Response, request

from ... import audit
from ...pages import shop_url
from ..addresses import searched, with_query
from ..desk import render_desk


@dataclass(frozen=True, slots=True)
class EntryView:
    """One line of the log; changes are triples of a fact, what it was and what it became."""

    actor: str
    action: str
    subject: str
    changes: tuple[tuple[str, str, str], ...]
    happened_at: datetime


def staff_audit() -> Response:
    """The newest entries, those of an action or about a person or thing."""
    text = searched()
    actions = audit.actions()
    action = request.args.get("action", "")
    action = action if action in actions else ""
    found = audit.entries(text, action=action, page=request.args.get("page", 1, type=int))
    return render_desk(
        "people/audit.html",
        found=found,
        entries=[_view(entry) for entry in found.entries],
        text=text,
        action=action,
        actions={word: word for word in actions},
        page_url=partial(_list_url, text, action),
    )


def _view(entry: audit.AuditEntry) -> EntryView:
    before, after = json.loads(entry.before), json.loads(entry.after)
    names = [*before, *(name for name in after if name not in before)]
    return EntryView(
        actor=entry.actor,
        action=entry.action,
        subject=entry.subject,
        changes=tuple((n, _shown(before.get(n)), _shown(after.get(n))) for n in names),
        happened_at=entry.happened_at,
    )


def _shown(value: Any) -> str:
    if value is None or value == "":
        return "nothing"
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value)


def _list_url(text: str, action: str, page: int) -> str:
    return with_query(shop_url("staff_audit"), q=text, action=action, page=page)


def register(shop: Blueprint) -> None:
    """Adds the log of what staff did."""
    shop.add_url_rule("/staff/audit", "staff_audit", staff_audit)
