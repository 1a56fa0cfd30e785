"""An order as staff see it: its lines, its money, its history, and what may be done now."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from ... import checkout, fulfilment, inventory, mail, orders, payments
from ...money import cost_of_units
from ..desk import dashboard_url
from ..money.views import CaseView, case_views
from ..words import REFUND_REASONS, REFUND_STATES, STAGES, STATES, dispute_status, happened


@dataclass(frozen=True, slots=True)
class LineDesk:
    """A line; left are the units that have not been refunded, to_pack those in no parcel."""

    id: int
    sku: str
    name: str
    variant: str
    quantity: int
    left: int
    to_pack: int
    unit_price_cents: int
    line_cents: int
    reductions: tuple[orders.ReductionView, ...] = ()

    def cost_of(self, units: int, currency: str) -> int:
        """What was paid for the next units that go back; all of them cost what the line did."""
        before = self.quantity - self.left
        return cost_of_units(
            self.line_cents, self.quantity, units, before=before, currency=currency
        )


@dataclass(frozen=True, slots=True)
class PaymentDesk:
    """A payment; left_cents can be sent back, which is nothing of one that a bank has taken."""

    id: str
    url: str
    amount_cents: int
    left_cents: int
    is_its_own: bool  # the one that paid the order, and not a second one
    fee_cents: int | None
    paid_at: datetime


@dataclass(frozen=True, slots=True)
class RefundDesk:
    """A refund in words; moment is when it went, or else when it was asked for."""

    amount_cents: int
    state: str
    state_words: str
    reason: str
    note: str
    actor: str
    stripe_id: str
    error: str
    moment: datetime


@dataclass(frozen=True, slots=True)
class DisputeDesk:
    """What a bank asked or took back."""

    id: str
    url: str
    amount_cents: int
    status: str
    answer_by: datetime | None


@dataclass(frozen=True, slots=True)
class OrderDesk:
    """Everything on the page of an order; why_no_refund is '' where money can be sent back.

    lots are those that its parcels were packed from, by the number of the parcel.
    """

    id: int
    order: orders.OrderView
    state_words: str
    stage_words: str
    label: orders.ShipTo
    version: int
    draft_reference: str
    parcels: tuple[fulfilment.ParcelView, ...]
    lots: Mapping[int, Sequence[inventory.Pick]]
    letters: tuple[mail.Letter, ...]
    lines: tuple[LineDesk, ...]
    payments: tuple[PaymentDesk, ...]
    refunds: tuple[RefundDesk, ...]
    disputes: tuple[DisputeDesk, ...]
    cases: tuple[CaseView, ...]
    history: tuple[tuple[str, str, datetime], ...]
    why_no_refund: str
    has_goods_out: bool
    can_cancel: bool
    can_accept: bool
    paid_cents: int

    @property
    def can_pack(self) -> bool:
        """Whether something of it waits for a parcel."""
        return self.order.state == "paid" and any(line.to_pack for line in self.lines)

    @property
    def can_change_label(self) -> bool:
        """Whether it is known where it goes, and no parcel carries that address yet."""
        return self.order.state in orders.WITH_PAYMENT and not self.parcels

    @property
    def refundable(self) -> tuple[PaymentDesk, ...]:
        """Payments of which something is left."""
        return tuple(payment for payment in self.payments if payment.left_cents > 0)


def order_desk(reference: str) -> OrderDesk:
    """The order with its money; raises OrderNotFound."""
    order = orders.by_reference(reference)
    if order is None:
        raise orders.OrderNotFound
    lines = orders.lines_of(order.id)
    shown = orders.view(order, lines)
    disputes = payments.disputes_of(reference)
    at_the_bank = {
        dispute.payment_id for dispute in disputes if dispute.status in payments.TAKEN_BACK
    }
    refunds = payments.refunds_of(reference)
    rows = payments.payments_of(reference)
    taken = tuple(_payment(row, order, back=_back(row, refunds, at_the_bank)) for row in rows)
    cases = payments.open_cases(order_reference=reference)
    parcels = fulfilment.parcels_shown(reference)
    return OrderDesk(
        id=order.id,
        order=shown,
        state_words=STATES[order.state],
        stage_words=STAGES[order.stage] if order.state in orders.WITH_PAYMENT else "",
        label=orders.ShipTo(order.email, order.ship_name, order.ship_address, order.ship_country),
        version=order.version,
        draft_reference=order.draft_reference,
        parcels=parcels,
        lots=inventory.lots_in_parcels([parcel.id for parcel in parcels]) if parcels else {},
        letters=tuple(letters_of(order.id, reference, refunds)),
        lines=tuple(map(_line, lines, shown.lines)),
        payments=taken,
        refunds=tuple(_refund(refund) for refund in refunds),
        disputes=tuple(_dispute(dispute) for dispute in disputes),
        cases=case_views(cases),
        history=_history(order.id),
        why_no_refund=_why_no_refund(taken, disputes),
        has_goods_out=bool(inventory.units_out(reference)),
        can_cancel=order.state == "pending",
        can_accept=order.state == "on_hold",
        paid_cents=sum(payment.amount_cents for payment in taken if payment.is_its_own),
    )


def letters_of(
    order_id: int, reference: str, refunds: Sequence[payments.Refund] | None = None
) -> Sequence[mail.Letter]:
    """What the shopper was written about an order: about itself, its refunds and its parcels."""
    found = payments.refunds_of(reference) if refunds is None else refunds
    about = [f"{reference}.{refund.id}" for refund in found]
    return mail.letters_about(
        [reference, *about, *fulfilment.letter_references(order_id, reference)]
    )


def _line(line: orders.OrderLine, shown: orders.OrderLineView) -> LineDesk:
    return LineDesk(
        id=line.id,
        sku=line.sku,
        name=line.name,
        variant=line.variant,
        quantity=line.quantity,
        left=line.quantity - line.refunded_quantity,
        to_pack=line.to_pack,
        unit_price_cents=line.unit_price_cents,
        line_cents=line.line_cents,
        reductions=shown.reductions,
    )


def _back(
    row: payments.Payment, refunds: Iterable[payments.Refund], at_the_bank: Collection[str]
) -> int:
    """Minor units of a payment that are no longer the shop's to send."""
    if row.id in at_the_bank:
        return row.amount_cents
    goes = (r for r in refunds if r.payment_id == row.id and r.state in payments.GOING_BACK)
    return sum(refund.amount_cents for refund in goes)


def _payment(row: payments.Payment, order: orders.Order, *, back: int) -> PaymentDesk:
    return PaymentDesk(
        id=row.id,
        url=dashboard_url("payments", row.id),
        amount_cents=row.amount_cents,
        left_cents=row.amount_cents - back,
        is_its_own=row.id == order.payment_id,
        fee_cents=row.fee_cents,
        paid_at=row.paid_at,
    )


def _refund(row: payments.Refund) -> RefundDesk:
    return RefundDesk(
        amount_cents=row.amount_cents,
        state=row.state,
        state_words=REFUND_STATES[row.state],
        reason=REFUND_REASONS.get(row.reason, row.reason.replace("_", " ")),
        note=row.note,
        actor=row.actor,
        stripe_id=row.stripe_id or "",
        error=row.error.replace("_", " "),
        moment=row.done_at or row.asked_at,
    )


def _dispute(row: payments.Dispute) -> DisputeDesk:
    return DisputeDesk(
        id=row.id,
        url=dashboard_url("disputes", row.id),
        amount_cents=row.amount_cents,
        status=dispute_status(row.status),
        answer_by=row.answer_by,
    )


def _history(order_id: int) -> tuple[tuple[str, str, datetime], ...]:
    """What happened, a note about it, and when; newest first."""
    events = orders.history_of(order_id)
    return tuple(
        (happened(e.kind), " · ".join(filter(None, [e.note, e.actor])), e.happened_at)
        for e in reversed(events)
    )


def _why_no_refund(taken: Sequence[PaymentDesk], disputes: Sequence[payments.Dispute]) -> str:
    if any(payment.left_cents > 0 for payment in taken):
        return ""
    if not taken:
        return "No money has come in for this order, so there is none to send back."
    if any(dispute.status == "lost" for dispute in disputes):
        return checkout.MoneyAtTheBank(is_lost=True).sentence
    if any(dispute.status in payments.TAKEN_BACK for dispute in disputes):
        return checkout.MoneyAtTheBank().sentence
    return "All of the money went back or is on its way."
