"""Money that needs somebody, as staff see it: a sentence and what can be done about it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from ... import orders, payments
from ...display import show_money
from ..desk import dashboard_url

_LABELS = {
    "refund_again": "Send it once more",
    "try_again": "Try again now",
    "restock": "Put the goods back on the shelf",
}
_SEEN = ("I have seen it", "leave")
_NOTHING = ("Nothing to do", "leave")


@dataclass(frozen=True, slots=True)
class CaseView:
    """One case; buttons are pairs of label and choice, the first one the main one.

    answer_url leads to where the bank is answered. order_reference is '' for an order that is not
    in this database.
    """

    id: int
    sentence: str
    order_reference: str
    order_number: str
    opened_at: datetime
    closed_at: datetime | None
    closed_by: str
    buttons: tuple[tuple[str, str], ...]
    answer_url: str

    @property
    def choices(self) -> set[str]:
        """What may be chosen."""
        return {choice for _, choice in self.buttons}


def case_views(cases: Sequence[payments.MoneyCase]) -> tuple[CaseView, ...]:
    """The cases with their orders and their buttons, in two statements."""
    known = orders.by_references({case.order_reference for case in cases})
    left = payments.left_of({case.subject for case in cases if _sends_back(case)})
    return tuple(
        _view(case, known.get(case.order_reference), left.get(case.subject, 0)) for case in cases
    )


def _view(case: payments.MoneyCase, order: orders.Order | None, left_cents: int) -> CaseView:
    is_answered = payments.ACTIONS[case.kind] == "answer"
    return CaseView(
        id=case.id,
        sentence=case.sentence,
        order_reference=order.reference if order else "",
        order_number=order.number if order else "",
        opened_at=case.opened_at,
        closed_at=case.closed_at,
        closed_by=case.closed_by,
        buttons=_buttons(case, order, left_cents),
        answer_url=dashboard_url("disputes", case.subject) if is_answered else "",
    )


def _buttons(
    case: payments.MoneyCase, order: orders.Order | None, left_cents: int
) -> tuple[tuple[str, str], ...]:
    action = payments.ACTIONS[case.kind]
    if action == "answer":
        return (_NOTHING,)
    if action == "seen" or (action == "refund" and not left_cents):
        return (_SEEN,)
    label = _LABELS.get(action) or f"Send {_sum(left_cents, order)} back"
    if case.kind == "paid_otherwise" and order is not None and order.state == "on_hold":
        return ((label, "do"), ("Accept this amount", "accept"))
    return ((label, "do"), _NOTHING)


def _sends_back(case: payments.MoneyCase) -> bool:
    return payments.ACTIONS[case.kind] == "refund"


def _sum(cents: int, order: orders.Order | None) -> str:
    return show_money(cents, order.currency) if order else "the money"
