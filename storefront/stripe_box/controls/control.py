"""The Python handle on a running box: act as shopper, clock and network, and look inside."""

import time
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from ..errors import JSON, Refusal
from ..objects import Window
from ..payments import lifecycle
from ..payments.bank_accounts import TestAccount, read_iban
from ..payments.cards import TEST_CARDS, Card
from ..payments.lifecycle import Outcome
from ..payments.shopper import Submission
from ..samples import SAMPLE_EMAIL, SAMPLE_NAME, sample_address, sample_country
from ..webhooks.delivery import Mode
from ..webhooks.targets import roll_secret
from .money import MoneyControl

if TYPE_CHECKING:
    pass

_EVERYTHING = 100_000


class Control(MoneyControl):
    """What tests and the `/_control` addresses may do with a box."""

    def pay(
        self,
        session_id: str,
        *,
        card: str = "4242424242424242",
        email: str = "",
        name: str = SAMPLE_NAME,
        country: str = "",
        shipping_rate: str | None = None,
        address: JSON | None = None,
        iban: str = "",
    ) -> Outcome:
        """Pay as a shopper would, with a test card or IBAN; does not wait for the webhook.

        Raises Refusal for an IBAN where the session takes none.
        """
        session = self.session(session_id)
        asked = session["shipping_address_collection"]
        allowed = asked["allowed_countries"] if asked else []
        chosen = country or sample_country(allowed)
        account = _account(session, iban) if iban else None
        known = TEST_CARDS[card.replace(" ", "")]
        submission = Submission(
            email=email or _known_email(session) or SAMPLE_EMAIL,
            card=None if account else Card(known=known, exp_month=12, exp_year=2034),
            account=account,
            name_on_card=name,
            full_name=name if asked else "",
            shipping_rate=shipping_rate,
            address={**sample_address(chosen), **(address or {})},
            has_shipping=bool(asked),
        )
        return lifecycle.pay(self._box, session_id, submission)

    def complete(self, session_id: str, *, wait_seconds: float = 30.0, **shopper: Any) -> JSON:
        """Pay with 4242…, wait for the first delivery of the webhook, return the session."""
        outcome = self.pay(session_id, **shopper)
        if outcome.completed_event:
            self._box.webhooks.wait_for_attempt(outcome.completed_event, timeout=wait_seconds)
        return self.session(session_id)

    def decline(self, session_id: str, *, card: str = "4000000000000002") -> JSON:
        """Try a card that the bank refuses; the session stays open."""
        self.pay(session_id, card=card)
        return self.session(session_id)

    def authenticate(self, session_id: str, *, is_passed: bool = True) -> JSON:
        """End a waiting 3-D Secure step."""
        lifecycle.authenticate(self._box, session_id, is_passed=is_passed)
        return self.session(session_id)

    def expire(self, session_id: str) -> JSON:
        """Expire an open session now; raises Refusal for any other."""
        return lifecycle.expire(self._box, session_id)

    def advance_clock(self, seconds: float) -> int:
        """Move the box's time forward and return it; sessions expire, retries become due."""
        self._box.advance_clock(seconds)
        return self._box.clock.now()

    def webhooks(self, mode: Mode) -> None:
        """Deliver webhooks (`on`), keep them for later (`hold`) or lose them (`drop`)."""
        self._box.webhooks.switch(mode)

    def send_webhooks_to(self, url: str) -> None:
        """Change the address for events that happen from now on; '' sends none."""
        self._box.webhooks.url = url

    def roll_secret(self, endpoint_id: str) -> str:
        """Return a new secret of a webhook endpoint; the older one signs too for a day."""
        return roll_secret(self._box, endpoint_id)

    def resend(self, event_id: str) -> None:
        """Deliver an event once more, as the Dashboard's button does."""
        self._box.webhooks.resend(event_id)

    def wait_until_delivered(self, *, timeout: float = 30.0) -> bool:
        """Wait until nothing is due for delivery; False when time ran out."""
        deadline = time.monotonic() + timeout
        while time.monotonic() < deadline:
            if self._box.webhooks.is_idle():
                return True
            time.sleep(0.01)
        return False

    def session(self, session_id: str) -> JSON:
        """Return a session as of now; raises Refusal 404."""
        return lifecycle.current(self._box, session_id)

    def sessions(self) -> list[JSON]:
        """Return all sessions, oldest first."""
        lifecycle.expire_overdue(self._box)
        return self._all("checkout.session")

    def events(self, kind: str = "") -> list[JSON]:
        """Return all events, or those of one type, oldest first."""
        return [event for event in self._all("event") if kind in ("", event["type"])]

    def refunds(self) -> list[JSON]:
        """Return all refunds, oldest first."""
        return self._all("refund")

    def disputes(self) -> list[JSON]:
        """Return all disputes, oldest first."""
        return self._all("dispute")

    def deliveries(self) -> Sequence[JSON]:
        """Return the delivery log, newest first, with the last attempt of each."""
        return self._box.webhooks.log(limit=_EVERYTHING)

    def attempts(self, event_id: str) -> Sequence[JSON]:
        """Return every attempt to deliver one event."""
        return self._box.webhooks.attempts(event_id)

    def requests(self) -> list[JSON]:
        """Return the API requests seen, oldest first."""
        return list(self._box.requests)

    def forget_requests(self) -> None:
        """Empty the memory of requests."""
        self._box.requests.clear()

    def add_fault(self, fault: str, **rule: Any) -> JSON:
        """Let requests (`method=`, `path=`) or webhooks (`event=`) go wrong; returns the rule.

        Raises Refusal for a rule that makes no sense.
        """
        return self._box.faults.add(fault, rule)

    def faults(self) -> list[JSON]:
        """Return the fault rules, each with how often it matched and fired."""
        return self._box.faults.listed()

    def clear_faults(self) -> None:
        """Remove all fault rules; what was decided about earlier events stays."""
        self._box.faults.clear()

    def seed(self, number: int) -> None:
        """Set the seed of the faults and count their matches from the start again."""
        self._box.faults.begin(number)

    def reset(self) -> None:
        """Forget everything: objects, events, deliveries, keys, requests, faults."""
        self._box.forget_everything()

    def _all(self, kind: str) -> list[JSON]:
        wanted = Window(limit=_EVERYTHING, is_oldest_first=True)
        return self._box.objects.page(kind, wanted)[0]


def _known_email(session: JSON) -> str:
    details = session["customer_details"] or {}
    return session["customer_email"] or details.get("email") or ""


def _account(session: JSON, iban: str) -> TestAccount:
    account, sentence = read_iban(iban)
    if account is None:
        raise Refusal(sentence, param="iban")
    if "sepa_debit" not in session["payment_method_types"]:
        raise Refusal("This session takes no SEPA Direct Debit.", param="iban")
    return account
