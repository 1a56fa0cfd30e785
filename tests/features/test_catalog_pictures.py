"""Pictures: what is taken in, what comes out, and what is refused with a sentence."""

import base64
import contextlib
import io
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from PIL import Image

from storefront import catalog
from storefront.catalog import pictures
from storefront.catalog.pictures import BadPicture, MissingPicture, take_in, take_in_all
from support.catalogue import Catalogue, picture


@pytest.fixture(autouse=True)
def _context(app: Flask) -> object:
    with app.app_context():
        yield


@pytest.fixture
def media(tmp_path: Path) -> Path:
    """A folder of this test's own."""
    (tmp_path / "pictures").mkdir()
    return tmp_path / "pictures"


def test_a_picture_comes_out_in_every_width_up_to_its_own(media: Path) -> None:
    found = take_in(picture(size=(700, 350)), "oil.jpg", media)
    assert (found.width, found.height, found.widths) == (700, 350, "320,480,640")
    names = sorted(path.name for path in media.iterdir())
    assert names == sorted(
        f"{found.name}-{width}.{kind}" for width in (320, 480, 640) for kind in ("avif", "webp")
    )
    for kind in ("avif", "webp"):
        with Image.open(media / f"{found.name}-640.{kind}") as opened:
            assert opened.size == (640, 320)


def test_a_small_picture_is_not_blown_up(media: Path) -> None:
    assert take_in(picture(size=(100, 80)), "oil.jpg", media).widths == "100"


def test_the_name_is_the_content_so_a_second_time_renders_nothing(media: Path) -> None:
    content = picture(size=(400, 300))
    first = take_in(content, "oil.jpg", media)
    before = {path: path.stat().st_mtime_ns for path in media.iterdir()}
    assert take_in(content, "same.jpg", media).name == first.name
    assert {path: path.stat().st_mtime_ns for path in media.iterdir()} == before


def test_a_picture_stands_upright_and_has_lost_its_metadata(media: Path) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # lies on its side
    exif[0x010F] = "a camera"
    found = take_in(picture(size=(400, 320), exif=exif), "oil.jpg", media)
    assert (found.width, found.height) == (320, 400)
    for path in media.iterdir():
        assert b"a camera" not in path.read_bytes()
        with Image.open(path) as opened:
            assert dict(opened.getexif()) == {}


def test_the_placeholder_is_a_tiny_picture_in_the_page_itself(media: Path) -> None:
    uri = take_in(picture(size=(400, 300)), "oil.jpg", media).placeholder
    assert len(uri) <= 300
    assert uri.startswith("data:image/webp;base64,")
    with Image.open(io.BytesIO(base64.b64decode(uri.split(",")[1]))) as opened:
        assert opened.size == (16, 12)


@pytest.mark.parametrize(
    ("kind", "mode"),
    [
        ("PNG", "RGBA"), ("PNG", "P"), ("PNG", "L"), ("PNG", "LA"), ("PNG", "1"), ("PNG", "I;16"),
        ("JPEG", "CMYK"), ("JPEG", "L"), ("WEBP", "RGBA"), ("AVIF", "RGB"),
    ],
)  # fmt: skip
def test_every_kind_of_pixel_is_taken_in(media: Path, kind: str, mode: str) -> None:
    first = "I" if mode == "I;16" else mode
    image = Image.linear_gradient("L").resize((330, 330)).convert(first)
    out = io.BytesIO()
    (image.point(lambda v: v * 256).convert("I;16") if first == "I" else image).save(out, kind)
    found = take_in(out.getvalue(), "oil", media)
    with Image.open(media / f"{found.name}-320.webp") as opened:
        grey = opened.convert("L")
    middle = grey.getpixel((160, 160))
    assert mode == "1" or abs(int(middle) - 128) < 30  # type: ignore[arg-type]


def test_transparent_stays_transparent(media: Path) -> None:
    out = io.BytesIO()
    Image.new("RGBA", (320, 320), (0, 80, 0, 0)).save(out, "PNG")
    found = take_in(out.getvalue(), "logo.png", media)
    for kind in ("avif", "webp"):
        with Image.open(media / f"{found.name}-320.{kind}") as opened:
            assert opened.convert("RGBA").getpixel((5, 5))[3] == 0  # type: ignore[index]


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "empty"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "is not a JPEG, PNG, WebP or AVIF"),
        (b"GIF89a" + b"\0" * 200, "is not a JPEG"),
        (picture(size=(400, 300))[:-200], "broken"),
        (picture("PNG", size=(400, 300))[:300], "broken"),
    ],
)
def test_what_is_no_picture_is_refused_with_a_sentence(
    media: Path, content: bytes, reason: str
) -> None:
    with pytest.raises(BadPicture, match=reason) as refused:
        take_in(content, "oil.jpg", media)
    assert refused.value.sentence.startswith("The picture oil.jpg ")
    assert not list(media.iterdir())


def test_a_picture_that_is_not_there_is_named(media: Path) -> None:
    with pytest.raises(MissingPicture, match=r"The picture oil\.jpg is not there"):
        take_in(media / "oil.jpg", "oil.jpg", media)


@pytest.mark.parametrize("size", [(7000, 6000), (10_000, 10_000), (15_000, 13_000)])
def test_a_picture_that_would_fill_the_memory_is_refused(
    media: Path, size: tuple[int, int]
) -> None:
    out = io.BytesIO()
    Image.new("1", size).save(out, "PNG")
    with pytest.raises(BadPicture, match="more than 40 megapixels"):
        take_in(out.getvalue(), "huge.png", media)


def test_a_file_over_thirty_megabytes_is_refused_before_it_is_read(
    media: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pictures, "MOST_BYTES", 100)
    path = media / "large.jpg"
    path.write_bytes(picture())
    with pytest.raises(BadPicture, match="is larger than"):
        take_in(path, "large.jpg", media / "media")


def test_one_bad_picture_stops_all_of_them(media: Path) -> None:
    (media / "good.jpg").write_bytes(picture())
    (media / "bad.jpg").write_bytes(b"no")
    with pytest.raises(BadPicture, match=r"bad\.jpg"):
        take_in_all([(media / n, n) for n in ("good.jpg", "bad.jpg")], media / "media")


def test_pictures_are_never_rendered_inside_a_transaction(app: Flask, media: Path) -> None:
    with pytest.raises(RuntimeError, match="transaction"):
        Catalogue(app).run(take_in, picture(), "oil.jpg", media)


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.integers(0, 2000), st.binary(min_size=1, max_size=8), st.sampled_from(pictures.FORMATS))
@example(0, b"\0", "PNG")
def test_damaged_pictures_are_taken_in_or_refused_but_never_crash(
    media: Path, place: int, damage: bytes, kind: str
) -> None:
    content = bytearray(picture(kind, size=(48, 48)))
    place %= len(content)
    content[place : place + len(damage)] = damage
    with contextlib.suppress(BadPicture):
        take_in(bytes(content), "oil", media)


def test_a_picture_is_served_in_its_widths(app: Flask, client: FlaskClient) -> None:
    shelf = Catalogue(app)
    media = app.extensions["storefront"].settings.instance / "media"
    found = take_in(picture(size=(1000, 500)), "oil.jpg", media)
    shelf.product("oil-spray")
    shelf.run(catalog.set_pictures, "oil-spray", [(found, "A bottle", "")])
    view = shelf.ask(catalog.product_page, "oil-spray").picture
    assert (view.alt, view.width, view.height) == ("A bottle", 1000, 500)
    assert view.src == f"/media/{found.name}-960.webp"
    assert view.avif.split(", ")[0] == f"/media/{found.name}-320.avif 320w"
    for source in [view.src, *(part.split()[0] for part in view.avif.split(", "))]:
        with client.get(source) as answer:
            assert answer.status_code == 200
            assert answer.content_type in {"image/avif", "image/webp"}
    assert shelf.ask(catalog.picture_by_file, "oil.jpg").src == view.src
    assert shelf.ask(catalog.picture_by_file, "none.jpg") is None
    assert [v.src for v in shelf.ask(catalog.picture_views, [1, 99]).values()] == [view.src]
