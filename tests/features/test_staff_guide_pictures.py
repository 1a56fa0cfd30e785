"""Pictures handed in while a guide is written: kept once, each under a name of its own."""

import io

import pytest
from flask import Flask
from flask.testing import FlaskClient

from storefront import audit, catalog, guides
from storefront.database import db
from storefront.guides.references import known_pictures
from support.catalogue import Catalogue, picture
from support.desk import browser_of_ida
from support.shop import Shop

PAGE = "/staff/guides/pictures"
JSON = {"Accept": "application/json"}


@pytest.fixture
def office(app: Flask) -> FlaskClient:
    return browser_of_ida(app)


@pytest.fixture
def shelf(app: Flask) -> Catalogue:
    return Catalogue(app)


def hand_in(
    office: FlaskClient, content: bytes, name: str, *, alt: str = "A scoop", caption: str = ""
) -> tuple[int, dict[str, str]]:
    """What the editor is answered."""
    form = {"files": (io.BytesIO(content), name), "alt": alt, "caption": caption}
    answer = office.post(PAGE, data=form, headers=JSON)
    return answer.status_code, answer.get_json()


def test_a_picture_is_handed_in_and_answered_with_its_line(
    office: FlaskClient, shelf: Catalogue
) -> None:
    answer = hand_in(office, picture(), "Fotos/Löffel & Salz (1).JPG", caption='A "level" scoop')
    assert answer == (200, {"markdown": '![A scoop](loffel-salz-1.jpg "A \\"level\\" scoop")'})
    assert [row["file"] for row in shelf.rows(catalog.Picture)] == ["loffel-salz-1.jpg"]
    (said,) = [r for r in shelf.rows(audit.AuditEntry) if r["action"] == "picture handed in"]
    assert said["subject"] == "picture loffel-salz-1.jpg"


def test_a_name_stays_with_the_picture_it_has(office: FlaskClient, app: Flask) -> None:
    """Without a name of its own the second would take the place of the first in every guide."""
    first, second = picture(size=(64, 40)), picture(size=(64, 50))
    assert hand_in(office, first, "scoop.jpg")[1] == {"markdown": "![A scoop](scoop.jpg)"}
    assert hand_in(office, second, "scoop.jpg")[1] == {"markdown": "![A scoop](scoop-2.jpg)"}
    assert hand_in(office, first, "other.png")[1] == {"markdown": "![A scoop](scoop.jpg)"}
    with app.app_context():
        ids = known_pictures(["scoop.jpg", "scoop-2.jpg", "other.png"])
    assert len(ids) == len(set(ids.values())) == 2


def test_a_picture_whose_file_has_no_name_for_a_guide_is_shown_by_its_hash(
    office: FlaskClient, shelf: Catalogue, app: Flask
) -> None:
    """Its name came with a product; renaming it here would break what names it there."""
    assert hand_in(office, picture(), "a.jpg")[0] == 200
    with app.app_context():
        kept = known_pictures(["a.jpg"])["a.jpg"]
    Shop(app).do(lambda: setattr(_picture(kept), "file", "IMG 1 (2).jpg"))
    (row,) = shelf.rows(catalog.Picture)
    assert hand_in(office, picture(), "a.jpg")[1] == {"markdown": f"![A scoop]({row['name']})"}
    with app.app_context():
        assert known_pictures([str(row["name"])]) == {row["name"]: kept}


def _picture(id_: int) -> catalog.Picture:
    found = db.session.get(catalog.Picture, id_)
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("content", "alt", "told"),
    [
        (b"", "A scoop", "is an empty file"),
        (b"<svg'/>", "A scoop", "is not a JPEG"),
        (picture(), "  ", "write what the picture shows"),
        (picture(), "x" * 2001, "2000 characters"),
    ],
)
def test_what_cannot_be_shown_or_told_is_refused(
    office: FlaskClient, shelf: Catalogue, content: bytes, alt: str, told: str
) -> None:
    status, answer = hand_in(office, content, "a.jpg", alt=alt)
    assert status == 422
    assert told in answer["error"]
    assert shelf.rows(catalog.Picture) == []


def test_without_a_script_the_page_shows_the_line_to_copy(office: FlaskClient) -> None:
    assert "A picture for a guide" in office.get(PAGE).text
    form = {"files": (io.BytesIO(picture()), "scoop.jpg"), "alt": "A [level] scoop"}
    assert r"![A \[level\] scoop](scoop.jpg)</textarea>" in office.post(PAGE, data=form).text
    missing = office.post(PAGE, data={"alt": "A scoop", "caption": "Below"})
    assert missing.status_code == 422
    assert "Please choose a picture." in missing.text
    assert 'value="Below"' in missing.text


def test_brackets_and_quotes_in_the_words_stay_words() -> None:
    line = guides.picture_line("a.jpg", alt="two\nlines ] here", caption='say "so" \\')
    assert line == '![two lines \\] here](a.jpg "say \\"so\\" \\\\")'
