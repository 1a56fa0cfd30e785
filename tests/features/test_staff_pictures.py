"""Pictures of a product: handed in, checked by content, described, ordered, put back."""

import io
import re
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from PIL import Image

from storefront import catalog
from support.catalogue import Catalogue, picture
from support.desk import browser_of_ida
from support.shopper import told

PAGE = "/staff/products/1/pictures"
MULTIPART = "multipart/form-data; boundary=x"


@pytest.fixture
def shelf(app: Flask) -> Catalogue:
    found = Catalogue(app)
    found.product("oil", {"sku": "OIL-100"}, {"sku": "OIL-250", "name": "250 ml"}, state="draft")
    return found


@pytest.fixture
def office(app: Flask, shelf: Catalogue) -> FlaskClient:
    return browser_of_ida(app)


def hand_in(office: FlaskClient, *files: tuple[bytes, str], new: str = "") -> tuple[int, str, str]:
    """Uploads files; status, where it leads, and the page."""
    sent = [(io.BytesIO(content), name) for content, name in files]
    answer = office.post(f"{PAGE}/new", data={"files": sent, "new": new})
    return answer.status_code, answer.location or "", answer.text


def names(page: str) -> list[str]:
    return re.findall(r'name="alt-([0-9a-f]{16})"', page)


def seen(page: str) -> str:
    found = re.search(r'name="seen" value="([^"]+)"', page)
    assert found
    return found[1]


def describe(office: FlaskClient, address: str, **more: str) -> tuple[int, str]:
    """Says what each picture on a page shows, and saves."""
    page = office.get(address).text
    form = {"seen": seen(page)}
    for number, name in enumerate(names(page), start=1):
        form |= {f"alt-{name}": f"Picture {number}", f"place-{name}": str(number)}
    answer = office.post(PAGE, data=form | more)
    return answer.status_code, answer.text


def shown(shelf: Catalogue) -> list[tuple[str, str]]:
    """Alternative text and SKU of each picture of the product, in order."""
    rows = sorted(shelf.rows(catalog.ProductPicture), key=lambda row: row["position"])
    return [(row["alt"], row["sku"]) for row in rows]


def test_pictures_are_handed_in_described_and_shown(office: FlaskClient, shelf: Catalogue) -> None:
    files = [(picture(size=(64, n)), "my pictures/IMG 1.jpg") for n in (40, 50, 60)]
    status, address, _ = hand_in(office, *files)
    assert status == 303
    assert shown(shelf) == []
    last = names(office.get(address).text)[2]
    assert describe(office, address, **{f"place-{last}": "0", f"sku-{last}": "OIL-250"})[0] == 303
    assert shown(shelf) == [("Picture 3", "OIL-250"), ("Picture 1", ""), ("Picture 2", "")]
    assert {row["file"] for row in shelf.rows(catalog.Picture)} == {"IMG 1.jpg"}


def test_a_picture_without_words_is_refused_at_its_field_and_nothing_is_lost(
    office: FlaskClient, shelf: Catalogue
) -> None:
    _, address, _ = hand_in(office, (picture(), "a.jpg"), (picture(size=(9, 9)), "b.jpg"))
    first, second = names(office.get(address).text)
    status, page = describe(office, address, **{f"alt-{second}": ""})
    assert status == 422
    assert dict(re.findall(r'id="alt-(\w+)-error">([^<]+)<', page)) == {
        second: "This is empty. Write something here."
    }
    assert names(page) == [first, second]
    assert "Picture 1" in page
    assert shown(shelf) == []


def test_a_picture_is_turned_upright_and_freed_of_what_the_camera_wrote(
    app: Flask, office: FlaskClient, shelf: Catalogue
) -> None:
    exif = Image.Exif()
    exif[0x0112], exif[0x010F] = 6, "Secret Camera"
    _, _, _ = hand_in(office, (picture(size=(80, 40), exif=exif.tobytes()), "a.jpg"))
    (row,) = shelf.rows(catalog.Picture)
    assert (row["width"], row["height"]) == (40, 80)
    files = list(Path(str(app.config["STOREFRONT_INSTANCE"]), "media").iterdir())
    assert len(files) == 2
    for file in files:
        assert b"Secret Camera" not in file.read_bytes()
        assert not Image.open(file).getexif()


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"<svg onload='alert(1)'/>", "is not a JPEG, PNG, WebP or AVIF picture"),
        (b"", "is an empty file"),
        (picture(size=(640, 480))[:700], "is broken"),
        (picture("GIF"), "is not a JPEG, PNG, WebP or AVIF picture"),
        (picture("PNG", size=(9000, 9000), mode="L"), "has more than 40 megapixels"),
    ],
)
def test_what_is_no_good_picture_is_told_and_the_others_are_kept(
    office: FlaskClient, shelf: Catalogue, content: bytes, reason: str
) -> None:
    status, _, page = hand_in(office, (picture(), "good.jpg"), (content, "bad.jpg"))
    assert status == 422
    assert f"The picture bad.jpg {reason}" in told(page)
    assert len(names(page)) == 1
    assert describe(office, f"{PAGE}?new={names(page)[0]}")[0] == 303
    assert shown(shelf) == [("Picture 1", "")]


def test_only_the_upload_takes_much_and_not_without_end(office: FlaskClient) -> None:
    length = {"CONTENT_LENGTH": str(65 * 1024 * 1024)}
    much = office.post(
        f"{PAGE}/new", data=b"--x--", content_type=MULTIPART, environ_overrides=length
    )
    assert much.status_code == 413
    answer = office.post(PAGE, data={"alt-a": "x" * 100_000})
    assert answer.status_code == 413
    assert hand_in(office, *[(b"x", "a.jpg")] * 13)[0] == 422
    assert hand_in(office)[0] == 422


def test_nobody_but_staff_is_read_at_all(client: FlaskClient, shelf: Catalogue) -> None:
    answer = client.post(f"{PAGE}/new", data=b"--x--", content_type=MULTIPART)
    assert (answer.status_code, answer.location) == (303, "/staff/sign-in")
    assert shelf.rows(catalog.Picture) == []


def test_a_picture_is_removed_and_put_back_where_it_was(
    office: FlaskClient, shelf: Catalogue
) -> None:
    files = [(picture(size=(64, n)), "a.jpg") for n in (40, 50, 60)]
    describe(office, hand_in(office, *files)[1])
    page = office.get(PAGE).text
    second = names(page)[1]
    answer = office.post(f"{PAGE}/remove", data={"name": second, "seen": seen(page)})
    assert shown(shelf) == [("Picture 1", ""), ("Picture 3", "")]
    undo = office.get(answer.location).text
    form = re.search(r'<form class="shop-undo".*?</form>', undo, re.S)
    assert form
    fields = dict(re.findall(r'name="(\w+)" value="([^"]*)"', form[0]))
    assert office.post(f"{PAGE}/remove", data=fields).status_code == 303
    assert shown(shelf) == [("Picture 1", ""), ("Picture 2", ""), ("Picture 3", "")]


def test_pictures_of_an_old_page_are_not_saved(office: FlaskClient, shelf: Catalogue) -> None:
    describe(office, hand_in(office, (picture(), "a.jpg"))[1])
    old = office.get(PAGE).text
    describe(office, hand_in(office, (picture(size=(9, 9)), "b.jpg"))[1])
    (name,) = names(old)
    form = {"seen": seen(old), f"alt-{name}": "Mine", f"place-{name}": "1"}
    assert office.post(PAGE, data=form).status_code == 409
    assert shown(shelf) == [("Picture 1", ""), ("Picture 2", "")]


COMPLETE = {
    "summary": "A brine.",
    "directions": "Spray.",
    "warnings": "For external use only.",
    "ingredients": "Magnesium Chloride, Aqua",
    "opened_months": "24",
    "origin_country": "DE",
    "responsible_name": "Bergquell Ltd",
    "responsible_address": "1 Quay, Cork",
    "responsible_contact": "care@shop.example",
}


def test_pictures_of_a_product_in_the_shop_keep_to_what_it_was_published_with(app: Flask) -> None:
    """Fails without the gate before and after: a claim in a text for the blind would be public."""
    shelf, office = Catalogue(app), browser_of_ida(app)
    shelf.product("oil", {"sku": "OIL-100", "net_content": 100, "net_unit": "ml"}, **COMPLETE)
    _, address, _ = hand_in(office, (picture(), "a.jpg"))
    assert describe(office, address)[0] == 303
    (name,) = names(office.get(PAGE).text)
    claim = {f"alt-{name}": "This oil cures arthritis and heals eczema"}
    assert describe(office, PAGE, **claim)[0] == 422
    gone = {"seen": seen(office.get(PAGE).text), "name": name}
    assert office.post(f"{PAGE}/remove", data=gone).status_code == 422
    assert shown(shelf) == [("Picture 1", "")]
    odd = gone | {"put_back": "1", "alt": "x", "place": "²"}
    assert office.post(f"{PAGE}/remove", data=odd).status_code < 500
