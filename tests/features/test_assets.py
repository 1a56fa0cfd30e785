"""Static files: nothing but them is served, each is kept once, and browsers keep them rightly."""

import re
from pathlib import Path

import brotli
import pytest
from flask import Flask
from flask.testing import FlaskClient

from storefront.assets import Assets, folder, takes_brotli
from support.shop import Shop

SCRIPT = "js/cart.js"
BROTLI = {"Accept-Encoding": "gzip, br"}
ODD = [
    "../pyproject.toml",
    "css/../../pyproject.toml",
    "css/../css/base.css",
    "css//base.css",
    "./css/base.css",
    "css/./base.css",
    "/css/base.css",
    "/etc/passwd",
    "css\\base.css",
    "..\\pyproject.toml",
    "css/base.css\0",
    "\0",
    "css",
    "css/",
    "",
    ".",
    "..",
    "CSS/base.css",
    "x" * 300,
    "x/" * 3000,
    "css/" + "ü" * 5000,
    "\N{SNOWMAN}\udcff",
]


@pytest.fixture
def assets(app: Flask) -> Assets:
    found: Assets = app.extensions["storefront"].assets
    return found


@pytest.mark.parametrize("path", ODD, ids=lambda path: repr(path[:20]))
def test_what_is_not_the_name_of_a_file_is_not_found_and_not_remembered(
    assets: Assets, path: str
) -> None:
    assert assets.get("css/base.css") is not None
    before = dict(assets._kept)
    assert assets.get(path) is None
    assert assets._kept == before


@pytest.mark.parametrize(
    "path",
    ["..%2fpyproject.toml", "%2e%2e/pyproject.toml", "css/%2e%2e/css/base.css",
     "css%2f..%2f..%2fREADME.md",
     "css%2f%2fbase.css", "css%5cbase.css", "%00", "css/base.css%00", "x" * 300, "x/" * 3000,
     "%ff%fe", "%c3%bc" * 1000, "css", "%2e", "%2e%2e"],
    ids=lambda path: repr(path[:20]),
)  # fmt: skip
def test_an_address_that_is_no_static_file_is_answered_with_404(
    client: FlaskClient, path: str
) -> None:
    """A name longer than the file system takes was a 500 as long as names were given to it."""
    assert client.get(f"/static/{path}").status_code == 404


def test_a_file_that_is_asked_for_in_many_spellings_is_kept_once(
    client: FlaskClient, assets: Assets
) -> None:
    for spelling in ("css/base.css", "css//base.css", "css/./base.css", "./css/base.css",
                     "css/../css/base.css", "css%2f.%2fbase.css"):  # fmt: skip
        client.get(f"/static/{spelling}", follow_redirects=True)
    assert [path for path in assets._kept if "base" in path] == ["css/base.css"]


@pytest.mark.parametrize(
    ("header", "takes"),
    [
        ("br", True),
        ("gzip, deflate, br, zstd", True),
        ("gzip, br;q=0.1", True),
        ("BR", True),
        ("*", True),
        ("br;q=0", False),
        ("br;q=0.000, gzip", False),
        ("br; q=0, *", False),
        ("*;q=0", False),
        ("gzip", False),
        ("sabre, library", False),
        ("", False),
        ("br;q=nan", False),
    ],
)
def test_brotli_is_for_those_who_take_it(
    shop: Shop, client: FlaskClient, header: str, takes: bool
) -> None:
    """Of files, of pages as they are rendered, and of pages from the cache."""
    shop.product()
    assert takes_brotli(header) is takes
    for path in (f"/static/{SCRIPT}", "/products/oil-100", "/products/oil-100"):
        answer = client.get(path, headers={"Accept-Encoding": header})
        body = brotli.decompress(answer.data) if takes else answer.data
        assert answer.headers.get("Content-Encoding") == ("br" if takes else None)
        assert answer.headers["Vary"] == "Accept-Encoding"
        assert b"class" in body


def test_fonts_and_pictures_are_not_compressed_once_more(client: FlaskClient) -> None:
    (font, *_) = sorted(path.name for path in (folder("static") / "fonts").glob("*.woff2"))
    answer = client.get(f"/static/fonts/{font}", headers=BROTLI)
    assert (answer.content_type, answer.data[:4]) == ("font/woff2", b"wOF2")
    assert "Content-Encoding" not in answer.headers


@pytest.mark.parametrize("headers", [{}, BROTLI], ids=["plain", "brotli"])
def test_a_browser_that_has_the_file_is_told_so(
    client: FlaskClient, headers: dict[str, str]
) -> None:
    first = client.get(f"/static/{SCRIPT}", headers=headers)
    etag = first.headers["ETag"]
    for known in (etag, f"W/{etag}", f'"other", {etag}', "*"):
        again = client.get(f"/static/{SCRIPT}", headers=headers | {"If-None-Match": known})
        assert (again.status_code, again.data) == (304, b"")
        assert again.headers["ETag"] == etag
        assert again.headers["Vary"] == "Accept-Encoding"
    for other in ('"other"', etag[:-2] + '0"', etag.strip('"')[1:]):
        again = client.get(f"/static/{SCRIPT}", headers=headers | {"If-None-Match": other})
        assert (again.status_code, again.data) == (200, first.data)


def test_each_encoding_has_an_etag_of_its_own(client: FlaskClient) -> None:
    plain = client.get(f"/static/{SCRIPT}").headers["ETag"]
    packed = client.get(f"/static/{SCRIPT}", headers=BROTLI).headers["ETag"]
    assert plain != packed
    held = BROTLI | {"If-None-Match": plain}
    assert client.get(f"/static/{SCRIPT}", headers=held).status_code == 200


def test_only_under_its_right_version_is_a_file_kept_for_ever(
    client: FlaskClient, assets: Assets
) -> None:
    def kept(query: str) -> str:
        return client.get(f"/static/{SCRIPT}{query}").headers["Cache-Control"]

    for_ever, for_now = "public, max-age=31536000, immutable", "public, max-age=300"
    assert kept(f"?v={assets.version(SCRIPT)}") == for_ever
    assert [kept(query) for query in ("", "?v=", "?v=00000000", "?w=1")] == [for_now] * 4


def test_a_version_follows_from_the_content(tmp_path: Path) -> None:
    (tmp_path / "a.js").write_text("1")
    before = Assets(tmp_path).version("a.js")
    (tmp_path / "a.js").write_text("2")
    assert Assets(tmp_path).version("a.js") != before
    with pytest.raises(FileNotFoundError, match=r"there is no static file 'b\.js'"):
        Assets(tmp_path).version("b.js")


def test_the_style_sheet_has_its_layers_in_order_and_every_component(tmp_path: Path) -> None:
    components = [f"components/{letter}" for letter in "qwertzuiopasdfghjklyxcvbnm"]
    (tmp_path / "css" / "components" / "old").mkdir(parents=True)
    for name in ("layout", "base", *components, "reset", "tokens", "components/old/c"):
        (tmp_path / "css" / f"{name}.css").write_text(f"/* a\n  note */{name} {{}}")
    sheet = Assets(tmp_path).get("css/shop.css")
    assert sheet is not None
    assert sheet.body.decode().split("\n") == [
        "@layer reset, tokens, base, layout, components;",
        *(f"{name} {{}}" for name in ("reset", "tokens", "base", "layout", *sorted(components))),
    ]
    assert sheet.content_type == "text/css; charset=utf-8"


def test_what_is_for_those_who_write_stays_out_of_what_is_sent(tmp_path: Path) -> None:
    for name in ("css", "js"):
        (tmp_path / name).mkdir()
    for name in ("reset", "tokens", "base", "layout"):
        rule = "p {\n  color: red; /* as\n  said */\n  margin: 0;\n}"
        (tmp_path / "css" / f"{name}.css").write_text(rule)
    (tmp_path / "js" / "a.js").write_text('/*\n * Tea.\n */\nconst kind = "/* green */";\n')
    sheet, script = Assets(tmp_path).get("css/shop.css"), Assets(tmp_path).get("js/a.js")
    assert sheet
    assert script
    assert b"\np {\ncolor: red; \nmargin: 0;\n}" in sheet.body
    assert script.body == b'const kind = "/* green */";\n'


def test_staff_have_a_style_sheet_of_their_own_that_shoppers_do_not_load(
    client: FlaskClient, assets: Assets
) -> None:
    ours, theirs = assets.get("css/staff.css"), assets.get("css/shop.css")
    assert ours is not None
    assert theirs is not None
    assert (b".shop-table__table" in ours.body, b".shop-table__table" in theirs.body) == (
        True,
        False,
    )
    assert "css/staff.css" in client.get("/staff/sign-in").text
    assert "css/staff.css" not in client.get("/cart").text


def test_the_style_sheet_names_fonts_by_the_address_that_pages_preload(
    client: FlaskClient, assets: Assets
) -> None:
    sheet = client.get("/static/css/shop.css").text
    named = dict(re.findall(r"url\(\"?\.\./(fonts/[\w.-]+)\?v=(\w+)", sheet))
    assert named
    assert named == {font: assets.version(font) for font in named}


def test_a_script_imports_others_by_their_versions_so_that_new_never_meets_old(
    tmp_path: Path,
) -> None:
    """Without it a browser may hold a part of yesterday for five minutes beside one of today."""

    def write(inner: str) -> str:
        (tmp_path / "js" / "parts").mkdir(parents=True, exist_ok=True)
        (tmp_path / "vendor").mkdir(exist_ok=True)
        (tmp_path / "vendor" / "big.js").write_text('import x from "./not-ours.js"')
        (tmp_path / "js" / "parts" / "inner.js").write_text(inner)
        (tmp_path / "js" / "outer.js").write_text(
            'import { a,\n  b } from "./parts/inner.js";\nimport { c } from "../vendor/big.js";\n'
        )
        outer = Assets(tmp_path).get("js/outer.js")
        assert outer is not None
        return outer.body.decode()

    before = write("export const a = 1;")
    kept = Assets(tmp_path)
    assert f'from "./parts/inner.js?v={kept.version("js/parts/inner.js")}"' in before
    assert f'from "../vendor/big.js?v={kept.version("vendor/big.js")}"' in before
    after = write("export const a = 2;")
    assert before.splitlines()[1] != after.splitlines()[1]
    assert before.splitlines()[2] == after.splitlines()[2]
    (tmp_path / "js" / "parts" / "inner.js").unlink()
    with pytest.raises(FileNotFoundError, match=r"js/parts/inner\.js"):
        Assets(tmp_path).get("js/outer.js")
