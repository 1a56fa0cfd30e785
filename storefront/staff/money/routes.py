"""Money that needs somebody, over HTTP: the list, and the one press that settles a case."""

from flask import Blueprint, Response, redirect, request
from werkzeug.wrappers import Response as AnyResponse

from ... import audit, checkout, inventory, payments
from ...database import transaction
from ...errors import NotFound, Refusal
from ...forms import first_error
from ...pages import error_page, shop_url
from ..addresses import NUMBER
from ..desk import render_desk, send_refunds
from ..gate import who
from .forms import CaseForm
from .views import case_views

_LATELY = 20


def staff_money() -> Response:
    """What needs somebody, and what was settled lately."""
    return _page(said=request.args.get("said", ""))


def staff_settle_case(id: int) -> AnyResponse:
    """Settles a case as somebody chose, for whoever pressed first."""
    form = CaseForm()
    if not form.validate():
        return error_page(422, first_error(form))
    case = payments.case(id)
    if case is None:
        raise NotFound("There is no case with this number.")
    (view,) = case_views([case])
    payments.case(id)  # anew: whoever settled it before its buttons were read has emptied them
    choice, said = form.choice.data, "faster"
    if case.closed_at is None:
        if choice not in view.choices:
            raise Refusal("This cannot be done about it. Please choose one of the buttons.")
        try:
            said = _settle(case, choice, view.order_number)
        except (payments.TooMuchBack, inventory.OutOfStock, checkout.MoneyAtTheBank) as refusal:
            return _page(status=422, error=refusal.sentence)
        send_refunds()
    if form.is_on_order.data and view.order_reference:
        return redirect(shop_url("staff_order", reference=view.order_reference, said=said), 303)
    return redirect(shop_url("staff_money", said=said), 303)


def _settle(case: payments.MoneyCase, choice: str, order_number: str) -> str:
    """Returns the word for what was done."""
    with transaction():
        if choice == "do":
            was_first = checkout.handle_case(case.id, by=who())
        elif choice == "accept":
            was_first = checkout.accept_amount(case.order_reference, by=who())
        else:
            was_first = checkout.dismiss_case(case.id, by=who())
        if was_first:
            subject = f"order {order_number}" if order_number else f"payment {case.subject}"
            deed = {"case": case.kind, "choice": choice}
            audit.record(who(), "case settled", subject, after=deed)
    if not was_first:
        return "faster"
    return payments.ACTIONS[case.kind] if choice == "do" else choice


def _page(*, status: int = 200, said: str = "", error: str = "") -> Response:
    return render_desk(
        "money/money.html",
        status=status,
        said=said,
        error=error,
        cases=case_views(payments.open_cases()),
        settled=case_views(payments.closed_cases(most=_LATELY)),
    )


def register(shop: Blueprint) -> None:
    """Adds the list of money that needs somebody."""
    shop.add_url_rule("/staff/money", "staff_money", staff_money)
    shop.add_url_rule(
        f"/staff/money/{NUMBER}",
        "staff_settle_case",
        staff_settle_case,
        methods=["POST"],
    )
