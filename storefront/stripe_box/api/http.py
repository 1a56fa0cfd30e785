"""The HTTP side of the API: key, version, idempotency, validation, dispatch, JSON."""

import base64
import json
import logging
import re
from collections.abc import Callable
from functools import partial

from flask import Blueprint, Response, current_app, g, request

from .. import events
from ..box import Box
from ..errors import JSON, Declined, Refusal, unauthorised
from ..faults.of_requests import RequestFaults
from ..ids import new_id
from ..settings import DEFAULT_API_VERSION
from . import expansion
from .calls import Call
from .endpoints import Endpoint, match
from .idempotency import Answer, fingerprint_of
from .validation import typed
from .versions import modernised
from .wire import decode

log = logging.getLogger(__name__)
routes = Blueprint("api", __name__)

_VERSION = re.compile(r"\d{4}-\d{2}-\d{2}(\.[a-z]+)?")
_NO_KEY = (
    "You did not provide an API key. You need to provide your API key in the Authorization header,"
    " using Bearer auth (e.g. 'Authorization: Bearer YOUR_SECRET_KEY'). See"
    " https://stripe.com/docs/api#authentication for details, or we can help at"
    " https://support.stripe.com/."
)
_LIVE_KEY = (
    "Refused: this is the offline Stripe box, and a live key must never be sent to it."
    " Use a test key that starts with sk_test_."
)


@routes.route("/v1/", defaults={"rest": ""}, methods=["GET", "POST", "PUT", "PATCH", "DELETE"])
@routes.route("/v1/<path:rest>", methods=["GET", "POST", "PUT", "PATCH", "DELETE"])
def api(rest: str) -> Response:
    """Answer one API request."""
    del rest  # the table of endpoints reads the whole path
    box: Box = current_app.extensions["stripe_box"]
    identifier = new_id("req_")
    key = request.headers.get("Idempotency-Key") if request.method == "POST" else None
    faults = RequestFaults(box, box.faults.for_request(request.method, request.path))
    faults.wait("delay_before")
    answer = faults.instead() or _answered(box, identifier, key, faults)
    _remember(box, identifier, key, answer, faults)
    faults.wait("delay_after")
    return faults.sent(_response(answer, identifier, key))


def _answered(box: Box, identifier: str, key: str | None, faults: RequestFaults) -> Answer:
    """Execute the request; its events name it, and some are delivered before the answer."""
    early: list[str] = []
    events.request_id.set(identifier)
    events.request_key.set(key)
    events.early.set(early)
    try:
        answer = _answer(box, key, faults)
    except Refusal as refusal:
        answer = Answer(status=refusal.status, text=_text(refusal.as_json()))
    finally:
        events.request_id.set(None)
        events.request_key.set(None)
        events.early.set(None)
    timeout = box.settings.webhook_timeout_seconds + 1
    for event_id in early:
        box.webhooks.wait_for_attempt(event_id, timeout=timeout)
    return faults.saved(answer)


def _answer(box: Box, key: str | None, faults: RequestFaults) -> Answer:
    _check_key(request.headers.get("Authorization", ""))
    version = request.headers.get("Stripe-Version", DEFAULT_API_VERSION)
    if not _VERSION.fullmatch(version):
        raise Refusal(f"Invalid Stripe API version: {version}")
    endpoint, ids = match(request.method, request.path)
    raw = modernised(_query() | _form(), path=endpoint.path, version=version)
    if not key:
        return _executed(box, endpoint, ids, raw, lambda _: None)
    fingerprint = fingerprint_of(request.method, request.path, raw)
    saved = box.idempotency.claim(key, fingerprint)
    if saved:
        return saved
    try:
        keep = partial(_keep, box, faults, key, fingerprint)
        return _executed(box, endpoint, ids, raw, keep)
    finally:
        box.idempotency.release(key)


def _keep(box: Box, faults: RequestFaults, key: str, fingerprint: str, answer: Answer) -> None:
    box.idempotency.keep(key, fingerprint, faults.saved(answer))


def _executed(
    box: Box, endpoint: Endpoint, ids: dict[str, str], raw: JSON, keep: Callable[[Answer], None]
) -> Answer:
    """Run the endpoint in one transaction together with saving its answer."""
    params = typed(endpoint.operation.parameters, raw)
    base = request.url_root.rstrip("/")
    call = Call(box=box, ids=ids, params=params, base_url=base, path=request.path)
    try:
        with box.store.transaction():
            answer = _worked(endpoint, call)
            keep(answer)
        return answer
    except Refusal as refusal:
        answer = Answer(status=refusal.status, text=_text(refusal.as_json()))
        is_saved = refusal.is_saved
    except Exception:
        log.exception("The Stripe box failed on %s %s", request.method, request.path)
        answer, is_saved = _failure(), True
    if is_saved:
        keep(answer)
    return answer


def _worked(endpoint: Endpoint, call: Call) -> Answer:
    try:
        body = expansion.expanded(call.box, endpoint.answer(call), call.params.get("expand", []))
    except Declined as refusal:
        return Answer(status=refusal.status, text=_text(refusal.as_json()))
    return Answer(status=200, text=_text(body))


def _query() -> JSON:
    return decode(request.query_string.decode()) if request.query_string else {}


def _form() -> JSON:
    """Return the decoded body; decoded once, because it is remembered too."""
    if request.method != "POST":
        return {}
    if "form" not in g:
        g.form = decode(request.get_data().decode("utf-8", errors="replace"))
    found: JSON = g.form
    return found


def _check_key(header: str) -> None:
    key = _key_of(header)
    if not key:
        raise unauthorised(_NO_KEY)
    if key.startswith(("sk_live_", "rk_live_", "pk_live_")):
        raise unauthorised(_LIVE_KEY)
    if key.startswith("pk_test_"):
        message = "This API call cannot be made with a publishable API key. Please use a secret"
        raise unauthorised(f"{message} API key.", code="secret_key_required")
    if not key.startswith(("sk_test_", "rk_test_")) or len(key) < len("sk_test_") + 1:
        raise unauthorised(f"Invalid API Key provided: {key[:8]}****{key[-4:]}")


def _key_of(header: str) -> str:
    scheme, _, value = header.partition(" ")
    if scheme.lower() == "bearer":
        return value.strip()
    if scheme.lower() != "basic":
        return ""
    try:
        return base64.b64decode(value).decode().partition(":")[0]
    except ValueError:
        return ""


def _failure() -> Answer:
    message = "An unknown error occurred in the Stripe box; its log has the details."
    return Answer(status=500, text=_text({"error": {"message": message, "type": "api_error"}}))


def _text(body: JSON) -> str:
    return json.dumps(body, indent=2, ensure_ascii=False)


def _response(answer: Answer, identifier: str, key: str | None) -> Response:
    response = Response(answer.text, status=answer.status or 200, content_type="application/json")
    response.headers["Request-Id"] = identifier
    response.headers["Stripe-Version"] = request.headers.get("Stripe-Version", DEFAULT_API_VERSION)
    if key:
        response.headers["Idempotency-Key"] = key
    if answer.is_replayed:
        response.headers["Idempotent-Replayed"] = "true"
        if answer.status == 500:
            response.headers["Stripe-Should-Retry"] = "false"  # the same would come again
    if answer.status == 401:
        response.headers["WWW-Authenticate"] = 'Bearer realm="Stripe"'
    return response


def _remember(
    box: Box, identifier: str, key: str | None, answer: Answer, faults: RequestFaults
) -> None:
    try:
        params = _form() if request.method == "POST" else _query()
    except Refusal:
        params = {}
    box.requests.append(
        {
            "id": identifier,
            "method": request.method,
            "path": request.path,
            "params": params,
            "idempotency_key": key,
            "is_replayed": answer.is_replayed,
            "status": answer.status or None,
            "faults": faults.names(),
            "stripe_version": request.headers.get("Stripe-Version"),
            "user_agent": request.headers.get("User-Agent", ""),
            "at": box.clock.moment(),
        }
    )
