"""Verbs of the audit log."""

import json
from collections.abc import Mapping
from typing import Any

from ..database import require_transaction
from .models import AuditEntry


def record(
    actor: str,
    action: str,
    subject: str,
    *,
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
) -> None:
    """Writes down what somebody did, in the transaction that does it: both happen or neither.

    Of before and after only facts that differ are kept. Give no secret and nothing of a shopper's
    (name, address, e-mail): the line stays for ever, and they may ask to be forgotten.
    """
    old, new = before or {}, after or {}
    require_transaction().add(
        AuditEntry(
            actor=actor[:320],
            action=action,
            subject=subject[:400],
            before=_facts(old, other=new),
            after=_facts(new, other=old),
        )
    )


def _facts(facts: Mapping[str, Any], *, other: Mapping[str, Any]) -> str:
    differing = {k: v for k, v in facts.items() if k not in other or other[k] != v}
    return json.dumps(differing, default=str, ensure_ascii=False)
