"""Articles of another site in the back office: handed in, looked at first, imported as drafts."""

import io
import json
import re
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from storefront import audit, guides
from storefront.database import db
from storefront.staff import tasks
from support.desk import browser_of_ida
from support.exports import item, page, wordpress
from support.shop import Shop

POSTS = wordpress(
    item(n, f"<p>Text {n} about salt.</p>", more="<wp:x>y</wp:x>") for n in range(1, 4)
)


@pytest.fixture
def office(app: Flask) -> FlaskClient:
    return browser_of_ida(app)


def hand_in(office: FlaskClient, *files: tuple[str, bytes]) -> TestResponse:
    data = {"files": [(io.BytesIO(content), name) for name, content in files]}
    return office.post("/staff/guides/import", data=data, content_type="multipart/form-data")


def titles(shop: Shop) -> list[tuple[str, str]]:
    query = sa.select(guides.Guide.slug, guides.Guide.state).order_by(guides.Guide.slug)
    return [(row[0], row[1]) for row in shop.ask(lambda: db.session.execute(query).all())]


def test_an_import_is_looked_at_first_and_makes_drafts_only(
    app: Flask, shop: Shop, office: FlaskClient
) -> None:
    answer = hand_in(office, ("export.xml", POSTS), ("broken.xml", b"<rss>\n<a></rss>"))
    assert answer.status_code == 303
    plan = office.get(answer.location)
    assert "broken.xml:2: The XML breaks off here: mismatched tag." in plan.text
    assert str(app.instance_path) not in plan.text
    assert plan.text.count("was /2021/03/post-") == 3
    assert "Import as drafts" in plan.text
    assert titles(shop) == []

    assert office.post(answer.location).status_code == 303
    done = office.get(answer.location)
    assert "It is done." in done.text
    assert "Import as drafts" not in done.text
    assert titles(shop) == [("post-1", "draft"), ("post-2", "draft"), ("post-3", "draft")]
    (address, *_) = re.findall(r'href="(/staff/guides/\d+)"', done.text)
    assert "Text 1 about salt." in office.get(address).text
    office.post(answer.location)  # a second press
    assert len(titles(shop)) == 3
    logged = shop.ask(lambda: db.session.scalars(sa.select(audit.AuditEntry.action)).all())
    assert list(logged).count("articles imported") == 1


def test_a_file_is_larger_than_the_parts_it_is_read_in(shop: Shop, office: FlaskClient) -> None:
    """With 64 KiB as the most that is kept in memory, such a file is refused as too large."""
    posts = [item(n, "<p>Salt and water.</p>\n" * 400) for n in range(1, 41)]
    assert hand_in(office, ("export.xml", wordpress(posts))).status_code == 303


def test_the_worker_does_it_where_there_is_one_and_the_page_says_how_far_it_is(
    app: Flask, shop: Shop, office: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[tuple[str, ...]] = []

    def ask(*values: str) -> bool:
        asked.append(values)
        return True

    monkeypatch.setattr("storefront.staff.guides.import_routes.hand_over", ask)
    where = hand_in(office, ("bath.html", page("The bath", "<p>Water.</p>"))).location
    office.post(where)
    office.post(where)  # it is at work, and is not asked twice
    assert [one[0] for one in asked] == ["import_articles"]
    waiting = office.get(where)
    assert "The articles are being imported" in waiting.text
    assert 'hx-trigger="every 2s"' in waiting.text
    with app.app_context():
        tasks.import_articles(*asked[0][1:])
        assert tasks.import_articles(*asked[0][1:]) == 0  # handed over twice
    assert "It is done." in office.get(where).text
    assert titles(shop) == [("the-bath", "draft")]


def test_names_of_files_lead_nowhere_and_nothing_is_taken_without_a_file(
    app: Flask, shop: Shop, office: FlaskClient
) -> None:
    """Without the plain names of kept.py the first file lies above the folder of imports."""
    where = hand_in(office, ("../../../evil.txt", b"A Fine Title\n\nText.\n")).location
    folder = Path(app.extensions["storefront"].settings.instance) / "imports"
    (kept,) = folder.iterdir()
    assert [path.name for path in (kept / "files").iterdir()] == ["evil.txt"]
    assert json.loads((kept / "plan.json").read_text())["guides"][0]["title"] == "A Fine Title"
    assert office.get(where).status_code == 200
    assert hand_in(office).status_code == 422
    for token in ("a" * 16, "..", "x"):
        assert office.get(f"/staff/guides/import/{token}").status_code == 404
    assert app.test_client().get(where).status_code in {302, 303}
