"""The root page, the controls over HTTP, and the guards in front of both."""

import http.client
import json
from typing import Any

from storefront.stripe_box import BoxServer

from .conftest import client_of
from .forms import get, post
from .receiver import Receiver
from .shopping import order


def _call(box: BoxServer, method: str, path: str, **body: Any) -> tuple[int, dict[str, Any]]:
    connection = http.client.HTTPConnection(box.url.removeprefix("http://"), timeout=60)
    headers = {"Content-Type": "application/json"} if method == "POST" else {}
    content = json.dumps(body) if method == "POST" else None
    connection.request(method, f"/_control{path}", content, headers)
    answer = connection.getresponse()
    found = json.loads(answer.read())
    connection.close()
    return answer.status, found


def _create(box: BoxServer) -> str:
    return str(client_of(box).v1.checkout.sessions.create(order()).id)


def test_the_root_page_shows_everything(wired: BoxServer, receiver: Receiver) -> None:
    empty = get(f"{wired.url}/")
    assert "No payment was tried yet." in empty.text
    session_id = _create(wired)
    intent = wired.control.complete(session_id)["payment_intent"]
    client_of(wired).v1.refunds.create({"payment_intent": intent, "amount": 100})
    assert wired.control.wait_until_delivered()
    page = get(f"{wired.url}/")
    for words in ("TEST", "SW-1001", "€17.80", "−€1.00", intent, "checkout.session.completed"):
        assert words in page.text
    assert "delivered" in page.text
    assert "script" not in page.html
    assert page.headers["Content-Security-Policy"].startswith("default-src 'none'")
    assert len(receiver.posted) == 7


def test_the_root_pages_buttons_work(wired: BoxServer, receiver: Receiver) -> None:
    session_id = _create(wired)
    done = post(f"{wired.url}/sessions/{session_id}/expire", {})
    assert done.status == 303
    assert "The session has expired." in get(wired.url + done.location).text
    assert wired.control.session(session_id)["status"] == "expired"
    again = post(f"{wired.url}/sessions/{session_id}/expire", {})
    assert again.status == 400
    assert "This Checkout Session has a status of `expired`. Nothing was changed." in again.text
    receiver.wait_for(1)
    assert wired.control.wait_until_delivered()
    (event,) = wired.control.events()
    post(f"{wired.url}/events/{event['id']}/resend", {})
    assert len(receiver.wait_for(2)) == 2
    assert post(f"{wired.url}/events/evt_x/resend", {}).status == 404


def test_a_test_outside_can_act_as_shopper(box: BoxServer) -> None:
    first, second, third = (_create(box) for _ in range(3))
    status, session = _call(box, "POST", f"/sessions/{first}/complete", email="ann@example.com")
    assert (status, session["payment_status"]) == (200, "paid")
    assert session["customer_details"]["email"] == "ann@example.com"
    assert _call(box, "POST", f"/sessions/{second}/decline")[1]["status"] == "open"
    assert _call(box, "POST", f"/sessions/{second}/expire")[1]["status"] == "expired"
    _call(box, "POST", f"/sessions/{third}/complete", card="4000002760003184")
    passed = _call(box, "POST", f"/sessions/{third}/authenticate", passed=True)[1]
    assert passed["payment_status"] == "paid"
    assert [one["id"] for one in _call(box, "GET", "/sessions")[1]["data"]] == [
        first,
        second,
        third,
    ]
    found = _call(box, "GET", "/events?type=checkout.session.expired")[1]["data"]
    assert len(found) == 1


def test_refusals_of_the_controls_are_sentences(box: BoxServer) -> None:
    session_id = _create(box)
    status, body = _call(box, "POST", "/sessions/cs_test_x/complete")
    assert (status, body["error"]["message"]) == (404, "No such checkout.session: 'cs_test_x'")
    status, body = _call(box, "POST", f"/sessions/{session_id}/complete", card="1234")
    assert (status, body["error"]["param"]) == (400, "card")
    assert _call(box, "POST", "/clock/advance", seconds=-1)[0] == 400
    assert _call(box, "POST", "/clock/advance", seconds="soon")[0] == 400
    assert _call(box, "POST", "/webhooks", mode="maybe")[0] == 400


def test_the_clock_and_the_webhooks_can_be_set(box: BoxServer, receiver: Receiver) -> None:
    session_id = _create(box)
    status, webhooks = _call(box, "POST", "/webhooks", mode="hold", url=receiver.url)
    assert (status, webhooks) == (200, {"mode": "hold", "url": receiver.url})
    before = _call(box, "GET", "/")[1]["now"]
    assert _call(box, "POST", "/clock/advance", seconds=90000)[1]["now"] >= before + 90000
    assert box.control.session(session_id)["status"] == "expired"
    assert receiver.posted == []
    _call(box, "POST", "/webhooks", mode="on")
    assert len(receiver.wait_for(1)) == 1
    assert box.control.wait_until_delivered()
    (row,) = _call(box, "GET", "/deliveries")[1]["data"]
    assert row["state"] == "delivered"
    event_id = box.control.events()[0]["id"]
    assert _call(box, "POST", f"/events/{event_id}/resend")[0] == 200
    assert len(receiver.wait_for(2)) == 2


def test_requests_are_remembered(box: BoxServer) -> None:
    client_of(box).v1.checkout.sessions.create(order(), {"idempotency_key": "k1"})
    (seen,) = _call(box, "GET", "/requests")[1]["data"]
    assert (seen["method"], seen["path"]) == ("POST", "/v1/checkout/sessions")
    assert seen["params"]["client_reference_id"] == "SW-1001"
    assert (seen["idempotency_key"], seen["status"]) == ("k1", 200)
    assert seen["stripe_version"] == "2026-10-28.endive"
    _call(box, "POST", "/requests/forget")
    assert box.control.requests() == []


def test_a_reset_forgets_everything(box: BoxServer) -> None:
    box.control.complete(_create(box))
    _call(box, "POST", "/reset")
    assert box.control.sessions() == []
    assert box.control.events() == []
    assert box.control.requests() == []


def test_another_host_name_is_refused(box: BoxServer) -> None:
    assert get(f"{box.url}/", Host="shop.example.com").status == 403
    assert get(f"{box.url}/_control/", Host="127.0.0.1.evil.example").status == 403
    assert get(f"{box.url}/_control/", Host="localhost").status == 200


def test_another_site_cannot_use_the_controls(box: BoxServer) -> None:
    session_id = _create(box)
    address = f"{box.url}/_control/sessions/{session_id}/expire"
    assert post(address, {}, Origin="http://evil.example").status == 403
    assert post(address, {}, **{"Sec-Fetch-Site": "same-site"}).status == 403
    assert box.control.session(session_id)["status"] == "open"
