"""Staff take an order by phone: put together, mended, sent, taken back, and told apart."""

import json
import re

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from storefront import audit, cart, drafts, inventory, staff
from storefront.database import db
from support.desk import browser_of_ida
from support.phone import CALLER, IDA, found, phoned, sent, state
from support.shop import Shop
from support.shopper import told

NEW = "/staff/drafts/new"


@pytest.fixture
def desk(shop: Shop) -> FlaskClient:
    """Ida's browser, in a shop with an oil and two balms."""
    shop.product()
    shop.product("BALM-50", slug="balm", name="Foot Balm", price_cents=990, stock=3)
    shop.product("BALM-99", slug="balm-big", name="Big Foot Balm", price_cents=1990, stock=0)
    return browser_of_ida(shop.app)


def form(*rows: tuple[str, str], **more: str) -> dict[str, str]:
    """The form, filled in with pairs of article and units."""
    fields = {"token": "t", "email": CALLER, "name": "Ada", "note": ""}
    for number, (article, units) in enumerate(rows):
        fields |= {f"rows-{number}-article": article, f"rows-{number}-units": units}
    return fields | more


def ref(shop: Shop) -> str:
    """The one that there is."""
    (one,) = shop.ask(drafts.search).drafts
    return one.draft.reference


def goods(shop: Shop, reference: str) -> dict[str, int]:
    cart_id = found(shop, reference).draft.cart_id
    return {line.sku: line.wanted for line in shop.ask(lambda: cart.basket(cart_id)).lines}


def test_an_order_is_taken_by_sku_or_name_and_its_letter_sent(
    shop: Shop, desk: FlaskClient
) -> None:
    assert 'href="/staff/drafts/new"' in desk.get("/staff/orders").text
    saved = desk.post(NEW, data=form(("oil-100", "2"), ("magnesium", ""), note="Soon!"))
    assert saved.status_code == 422  # "magnesium" is the oil once more, and has no number
    saved = desk.post(NEW, data=form(("oil-100", "2"), ("foot balm 100", "1")))
    assert "Which one? Write the SKU: BALM-50 (Foot Balm, 100 ml); BALM-99" in told(saved.text)
    saved = desk.post(NEW, data=form(("oil-100", "2"), ("BALM-50", "1"), note="Soon!"))
    reference = ref(shop)
    assert saved.headers["Location"] == f"/staff/drafts/{reference}?said=draft_written"
    page = told(desk.get(saved.headers["Location"]).text)
    for part in (
        "It is written down. Send the letter now, or read out the link.",
        "Being written · €40.60 · taken",
        f"by {IDA}",
        "2 × Magnesium Oil, 100 ml OIL-100 · €12.90 each · 10 can be had",
        "BALM-50 · €9.90 each · 3 can be had",
        "“Soon!”",
        "Nothing is set aside before your caller pays",
    ):
        assert part in page
    assert goods(shop, reference) == {"OIL-100": 2, "BALM-50": 1}
    answer = desk.post(f"/staff/drafts/{reference}/send", data={"version": 1, "times_sent": 0})
    assert answer.headers["Location"].endswith("?said=draft_sent")
    page = desk.get(f"/staff/drafts/{reference}").text
    assert "Waiting to be paid" in page
    assert "Send the letter again" in page
    assert f'value="http://127.0.0.1/pay/{reference}"' in page
    assert [letter.recipient for letter in shop.letters(drafts.KIND)] == [CALLER]


@pytest.mark.parametrize(
    ("rows", "focus", "sentence"),
    [
        ([], "rows-0-article", "Please write what the caller wants."),
        ([("", "2")], "rows-0-article", "Which article?"),
        ([("OIL-100", "0")], "rows-0-units", "Please write a number from 1 to 99."),
        ([("OIL-100", "")], "rows-0-units", "Please write a number from 1 to 99."),
        ([("OIL-100", "1e1")], "rows-0-units", "Please write a number from 1 to 99."),
        ([("OIL-100", "100")], "rows-0-units", "Please write a number from 1 to 99."),
        ([("OIL-100", "1"), ("nothing", "1")], "rows-1-article", "We sell nothing that is called"),
        ([("OIL-100", "1"), ("oil-100", "2")], "rows-1-article", "This stands above already."),
        ([("OIL-100", "1"), ("BALM-50", "4")], "rows-1-units", "Only 3 left."),
        ([("BALM-99", "1")], "rows-0-units", "Sold out."),
        ([("x" * 201, "1")], "rows-0-article", "Please write 200 signs at most."),
    ],
)
def test_what_cannot_be_is_told_at_its_field_and_what_was_typed_is_kept(
    shop: Shop, desk: FlaskClient, rows: list[tuple[str, str]], focus: str, sentence: str
) -> None:
    answer = desk.post(NEW, data=form(*rows, name="Ada Ä"))
    assert answer.status_code == 422
    focused = re.findall(r'<input[^>]* id="([^"]+)"[^>]* autofocus', answer.text)
    assert focused == [focus]
    assert sentence in told(answer.text)
    assert "Nothing was saved yet. Please mend what is marked." in told(answer.text)
    for article, units in rows:
        assert f'value="{article}"' in answer.text or article.upper() in answer.text
        assert f'value="{units}"' in answer.text
    assert 'value="Ada Ä"' in answer.text
    assert shop.count(drafts.Draft) == shop.count(cart.Cart) == 0


@pytest.mark.parametrize(
    ("field", "text"),
    [
        ("email", ""),
        ("email", "ada"),
        ("email", "ädä@mail.example"),
        ("email", f"{'a' * 320}@mail.example"),
        ("name", "n" * 201),
        ("note", "n" * 1001),
    ],
)
def test_facts_that_do_not_fit_are_told_at_their_field(
    shop: Shop, desk: FlaskClient, field: str, text: str
) -> None:
    answer = desk.post(NEW, data=form(("OIL-100", "1"), **{field: text}))
    assert answer.status_code == 422
    assert re.search(rf'id="{field}"[^>]* autofocus', answer.text)
    assert text in answer.text
    assert shop.count(drafts.Draft) == 0


def test_more_lines_keep_what_was_typed_and_save_nothing(shop: Shop, desk: FlaskClient) -> None:
    rows = [("OIL-100", "2"), ("BALM-50", "1"), ("oil", "x")]
    page = desk.post(NEW, data=form(*rows, step="more"))
    assert page.status_code == 200
    assert page.text.count("-article") == page.text.count("-units") == 6 * 3
    assert 'value="x"' in page.text
    assert shop.count(drafts.Draft) == 0


def test_a_form_sent_twice_is_one_order_by_phone(shop: Shop, desk: FlaskClient) -> None:
    first, second = (desk.post(NEW, data=form(("OIL-100", "1"))) for _ in range(2))
    assert first.headers["Location"].endswith("?said=draft_written")
    assert second.headers["Location"].endswith(f"{ref(shop)}?said=draft_before")
    assert shop.count(drafts.Draft) == 1


def test_the_second_of_two_people_is_told_and_sees_the_difference(
    shop: Shop, desk: FlaskClient
) -> None:
    reference = phoned(shop)
    at = f"/staff/drafts/{reference}"
    first = desk.post(at, data=form(("OIL-100", "3"), version="1"))
    assert first.headers["Location"] == f"{at}?said=draft_saved"
    mine = form(("BALM-50", "1"), version="1", name="Ada L.")
    second = desk.post(at, data=mine)
    assert second.status_code == 409
    words = told(second.text)
    assert "Somebody was faster" in words
    assert "As it is now Being written 3 × OIL-100 ada@mail.example Ada" in words
    assert "As you wrote it 1 × BALM-50 ada@mail.example Ada L." in words
    assert goods(shop, reference) == {"OIL-100": 3}
    fields = dict(re.findall(r'type="hidden" name="([^"]+)" value="([^"]*)"', second.text))
    assert fields["version"] == "2"
    assert desk.post(at, data=fields).headers["Location"] == f"{at}?said=draft_saved"
    assert goods(shop, reference) == {"BALM-50": 1}
    assert found(shop, reference).draft.name == "Ada L."


def test_two_who_wrote_the_same_are_not_told_apart(shop: Shop, desk: FlaskClient) -> None:
    at = f"/staff/drafts/{phoned(shop)}"
    both = [desk.post(at, data=form(("OIL-100", "3"), version="1")) for _ in range(2)]
    assert [answer.headers["Location"] for answer in both] == [f"{at}?said=draft_saved"] * 2


def test_a_mistake_in_a_change_opens_the_form_and_keeps_what_was_typed(
    shop: Shop, desk: FlaskClient
) -> None:
    reference = phoned(shop)
    data = form(("OIL-100", "11"), version="1", name="Ada L.")
    answer = desk.post(f"/staff/drafts/{reference}", data=data)
    assert answer.status_code == 422
    assert "<details" in answer.text
    assert re.search(r"<details[^>]* open", answer.text)
    assert re.search(r'id="rows-0-units"[^>]* value="11"[^>]* autofocus', answer.text)
    assert 'value="Ada L."' in answer.text
    assert goods(shop, reference) == {"OIL-100": 2}


def test_a_letter_is_sent_once_for_each_page_that_is_still_true(
    shop: Shop, desk: FlaskClient
) -> None:
    reference = phoned(shop)
    at, seen = f"/staff/drafts/{reference}", {"version": "1", "times_sent": "0"}
    words = [
        desk.post(f"{at}/send", data=data).headers["Location"].partition("said=")[2]
        for data in (seen, seen, {"version": "x", "times_sent": "9" * 30}, {})
    ]
    assert words == ["draft_sent", *["draft_not_sent"] * 3]
    assert len(shop.letters(drafts.KIND)) == 1


def test_it_is_cancelled_and_taken_up_again(shop: Shop, desk: FlaskClient) -> None:
    reference = phoned(shop)
    at = f"/staff/drafts/{reference}"
    answer = desk.post(f"{at}/cancel", data={"choice": "cancel"})
    page = desk.get(answer.headers["Location"]).text
    assert "It is cancelled: nobody can pay it any more." in page
    assert "Send the letter" not in told(page)
    assert 'id="link"' not in page
    assert state(shop, reference) == "cancelled"
    answer = desk.post(f"{at}/cancel", data={"choice": "reopen"})
    page = desk.get(answer.headers["Location"]).text
    assert "It can be paid again, with the same link." in page
    assert state(shop, reference) == "written"


def test_what_can_not_be_had_is_said_and_no_letter_offered(shop: Shop, desk: FlaskClient) -> None:
    reference = phoned(shop, {"BALM-50": 3})
    other = phoned(shop, {"BALM-50": 3})
    shop.do(lambda: inventory.adjust("BALM-50", -3, reason="damaged"))
    page = told(desk.get(f"/staff/drafts/{reference}").text)
    assert "0 can be had" in page
    assert "Sold out since it was put here" in page
    assert "no letter can be sent" in page
    seen = {"version": "1", "times_sent": "0"}
    answer = desk.post(f"/staff/drafts/{other}/send", data=seen)
    assert answer.status_code == 422
    assert drafts.NothingToPay().sentence in told(answer.text)


def test_the_list_filters_and_leads_to_what_became_of_it(shop: Shop, desk: FlaskClient) -> None:
    assert "No order was taken by phone yet." in desk.get("/staff/drafts").text
    ada, bob = phoned(shop), phoned(shop, name="Bob", email="bob@mail.example")
    sent(shop, bob)
    everything = told(desk.get("/staff/drafts").text)
    assert everything.index("P-2") < everything.index("P-1")
    assert "2 orders by phone" in everything
    waiting = told(desk.get("/staff/drafts?state=waiting").text)
    assert "P-2 Bob Waiting to be paid" in waiting
    assert "P-1" not in waiting
    assert f'href="/staff/drafts/{ada}"' in desk.get("/staff/drafts?q=ada&page=99").text
    assert "None fits." in desk.get("/staff/drafts?q=nobody&state=nonsense").text


def test_what_staff_did_stands_in_the_log(shop: Shop, desk: FlaskClient) -> None:
    desk.post(NEW, data=form(("OIL-100", "2")))
    at = f"/staff/drafts/{ref(shop)}"
    desk.post(at, data=form(("OIL-100", "1"), version="1"))
    desk.post(f"{at}/send", data={"version": "2", "times_sent": "0"})
    desk.post(f"{at}/cancel")
    desk.post(f"{at}/cancel")  # a second press does nothing, and says nothing to the log
    desk.post(f"{at}/cancel", data={"choice": "reopen"})
    query = sa.select(audit.AuditEntry).order_by(audit.AuditEntry.id)
    entries = shop.ask(lambda: list(db.session.scalars(query)))
    assert [(e.actor, e.action, e.subject) for e in entries] == [
        (IDA, f"order by phone {word}", "P-1")
        for word in ("written", "changed", "sent", "cancelled", "reopened")
    ]
    before, after = json.loads(entries[1].before), json.loads(entries[1].after)
    assert (before, after) == ({"goods": "2 × OIL-100"}, {"goods": "1 × OIL-100"})


@pytest.mark.parametrize("role", ["stock", "writer"])
def test_other_roles_neither_see_nor_take_orders_by_phone(shop: Shop, role: str) -> None:
    reference = phoned(shop, {shop.product(): 1})
    shop.do(lambda: staff.add_member("bo@shop.example", "right-password", roles=[role]))
    client = shop.app.test_client()
    client.post("/staff/sign-in", data={"email": "bo@shop.example", "password": "right-password"})
    for path in ("/staff/drafts", NEW, f"/staff/drafts/{reference}"):
        assert client.get(path).status_code == 403
        assert client.post(path, data=form(("OIL-100", "1"))).status_code in {403, 405}
    assert shop.count(drafts.Draft) == 1
