"""Static files: nothing but them is served, each is kept once, and browsers keep them rightly."""

import base64
import hashlib
import re
from pathlib import Path

import brotli
import pytest
from flask import Flask
from flask.testing import FlaskClient

from storefront.assets import Assets, folder, takes_brotli
from storefront.page_style import PageStyle
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
    first = ("reset", "tokens", "base", "layout", "print")
    (tmp_path / "css" / "components" / "old").mkdir(parents=True)
    for name in (*first[::-1], *components, "components/old/c"):
        (tmp_path / "css" / f"{name}.css").write_text(f"/* a\n  note */{name} {{}}")
    sheet = Assets(tmp_path).get("css/shop.css")
    assert sheet is not None
    assert sheet.body.decode() == "".join(
        [
            "@layer reset,tokens,base,layout,components,print;",
            *(f"{name}{{}}" for name in (*first, *sorted(components))),
        ]
    )
    assert sheet.content_type == "text/css; charset=utf-8"


def test_what_is_for_those_who_write_stays_out_of_what_is_sent(tmp_path: Path) -> None:
    for name in ("css", "js"):
        (tmp_path / name).mkdir()
    for name in ("reset", "tokens", "base", "layout", "print"):
        rule = (
            "/* tea */\n.cup :hover,\np { /* as\n  said */\n  width: calc(1px + 2px);\n"
            '  quotes: "{ ; "  " /* }";\n}\n'
        )
        (tmp_path / "css" / f"{name}.css").write_text(rule)
    (tmp_path / "js" / "a.js").write_text('/*\n * Tea.\n */\nconst kind = "/* green */";\n')
    sheet, script = Assets(tmp_path).get("css/shop.css"), Assets(tmp_path).get("js/a.js")
    assert sheet
    assert script
    rule_sent = '.cup :hover,p{width:calc(1px + 2px);quotes:"{ ; " " /* }"}'
    assert sheet.body.decode().split(";", 1)[1] == 5 * rule_sent
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


RULES = [
    ("p{margin:0}", "", True),
    (".shop-cup__rim{color:red}", '<p class="shop-cup__rim">', True),
    (".shop-cup__rim{color:red}", '<p class="shop-cup shop-cup__rim--thin">', False),
    (".shop-cup .shop-tea,.shop-pot{color:red}", '<p class="shop-cup">', False),
    (".shop-cup .shop-tea,.shop-pot{color:red}", '<p class="shop-cup"><i class="shop-tea">', True),
    (".shop-cup .shop-tea,.shop-pot{color:red}", '<p class="shop-pot">', True),
    (".shop-cup:not(.shop-pot,:has(.shop-tea)){color:red}", '<p class="shop-cup">', True),
    ("dialog.shop-cup:has(> .shop-tea)>p{color:red}", '<dialog class="shop-cup">', True),
    ("dialog.shop-cup{color:red}", "<dialog>", False),
    (".shop-cup{color:red}", '<a href="/static/css/shop-cup.css">', True),
    ("@layer a{@media print{.shop-cup{color:red}}}", '<p class="shop-cup">', True),
    ("@layer a{@media print{.shop-cup{color:red}}}", '<p class="shop-cups">', False),
    ("@layer a{@media print{@supports (x:y){@container (x:y){.shop-cup{b:c}}}}}", "", False),
    (
        "@layer a{@media print{@supports (x:y){@container (x:y){.shop-cup{b:c}}}}}",
        '<p class="shop-cup">',
        True,
    ),
    ("@keyframes shop-steam{to{opacity:0}}", "", True),
    ('@font-face{src:url("a.woff2")}', "", True),
]


@pytest.mark.parametrize(("rule", "html", "is_needed"), RULES)
def test_a_page_brings_the_rules_whose_classes_it_names(
    rule: str, html: str, is_needed: bool
) -> None:
    style = PageStyle(f"a{{b:c}}{rule}\n@media all{{.shop{{b:c}}.shop-other{{b:c}}}}")
    needed = rule if is_needed else ""
    assert (
        style.needed(f'<body class="shop">{html}') == f"a{{b:c}}{needed}@media all{{.shop{{b:c}}}}"
    )


def test_the_style_of_a_page_names_fonts_by_their_addresses(assets: Assets) -> None:
    style = assets.page_style("<p>", lambda path: f"/at/{path}")
    assert style.startswith("@layer reset,tokens,base,layout,components,print;@layer tokens{")
    assert re.search(r"url\(\"?/at/fonts/[\w.-]+\.woff2", style)
    assert "../fonts" not in style


@pytest.mark.parametrize("path", ["css/shop.css", "brand/wordmark.svg", SCRIPT])
def test_a_file_that_is_opened_by_itself_loads_nothing(client: FlaskClient, path: str) -> None:
    headers = client.get(f"/static/{path}").headers
    assert headers["Content-Security-Policy"] == "default-src 'none'"
    assert headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize("path", ["/", "/products/", "/guides/", "/search?q=oil"])
def test_a_public_page_brings_its_style_and_the_policy_lets_just_that_in(
    client: FlaskClient, path: str
) -> None:
    answer = client.get(path)
    styles = re.findall(r"<style[^>]*>(.*?)</style>", answer.text, re.DOTALL)
    digest = base64.b64encode(hashlib.sha256(styles[0].encode()).digest()).decode()
    policy = answer.headers["Content-Security-Policy"]
    assert len(styles) == 1
    assert f"style-src 'self' 'sha256-{digest}';" in policy
    assert "unsafe" not in policy
    assert '<link rel="stylesheet"' not in answer.text
    assert re.search(r'<style data-whole="(/static/css/shop.css\?v=\w+)">', answer.text)


def test_a_private_page_links_the_sheet_and_its_policy_lets_no_style_in(
    client: FlaskClient,
) -> None:
    answer = client.get("/cart")
    assert '<link rel="stylesheet" href="/static/css/shop.css?v=' in answer.text
    assert "style-src 'self';" in answer.headers["Content-Security-Policy"]


def test_scripts_that_come_together_are_one_without_what_they_say_of_each_other(
    assets: Assets,
) -> None:
    joined = assets.get("js/lists.js")
    assert joined
    text = joined.body.decode()
    assert "class Live extends" in text
    assert "class List extends Live" in text
    assert not re.search(r"^(import \{|export )", text, re.MULTILINE)
    assert re.search(r'import\("\./style\.js\?v=\w{8}"\)', text)
