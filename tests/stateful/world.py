"""What the machine plays in: a shop that can be killed at any step, and a box it knows by wire.

A step is a commit or a request to Stripe; a kill comes just before it or just after it. The shop
runs in this process, so a kill is an exception that nothing in the shop catches; from then on the
dead shop commits nothing any more, and a new one is opened on its database. The machine itself
carries Stripe's messages, so it decides which arrive, when, and how often.
"""

import json
import re
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta
from typing import Any

import stripe
from flask import Flask
from flask.testing import FlaskClient

from scripts.chaos_books import audit, let_time_pass
from storefront import checkout, create_app, inventory, orders, payments
from storefront.database import db, transaction
from storefront.errors import Refusal as StorefrontRefusal
from storefront.stripe_box import BoxServer, Refusal
from storefront.stripe_box.webhooks.signatures import signature_header
from storefront.tasks import run_job
from support.offers import offer
from support.shop import Shop, seen_key

STOCKED = {"OIL-100": 2, "SALT-500": 4}
OFFERED = 2  # orders that may have the offer
ROUNDS = 4  # a refund that comes back is sent once more, and looked at half a day later
RESTART_TAKES = timedelta(minutes=2)


class Killed(BaseException):
    """The process is gone; no `except Exception` of the shop may see it."""


class Scythe:
    """Counts the steps of the money path, and kills at the one that was chosen."""

    def __init__(self) -> None:
        self.left = 0  # steps until the kill; 0 when none is to come
        self.is_out = False  # only what the shop does counts, not what we do to its books
        self.has_struck = False

    def step(self) -> None:
        """Stands before and after each commit and each request; raises Killed when it is time."""
        if self.left and self.is_out:
            self.left -= 1
            self.has_struck = not self.left
        if self.has_struck:
            raise Killed


class MortalClient(stripe.RequestsClient):
    """The SDK's HTTP client in a process that may die before or after each request."""

    def __init__(self, scythe: Scythe) -> None:
        super().__init__(timeout=60)
        self._scythe = scythe

    def request(self, *values: Any, **named: Any) -> Any:
        """Sends a request, if the process lives so long."""
        self._scythe.step()
        answer = super().request(*values, **named)
        self._scythe.step()
        return answer


class World:
    """One shop with its shoppers, and the box; everything in it is done by one thread."""

    def __init__(self, config: dict[str, object], box: BoxServer) -> None:
        self._config, self.box = config, box.control
        self._secret = box.webhook_secret
        self._base = {"api": box.url}
        self._shoppers: dict[str, FlaskClient] = {}
        self._forms: dict[str, dict[str, str]] = {}
        self.kills = 0
        self.app = self._open()
        shop = Shop(self.app)
        for sku, units in STOCKED.items():
            shop.product(sku, stock=units, price_cents=1290 if sku == "OIL-100" else 950)
        offer(shop, code=None, percent=15, most_uses=OFFERED)

    def add(self, shopper: str, sku: str, *, units: int = 1) -> None:
        """Puts goods into a shopper's cart."""
        self._post(shopper, "/cart/lines", {"sku": sku, "quantity": str(units)})

    def check_out(self, shopper: str, *, in_old_tab: bool = False) -> str:
        """Presses the button, perhaps on a page of long ago; the payment page's id, or ''."""
        with self._mortal():
            if not in_old_tab:
                page = self._browser(shopper).get("/cart").text
                self._forms.pop(shopper, None)
                if 'name="seen"' in page:
                    self._forms[shopper] = {"seen": seen_key(page)}
            if shopper not in self._forms:
                return ""
            answer = self._browser(shopper).post("/checkout", data=self._forms[shopper])
            found = re.search(r"/pay/(cs_test_\w+)", answer.headers.get("Location", ""))
            return found[1] if found else ""
        return ""

    def come_back(self, shopper: str, page: str) -> None:
        """Follows the payment page's way back."""
        with self._mortal():
            self._browser(shopper).get(f"/checkout/return?session_id={page}")

    def tell(self, event: dict[str, Any]) -> None:
        """Delivers a message of Stripe."""
        body = json.dumps(event, indent=2).encode()
        stamp = signature_header(body, self._secret, timestamp=int(time.time()))
        with self._mortal():
            self.app.test_client().post(
                "/webhooks/stripe", data=body, headers={"Stripe-Signature": stamp}
            )

    def ask_back(self, reference: str, wish: checkout.RefundWish) -> None:
        """Staff send the refund form, perhaps once more than they know."""
        with self._at_the_desk():
            checkout.ask_refund(reference, wish)

    def press_buttons(self) -> None:
        """Staff press the button of every open case."""
        with self.app.app_context():
            waiting = [case.id for case in payments.open_cases()]
        for case_id in waiting:
            with self._at_the_desk():
                checkout.handle_case(case_id, by="staff")

    def cancel(self, order_id: int) -> None:
        """Staff end an order that is not paid."""
        with self._mortal(), self.app.app_context():
            order = orders.by_id(order_id)
            if order is not None:
                checkout.cancel_purchase(order)

    def put_back_by(self, token: str) -> int:
        """Units that one refund form has put back on the shelf."""
        with self.app.app_context():
            moved = db.session.query(inventory.StockMovement.change).filter_by(actor=token)
            return sum(row[0] for row in moved)

    def work(self, chore: str) -> None:
        """Lets the worker do one of its chores."""
        with self._mortal():
            run_job(self.app, chore)

    def pass_time(self, much: timedelta) -> None:
        """Makes everything in the books so much older."""
        let_time_pass(self.app, much)

    def kill_after(self, steps: int) -> None:
        """Lets the shop die at so many steps from now."""
        self._scythe.left = steps

    def paid_orders(self) -> list[orders.Order]:
        """Orders whose goods the shop would send."""
        return self.orders_in("paid")

    def orders_in(self, state: str) -> list[orders.Order]:
        """Orders in one state, oldest first."""
        return [order for order in Shop(self.app).orders() if order.state == state]

    def first_line(self, order_id: int) -> orders.OrderLine:
        """What stands first in an order."""
        with self.app.app_context():
            return orders.lines_of(order_id)[0]

    def has_books_that_agree(self) -> bool:
        """Whether stock, ledger and holds say the same, and offers count the orders they have."""
        with self.app.app_context():
            found = [*inventory.disagreements(), *checkout.miscounted_offers()]
            shelves = db.session.query(inventory.Stock).all()
            return not found and all(0 <= one.held <= one.on_hand for one in shelves)

    def tidy_up(self) -> None:
        """All is calm: what is open ends, time passes again and again, worker and staff work."""
        self._scythe.left = 0
        self.box.clear_faults()
        for session in self.box.sessions():
            if session["status"] == "open":
                self.box.expire(session["id"])
            if session["status"] == "complete" and session["payment_status"] == "unpaid":
                self._end_debit(session["id"])
        for dispute in self.box.disputes():
            with suppress(Refusal):  # most are decided
                self.box.win(dispute["id"])
        for _ in range(ROUNDS):
            self.pass_time(timedelta(hours=13))
            for chore in ("retry_events", "release_holds", "make_refunds", "reconcile"):
                self.work(chore)
            self.press_buttons()
            for refund in self.box.refunds():
                if refund["status"] == "pending":
                    self.box.settle_refund(refund["id"])
        self.work("send_letters")

    def what_is_wrong(self) -> dict[str, list[str]]:
        """What the audit finds, a sentence each."""
        found = audit(
            self.app,
            sessions=self.box.sessions(),
            refunds=self.box.refunds(),
            disputes=self.box.disputes(),
            stocked=STOCKED,
        )
        return {kind: sentences for kind, sentences in found.items() if sentences}

    def end(self) -> None:
        """Gives the database back."""
        with self.app.app_context():
            self.app.extensions["storefront"].engine.dispose()

    def _end_debit(self, page: str) -> None:
        with suppress(Refusal):  # one that has failed stays complete and unpaid
            self.box.settle(page)

    def _open(self) -> Flask:
        """A new process of the shop, mortal at every step."""
        self._scythe = Scythe()
        app = create_app(self._config)
        state = app.extensions["storefront"]
        state.stripe = payments.Client(
            state.settings.STRIPE_SECRET_KEY,
            base_addresses=self._base,
            max_network_retries=2,
            http_client=MortalClient(self._scythe),
        )
        with app.app_context():
            _make_commits_mortal(state.engine.dialect, self._scythe)
        for browser in self._shoppers.values():
            browser.application = app
        return app

    def _browser(self, shopper: str) -> FlaskClient:
        return self._shoppers.setdefault(shopper, self.app.test_client())

    def _post(self, shopper: str, path: str, form: dict[str, str]) -> None:
        with self._mortal():
            self._browser(shopper).post(path, data=form)

    @contextmanager
    def _at_the_desk(self) -> Iterator[None]:
        """One form of the back office; a refusal is a sentence on its page."""
        with self._mortal(), self.app.app_context(), suppress(StorefrontRefusal), transaction():
            yield

    @contextmanager
    def _mortal(self) -> Iterator[None]:
        """The shop may die in this block; then another one is opened, two minutes later."""
        self._scythe.is_out = True
        try:
            yield
        except BaseException:
            if not self._scythe.has_struck:
                raise
            self.kills += 1
            self.end()
            self.app = self._open()
            self.pass_time(RESTART_TAKES)
        finally:
            self._scythe.is_out = False


def _make_commits_mortal(dialect: Any, scythe: Scythe) -> None:
    """Puts a step before and after each commit of a database, below everything that is ours."""
    commit: Callable[[Any], None] = dialect.do_commit

    def mortal_commit(connection: Any) -> None:
        scythe.step()
        commit(connection)
        scythe.step()

    dialect.do_commit = mortal_commit
