"""Articles of other sites: read, cleaned, and kept as drafts that nobody sees yet."""

import io
import json
import re
import shutil
import stat
import zipfile
from pathlib import Path

import pytest
import sqlalchemy as sa
from click.testing import Result
from flask import Flask

from storefront import claims, guides
from storefront.database import db
from storefront.guides.checking.mentioning import Proposal, proposals
from storefront.guides.importing.articles import FoundArticle
from storefront.guides.importing.plain_text import read_plain_text
from support.exports import attachment, item, page, wordpress
from support.machine import OWNERS_ARTICLES
from support.shop import Shop

ROOT = Path(__file__).parents[2]
DEMO = ROOT / "demo"
OURS = Path(__file__).parent / "articles"
FOOT, NERVES = "000_9393b6ddcad39e16.txt", "003_b686f5b62d9339b1.txt"


def run(app: Flask, *arguments: object) -> Result:
    command = ["shop", "import-guide", *map(str, arguments)]
    return app.test_cli_runner().invoke(args=command)


def report(app: Flask, *arguments: object) -> dict:  # type: ignore[type-arg]
    return json.loads(run(app, *arguments, "--json").output)


def sources(shop: Shop) -> dict[str, str]:
    rows = shop.ask(lambda: db.session.execute(sa.select(guides.Guide.slug, guides.Guide.source)))
    return {row.slug: row.source for row in rows}


def lines(body: str, mark: str) -> list[str]:
    return [line.removeprefix(mark) for line in body.split("\n") if line.startswith(mark)]


@pytest.fixture
def demo(app: Flask, shop: Shop) -> Shop:
    """The products of the demo shop, with their words."""
    run_import = app.test_cli_runner().invoke
    args = ["shop", "import-catalogue", str(DEMO / "catalogue.yaml"), "--apply"]
    assert run_import(args=[*args, "--media", str(DEMO / "media")]).exit_code == 0
    return shop


def read(folder: Path, name: str) -> FoundArticle:
    return read_plain_text((folder / name).read_bytes(), name)


def offered(shop: Shop, article: FoundArticle) -> list[Proposal]:
    return shop.ask(lambda: proposals(article.body))


def test_a_pasted_page_loses_its_furniture_and_keeps_its_article() -> None:
    article = read(OURS, "furnished.txt")
    assert article.title == "Slow Evenings: Why a Basin of Warm Water Belongs Beside the Sofa"
    assert (article.author, str(article.published_on)) == ("Greta Halm", "2024-05-03")
    assert article.ai_use == "This article was drafted with the help of AI tools."
    assert article.left_out == [
        "top of page", "Search", "Comments", "Hannah", "Lovely!", "bottom of page", "4 min read",
    ]  # fmt: skip
    assert lines(article.body, "## ") == [
        "Why the Feet Come First", "What You Need for a Basin of Your Own",
        "What Readers Wrote to Us", "Shall we heat the kettle now?",
    ]  # fmt: skip
    assert lines(article.body, "*") == [
        "White bowl on wooden boards with steam rising, a folded towel and a jar of magnesium "
        "flakes beside it*"
    ]
    assert lines(article.body, "> ") == [
        "As one reader told us, “I put the basin in front of the window and watch the buses, and "
        "magnesium oil waits on the sill.”",
        "“My son thinks it is soup, and I have stopped to explain.”",
    ]
    assert lines(article.body, "- ")[2] == "Magnesium flakes, 150 g"
    assert lines(article.body, "3. ") == ["Sit down."]


def test_a_text_without_any_marks_gets_its_headings_back(demo: Shop) -> None:
    article = read(OURS, "bare.txt")
    assert lines(article.body, "## ") == [
        "Why Bottles Like the Dark", "Keeping Magnesium Flakes Dry",
        "Heat, Frost, and the Window Sill", "How to Store Magnesium Flakes for a Year",
        "Key Takeaways",
    ]  # fmt: skip
    assert article.title == "When a shelf in the bathroom fills up, nobody…"
    assert [(one.words, one.slug, one.is_chosen) for one in offered(demo, article)] == [
        ("magnesium oil", "magnesium-oil-spray", True),
        ("Magnesium oil", "magnesium-oil-spray", True),
        ("Magnesium Flakes", "magnesium-bath-flakes", False),
        ("magnesium flakes", "magnesium-bath-flakes", True),
        ("Magnesium Flakes", "magnesium-bath-flakes", False),
        ("Magnesium flakes", "magnesium-bath-flakes", True),
        ("body cream", "magnesium-body-cream", True),
    ]


@pytest.mark.owners_articles
def test_the_sample_about_feet_reads_as_a_careful_editor_would_have_it() -> None:
    article = read(OWNERS_ARTICLES, FOOT)
    assert article.title == (
        "Foot to Brain: Why Rubbing Magnesium on Your Soles Might Be the Nervous System Reset "
        "You Need"
    )
    assert article.ai_use == "This content was enhanced using AI tools."
    assert article.left_out == ["top of page", "Search", "Comments", "bottom of page"]
    assert lines(article.body, "## ") == [
        "Why Your Feet Are a Powerful Gateway to Calm",
        "How topical Magnesium used on Soles Supports Sleep and Stress Relief",
        "The Science Behind Transdermal Magnesium",
        "Creating a Nightly Ritual for Nervous System Resilience",
        "What Women Are Saying: Small Steps, Big Shifts",
        "Ready to meet your calm, one step at a time?",
    ]
    assert lines(article.body, "> ") == [
        "As one woman shared, “I didn’t expect something so simple to make such a difference. "
        "Just ten minutes with magnesium oil and my feet, and I actually sleep.”",
        "Another wrote, “It’s become my evening reset. My husband noticed before I did: "
        "\"I'm calmer, more present, more me.”",
    ]
    assert [line[:32] for line in lines(article.body, "*")] == [
        "Close-up of a woman gently apply", "Peaceful nighttime scene with ma",
        "Relaxed woman sitting on bed, sm",
    ]  # fmt: skip


@pytest.mark.owners_articles
def test_the_sample_about_nerves_reads_as_a_careful_editor_would_have_it() -> None:
    article = read(OWNERS_ARTICLES, NERVES)
    assert article.title == "When nerves don’t function well, it often shows up…"  # it has none
    assert (article.ai_use, article.left_out) == ("", [])
    assert lines(article.body, "## ") == [
        "Why Magnesium Matters for the Nervous System",
        "How Magnesium Flakes Work in the Body",
        "Supporting Nerve Function Naturally",
        "Pain Relief and Muscle Relaxation",
        "Stress, Sleep, and the Nervous System",
        "How to Use Magnesium Flakes for Best Results",
        "Why Magnesium Oil and Flakes Go Hand in Hand",
        "Key Takeaways",
    ]
    assert lines(article.body, "> ") == lines(article.body, "*") == []


@pytest.mark.owners_articles
def test_18_of_the_19_mentions_are_found_and_none_is_wrong(demo: Shop) -> None:
    """Both articles say "magnesium oil" 9 and "magnesium flakes" 10 times.

    15 stand in text and captions and may become a link. Three stand in headings ("How Magnesium
    Flakes Work in the Body", "How to Use Magnesium Flakes for Best Results", "Why Magnesium Oil and
    Flakes Go Hand in Hand"): they keep their words, and a card below is what is proposed. One
    stands in a quote ("Just ten minutes with magnesium oil") and is left alone. Of each product the
    first mention of a section is chosen. Besides, "Zechstein Magnesium" and "these flakes" are.
    """
    found = [one for name in (FOOT, NERVES) for one in offered(demo, read(OWNERS_ARTICLES, name))]
    counted = [one for one in found if re.fullmatch(r"(?i)magnesium (oil|flakes)", one.words)]
    assert [one.words.lower() for one in counted].count("magnesium oil") == 8
    assert [one.words.lower() for one in counted].count("magnesium flakes") == 10
    assert sum(bool(one.link) for one in counted) == 15
    assert sum(one.is_heading for one in counted) == 3
    right = {"oil": "magnesium-oil-spray", "flakes": "magnesium-bath-flakes"}
    assert all(one.slug == right[one.words.lower().split()[1]] for one in counted)
    assert [(one.words, one.slug) for one in found if one not in counted] == [
        ("Zechstein Magnesium", "magnesium-oil-spray"), ("flakes", "magnesium-bath-flakes"),
    ]  # fmt: skip
    chosen = [(one.section, one.slug) for one in found[5:] if one.is_chosen]
    assert len(chosen) == len(set(chosen)) == 9


@pytest.mark.owners_articles
def test_both_samples_become_drafts_whose_wording_is_told(app: Flask, demo: Shop) -> None:
    told = report(app, OWNERS_ARTICLES)
    assert [one["status"] for one in told["guides"]] == ["new", "new"]
    assert all(one["claims"]["block"] > 5 for one in told["guides"])
    assert demo.ask(guides.guide_list) == ()
    found = demo.ask(lambda: list(claims.find(guides.shop_texts())))
    flagged = {(one.place, one.hit.sentence) for one in found if one.hit.severity != "note"}
    assert len(flagged) >= 60


def test_200_posts_of_wordpress_come_in_at_once_and_twice_is_once(
    app: Flask, shop: Shop, tmp_path: Path
) -> None:
    export = tmp_path / "export.xml"
    posts = [
        item(
            n,
            f"<p>Text {n} about salt, and <a href='https://old.example/2021/03/post-"
            f"{n % 200 + 1}/'>another</a>.</p><h4>How</h4><p>Stir.</p>",
        )
        for n in range(1, 201)
    ]
    export.write_bytes(
        wordpress(
            [
                *posts,
                attachment(900, "https://old.example/a.jpg"),
                item(901, "<p>Gone</p>", status="trash"),
            ]
        )
    )
    told = report(app, export)

    assert told["tally"] == {"new": 200}
    assert told["left_out"] == [f"{export}: 1 × attachment", f"{export}: 1 × post (trash)"]
    kept = sources(shop)
    assert len(kept) == 200
    assert kept["post-7"] == (
        "---\ntitle: Post 7\nslug: post-7\nsummary: Text 7 about salt, and another.\n"
        "author: Greta Halm\npublished_on: 2021-03-04\nupdated_on: 2022-05-06\n---\n\n"
        "Text 7 about salt, and [another](guide:post-8).\n\n## How\n\nStir.\n"
    )
    assert shop.ask(guides.guide_list) == ()
    assert report(app, export)["tally"] == {"unchanged": 200}
    assert sources(shop) == kept


def test_what_was_edited_here_or_published_is_never_written_over(
    app: Flask, shop: Shop, tmp_path: Path
) -> None:
    """Without the comparison in drafting.py the second import takes the edit away."""
    export = tmp_path / "export.xml"
    export.write_bytes(wordpress([item(n, f"<p>Old text {n}.</p>") for n in (1, 2, 3, 4)]))
    run(app, export)
    edited = sources(shop)["post-1"].replace("Old text 1", "Our text 1")
    shop.do(lambda: guides.save_guide(guides.read_guide(edited.encode(), "a.md")))
    shop.do(lambda: guides.publish_guide("post-2"))
    changed = [item(n, f"<p>New text {n}.</p>") for n in (1, 2, 3)]
    export.write_bytes(wordpress([*changed, item(4, "<p>Old text 4.</p>")]))

    told = run(app, export)
    assert told.exit_code == 0
    assert "post-1: left as it is: it was edited here since" in told.output
    assert "post-2: left as it is: it is published" in told.output
    assert "post-3: updated, still a draft" in told.output
    assert "post-4: unchanged" in told.output
    kept = sources(shop)
    assert "Our text 1." in kept["post-1"]
    assert "Old text 2." in kept["post-2"]
    assert "New text 3." in kept["post-3"]


def test_everything_that_wordpress_writes_into_a_post(
    app: Flask, shop: Shop, tmp_path: Path
) -> None:
    html = (
        '[caption id="a" width="300"]<img src="https://old.example/wp/2021/03/bowl-300x200.png" '
        'alt="A bowl" /> Steam above a bowl[/caption]\n\nFirst paragraph,\nsecond line.\n\n'
        '[gallery ids="1,2"]\n\n<blockquote>Warm feet.</blockquote>\n<!-- wp:paragraph --><p>Gut'
        "enberg &amp; <em>me</em></p><!-- /wp:paragraph -->"
    )
    cover = (
        "<wp:postmeta><wp:meta_key>_thumbnail_id</wp:meta_key>"
        "<wp:meta_value>9</wp:meta_value></wp:postmeta>"
    )
    (tmp_path / "wp" / "2021" / "03").mkdir(parents=True)
    shutil.copy(DEMO / "media" / "favicon-180.png", tmp_path / "wp" / "2021" / "03" / "bowl.png")
    (tmp_path / "export.xml").write_bytes(wordpress([
        item(1, html, title="Bowls &amp; basins", path="bowls/", excerpt="<b>On</b> bowls.",
             status="draft", more=cover),
        item(2, "<p>A page.</p>", kind="page", path="about-us/"),
        attachment(9, "https://old.example/wp/2021/03/bowl.png"),
    ]))  # fmt: skip
    (bowls, about) = report(app, tmp_path)["guides"]
    assert bowls["pictures"] == {"found": ["bowl.png"], "missing": [], "broken": []}
    assert bowls["recovered"] == [
        "was draft in WordPress", "categories and tags there: Feet",
    ]  # fmt: skip
    assert bowls["left_out"] == ['[gallery ids="1,2"]']
    assert about["slug"] == "about-us"
    front, body = sources(shop)["bowls"].split("---\n\n")
    assert "title: Bowls & basins\n" in front
    assert "summary: On bowls.\npicture: bowl.png" in front
    assert body == (
        '![A bowl](bowl.png "Steam above a bowl")\n\nFirst paragraph, second line.\n\n'
        "> Warm feet.\n\nGutenberg & *me*\n"
    )


def test_an_html_export_of_several_pages_comes_in_from_a_zip(
    app: Flask, shop: Shop, tmp_path: Path
) -> None:
    old = "https://old.example/blog"
    body = (
        '<p>See <a href="salt.html">the salt</a>, <a href="javascript:x()">this</a> and a_b.</p>'
        "<h2>Why</h2><ul><li>One<ol><li>Deep</li></ol></li></ul><h3>And how</h3>"
        '<figure><img src="img/My%20Bowl.png"><figcaption>Our "bowl"</figcaption></figure>'
        '<img src="img/lost.jpg" alt="Lost"><iframe src="https://video.example/1"></iframe>'
        "<table><tr><th>A</th><th>B</th></tr><tr><td>1</td><td>2</td></tr></table>"
        "<p><em>*Written with the help of ChatGPT.</em></p>"
    )
    archive = tmp_path / "site.zip"
    with zipfile.ZipFile(archive, "w") as zipped:
        zipped.writestr("site/bath.html", page("The bath", body, address=f"{old}/bath.html"))
        zipped.writestr("site/salt.html", page("Salt", "<p>Salt.</p>", address=f"{old}/salt.html"))
        zipped.write(DEMO / "media" / "favicon-180.png", "site/img/My Bowl.png")
        zipped.writestr("site/style.css", "p {}")
    told = report(app, archive)
    assert [(one["slug"], one["status"]) for one in told["guides"]] == [
        ("bath", "new"), ("salt", "new"),
    ]  # fmt: skip
    bath = told["guides"][0]
    assert bath["pictures"] == {
        "found": ["my-bowl.png"], "missing": ["lost.jpg"], "broken": [],
    }  # fmt: skip
    assert bath["old_path"] == "/blog/bath.html"
    assert "<iframe> https://video.example/1" in bath["left_out"]
    front, text = sources(shop)["bath"].split("---\n\n")
    assert "ai_use: Written with the help of ChatGPT." in front
    assert "published_on: 2023-02-01" in front
    assert text == (
        "See [the salt](guide:salt), this and a\\_b.\n\n## Why\n\n- One\n  1. Deep\n\n"
        '### And how\n\n![Our "bowl"](my-bowl.png "Our ”bowl”")\n\n'
        "| A | B |\n| --- | --- |\n| 1 | 2 |\n"
    )


def test_feeds_of_both_kinds_and_foreign_markdown_come_in(
    app: Flask, shop: Shop, tmp_path: Path
) -> None:
    (tmp_path / "wix.xml").write_text(
        '<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/" '
        'xmlns:dc="http://purl.org/dc/elements/1.1/"><channel><title>Wix</title>'
        "<item><title><![CDATA[Bath &amp; salt]]></title><link>https://w.example/post/bath</link>"
        "<description><![CDATA[Short.]]></description><dc:creator>Greta</dc:creator>"
        "<pubDate>Wed, 03 May 2023 10:00:00 GMT</pubDate>"
        "<content:encoded><![CDATA[<p>The whole text.</p>]]></content:encoded></item>"
        "<item><title>Empty</title></item></channel></rss>"
    )
    (tmp_path / "ghost.atom").write_text(
        '<feed xmlns="http://www.w3.org/2005/Atom"><entry><title>Feet</title>'
        '<id>tag:g,1</id><link href="https://g.example/feet/"/><author><name>Ida</name></author>'
        "<published>2022-01-02T03:04:05Z</published><updated>2022-02-03T03:04:05Z</updated>"
        '<content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml"><p>Feet <b>first</b>.</p>'
        "</div></content></entry></feed>"
    )
    (tmp_path / "hugo.md").write_text(
        "---\ntitle: Of brine\ndate: 2020-05-06\ntags: [a, b]\n---\n# Of brine\n\nBrine <b>is</b> "
        "salt.\n\n### Deep\n\n* one\n* two\n"
    )
    (tmp_path / "notes.md").write_text("# Notes\n\nOn [salt](https://w.example/post/bath).\n")
    told = report(app, tmp_path)
    assert told["tally"] == {"new": 4}
    assert told["left_out"] == [f"{tmp_path}/wix.xml: 1 × entry without text"]
    kept = sources(shop)
    assert sorted(kept) == ["bath", "feet", "notes", "of-brine"]
    assert "title: Bath & salt\nslug: bath\nsummary: Short.\n" in kept["bath"]
    assert "published_on: 2023-05-03" in kept["bath"]
    assert kept["feet"].endswith("Feet **first**.\n")
    assert "author: Ida" in kept["feet"]
    assert kept["of-brine"].endswith("Brine **is** salt.\n\n## Deep\n\n- one\n- two\n")
    assert kept["notes"].endswith("On [salt](guide:bath).\n")


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("a.xml", wordpress([item(1, "<p>x</p>")]).replace(b"</item>", b"</itm>"),
         "a.xml:26: The XML breaks off here: mismatched tag. Export it again, or mend this "
         "line."),
        ("a.xml", wordpress([item(1, "<p>x</p>")])[:700],
         "a.xml:16: The XML breaks off here: no element found. Export it again, or mend this "
         "line."),
        ("a.xml", b"<rss>\n\x01</rss>", "a.xml:2: The XML breaks off here: not well-formed "
         "(invalid token). Export it again, or mend this line."),
        ("a.xml", b'<!DOCTYPE r [\n<!ENTITY a "b">]>\n<rss>&a;</rss>',
         "a.xml:2: The file declares entities, which no export needs. Take them out."),
        ("a.xml", b"<html/>", "a.xml:1: This XML is neither an export of WordPress nor a feed. "
         "Export WordPress under Tools, or save the feed of the site."),
        ("a.rss", b" \n", "a.rss:1: The file is empty. Export it again."),
        ("a.txt", b"One\ntwo \xff\n", "a.txt:2: This line is not UTF-8 text. Save the file again "
         "with the encoding UTF-8."),
        ("a.txt", b"One\n\0", "a.txt:2: This line holds a NUL character. Save it again as text."),
        ("a.txt", b"top of page\n\nbottom of page\n", "a.txt:1: There is no text in this file. "
         "Paste the article into it."),
        ("a.html", b"<html><body><script>1</script></body></html>",
         "a.html:1: There is no text on this page. Is it filled by a script?"),
        ("a.html", b"<p>x</p>\n" + b"<div>" * 300,
         "a.html:2: Elements are nested more than 150 deep. Save the article alone."),
        ("a.md", b"---\ndate: 2020-01-01\ntitle: a: b\n---\nText\n",
         "a.md:3: The front matter is not YAML: mapping values are not allowed here. Write one "
         "“name: value” on each line; put a value that holds \": \" in quotes."),
        ("a.doc", b"x", "a.doc:1: This kind of file is not known here. Hand in files that end in "
         ".md, .markdown, .txt, .html, .htm, .xml, .rss, .atom or .zip."),
        ("a.zip", b"PK", "a.zip:1: The archive cannot be read: File is not a zip file. "
         "Pack it again."),
    ],
)  # fmt: skip
def test_a_malformed_file_gets_a_sentence_with_its_line(
    app: Flask, shop: Shop, tmp_path: Path, name: str, content: bytes, sentence: str
) -> None:
    file = tmp_path / name
    file.write_bytes(content)
    told = run(app, file)
    assert told.exit_code == 1
    assert sentence in told.output.replace(f"{tmp_path}/", "")
    assert sources(shop) == {}


def zip_with(name: str, content: bytes = b"Text.", mode: int = 0) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as zipped:
        entry = zipfile.ZipInfo(name)
        entry.external_attr = mode << 16
        zipped.writestr(entry, content, zipfile.ZIP_DEFLATED)
    return out.getvalue()


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (zip_with("../../evil.md"), "“../../evil.md” leads out of the archive. Pack it again."),
        (zip_with("/etc/evil.md"), "“/etc/evil.md” leads out of the archive. Pack it again."),
        (zip_with("a.md", b"/etc/passwd", stat.S_IFLNK | 0o777),
         "“a.md” is a link. Pack the file itself."),
        (zip_with("a.md", b"0" * 30_000_000),
         "“a.md” grows without end when it is unpacked. Pack it again."),
    ],
)  # fmt: skip
def test_an_archive_that_lies_is_refused(
    app: Flask, shop: Shop, tmp_path: Path, content: bytes, sentence: str
) -> None:
    """Each of the four is written or followed when its check in sources.py is taken out."""
    (tmp_path / "in" / "deep").mkdir(parents=True)
    archive = tmp_path / "in" / "deep" / "a.zip"
    archive.write_bytes(content)
    told = run(app, archive)
    assert told.exit_code == 1
    assert sentence in told.output
    assert list(tmp_path.rglob("evil.md")) == []
    assert sources(shop) == {}


def test_an_article_comes_in_without_a_broken_picture_and_the_report_says_which_and_why(
    app: Flask, shop: Shop, tmp_path: Path
) -> None:
    """Left in the draft, the broken picture would keep the whole article out."""
    (tmp_path / "My Bowl.png").write_bytes(b"no picture")
    shutil.copy(DEMO / "media" / "favicon-180.png", tmp_path / "fine.png")
    shown = '<figure><img src="My Bowl.png"><figcaption>A bowl of ours</figcaption></figure>'
    (tmp_path / "export.xml").write_bytes(wordpress([
        item(1, f'<p>One.</p>{shown}<p>Two.</p><img src="My Bowl.png"><img src="fine.png">'),
        item(2, "<p>Two.</p>"),
    ]))  # fmt: skip
    told = run(app, tmp_path)
    assert told.exit_code == 1
    why = "The picture My Bowl.png is not a JPEG, PNG, WebP or AVIF picture. Save it as one of"
    assert f"  left out: {why} these." in told.output
    assert "2 articles: 2 new. 1 picture was left out. Nothing was published." in told.output
    assert "My Bowl.png has no alternative text" not in told.output
    assert "fine.png has no alternative text: say what it shows" in told.output
    kept = sources(shop)
    assert kept["post-1"].split("---\n\n")[1] == (
        "One.\n\n*A bowl of ours*\n\nTwo.\n\n![fine](fine.png)\n"
    )
    assert list(kept) == ["post-1", "post-2"]

    again = report(app, tmp_path)  # nothing has changed, and the picture is still broken
    assert again["tally"] == {"unchanged": 2}
    assert again["guides"][0]["pictures"]["broken"] == [f"{why} these."]
    assert sources(shop) == kept

    shutil.copy(DEMO / "media" / "favicon-512.png", tmp_path / "My Bowl.png")
    assert report(app, tmp_path)["tally"] == {"unchanged": 1, "updated": 1}
    assert "![A bowl of ours](my-bowl.png" in sources(shop)["post-1"]


def test_a_broken_cover_goes_with_its_words_and_an_article_of_nothing_else_is_kept_out(
    app: Flask, shop: Shop, tmp_path: Path
) -> None:
    (tmp_path / "wp" / "2021").mkdir(parents=True)
    (tmp_path / "wp" / "2021" / "bowl.png").write_bytes(b"")
    cover = (
        "<wp:postmeta><wp:meta_key>_thumbnail_id</wp:meta_key>"
        "<wp:meta_value>9</wp:meta_value></wp:postmeta>"
    )
    address = "https://old.example/wp/2021/bowl.png"
    (tmp_path / "export.xml").write_bytes(wordpress([
        item(1, "<p>On bowls, and how to hold them.</p>", more=cover),
        item(2, f'<img src="{address}" alt="Nothing else">'), attachment(9, address),
    ]))  # fmt: skip
    told = run(app, tmp_path)
    assert told.output.count("The picture bowl.png is an empty file.") == 2
    assert "post-2: kept out" in told.output
    assert "The guide has no text." in told.output
    (source,) = sources(shop).values()
    assert "picture" not in source
    assert source.endswith("---\n\nOn bowls, and how to hold them.\n")


def test_old_addresses_lead_to_guides_whose_addresses_stay_apart(
    app: Flask, shop: Shop, tmp_path: Path
) -> None:
    (tmp_path / "export.xml").write_bytes(wordpress([
        item(1, "<p>One.</p>", path="a/bath/"), item(2, "<p>Two.</p>", path="b/bath/"),
        item(3, "<p>Three.</p>", path="guides/Old-Name/", title="Three"),
        item(4, "<p>Four.</p>", path="?p=4", title="Größe & Öl"),
    ]))  # fmt: skip
    told = report(app, tmp_path / "export.xml")
    assert [one["slug"] for one in told["guides"]] == ["bath", "bath-2", "old-name", "grosse-ol"]
    assert run(app, tmp_path / "export.xml").exit_code == 0
    client = app.test_client()
    assert client.get("/a/bath/").status_code == 404  # a draft is found nowhere
    for slug in ("bath", "bath-2", "old-name"):
        shop.do(lambda slug=slug: guides.publish_guide(slug))
    for old, new in {
        "/a/bath/": "bath",
        "/b/bath": "bath-2",
        "/guides/Old-Name/": "old-name",
    }.items():
        answer = client.get(old)
        assert (answer.status_code, answer.location) == (301, f"/guides/{new}")
    shop.do(lambda: guides.rename_guide("bath", "the-bath"))
    assert client.get("/a/bath/").location == "/guides/the-bath"
    assert client.post("/a/bath/").status_code == 404
    assert client.get("/a/").status_code == 404
