"""Comments: read by somebody before they are shown, and never with an e-mail."""

import time
from datetime import timedelta
from xml.etree.ElementTree import fromstring

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from storefront import comments
from storefront.comments import forms
from storefront.database import db, now
from support import guides as pages
from support.people import add, browser_of
from support.shop import Shop
from support.shopper import assert_comes_back, told

SLUG = "the-foot-bath"
GOOD = {"name": "Ida", "text": "It smells of nothing.\n\nI like that.", "email": "ida@mail.example"}
BAD = "It cured my arthritis and heals eczema."


@pytest.fixture
def guide(shop: Shop) -> str:
    """A published guide."""
    pages.publish(shop)
    return SLUG


def made(app: Flask, *, hours: int = 0) -> str:
    """What a page of this many hours ago carries."""
    with app.app_context(), pytest.MonkeyPatch.context() as patch:
        then = time.time() - 3600 * hours
        patch.setattr(forms.time, "time", lambda: then)
        return forms.made_now()


def send(client: FlaskClient, **fields: str) -> TestResponse:
    """Sends the form below the guide; fields of another value as given."""
    stamp = {"made": made(client.application), "website": ""}
    return client.post(f"/guides/{SLUG}/comments", data=GOOD | stamp | fields)


def below(app: Flask) -> str:
    """What readers see of the comments."""
    answer = app.test_client().get(f"/guides/{SLUG}/comments")
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"].startswith("public")
    assert "Set-Cookie" not in answer.headers
    return answer.text


def kept(shop: Shop) -> list[comments.Comment]:
    """All comments, oldest first."""
    query = sa.select(comments.Comment).order_by(comments.Comment.id)
    return shop.ask(lambda: list(db.session.scalars(query)))


def decide(shop: Shop, number: int, state: str) -> bool:
    return shop.do(lambda: comments.decide(number, state, actor="bo"))


def desk(app: Flask, *roles: str) -> FlaskClient:
    add(app, "bo@shop.example", *(roles or ["writer"]))
    return browser_of(app, "bo@shop.example")


def test_a_comment_is_seen_once_somebody_has_read_it_and_never_its_email(
    app: Flask, client: FlaskClient, shop: Shop, guide: str
) -> None:
    assert "Write the first comment" in below(app)
    thanks = send(client)
    assert (thanks.status_code, thanks.location) == (303, f"/guides/{SLUG}/comments/thanks")
    assert "Yours will stand below the guide soon." in told(client.get(thanks.location).text)
    assert "smells" not in below(app)
    (comment,) = kept(shop)
    assert decide(shop, comment.id, "shown")
    page = below(app)
    assert "Ida" in page
    assert '<p class="shop-comment__text">I like that.</p>' in page
    feed = client.get(f"/guides/{SLUG}/comments.atom")
    assert "I like that." in feed.text
    assert "ida@mail.example" not in page + feed.text


def test_what_is_written_is_text_and_nothing_else(
    app: Flask, client: FlaskClient, shop: Shop, guide: str
) -> None:
    send(client, text="<script>alert(1)</script> & so on", name="<b>Bo</b>")
    decide(shop, kept(shop)[0].id, "shown")
    page = below(app)
    assert "&lt;script&gt;alert(1)&lt;/script&gt; &amp; so on" in page
    assert "<b>Bo</b>" not in page
    fromstring(client.get(f"/guides/{SLUG}/comments.atom").data)


@pytest.mark.parametrize("made_up", [{"website": "http://x"}, {"made": ""}, {"made": "1.abc"}])
def test_robots_are_thanked_and_forgotten(
    client: FlaskClient, shop: Shop, guide: str, made_up: dict[str, str]
) -> None:
    """Fails without the hidden field, and with a form that nobody's page carried."""
    assert send(client, **made_up).status_code == 303
    assert kept(shop) == []


def test_a_form_of_last_month_is_none(
    app: Flask, client: FlaskClient, shop: Shop, guide: str
) -> None:
    send(client, made=made(app, hours=24 * 13))
    send(client, made=made(app, hours=24 * 30), text="Another one.")
    assert len(kept(shop)) == 1


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"name": " "}, "Please write your name"),
        ({"name": "www.oil.example"}, "Please write your name"),
        ({"name": "bo@mail.example"}, "Please write your name"),
        ({"text": ""}, "Please write something first."),
        ({"text": "x" * 2001}, "Please write 3 to 2000 characters."),
        ({"text": "http://a.example and https://b.example"}, "leave out all links but one"),
        ({"email": "ida"}, "Please give an e-mail address"),
    ],
)
def test_what_is_wrong_is_said_beside_its_field_and_nothing_typed_is_lost(
    client: FlaskClient, shop: Shop, guide: str, fields: dict[str, str], sentence: str
) -> None:
    answer = send(client, **fields)
    assert_comes_back(answer, sentence, "" if "text" in fields else "It smells of nothing.")
    assert kept(shop) == []


def test_one_address_writes_six_comments_an_hour_at_most(
    client: FlaskClient, shop: Shop, guide: str
) -> None:
    """Fails without the limit."""
    answers = [send(client, text=f"Number {n}").status_code for n in range(8)]
    assert answers == [303] * 6 + [429] * 2
    assert len(kept(shop)) == 6


def test_a_form_sent_twice_is_one_comment(client: FlaskClient, shop: Shop, guide: str) -> None:
    send(client)
    send(client)
    assert len(kept(shop)) == 1


def test_other_sites_cannot_write(client: FlaskClient, shop: Shop, guide: str) -> None:
    stamp = {"made": made(client.application)}
    headers = {"Sec-Fetch-Site": "cross-site"}
    answer = client.post(f"/guides/{SLUG}/comments", data=GOOD | stamp, headers=headers)
    assert (answer.status_code, kept(shop)) == (403, [])


def test_what_no_shop_may_publish_is_withheld_and_kindly_said(
    app: Flask, client: FlaskClient, shop: Shop, guide: str
) -> None:
    """Fails when decide() does not ask the rules: the comment would be shown."""
    thanks = send(client, text=BAD)
    assert "please do not take it amiss" in told(client.get(thanks.location).text)
    (comment,) = kept(shop)
    with pytest.raises(comments.BlockedComment, match="which a shop may not publish"):
        decide(shop, comment.id, "shown")
    bo = desk(app)
    assert "May not be shown:" in told(bo.get("/staff/comments").text)
    answer = bo.post("/staff/comments", data={"id": comment.id, "deed": "show"})
    assert answer.status_code == 422
    assert [one.state for one in kept(shop)] == ["waiting"]
    assert "arthritis" not in below(app)


def test_many_are_decided_at_once_and_it_is_undone(
    app: Flask, client: FlaskClient, shop: Shop, guide: str
) -> None:
    for n in range(3):
        send(client, text=f"Number {n}")
    bo = desk(app)
    assert "3 comments on guides" in told(bo.get("/staff/").text)
    first, second, third = (one.id for one in kept(shop))
    sent = {"id": [first, second], "deed": "show", "state": "waiting"}
    after = bo.post("/staff/comments", data=sent, follow_redirects=True)
    assert "Readers see it now." in told(after.text)
    assert [one.state for one in kept(shop)] == ["shown", "shown", "waiting"]
    assert f'name="deed" value="wait"><input type="hidden" name="id" value="{first}"' in after.text
    bo.post("/staff/comments", data={"id": [first, second], "deed": "wait"})
    assert [one.state for one in kept(shop)] == ["waiting"] * 3
    bo.post("/staff/comments", data={"id": third, "deed": "refuse"})
    bo.post("/staff/comments", data={"id": first, "deed": "show"})
    bo.post("/staff/comments", data={"id": first, "deed": "take_down", "state": "shown"})
    assert [one.state for one in kept(shop)] == ["withdrawn", "waiting", "refused"]
    assert "Number" not in below(app)
    assert {one.decided_by for one in kept(shop)} == {"bo@shop.example"}


def test_a_press_without_a_tick_asks_for_one(app: Flask, guide: str) -> None:
    answer = desk(app).post("/staff/comments", data={"deed": "show"})
    assert answer.status_code == 422
    assert "Please tick the comments first." in told(answer.text)


def test_a_second_person_is_told_that_somebody_was_faster(
    app: Flask, client: FlaskClient, shop: Shop, guide: str
) -> None:
    send(client)
    decide(shop, kept(shop)[0].id, "refused")
    sent = {"id": kept(shop)[0].id, "deed": "refuse"}
    after = desk(app).post("/staff/comments", data=sent, follow_redirects=True)
    assert "Somebody was faster" in told(after.text)


def test_comments_are_closed_for_one_guide_and_opened_again(
    app: Flask, client: FlaskClient, shop: Shop, guide: str
) -> None:
    send(client)
    decide(shop, kept(shop)[0].id, "shown")
    bo = desk(app)
    bo.post("/staff/comments/guides/1", data={"open": "0"})
    page = below(app)
    assert "Comments on this guide are closed." in page
    assert "I like that." in page
    assert '/comments"' not in page
    late = send(client, text="Too late?")
    assert (late.status_code, len(kept(shop))) == (409, 1)
    assert "Comments on this guide are closed" in told(late.text)
    bo.post("/staff/comments/guides/1", data={"open": "1"})
    assert send(client, text="In time.").status_code == 303
    assert bo.post("/staff/comments/guides/99", data={"open": "1"}).status_code == 404


@pytest.mark.parametrize("role", ["stock", "orders"])
def test_who_packs_does_not_moderate(app: Flask, guide: str, role: str) -> None:
    assert desk(app, role).get("/staff/comments").status_code == 403


def test_addresses_are_erased_after_ninety_days(
    app: Flask, client: FlaskClient, shop: Shop, guide: str
) -> None:
    """Fails when addresses stay: nobody needs one to answer after three months."""
    send(client)
    send(client, text="A new one.")
    old = sa.update(comments.Comment).where(comments.Comment.id == kept(shop)[0].id)
    shop.do(lambda: db.session.execute(old.values(sent_at=now() - timedelta(days=91))))
    run = app.test_cli_runner().invoke(args=["shop", "forget-commenters"])
    assert run.output == "1 addresses erased.\n"
    assert [one.email for one in kept(shop)] == ["", "ida@mail.example"]


def test_what_readers_see_is_checked_with_the_rest_of_the_shop(
    client: FlaskClient, shop: Shop, guide: str
) -> None:
    send(client)
    assert shop.ask(lambda: list(comments.shop_texts())) == []
    decide(shop, kept(shop)[0].id, "shown")
    (text,) = shop.ask(lambda: list(comments.shop_texts()))
    assert text.text.startswith("Ida: It smells of nothing.")


def test_a_guide_that_there_is_none_of_has_no_comments(client: FlaskClient, guide: str) -> None:
    for path in ("/guides/none/comments.atom", "/guides/none/comments/thanks"):
        assert client.get(path).status_code == 404
    assert client.post("/guides/none/comments", data=GOOD).status_code == 404
