"""The guides desk over HTTP: list, new guide, writing, checks, publishing, revisions, previews."""

import re
from datetime import timedelta
from html import unescape

import pytest
from flask import Flask
from flask.testing import FlaskClient

from storefront import audit, guides, staff
from storefront.database import db, now
from support.desk import browser_of_ida
from support.guides import page, publish
from support.shop import Shop
from support.writing import draft, kept, publish_now, save, sheet

BODY = "\nA basin and warm water.\n"
FACTS = {
    "title": "The foot bath", "slug": "the-foot-bath", "summary": "Warm water.",
    "author": "Ida Marwitz", "reviewer": "", "reviewed_on": "", "updated_on": "2026-10-06",
    "ai_use": "", "picture": "", "picture_alt": "",
}  # fmt: skip


@pytest.fixture
def desk(app: Flask) -> FlaskClient:
    return browser_of_ida(app)


def send(desk: FlaskClient, id_: int, text: str, **more: str) -> tuple[int, str]:
    """Sends the form of a guide as its page does; status, and where it leads or what it shows."""
    answer = desk.post(f"/staff/guides/{id_}", data={**FACTS, "source": text, **more})
    return answer.status_code, answer.location or answer.text


def deeds(shop: Shop) -> list[str]:
    return shop.ask(lambda: [one.action for one in db.session.query(audit.AuditEntry)])


def test_a_guide_is_written_from_nothing_and_published(desk: FlaskClient, app: Flask) -> None:
    begun = desk.post("/staff/guides/new", data={"title": "The foot bath", "author": "Ida"})
    assert begun.location == "/staff/guides/1?said=guide_created"
    assert "Nobody reads it before you publish it." in desk.get(begun.location).text
    status, where = send(desk, 1, "A basin.\r\n\r\nWarm water.\r\n", seen="1", then="publish")
    assert (status, where) == (303, "/staff/guides/1/publish")
    assert "Publish it now" in desk.get(where).text
    done = desk.post(where, data={"seen": "2"})
    assert done.location == "/staff/guides/1?said=guide_published"
    assert "<p>Warm water.</p>" in page(app)
    again = desk.post(where, data={"seen": "2"})
    assert again.location == "/staff/guides/1?said=guide_public"
    assert deeds(Shop(app)) == ["guide created", "guide saved", "guide published"]


def test_a_guide_without_a_title_is_not_begun(desk: FlaskClient, shop: Shop) -> None:
    answer = desk.post("/staff/guides/new", data={"title": " ", "author": "Ida <b>"})
    assert answer.status_code == 422
    assert "Write a title." in answer.text
    assert 'value="Ida &lt;b&gt;"' in answer.text
    assert shop.count(guides.Guide) == 0


def test_the_form_gives_back_what_it_shows(desk: FlaskClient, shop: Shop) -> None:
    """Saving without a change keeps every letter of the source, and writes no revision."""
    id_ = draft(shop, '\n\nFirst & <b>.\n\n::: quote by="Ida"\nx\n:::\n', ai_use="'No: none'")
    before = sheet(shop, id_).source
    html = desk.get(f"/staff/guides/{id_}").text
    assert send_page(desk, id_, html) == f"/staff/guides/{id_}?said=guide_same"
    assert sheet(shop, id_).source == before


def send_page(desk: FlaskClient, id_: int, html: str) -> str | None:
    """Sends the form of a page as a browser without a script would."""
    form = html.split('id="guide"')[1].split("</form>", maxsplit=1)[0]
    found = dict(re.findall(r'<input[^>]* name="(\w+)"[^>]* value="([^"]*)"', form))
    found |= dict(re.findall(r'<textarea[^>]* name="(\w+)"[^>]*>\n(.*?)</textarea>', form, re.S))
    data = {name: unescape(text).replace("\n", "\r\n") for name, text in found.items()}
    return desk.post(f"/staff/guides/{id_}", data=data).location


def test_saving_dates_a_guide_and_a_day_that_was_chosen_stays(
    desk: FlaskClient, shop: Shop
) -> None:
    id_ = draft(shop)
    send(desk, id_, "Colder.\n", seen="2")
    facts = guides.facts_of(sheet(shop, id_).source) or {}
    assert facts["updated_on"] == f"{now():%Y-%m-%d}"
    send(desk, id_, "Warmer.\n", seen="3", updated_on="2026-01-02")
    facts = guides.facts_of(sheet(shop, id_).source) or {}
    assert facts["updated_on"] == "2026-01-02"


def test_check_says_what_there_is_to_say_at_its_place_and_saves_nothing(
    desk: FlaskClient, shop: Shop
) -> None:
    id_ = draft(shop)
    status, html = send(
        desk, id_, "One.\n\nIt cures insomnia.\n\n# Big\n", seen="2", then="check", summary=""
    )
    assert status == 200
    places = re.findall(r'class="shop-guide-checks__place" href="([^"]+)">([^<]+)<', html)
    assert list(dict.fromkeys(places)) == [
        ("#summary", "Summary"), ("#source", "Line 3"), ("#source", "Line 5"),
    ]  # fmt: skip
    assert "“Summary” is missing." in html
    assert "Write one or two sentences for lists" in html
    assert "It cures insomnia." in html
    assert sheet(shop, id_).newest == 2


def test_what_a_check_proposes_is_taken_with_one_press_and_nothing_is_saved(
    desk: FlaskClient, shop: Shop
) -> None:
    """Without a script; a text that has changed since is only checked anew."""
    shop.product("OIL-100", slug="oil", name="Magnesium Oil")
    id_ = draft(shop)
    text = "First.\n\nTake magnesium oil tonight.\n"
    _, html = send(desk, id_, text, seen="2", then="check")
    key = re.findall(r'name="take" value="([^"]+)">Link it to Magnesium Oil<', html)[0]
    _, taken = send(desk, id_, text, seen="2", take=key)
    assert "Take [magnesium oil](product:oil) tonight.\n</textarea>" in taken
    below = re.findall(r'name="take" value="([^"]+)">Put a card of Magnesium Oil below<', html)[0]
    _, carded = send(desk, id_, text, seen="2", take=below)
    assert "Take magnesium oil tonight.\n\n::: product oil\nAn oil.\n:::\n</textarea>" in carded
    _, other = send(desk, id_, "Take magnesium oil.\n", seen="2", take=key)
    assert "Take magnesium oil.\n</textarea>" in other
    assert sheet(shop, id_).newest == 2


def test_what_stands_in_the_way_is_listed_and_nothing_goes_public(
    desk: FlaskClient, shop: Shop, app: Flask
) -> None:
    id_ = draft(shop, "It cures insomnia.\n\n[x](product:nothing)\n")
    gate = desk.get(f"/staff/guides/{id_}/publish").text
    assert "There is no product “nothing”." in gate
    assert "insomnia" in gate
    assert "Publish it now" not in gate
    answer = desk.post(f"/staff/guides/{id_}/publish", data={"seen": "2"})
    assert answer.status_code == 422
    assert "It is not published" in answer.text
    assert app.test_client().get("/guides/the-foot-bath").status_code == 404
    assert "guide published" not in deeds(shop)


def test_who_is_second_sees_the_difference_and_loses_nothing(desk: FlaskClient, shop: Shop) -> None:
    """Fails with the newest revision in the place of the one that was seen."""
    id_ = draft(shop)
    save(shop, id_, "A basin and cold water.\n", by="bo")
    status, html = send(desk, id_, "A basin and hot water.\n", seen="2", title="Mine & hers")
    assert status == 409
    assert "bo saved revision 3" in html
    assert "<del>cold</del>" in html
    assert "<ins>hot</ins>" in html
    assert 'name="title" value="Mine &amp; hers"' in html
    assert "A basin and hot water." in html
    assert len(kept(shop, id_)) == 3
    status, where = send(desk, id_, "A basin and hot water.\n", seen="3")
    assert (status, len(kept(shop, id_))) == (303, 4)


def test_publishing_what_somebody_changed_since_is_refused(desk: FlaskClient, shop: Shop) -> None:
    id_ = draft(shop)
    save(shop, id_, "Other words.\n", by="bo")
    for path, data in (("publish", {}), ("schedule", {"publish_at": "2031-01-01T08:00"})):
        answer = desk.post(f"/staff/guides/{id_}/{path}", data={"seen": "2", **data})
        assert answer.status_code == 409
        assert "Somebody saved this guide since you looked." in answer.text
    assert sheet(shop, id_).state == "draft"
    assert sheet(shop, id_).publish_at is None


def test_a_moment_is_planned_by_the_clock_of_the_shop_told_and_taken_back(
    desk: FlaskClient, shop: Shop, app: Flask
) -> None:
    id_ = draft(shop)
    at = f"/staff/guides/{id_}/schedule"
    for wrong in ("", "tomorrow", "2020-01-01T08:00"):
        answer = desk.post(at, data={"seen": "2", "publish_at": wrong})
        assert answer.status_code == 422
        assert 'id="publish_at-error"' in answer.text
    planned = desk.post(at, data={"seen": "2", "publish_at": "2031-01-01T08:00"})
    assert planned.location == f"/staff/guides/{id_}/publish?said=guide_planned"
    assert "1 January 2031, 08:00 UTC" in desk.get("/staff/guides").text
    save(shop, id_, "Half a sent\n")
    assert "What was saved since is not in it." in desk.get(f"/staff/guides/{id_}/publish").text
    gone = desk.post(at, data={"withdraw": "1"})
    assert gone.location.endswith("said=guide_unplanned")
    assert desk.post(at, data={"withdraw": "1"}).location.endswith("said=guide_not_planned")
    save(shop, id_, "[x](product:nothing)\n")
    mistaken = desk.post(at, data={"seen": "4", "publish_at": "2031-01-01T08:00"})
    assert mistaken.status_code == 422
    assert deeds(shop) == ["guide planned", "guide planned no more"]


def test_a_guide_that_missed_its_moment_is_on_the_overview_of_who_may_publish(
    desk: FlaskClient, shop: Shop, app: Flask
) -> None:
    id_ = draft(shop, "It cures insomnia.\n")
    at = now() + timedelta(hours=1)
    shop.do(lambda: guides.plan_publishing(id_, at, seen=2, by="ida"))
    assert "not published at their moment" not in desk.get("/staff/").text
    shop.do(lambda: guides.publish_due(at + timedelta(hours=1)))
    assert "Guides that were not published at their moment" in desk.get("/staff/").text
    assert f'href="/staff/guides/{id_}/publish"' in desk.get("/staff/").text
    shop.do(lambda: staff.add_member("bo@shop.example", "right-password", roles=["stock"]))
    bo = app.test_client()
    bo.post("/staff/sign-in", data={"email": "bo@shop.example", "password": "right-password"})
    assert "The foot bath" not in bo.get("/staff/").text


def test_revisions_show_what_changed_and_bring_a_text_back(desk: FlaskClient, shop: Shop) -> None:
    id_ = draft(shop)
    save(shop, id_, "A basin and cold water.\n", by="bo")
    listed = desk.get(f"/staff/guides/{id_}/revisions").text
    assert re.findall(r">Revision (\d)</a>", listed) == ["3", "2", "1"]
    third = desk.get(f"/staff/guides/{id_}/revisions/3").text
    assert "<del>warm</del>" in third
    assert "Restore" not in third
    back = desk.post(f"/staff/guides/{id_}/revisions/2", data={"seen": "3"})
    assert back.location == f"/staff/guides/{id_}?said=guide_restored"
    assert "warm water" in sheet(shop, id_).source
    late = desk.post(f"/staff/guides/{id_}/revisions/3", data={"seen": "3"})
    assert late.status_code == 409
    assert desk.get(f"/staff/guides/{id_}/revisions/99").status_code == 404


def test_a_preview_link_shows_the_newest_text_to_anybody_until_it_ends(
    desk: FlaskClient, shop: Shop, app: Flask
) -> None:
    id_ = draft(shop)
    assert desk.post(f"/staff/guides/{id_}/preview-link").status_code == 303
    gate = desk.get(f"/staff/guides/{id_}/publish").text
    path = re.findall(r'value="http://127\.0\.0\.1(/guides/preview/[\w-]{32})"', gate)[0]
    stranger = app.test_client()
    shown = stranger.get(path)
    assert "warm water" in shown.text
    assert "A preview, as it was saved" in shown.text
    assert '<meta name="robots" content="noindex, nofollow">' in shown.text
    assert shown.headers["X-Robots-Tag"] == "noindex, nofollow"
    assert shown.headers["Cache-Control"] == "no-store, private"
    assert shown.headers["Referrer-Policy"] == "no-referrer"
    assert "Set-Cookie" not in shown.headers
    save(shop, id_, "Colder.\n")
    assert "Colder." in stranger.get(path).text
    save(shop, id_, "::: stepz\n")
    assert stranger.get(path).status_code == 404
    desk.post(f"/staff/guides/{id_}/preview-link", data={"end": "1"})
    save(shop, id_, "Warm.\n")
    assert stranger.get(path).status_code == 404
    assert stranger.get("/guides/preview/None").status_code == 404
    assert deeds(shop) == ["preview link made", "preview link ended"]


def test_the_list_is_searched_and_narrowed(desk: FlaskClient, shop: Shop) -> None:
    publish(shop, "Salt of the sea.\n", slug="salt", title="Salt")
    id_ = draft(shop, "Oil.\n", title="Oil", slug="oil")
    save(shop, 1, "Salt of the shop.\n", slug="salt", title="Salt")

    def titles(query: str) -> list[str]:
        return re.findall(
            r'href="/staff/guides/\d+">([^<]+)<', desk.get(f"/staff/guides{query}").text
        )

    assert titles("") == ["Salt", "Oil"]
    assert titles("?q=of+the+shop") == ["Salt"]
    assert titles("?show=draft") == ["Oil"]
    assert titles("?show=changed") == ["Salt"]
    desk.post(f"/staff/guides/{id_}/state", data={"state": "archived"})
    assert titles("") == ["Salt"]
    assert titles("?show=archived") == ["Oil"]
    desk.post(f"/staff/guides/{id_}/state", data={"state": "draft"})
    assert titles("?show=draft") == ["Oil"]
    assert desk.post(f"/staff/guides/{id_}/state", data={"state": "published"}).status_code == 422
    assert deeds(shop) == ["guide archived", "guide taken out"]


def test_the_editor_asks_about_the_text_alone(desk: FlaskClient, shop: Shop) -> None:
    """Places count in what was sent, whatever facts stand above it."""
    id_ = draft(shop)
    text = "🧂 It cures insomnia.\r\n"
    answer = desk.post(f"/staff/guides/check?guide={id_}", data={"source": text})
    told = answer.json
    assert told is not None
    plain = text.replace("\r\n", "\n")
    marked = {plain[one["start"] : one["end"]] for one in told["checks"]}
    assert marked == {"cures", "cures insomnia", "insomnia"}
    assert (told["words"], told["minutes"], told["facts"]) == (4, 1, [])
    assert told["newest"] == {"number": 2, "saved_by": "ida"}
    alone = desk.post("/staff/guides/check", data={"source": text}).json
    assert alone is not None
    assert alone["checks"] == told["checks"]
    facts = desk.post(
        f"/staff/guides/check?guide={id_}", data={**FACTS, "source": "A.\n", "slug": ""}
    )
    assert facts.json is not None
    assert [one["field"] for one in facts.json["facts"]] == ["slug"]


def test_a_long_article_is_told_its_first_checks_and_how_many_follow(
    desk: FlaskClient, shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its facts are put together as often as those of a short one: it took 15 seconds once."""
    id_, written, put_together = draft(shop), [], guides.with_facts
    monkeypatch.setattr(
        guides, "with_facts", lambda *facts: written.append(1) or put_together(*facts)
    )

    def ask(times: int) -> tuple[int, int, int]:
        written.clear()
        text = "It cures insomnia.\n\n" * times
        told = desk.post(f"/staff/guides/check?guide={id_}", data={"source": text}).json
        assert told is not None
        return len(told["checks"]), told["more"], len(written)

    few, many = ask(2), ask(400)
    assert few == (6, 0, many[2])
    assert many[:2] == (300, 900)


def test_the_preview_shows_a_text_that_nobody_saved_or_what_to_mend(
    desk: FlaskClient, shop: Shop
) -> None:
    shop.product("OIL-100", slug="oil")
    id_ = draft(shop)
    at = f"/staff/guides/preview?guide={id_}"
    shown = desk.post(at, data={"source": "Fresh.\n\n::: product oil\nGood.\n:::\n"})
    assert "Fresh." in shown.text
    assert "Magnesium Oil" in shown.text
    assert "The foot bath" in shown.text
    assert shown.headers["Cache-Control"] == "no-store, private"
    broken = desk.post(at, data={"source": "Fine.\n\n[x](product:oill)\n"})
    assert broken.status_code == 422
    assert "Line 3: There is no product “oill”. Did you mean “oil”?" in broken.text
    assert sheet(shop, id_).newest == 2


def test_the_preview_of_a_guide_just_begun_says_what_is_still_to_be_written(
    desk: FlaskClient, shop: Shop
) -> None:
    """Without filled_in() a writer sees no preview before all facts are written."""
    id_ = draft(shop)
    facts = {**FACTS, "title": "", "summary": "", "author": ""}
    shown = desk.post(f"/staff/guides/preview?guide={id_}", data={**facts, "source": "Fresh.\n"})
    assert (shown.status_code, "Fresh." in shown.text) == (200, True)
    assert "No title yet" in shown.text
    assert "The summary is still to be written." in shown.text
    assert sheet(shop, id_).newest == 2


def test_products_are_found_by_name_and_sku_as_a_page_and_for_the_editor(
    desk: FlaskClient, shop: Shop
) -> None:
    shop.product("OIL-100", slug="oil", name="Magnesium Oil")
    shop.product("CREAM-1", slug="cream", name="Cream", stock=0)
    asks = {"Accept": "application/json"}
    found = desk.get("/staff/guides/products?q=oil-1", headers=asks).json
    assert found == [
        {
            "slug": "oil", "name": "Magnesium Oil", "sku": "OIL-100", "price": "€12.90",
            "stock": "10 in stock", "link": "[Magnesium Oil](product:oil)",
            "card": "::: product oil\n…\n:::",
        }
    ]  # fmt: skip
    sold_out = desk.get("/staff/guides/products?q=cream", headers=asks).json
    assert sold_out is not None
    assert sold_out[0]["stock"] == "Sold out"
    shown = desk.get("/staff/guides/products?q=oil").text
    assert 'value="[Magnesium Oil](product:oil)"' in shown
    assert "No product in the shop is called so." in desk.get("/staff/guides/products?q=zzz").text


def test_a_source_whose_facts_cannot_be_read_is_shown_whole_and_mended(
    desk: FlaskClient, shop: Shop
) -> None:
    id_ = draft(shop)
    shop.do(lambda: guides.save_draft(id_, "no fences", seen=2, by="ida"))
    html = desk.get(f"/staff/guides/{id_}").text
    assert "no fences</textarea>" in html
    assert "The lines at the top cannot be read" in html
    whole = "---\ntitle: T\nslug: t\nsummary: S\nauthor: A\nupdated_on: 2026-01-01\n---\nText.\n"
    assert send(desk, id_, whole, seen="3")[0] == 303
    assert sheet(shop, id_).source == whole
    assert publish_now(shop, id_) is True
