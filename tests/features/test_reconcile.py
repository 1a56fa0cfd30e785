"""What is wrong between shop and Stripe is told until it is right, and nothing else is."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa
from click.testing import Result
from flask import Flask

from conftest import Live
from storefront import checkout, orders, payments
from storefront.checkout import afterwards, purchase, tasks
from storefront.database import Model, db
from support.shopper import Shopper

AGREE = "Shop and Stripe agree."


def reconcile(live: Live, *options: str) -> Result:
    """What a person, or cron, sees."""
    return live.app.test_cli_runner().invoke(args=["shop", "reconcile", *options])


def lines(answer: Result) -> list[str]:
    """What was said, without the heading of the table, which names the moment."""
    return [line for line in answer.output.splitlines() if line and "UTC" not in line]


def found(live: Live, *options: str) -> list[tuple[str, str]]:
    """Kind and subject of what is left."""
    answer = reconcile(live, "--json", *options)
    assert isinstance(answer.exception, SystemExit), answer.exc_info
    return [(one["kind"], one["subject"]) for one in json.loads(answer.output)["left"]]


def page(live: Live) -> str:
    """A payment page that is open, of a shop whose webhooks are lost."""
    live.box.control.webhooks("drop")
    shopper = Shopper(live.url)
    shopper.add()
    return shopper.session_id()


def bought(live: Live) -> str:
    """A paid order, with everything noted; returns its payment."""
    payment_id: str = live.box.control.complete(page(live))["payment_intent"]
    assert reconcile(live, "--apply").exit_code == 0
    return payment_id


def rows(live: Live) -> dict[str, list[tuple[object, ...]]]:
    """Everything that stands in the shop's tables."""

    def read() -> dict[str, list[tuple[object, ...]]]:
        tables = Model.metadata.sorted_tables
        return {t.name: [tuple(r) for r in db.session.execute(sa.select(t))] for t in tables}

    return live.shop.ask(read)


def change(live: Live, *statements: sa.Executable) -> None:
    live.shop.do(lambda: [db.session.execute(statement) for statement in statements])


def forget_orders(live: Live) -> None:
    """The database as a backup from before the order and its payment has it."""
    tables = (orders.OrderLine, orders.OrderEvent, orders.Order)
    gone = (payments.Refund, payments.Dispute, payments.Payment)
    change(live, *[sa.delete(table) for table in (*tables, *gone)])


def grow_older(live: Live) -> None:
    """All orders were placed long enough ago to be looked at by themselves."""
    change(live, sa.update(orders.Order).values(placed_at=datetime.now(UTC) - timedelta(hours=30)))


def refund_here(live: Live, payment_id: str, *, amount_cents: int, token: str = "t") -> None:
    """Staff send so much back; the worker has not made it yet."""
    (order,) = [o for o in live.shop.orders() if o.payment_id == payment_id]
    wish = checkout.RefundWish(payment_id=payment_id, amount_cents=amount_cents, token=token)
    assert live.shop.do(lambda: checkout.ask_refund(order.reference, wish))


@pytest.fixture
def stocked(live: Live) -> Live:
    live.shop.product(stock=50)
    return live


def test_a_day_of_trade_balances_to_the_cent(stocked: Live) -> None:
    live = stocked
    first, second, third = (bought(live) for _ in range(3))
    refund_here(live, first, amount_cents=490)
    live.box.control.refund(second)
    live.box.control.dispute(third, reason="product_not_received")
    assert reconcile(live, "--apply").exit_code == 0
    answer = reconcile(live)
    assert lines(answer) == [
        "          Stripe         shop",
        "Payments       3  53.40     3  53.40  agree",
        "Refunds        2  22.70     2  22.70  agree",
        "Disputes       1  17.80     1  17.80  agree",
        "Fees           4  16.53     4  16.53  agree",
        "Net               -3.63        -3.63  agree",
        "Waiting: 1 dispute open.",
        AGREE,
    ]
    assert answer.exit_code == 0
    as_json = json.loads(reconcile(live, "--json").output)
    eur = as_json["currencies"]["EUR"]
    assert eur["stripe"] == eur["shop"]
    assert eur["shop"]["fees"] == {"count": 4, "cents": 1653}
    assert eur["shop"]["net"] == {"cents": -363}
    assert (as_json["mended"], as_json["left"]) == ([], [])


def lost_payment(live: Live) -> tuple[str, str]:
    session_id = page(live)
    live.box.control.complete(session_id)
    return "page", session_id


def lost_refund(live: Live) -> tuple[str, str]:
    return "refund", live.box.control.refund(bought(live), amount=500)["id"]


def lost_end_of_a_refund(live: Live) -> tuple[str, str]:
    payment_id = bought(live)
    refund_id = live.box.control.refund(payment_id, amount=500)["id"]
    assert reconcile(live, "--apply").exit_code == 0
    live.box.control.fail_refund(refund_id)
    return "refund", refund_id


def lost_dispute(live: Live) -> tuple[str, str]:
    return "dispute", live.box.control.dispute(bought(live))["id"]


def lost_end_of_a_dispute(live: Live) -> tuple[str, str]:
    dispute_id: str = live.box.control.dispute(bought(live))["id"]
    assert reconcile(live, "--apply").exit_code == 0
    live.box.control.win(dispute_id)
    return "dispute", dispute_id


def lost_fee(live: Live) -> tuple[str, str]:
    payment_id = bought(live)
    mine = payments.Payment.id == payment_id
    change(live, sa.update(payments.Payment).where(mine).values(fee_cents=None))
    return "fee", payment_id


def lost_row(live: Live) -> tuple[str, str]:
    payment_id = bought(live)
    change(live, sa.delete(payments.Payment).where(payments.Payment.id == payment_id))
    return "payment", payment_id


def refund_not_made(live: Live) -> tuple[str, str]:
    refund_here(live, bought(live), amount_cents=490)
    return "due", "1"


@pytest.mark.parametrize(
    "lose",
    [
        lost_payment,
        lost_refund,
        lost_end_of_a_refund,
        lost_dispute,
        lost_end_of_a_dispute,
        lost_fee,
        lost_row,
        refund_not_made,
    ],
)
def test_what_was_lost_is_told_without_a_write_and_mended_when_asked(
    stocked: Live, lose: Callable[[Live], tuple[str, str]]
) -> None:
    """The rows stay as they were; fails when the plain command mends, as --apply does."""
    live = stocked
    bought(live)
    lost = lose(live)
    before = rows(live)
    plain = reconcile(live)
    assert plain.exit_code == 1
    assert lines(plain)[-1] == "1 to be mended."
    (sentence,) = [line for line in lines(plain) if " --apply " in line]
    assert found(live) == [lost]
    assert rows(live) == before
    mended = reconcile(live, "--apply")
    assert mended.exit_code == 0
    assert f"Mended: {sentence.partition(' --apply ')[0]}" in mended.output
    assert lines(mended)[-1] == f"1 mended. {AGREE}"
    assert mended.output.count("differ") == 0
    again = reconcile(live)
    assert (again.exit_code, lines(again)[-1]) == (0, AGREE)
    live.shop.books_balance()


def test_the_sentence_of_a_lost_payment_says_what_apply_would_do(stocked: Live) -> None:
    stocked.box.control.complete(page(stocked))
    answer = reconcile(stocked)
    assert lines(answer) == [
        "          Stripe         shop",
        "Payments       1  17.80     0  0.00  differ by 17.80",
        "Refunds        0   0.00     0  0.00  agree",
        "Disputes       0   0.00     0  0.00  agree",
        "Fees           1   0.51     0  0.00  differ by 0.51",
        "Net               17.29        0.00  differ by 17.29",
        "Order 1001: the shop says pending, Stripe says complete, paid. --apply settles it.",
        "1 to be mended.",
    ]


def test_a_payment_without_its_order_is_listed_and_its_button_sends_it_back(stocked: Live) -> None:
    """Fails when a payment whose order is not in the database is passed over."""
    live = stocked
    payment_id = bought(live)
    (order,) = live.shop.orders()
    forget_orders(live)
    sentence = (
        f"Stripe has a payment of €17.80 ({payment_id}) for order {order.reference}, which is not"
        " in this database"
    )
    plain = reconcile(live)
    assert plain.exit_code == 1
    offer = "--apply puts it on the staff's list, where it can be sent back."
    assert f"{sentence}. {offer}" in plain.output
    assert live.shop.count(payments.MoneyCase) == 0
    for _ in range(2):
        answer = reconcile(live, "--apply")
        assert (answer.exit_code, found(live)) == (1, [("payment", payment_id)])
        assert f"{sentence}: it is on the staff's list." in answer.output
    (case,) = live.shop.ask(payments.open_cases)
    assert (case.kind, case.subject) == ("unknown_payment", payment_id)
    assert live.shop.do(lambda: checkout.handle_case(case.id, by="ida"))
    assert found(live) == [("due", "1")]
    assert reconcile(live, "--apply").exit_code == 0
    assert sum(refund["amount"] for refund in live.box.control.refunds()) == 1780
    assert lines(reconcile(live))[-1] == AGREE


def test_half_a_payment_that_went_back_is_still_named(stocked: Live) -> None:
    """Fails when any refund counts as the whole of it."""
    payment_id = bought(stocked)
    forget_orders(stocked)
    stocked.box.control.refund(payment_id, amount=1779)
    assert reconcile(stocked, "--apply").exit_code == 1
    assert found(stocked) == [("payment", payment_id)]
    stocked.box.control.refund(payment_id)
    assert reconcile(stocked, "--apply").exit_code == 0
    assert stocked.shop.ask(payments.open_cases) == []


def test_a_payment_for_a_cancelled_order_that_a_bank_has_taken_is_no_finding(stocked: Live) -> None:
    """Fails when only refunds count as money that is not kept: it would be told for ever."""
    live, session_id = stocked, page(stocked)
    (order,) = live.shop.orders()
    live.shop.ask(lambda: checkout.release_purchase(order.id, state="cancelled"))
    payment_id = live.box.control.complete(session_id)["payment_intent"]
    live.box.control.lose(live.box.control.dispute(payment_id)["id"])
    assert reconcile(live, "--apply").exit_code == 0
    assert AGREE in reconcile(live).output


def test_a_payment_that_stripe_does_not_have_is_told(stocked: Live) -> None:
    """Fails when only Stripe's lists are walked, and not the shop's."""
    live = stocked
    bought(live)
    change(live, sa.update(payments.Payment).values(id="pi_gone"))
    change(live, sa.update(orders.Order).values(payment_id="pi_gone"))
    answer = reconcile(live, "--hours", "1")
    assert answer.exit_code == 1
    assert (
        "Payment pi_gone: the shop says €17.80, Stripe has no such payment. Look at it in"
        " Stripe's Dashboard."
    ) in answer.output
    assert ("payment", "pi_gone") in found(live)


def test_refunds_and_disputes_that_stripe_does_not_have_are_told(stocked: Live) -> None:
    """Fails when only Stripe's lists are walked, and not the shop's."""
    live = stocked
    live.box.control.refund(bought(live), amount=500)
    live.box.control.dispute(bought(live))
    assert reconcile(live, "--apply").exit_code == 0
    change(
        live,
        sa.update(payments.Refund).values(stripe_id="re_gone", asked_by="re_gone"),
        sa.update(payments.Dispute).values(id="du_gone"),
    )
    left = found(live)
    assert {("refund", "re_gone"), ("dispute", "du_gone")} <= set(left)
    assert reconcile(live).exit_code == 1


@pytest.mark.parametrize("amount", [1779, 1781])
def test_another_amount_than_stripes_is_left_for_a_person(stocked: Live, amount: int) -> None:
    payment_id = bought(stocked)
    change(stocked, sa.update(payments.Payment).values(amount_cents=amount))
    answer = reconcile(stocked, "--apply")
    assert answer.exit_code == 1
    assert "differ by 0.01" in answer.output
    assert found(stocked) == [("payment", payment_id)]


def test_money_that_is_neither_price_nor_on_its_way_back_is_told(stocked: Live) -> None:
    """Fails when orders are not added up: each payment by itself agrees with Stripe's."""
    live = stocked
    first, second = bought(live), bought(live)
    one, other = live.shop.orders()
    moved = sa.update(payments.Payment).values(order_reference=one.reference)
    change(
        live,
        moved.where(payments.Payment.id == second),
        sa.update(orders.Order).where(orders.Order.id == other.id).values(payment_id=None),
    )
    assert first != second
    answer = reconcile(live)
    assert answer.exit_code == 1
    assert lines(answer)[-3:] == [
        f"Order 1001 is paid, and €17.80 of payment {second} are neither its price nor on their"
        " way back.",
        "Order 1002 is paid, and no payment is written down for it.",
        "2 to be mended.",
    ]


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"state": "refunded"}, "is refunded, and €17.80 are not on their way back."),
        ({"state": "cancelled"}, "is cancelled, and €17.80 of payment {} are neither"),
        (
            {"total_cents": 1700, "subtotal_cents": 1210},
            "comes to €17.00, and €17.80 were paid: it is paid, and a person must decide.",
        ),
    ],
)
def test_an_order_that_does_not_add_up_is_told(
    stocked: Live, values: dict[str, object], said: str
) -> None:
    payment_id = bought(stocked)
    change(stocked, sa.update(orders.Order).values(**values))
    answer = reconcile(stocked)
    assert answer.exit_code == 1
    assert f"Order 1001 {said.format(payment_id)}" in answer.output


def test_an_open_page_without_its_order_is_no_finding(stocked: Live) -> None:
    page(stocked)
    forget_orders(stocked)
    assert lines(reconcile(stocked)) == [AGREE]


def test_an_order_whose_page_is_older_than_the_period_is_still_settled(stocked: Live) -> None:
    """Fails when only the pages of the period are looked at."""
    live = stocked
    session_id = page(live)
    grow_older(live)
    live.box.control.complete(session_id)
    since = (datetime.now(UTC) + timedelta(minutes=1)).isoformat()
    until = (datetime.now(UTC) + timedelta(minutes=2)).isoformat()
    period = ("--since", since, "--until", until)
    assert found(live, *period) == [("page", session_id)]
    assert reconcile(live, "--apply", *period).exit_code == 0
    assert live.shop.orders()[0].state == "paid"


def test_another_day_has_another_sum(stocked: Live) -> None:
    """Fails when a payment counts for every period, or is missed in its own."""
    bought(stocked)
    today = datetime.now(UTC).date()
    day = ("--since", f"{today}", "--until", f"{today}")
    assert json.loads(reconcile(stocked, "--json", *day).output)["currencies"]
    yesterday = today - timedelta(days=1)
    answer = reconcile(stocked, "--since", f"{yesterday}", "--until", f"{yesterday}")
    assert lines(answer) == [AGREE]


def test_a_payment_that_the_clocks_put_on_two_sides_of_an_end_is_no_finding(stocked: Live) -> None:
    """Fails when what is not in the period's list is missing without asking for it."""
    bought(stocked)
    tomorrow = datetime.now(UTC) + timedelta(days=1)
    change(stocked, sa.update(payments.Payment).values(paid_at=tomorrow))
    change(stocked, sa.update(orders.Order).values(paid_at=tomorrow))
    day = ("--since", f"{tomorrow.date()}", "--until", f"{tomorrow.date()}")
    assert lines(reconcile(stocked, *day)) == [AGREE]


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        (("--since", "yesterday"), "'yesterday' is no date; write 2026-11-21 or 2026-11-21T14:00."),
        (
            ("--since", "2026-11-21", "--until", "2026-11-01"),
            "The period ends before it begins: look at --since and --until.",
        ),
    ],
)
def test_a_period_that_is_none_is_refused(
    app: Flask, options: tuple[str, ...], sentence: str
) -> None:
    answer = app.test_cli_runner().invoke(args=["shop", "reconcile", *options])
    assert answer.exit_code == 2
    assert sentence in answer.output


def test_when_stripe_cannot_be_asked_the_command_ends_with_2(app: Flask) -> None:
    for options in ((), ("--apply",), ("--json",)):
        answer = app.test_cli_runner().invoke(args=["shop", "reconcile", *options])
        assert answer.exit_code == 2
        assert answer.output.startswith("Stripe cannot be asked: APIConnectionError")


def test_orders_that_agree_cost_four_calls_together(stocked: Live) -> None:
    """Fails when each order, payment, refund or dispute is asked for by itself."""
    live = stocked
    live.box.control.refund(bought(live), amount=500)
    live.box.control.dispute(bought(live))
    bought(live)
    page(live)
    assert reconcile(live, "--apply").exit_code == 0
    live.box.control.forget_requests()
    assert live.shop.ask(tasks_of_the_worker(live)) is None
    asked = [(r["path"].removeprefix("/v1/"), r["params"]) for r in live.box.control.requests()]
    assert [path for path, _ in asked] == [
        "checkout/sessions",
        "balance_transactions",
        "refunds",
        "disputes",
    ]
    assert {params["limit"] for _, params in asked} == {"100"}


def tasks_of_the_worker(live: Live) -> Callable[[], None]:
    """The chore as the clock starts it."""
    chore: Callable[[], None] = live.app.extensions["storefront"].chores["reconcile"].call_local
    return chore


def test_events_that_wait_are_acted_on_so_that_cron_needs_no_worker(stocked: Live) -> None:
    live = stocked
    session_id = page(live)
    live.box.control.complete(session_id)
    minute_ago = datetime.now(UTC) - timedelta(minutes=1)
    kind = "checkout.session.completed"
    event = payments.Event(id="evt_1", type=kind, object_id=session_id, is_live=False)
    live.shop.do(lambda: payments.record_event(event))
    change(live, sa.update(payments.StripeEvent).values(received_at=minute_ago))
    assert found(live) == [("page", session_id), ("event", "evt_1")]
    assert reconcile(live, "--apply").exit_code == 0
    assert live.shop.orders()[0].state == "paid"
    assert live.shop.ask(lambda: payments.events_to_retry(datetime.now(UTC))) == []


def test_every_event_that_waits_is_acted_on_however_many_there_are(stocked: Live) -> None:
    """Fails when the comparison lists a hundred of them, as the worker's turn does."""
    live, session_id = stocked, page(stocked)
    names = [f"evt_{number}" for number in range(101)]

    def record() -> None:
        for name in names:
            kind = "checkout.session.completed"
            payments.record_event(payments.Event(name, kind, session_id, is_live=False))
        for event in db.session.scalars(sa.select(payments.StripeEvent)):
            event.received_at -= timedelta(minutes=1)

    live.shop.do(record)
    reconcile(live, "--apply")
    assert live.shop.ask(lambda: payments.events_to_retry(datetime.now(UTC))) == []


def test_an_event_that_could_not_be_acted_on_is_left(
    stocked: Live, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Fails when the events that failed again are not named."""
    live = stocked
    event = payments.Event(id="evt_1", type="x", object_id="cs_1", is_live=False)
    live.shop.do(lambda: payments.record_event(event))
    minute_ago = datetime.now(UTC) - timedelta(minutes=1)
    change(live, sa.update(payments.StripeEvent).values(received_at=minute_ago))

    def stumble(*_: str) -> None:
        raise ValueError

    monkeypatch.setattr(tasks, "follow", stumble)
    answer = reconcile(live, "--apply")
    assert answer.exit_code == 1
    assert lines(answer) == ["Event evt_1 (x) is not acted on.", "1 to be mended."]


def test_a_refund_that_stripe_keeps_refusing_is_named(stocked: Live) -> None:
    """Fails when a refund stays 'due' for ever in silence, or is given up."""
    live = stocked
    payment_id = bought(live)
    live.box.control.add_fault("status", method="POST", path="/v1/refunds", status=400)
    refund_here(live, payment_id, amount_cents=490)
    for tries in range(1, 4):
        change(live, sa.update(payments.Refund).values(due_at=datetime.now(UTC)))
        answer = reconcile(live, "--apply")
        assert (answer.exit_code, found(live)) == (1, [("due", "1")])
        assert live.shop.ask(payments.refunds_owed)[0].attempts == tries
    assert "Stripe has not made the refund of €4.90 in 3 tries." in answer.output
    live.box.control.clear_faults()
    change(live, sa.update(payments.Refund).values(due_at=datetime.now(UTC)))
    assert reconcile(live, "--apply").exit_code == 0


def test_one_that_cannot_be_mended_does_not_stop_the_others(
    stocked: Live, monkeypatch: pytest.MonkeyPatch
) -> None:
    live = stocked
    first, second = page(live), page(live)
    for session_id in (first, second):
        live.box.control.complete(session_id)
    real = tasks.settle_purchase

    def stumble(session: payments.PaymentSession) -> bool:
        if session.id == first:
            raise ValueError
        return real(session)

    monkeypatch.setattr(tasks, "settle_purchase", stumble)
    answer = reconcile(live, "--apply")
    assert answer.exit_code == 1
    assert lines(answer)[-1] == "1 mended, 1 left."
    assert [order.state for order in live.shop.orders()] == ["pending", "paid"]


def test_the_plain_command_opens_no_transaction(
    stocked: Live, monkeypatch: pytest.MonkeyPatch
) -> None:
    stocked.box.control.complete(page(stocked))
    opened: list[str] = []

    def refuse() -> None:
        opened.append("BEGIN")

    for module in (tasks, purchase, afterwards):
        monkeypatch.setattr(module, "transaction", refuse)
    assert reconcile(stocked).exit_code == 1
    assert opened == []
