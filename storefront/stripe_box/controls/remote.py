"""The handle on a box in another process: the verbs of `Control`, over `/_control`."""

import http.client
import json
import time
from collections.abc import Sequence
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

from ..errors import JSON, Refusal
from ..webhooks.delivery import Mode
from .remote_money import RemoteMoney


class RemoteControl(RemoteMoney):
    """What a test may do with a box that runs elsewhere on this machine.

    Every verb raises OSError or HTTPException when the box is not there, or went away before it
    answered; whether it did the work is then open, and asking again is safe.
    """

    def __init__(self, url: str, *, timeout: float = 60.0) -> None:
        self._host, self._timeout = urlsplit(url).netloc, timeout

    def is_there(self) -> bool:
        """Tell whether the box answers."""
        try:
            self._ask("GET", "/faults")
        except (OSError, http.client.HTTPException):
            return False
        return True

    def pay(self, session_id: str, **shopper: Any) -> str:
        """Pay as a shopper would, and return complete, declined, authenticate or closed."""
        return str(self._ask("POST", f"/sessions/{quote(session_id)}/pay", shopper)["outcome"])

    def complete(self, session_id: str, **shopper: Any) -> JSON:
        """Pay, wait for the first delivery of the webhook, return the session."""
        return self._ask("POST", f"/sessions/{quote(session_id)}/complete", shopper)

    def decline(self, session_id: str, **card: str) -> JSON:
        """Try a card that the bank refuses; the session stays open."""
        return self._ask("POST", f"/sessions/{quote(session_id)}/decline", card)

    def authenticate(self, session_id: str, *, is_passed: bool = True) -> JSON:
        """End a waiting 3-D Secure step."""
        path = f"/sessions/{quote(session_id)}/authenticate"
        return self._ask("POST", path, {"passed": is_passed})

    def expire(self, session_id: str) -> JSON:
        """Expire an open session now; raises Refusal for any other."""
        return self._ask("POST", f"/sessions/{quote(session_id)}/expire", {})

    def advance_clock(self, seconds: float) -> int:
        """Move the box's time forward and return it; sessions expire, retries become due."""
        return int(self._ask("POST", "/clock/advance", {"seconds": seconds})["now"])

    def webhooks(self, mode: Mode) -> None:
        """Deliver webhooks (`on`), keep them for later (`hold`) or lose them (`drop`)."""
        self._ask("POST", "/webhooks", {"mode": mode})

    def roll_secret(self, endpoint_id: str) -> str:
        """Return a new secret of a webhook endpoint; the older one signs too for a day."""
        asked = f"/webhook_endpoints/{quote(endpoint_id)}/roll"
        return str(self._ask("POST", asked, {})["secret"])

    def resend(self, event_id: str) -> None:
        """Deliver an event once more."""
        self._ask("POST", f"/events/{quote(event_id)}/resend", {})

    def wait_until_delivered(self, *, timeout: float = 30.0) -> bool:
        """Wait until nothing is due for delivery; False when time ran out."""
        deadline = time.monotonic() + timeout
        while time.monotonic() < deadline:
            if self._ask("GET", "/")["is_idle"]:
                return True
            time.sleep(0.05)
        return False

    def session(self, session_id: str) -> JSON:
        """Return a session as of now; raises Refusal 404."""
        return self._ask("GET", f"/sessions/{quote(session_id)}")

    def sessions(self) -> list[JSON]:
        """Return all sessions, oldest first."""
        return self._listed("/sessions")

    def refunds(self) -> list[JSON]:
        """Return all refunds, oldest first."""
        return self._listed("/refunds")

    def events(self, kind: str = "") -> list[JSON]:
        """Return all events, or those of one type, oldest first."""
        return self._listed("/events?" + urlencode({"type": kind}))

    def deliveries(self) -> Sequence[JSON]:
        """Return the delivery log, newest first."""
        return self._listed("/deliveries")

    def requests(self) -> list[JSON]:
        """Return the API requests seen since the box was started, oldest first."""
        return self._listed("/requests")

    def add_fault(self, fault: str, **rule: Any) -> JSON:
        """Let requests or webhooks go wrong; returns the rule, raises Refusal for a bad one."""
        return self._ask("POST", "/faults", {"fault": fault, **rule})

    def faults(self) -> list[JSON]:
        """Return the fault rules, each with how often it matched and fired."""
        return self._listed("/faults")

    def clear_faults(self) -> None:
        """Remove all fault rules."""
        self._ask("POST", "/faults/clear", {})

    def seed(self, number: int) -> None:
        """Set the seed of the faults and count their matches from the start again."""
        self._ask("POST", "/faults/seed", {"seed": number})

    def _listed(self, path: str) -> list[JSON]:
        found: list[JSON] = self._ask("GET", path)["data"]
        return found

    def _ask(self, method: str, path: str, body: JSON | None = None) -> JSON:
        connection = http.client.HTTPConnection(self._host, timeout=self._timeout)
        try:
            content = None if body is None else json.dumps(body)
            headers = {"Content-Type": "application/json"} if content else {}
            connection.request(method, f"/_control{path}", content, headers)
            answer = connection.getresponse()
            found: JSON = json.loads(answer.read())
        finally:
            connection.close()
        if answer.status != 200:
            raise _refusal(found["error"], answer.status)
        return found


def _refusal(error: JSON, status: int) -> Refusal:
    return Refusal(
        error["message"],
        status=status,
        kind=error["type"],
        code=error.get("code"),
        param=error.get("param"),
    )
