"""Reviews: of buyers only, read without their stars, all stars counted, and gone when asked."""

import re
from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.exc import IntegrityError
from werkzeug.test import TestResponse

from storefront import inventory, orders, recalls, reviews
from storefront.database import db, now
from storefront.reviews import links, tasks
from support.catalogue import Catalogue
from support.parcels import lines, packed, paid_order, refund, shipped
from support.shop import Shop
from support.shopper import assert_comes_back, told

GOOD = {"stars": "4", "text": "It smells of nothing.\n\nI like that it is so plain.", "name": "Ida"}
GOOD |= {"incentive": "none", "relationship": "none"}
BAD = "It cured my arthritis and heals eczema."
PRODUCT = "/products/oil-100"
ODD_STARS = ["0", "6", "-1", "x", "4.5", " 4", "٤", "9" * 5000]


@pytest.fixture
def config(config: dict[str, object]) -> dict[str, object]:
    return config | {"STOREFRONT_REVIEW_COUNTRIES": "IE, US", "STOREFRONT_REVIEW_DAYS": 10}


def sent(shop: Shop, sku: str = "OIL-100", *, days: int = 0, **more: object) -> orders.Order:
    """A paid order of one unit that left some days ago."""
    order = paid_order(shop, {sku: 1}, **more)  # type: ignore[arg-type]
    parcel = packed(shop, order)
    assert shipped(shop, parcel)
    leave_earlier(shop, parcel, days=days)
    return order


def leave_earlier(shop: Shop, parcel: int, *, days: int) -> None:
    """Dates back when a parcel left."""
    then = now() - timedelta(days=days)
    moved = sa.text("UPDATE shop_parcel SET shipped_at = :then WHERE id = :id").bindparams(
        sa.bindparam("then", type_=reviews.Review.created_at.type)
    )
    shop.do(lambda: db.session.execute(moved, {"then": then, "id": parcel}))


def line_of(shop: Shop, order: orders.Order) -> int:
    return lines(shop, order)[0].id


def link(shop: Shop, order: orders.Order) -> str:
    number = line_of(shop, order)
    return f"/reviews/{shop.ask(lambda: links.token_of('review', number))}"


def send(client: FlaskClient, path: str, **fields: str) -> TestResponse:
    return client.post(path, data=GOOD | fields)


def written(shop: Shop, order: orders.Order, stars: int = 4, text: str = "", name: str = "") -> int:
    """A review of the order's first line; its number."""
    number = line_of(shop, order)
    new = reviews.NewReview(stars=stars, text=text or f"Plain and good, {number}.", name=name)
    return shop.do(lambda: reviews.write(number, new)).review.id


def kept(shop: Shop) -> list[reviews.Review]:
    query = sa.select(reviews.Review).order_by(reviews.Review.id)
    return shop.ask(lambda: list(db.session.scalars(query)))


def decide(shop: Shop, number: int, state: str, *, seen: int = 1, reason: str = "") -> bool:
    with shop.app.test_request_context():
        return shop.do(lambda: reviews.decide(number, state, seen=seen, actor="bo", reason=reason))


def on_the_page(app: Flask) -> str:
    """What everybody sees of the reviews on the product's page."""
    answer = app.test_client().get(PRODUCT)
    assert answer.status_code == 200
    assert "Set-Cookie" not in answer.headers
    return told(answer.text)


@pytest.fixture
def article(shop: Shop) -> str:
    return shop.product(stock=40)


def test_a_buyer_writes_by_the_link_and_the_text_is_seen_once_it_was_read(
    app: Flask, client: FlaskClient, shop: Shop, article: str
) -> None:
    assert "No reviews yet. Buyers are asked some days after delivery." in on_the_page(app)
    path = link(shop, sent(shop))
    page = client.get(path)
    assert (page.status_code, page.headers["Referrer-Policy"]) == (200, "no-referrer")
    assert page.headers["Cache-Control"] == "no-store, private"
    assert page.headers["X-Robots-Tag"] == "noindex, nofollow"
    assert "ida@mail.example" not in page.text
    assert "Harbour Street" not in page.text
    answer = send(client, path)
    assert (answer.status_code, answer.location) == (303, f"{path}?said=written")
    assert "Your stars count from now on" in client.get(answer.location).text
    page_now = on_the_page(app)
    assert "The average of all stars from 1 buyer." in page_now
    assert "smells" not in page_now
    (review,) = kept(shop)
    assert decide(shop, review.id, "shown")
    page_now = on_the_page(app)
    assert "I like that it is so plain." in page_now
    assert "verified purchase" in page_now
    assert shop.ask(reviews.disagreements) == []


@pytest.mark.parametrize("token", ["1-abc", "1", "-", "1-", "99999999999-x", "½-x"])
def test_a_link_that_nobody_signed_leads_nowhere(
    client: FlaskClient, shop: Shop, article: str, token: str
) -> None:
    """Fails without the signature; one for another purpose is none either."""
    sent(shop)
    assert client.get(f"/reviews/{token}").status_code == 404
    assert send(client, f"/reviews/{token}").status_code == 404
    other = shop.ask(lambda: links.token_of("stop", 1))
    assert client.get(f"/reviews/{other}").status_code == 404
    assert kept(shop) == []


def test_nobody_reviews_what_is_not_paid_or_has_not_left(
    client: FlaskClient, shop: Shop, article: str
) -> None:
    """Fails with the state or the shipped units taken out of _product_bought()."""
    order = paid_order(shop)
    assert send(client, link(shop, order)).status_code == 409
    gone = sent(shop)
    shop.do(lambda: orders.move(gone.id, "disputed"))
    assert send(client, link(shop, gone)).status_code == 409
    assert kept(shop) == []


def test_the_database_takes_one_review_a_line_and_only_real_stars(shop: Shop, article: str) -> None:
    order = sent(shop)
    written(shop, order)
    (review,) = kept(shop)
    for wrong in (
        {"order_line_id": review.order_line_id, "stars": 5},
        {"order_line_id": line_of(shop, sent(shop)), "stars": 6},
        {"order_line_id": line_of(shop, sent(shop)), "stars": 5, "verified": False},
    ):
        row = reviews.Review(product_id=review.product_id, text="x", **wrong)
        with pytest.raises(IntegrityError):
            shop.do(lambda row=row: db.session.add(row))  # type: ignore[misc]
    assert len(kept(shop)) == 1


@pytest.mark.parametrize("stars", [0, 6, -1, 4.5, "4"])
def test_other_stars_are_refused_by_name_and_a_review_stays_as_it_was(
    shop: Shop, article: str, stars: object
) -> None:
    """Fails without _refuse_unknown(): write() takes the database's word for a second press."""
    order, other = sent(shop), sent(shop)
    written(shop, order)
    for one in (order, other):
        with pytest.raises(reviews.NotStars) as refused:
            written(shop, one, stars=stars)  # type: ignore[arg-type]
        assert refused.value.sentence == "Please choose one to five stars."
    (review,) = kept(shop)
    assert (review.stars, review.version) == (4, 1)


@pytest.mark.parametrize("told_of_author", [{"incentive": "bribe"}, {"relationship": "works"}])
def test_nobody_declares_what_is_none_of_the_fixed_words(
    shop: Shop, article: str, told_of_author: dict[str, str]
) -> None:
    number = line_of(shop, sent(shop))
    new = reviews.NewReview(stars=4, text="Plain.", **told_of_author)
    with pytest.raises(ValueError, match="fixed words"):
        shop.do(lambda: reviews.write(number, new))
    assert kept(shop) == []


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"stars": ""}, "Please choose your stars."),
        *[({"stars": stars}, "Please choose one to five stars.") for stars in ODD_STARS],
        ({"text": " "}, "Please write a few words."),
        ({"text": "x" * 2001}, "Please write 3 to 2000 signs."),
        ({"text": "See https://oil.example"}, "Please leave out all links."),
        ({"name": "ida@mail.example"}, "Please write a first name or initials"),
        ({"relationship": "works"}, "Please leave the stars to buyers who do not work here."),
    ],
)
def test_what_is_wrong_is_said_beside_its_field_and_nothing_typed_is_lost(
    client: FlaskClient, shop: Shop, article: str, fields: dict[str, str], sentence: str
) -> None:
    answer = send(client, link(shop, sent(shop)), **fields)
    assert_comes_back(answer, sentence, "" if "text" in fields else "It smells of nothing.")
    assert kept(shop) == []


def test_what_turns_the_page_around_is_left_out(
    client: FlaskClient, shop: Shop, article: str
) -> None:
    """Fails without tidied() among the filters of the form."""
    send(client, link(shop, sent(shop)), text="Plain \u202eand\u202c\r\ngood.", name="I\u2066da")
    (review,) = kept(shop)
    assert (review.text, review.name) == ("Plain and\ngood.", "Ida")


def test_the_average_is_of_all_stars_whatever_becomes_of_the_texts(
    app: Flask, shop: Shop, article: str
) -> None:
    """Fails with a rating that is added up of what is shown only."""
    first, second, _ = [
        written(shop, sent(shop), stars=stars, text=text)
        for stars, text in ((5, "Very good."), (1, BAD), (2, "Too oily for me."))
    ]
    decide(shop, first, "shown")
    decide(shop, second, "withheld", reason="medical_claim")
    found = shop.ask(lambda: reviews.product_reviews(1))
    assert found.rating.counts == (1, 1, 0, 0, 1)
    assert (found.rating.count, str(found.rating.average)) == (3, "2.7")
    assert [one.stars for one in found.reviews] == [5]
    page = on_the_page(app)
    assert "The average of all stars from 3 buyers. One text is not shown" in page
    assert "arthritis" not in page
    assert page.count("How we check reviews") >= 1


def test_a_review_that_speaks_of_an_illness_is_held_and_its_author_told_twice_politely(
    client: FlaskClient, shop: Shop, article: str
) -> None:
    path = link(shop, sent(shop))
    answer = send(client, path, text=BAD)
    assert answer.location.endswith("?said=held")
    assert "which a shop may not publish" in client.get(answer.location).text
    (review,) = kept(shop)
    with pytest.raises(reviews.BlockedReview) as refused:
        decide(shop, review.id, "shown")
    assert "cured" in refused.value.sentence
    assert decide(shop, review.id, "withheld", reason="medical_claim")
    (letter,) = shop.letters("review_withheld")
    assert letter.recipient == "ida@mail.example"
    assert "The law does not let a shop publish that" in letter.text
    assert path in letter.text
    assert decide(shop, review.id, "waiting")
    assert shop.letters("review_withheld") == []  # taken back while it waited


def test_a_text_is_withheld_for_fixed_reasons_only(shop: Shop, article: str) -> None:
    number = written(shop, sent(shop))
    for state, reason in (("withheld", ""), ("withheld", "too_negative"), ("shown", "offensive")):
        with pytest.raises(ValueError, match="fixed reasons"):
            decide(shop, number, state, reason=reason)
    assert kept(shop)[0].state == "waiting"


def test_no_reason_speaks_of_what_somebody_thinks_of_the_product() -> None:
    words = " ".join([*reviews.REASONS.values(), *reviews.REASON_WORDS.values()]).lower()
    assert not re.search(r"negativ|positiv|star|rating|bad review|unhappy|critic", words)


def test_the_author_corrects_and_a_new_text_is_read_again_but_new_stars_are_not(
    app: Flask, client: FlaskClient, shop: Shop, article: str
) -> None:
    path = link(shop, sent(shop))
    send(client, path)
    (review,) = kept(shop)
    decide(shop, review.id, "shown")
    shop.do(lambda: reviews.answer(review.id, "Thank you.", seen=1, actor="bo"))
    send(client, path, stars="1")
    (review,) = kept(shop)
    assert (review.state, review.version, review.stars) == ("shown", 1, 1)
    assert "Thank you." in on_the_page(app)
    send(client, path, text="It leaks.")
    (review,) = kept(shop)
    assert (review.state, review.version, review.answer) == ("waiting", 2, "")
    assert not decide(shop, review.id, "shown", seen=1)  # who read the first text
    assert decide(shop, review.id, "shown", seen=2)
    assert shop.ask(reviews.disagreements) == []


def test_the_author_erases_it_stars_and_all(
    app: Flask, client: FlaskClient, shop: Shop, article: str
) -> None:
    path = link(shop, sent(shop))
    send(client, path)
    decide(shop, kept(shop)[0].id, "shown")
    assert "smells" in on_the_page(app)
    assert client.post(f"{path}/withdraw").status_code == 303
    assert client.post(f"{path}/withdraw").status_code == 303
    assert kept(shop) == []
    assert "No reviews yet." in on_the_page(app)
    send(client, path)
    assert len(kept(shop)) == 1


def test_the_same_text_is_not_shown_under_two_names(shop: Shop, article: str) -> None:
    """Fails without the key of the text."""
    text = "The best oil that I have ever bought"
    first, second, third = [
        written(shop, sent(shop), text=words, name=name)
        for words, name in ((text, "Ida"), (text.upper() + "!", "Bo"), ("Very good", "Jo"))
    ]
    short = written(shop, sent(shop), text="very good!", name="Kim")
    assert decide(shop, first, "shown")
    with pytest.raises(reviews.SameText):
        decide(shop, second, "shown")
    assert decide(shop, third, "shown")
    assert decide(shop, short, "shown")  # a few words, which anybody might write


def test_an_answer_is_the_shops_own_text_and_is_checked_as_such(
    app: Flask, shop: Shop, article: str
) -> None:
    number = written(shop, sent(shop))
    assert not shop.do(lambda: reviews.answer(number, "Thanks.", seen=1, actor="bo"))
    decide(shop, number, "shown")
    with pytest.raises(reviews.BlockedAnswer):
        shop.do(lambda: reviews.answer(number, "It relieves pain.", seen=1, actor="bo"))
    assert shop.do(lambda: reviews.answer(number, "Thanks for that.", seen=1, actor="bo"))
    assert "Thanks for that." in on_the_page(app)


def test_all_buyers_are_asked_alike_and_once(app: Flask, shop: Shop, article: str) -> None:
    """Fails without the row of the invitation: the letter would be the only guard."""
    due = [sent(shop, days=12), sent(shop, days=11)]
    sent(shop, days=3)  # too soon
    sent(shop, days=90)  # long ago, before anybody thought of asking
    assert ask(app) == 2
    assert ask(app) == 0
    letters = {letter.reference: letter for letter in shop.letters("review_invitation")}
    assert letters.keys() == {order.reference for order in due}
    for order in due:
        letter = letters[order.reference]
        assert link(shop, order) in letter.text
        assert "/reviews/stop/" in letter.unsubscribe_url
        assert order.reference not in letter.text
        assert "Harbour Street" not in letter.text + letter.html


def test_who_sent_it_back_or_wants_none_or_lives_elsewhere_is_not_asked(
    app: Flask, client: FlaskClient, shop: Shop, article: str
) -> None:
    """Each fails with its own condition taken out of invite() or due_orders()."""
    back = sent(shop, days=12)
    refund(shop, back, {line_of(shop, back): 1})
    sent(shop, days=12, label=orders.ShipTo("jo@mail.example", "Jo", "1 Rue", "FR"))
    written(shop, sent(shop, days=12))
    held = sent(shop, days=12)
    shop.do(lambda: orders.move(held.id, "disputed"))
    none = sent(shop, days=12, label=orders.ShipTo("Bo@mail.example", "Bo", "1 Quay", "IE"))
    token = shop.ask(lambda: links.token_of("stop", none.id))
    page = client.get(f"/reviews/stop/{token}")
    assert (page.status_code, shop.count(reviews.ReviewStop)) == (200, 0)
    for _ in range(2):
        assert client.post(f"/reviews/stop/{token}").status_code == 200
    assert shop.count(reviews.ReviewStop) == 1
    assert ask(app) == 0
    assert shop.letters("review_invitation") == []


def sent_of_lot(shop: Shop, lot_id: int, **more: object) -> orders.Order:
    """An order of oil from this lot and of salt that left twelve days ago."""
    order = paid_order(shop, {"OIL-100": 1, "SALT-1": 1}, **more)  # type: ignore[arg-type]
    parcel = packed(shop, order, chosen={"OIL-100": inventory.Choice(lot_id)})
    assert shipped(shop, parcel)
    leave_earlier(shop, parcel, days=12)
    return order


def test_nobody_is_asked_about_units_of_a_lot_that_was_recalled(app: Flask, shop: Shop) -> None:
    """Fails with recalled_skus() left out of invite(), and when it forgets the lot or the order."""
    shop.product(stock=0)
    shop.product("SALT-1", slug="salt", stock=9)
    later = now().date() + timedelta(days=400)

    def open_lots() -> list[int]:
        lots = [inventory.open_lot("OIL-100", code, expires_on=later) for code in ("L7", "L8")]
        for lot in lots:
            inventory.adjust("OIL-100", 9, reason="received", lot_id=lot)
        return lots

    bad, good = shop.do(open_lots)
    both = [sent_of_lot(shop, lot) for lot in (bad, good)]
    notice = recalls.Notice(
        product="Magnesium Oil",
        hazard="Glass splinters may be in the bottle. They can cut skin and eyes.",
        action="Stop using it.",
        remedies=("refund", "replacement"),
        contact="care@shop.example",
    )
    with app.test_request_context():
        assert shop.do(lambda: recalls.recall(bad, notice)) == 1
    assert ask(app) == 2
    of_bad, of_good = [
        next(one for one in shop.letters("review_invitation") if one.reference == order.reference)
        for order in both
    ]
    assert ("Oil OIL-100" in of_bad.text, "Oil SALT-1" in of_bad.text) == (False, True)
    assert ("Oil OIL-100" in of_good.text, "Oil SALT-1" in of_good.text) == (True, True)


def test_who_got_nothing_but_a_recalled_lot_is_not_asked_at_all(
    app: Flask, shop: Shop, article: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent(shop, days=12)
    monkeypatch.setattr(recalls, "recalled_skus", lambda reference, skus: set(skus))
    assert ask(app) == 0


def test_letters_are_off_until_somebody_names_countries(
    config: dict[str, object], start_shop: object
) -> None:
    app = start_shop({**config, "STOREFRONT_REVIEW_COUNTRIES": ""})  # type: ignore[operator]
    shop = Shop(app)
    shop.product()
    sent(shop, days=12)
    assert ask(app) == 0
    page = on_the_page(app)
    assert "No reviews yet." in page
    assert "Buyers are asked" not in page
    assert "by letter" not in app.test_client().get("/how-we-check-reviews").text


def test_the_page_of_the_order_leads_to_the_review(
    client: FlaskClient, shop: Shop, article: str
) -> None:
    order, unsent = sent(shop), paid_order(shop)
    assert link(shop, order) in client.get(f"/orders/{order.reference}").text
    assert "/reviews/" not in client.get(f"/orders/{unsent.reference}").text


def test_reviews_have_pages_newest_first_in_few_statements(
    app: Flask, client: FlaskClient, shop: Shop, article: str
) -> None:
    for number in range(13):
        decide(shop, written(shop, sent(shop), text=f"Text number {number}."), "shown")
    with Catalogue(app).statements() as made:
        first = told(client.get(f"{PRODUCT}/reviews").text)
    assert len(made) <= 6
    second = told(client.get(f"{PRODUCT}/reviews?page=2").text)
    assert "Text number 12." in first
    assert "Text number 2." not in first
    assert "Text number 2." in second
    assert client.get(f"{PRODUCT}/reviews?page=9").location == f"{PRODUCT}/reviews"
    assert client.get("/products/nothing/reviews").status_code == 404
    with Catalogue(app).statements() as made:
        page = told(client.get(PRODUCT).text)
    assert len(made) <= 6
    assert "All 13 reviews" in page
    assert "Text number 9." not in page


def test_stars_stand_on_the_cards_of_the_list(app: Flask, shop: Shop, article: str) -> None:
    assert "of 5 stars" not in app.test_client().get("/products/").text
    written(shop, sent(shop), stars=5)
    assert "5.0 of 5 stars" in app.test_client().get("/products/").text


def test_a_person_gets_all_that_they_wrote_and_has_it_forgotten(
    app: Flask, shop: Shop, article: str
) -> None:
    number = written(shop, sent(shop, days=12), name="Ida")
    decide(shop, number, "withheld", reason="off_topic")
    sent(shop, days=12)
    assert ask(app) == 1
    run = app.test_cli_runner().invoke
    told_of = run(args=["shop", "reviews-of", "IDA@mail.example"]).output
    assert '"reason_code": "off_topic"' in told_of
    assert "1 reviews erased." in run(args=["shop", "forget-reviews", "IDA@mail.example"]).output
    assert kept(shop) == []
    assert [
        one for kind in ("review_invitation", "review_withheld") for one in shop.letters(kind)
    ] == []
    assert run(args=["shop", "reviews-of", "ida@mail.example"]).output.strip() == "[]"
    assert shop.ask(reviews.disagreements) == []


def test_doctor_finds_a_rating_that_is_not_true(app: Flask, shop: Shop, article: str) -> None:
    written(shop, sent(shop))
    assert shop.ask(reviews.disagreements) == []
    shop.do(lambda: db.session.execute(sa.update(reviews.Rating).values(fives=7)))
    assert shop.ask(reviews.disagreements) == [
        "product 1: its rating is not what its reviews add up to"
    ]
    assert "product 1: its rating" in app.test_cli_runner().invoke(args=["shop", "doctor"]).output


@pytest.mark.parametrize(
    ("counts", "average"),
    [((0, 0, 0, 0, 0), "0"), ((0, 0, 0, 0, 1), "5"), ((1, 0, 0, 0, 2), "3.7"),
     ((0, 0, 0, 1, 19), "5"), ((1, 0, 0, 0, 0), "1"), ((0, 1, 0, 0, 19), "4.9")],
)  # fmt: skip
def test_the_average_is_rounded_to_tenths(
    counts: tuple[int, int, int, int, int], average: str
) -> None:
    assert f"{reviews.RatingView(counts).average:f}".removesuffix(".0") == average


def ask(app: Flask) -> int:
    with app.app_context():
        return tasks.invite_buyers()
