"""Faults of the API: answers that come late, broken, wrong or not at all."""

import contextlib
import json
import socket
from typing import TYPE_CHECKING

from flask import Response, request

from ..api.idempotency import Answer, in_use
from ..errors import JSON, Refusal
from .faults import Strikes

if TYPE_CHECKING:
    from ..box import Box

_HTML = (
    "<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n<body>\r\n"
    "<center><h1>502 Bad Gateway</h1></center>\r\n<hr><center>nginx</center>\r\n</body>\r\n"
    "</html>\r\n"
)
_MESSAGES = {
    "rate_limit": (
        "Request rate limit exceeded. Learn more about rate limits here"
        " https://stripe.com/docs/rate-limits."
    ),
    "lock_timeout": (
        "This object cannot be accessed right now because another API request or Stripe process is"
        " currently accessing it. If you see this error intermittently, retry the request. If you"
        " see this error frequently and are making multiple concurrent requests to a single"
        " object, make your requests serially or at a lower rate. For more details, see"
        " https://stripe.com/docs/rate-limits#object-lock-timeouts."
    ),
}


class RequestFaults:
    """What goes wrong with one API request, in the order in which it is answered."""

    def __init__(self, box: "Box", strikes: Strikes) -> None:
        self._box, self._strikes = box, strikes
        self._status = strikes.find("status")

    def names(self) -> list[str]:
        """Return the faults of this request."""
        return self._strikes.names()

    def wait(self, fault: str) -> None:
        """Sleep, if this delay is one of the faults."""
        if fault in self._strikes:
            self._box.faults.sleep(self._strikes[fault]["seconds"])

    def instead(self) -> Answer | None:
        """Return the answer that is given without executing the request; status 0 is none."""
        if "drop_request" in self._strikes:
            return Answer(status=0, text="")
        if self._status is None or self._status["after"]:
            return None
        return self._wrong_answer()

    def saved(self, answer: Answer) -> Answer:
        """Return what Stripe remembers and answers after executing: a failure of its own counts.

        A proxy's failure does not: behind it Stripe did all its work and remembers the truth.
        """
        if self._status is None or not self._status["after"] or self._status["status"] == 502:
            return answer
        return self._wrong_answer()

    def sent(self, response: Response) -> Response:
        """Return the response as it leaves the box, or cut the connection."""
        if "drop_request" in self._strikes or "drop_response" in self._strikes:
            _cut_connection()
        if "truncate_json" in self._strikes:
            whole = response.get_data()
            response.set_data(whole[: len(whole) // 2])
        if self._status is not None:
            self._dress(response)
        return response

    def _dress(self, response: Response) -> None:
        assert self._status is not None
        if self._status["status"] == 502:
            response.status_code = 502
            response.set_data(_HTML)
            response.headers.clear()
            response.headers["Content-Type"] = "text/html"
            response.headers["Server"] = "nginx"
            return
        should_retry = self._should_retry()
        if should_retry is not None:
            response.headers["Stripe-Should-Retry"] = str(should_retry).lower()

    def _should_retry(self) -> bool | None:
        """Return what Stripe advises: again after a lock, not again after a saved failure."""
        assert self._status is not None
        if self._status["should_retry"] is not None:
            return bool(self._status["should_retry"])
        if self._status["code"] == "lock_timeout":
            return True
        return False if self._status["after"] else None

    def _wrong_answer(self) -> Answer:
        assert self._status is not None
        status, code = self._status["status"], self._status["code"]
        text = json.dumps(_error(status, code).as_json(), indent=2)
        if status == 402:
            text = json.dumps(_declined(code), indent=2)
        return Answer(status=status, text=text)


def _error(status: int, code: str) -> Refusal:
    if status == 409 and not code:
        return in_use()
    if status == 429:
        code = code or "rate_limit"
        return Refusal(_MESSAGES.get(code, _MESSAGES["rate_limit"]), status=429, code=code)
    if status >= 500:
        message = "An unknown error occurred: the Stripe box was asked to fail."
        return Refusal(message, status=status, kind="api_error", code=code or None)
    message = "The Stripe box was asked to refuse this request."
    return Refusal(message, status=status, code=code or None)


def _declined(code: str) -> JSON:
    refusal = Refusal("Your card was declined.", kind="card_error", code=code or "card_declined")
    body = refusal.as_json()
    if refusal.code == "card_declined":
        body["error"]["decline_code"] = "generic_decline"
    return body


def _cut_connection() -> None:
    """End the connection under the server, which then drops the answer it was about to send.

    The body is read first: unread bytes would turn the end into a reset, which is another fault.
    """
    request.get_data()
    with contextlib.suppress(OSError):  # the other side may have gone first
        request.environ["werkzeug.socket"].shutdown(socket.SHUT_RDWR)
