"""flask shop import-guide."""

import json
import shutil
from pathlib import Path

import pytest
from click.testing import Result
from flask import Flask

from storefront import guides
from support.guides import page, publish, written
from support.shop import Shop

DEMO = Path(__file__).parents[2] / "demo"
PICTURE = DEMO / "media" / "favicon-180.png"


def run(app: Flask, *arguments: object) -> Result:
    command = ["shop", "import-guide", *map(str, arguments)]
    return app.test_cli_runner().invoke(args=command)


def slugs(shop: Shop) -> list[str]:
    return [card.slug for card in shop.ask(guides.guide_list)]


def test_nothing_is_published_by_import_alone(app: Flask, shop: Shop, tmp_path: Path) -> None:
    file = tmp_path / "bath.md"
    file.write_bytes(written())
    result = run(app, file)

    assert result.exit_code == 0
    assert "the-foot-bath: new, draft" in result.output
    assert slugs(shop) == []
    assert run(app, file, "--publish").exit_code == 0
    assert slugs(shop) == ["the-foot-bath"]
    assert "the-foot-bath: updated, published" in run(app, file).output
    assert slugs(shop) == ["the-foot-bath"]


def test_guides_of_a_folder_may_link_to_each_other(app: Flask, shop: Shop, tmp_path: Path) -> None:
    (tmp_path / "a.md").write_bytes(written("[b](guide:b)\n", slug="a"))
    (tmp_path / "b.md").write_bytes(written("[a](guide:a)\n", slug="b"))

    assert run(app, tmp_path, "--publish").exit_code == 0
    assert 'href="/guides/b"' in page(app, "a")
    assert run(app, tmp_path / "a.md").exit_code == 0


def test_one_mistake_keeps_the_whole_folder_out(app: Flask, shop: Shop, tmp_path: Path) -> None:
    (tmp_path / "a.md").write_bytes(written(slug="a"))
    (tmp_path / "b.md").write_bytes(written("[x](product:oil)\n", slug="b"))
    (tmp_path / "c.md").write_bytes(written(slug="c", title=""))
    shop.product("OIL-100", slug="oils")
    result = run(app, tmp_path, "--publish")

    assert result.exit_code == 1
    assert f"{tmp_path}/b.md:8:5: There is no product “oil”. Did you mean “oils”?" in result.output
    assert f"{tmp_path}/c.md:1:1: “title” is missing." in result.output
    assert "2 mistakes; nothing was changed." in result.output
    assert shop.count(guides.Guide) == 0


def test_pictures_are_taken_in_from_the_folder_media_beside(
    app: Flask, shop: Shop, tmp_path: Path
) -> None:
    (tmp_path / "guides").mkdir()
    (tmp_path / "media").mkdir()
    shutil.copy(PICTURE, tmp_path / "media" / "bath.png")
    body = '![A basin](bath.png "Stoneware & linen")\n'
    file = tmp_path / "guides" / "bath.md"
    file.write_bytes(written(body, picture="bath.png", picture_alt="A basin of water"))

    assert run(app, file, "--publish").exit_code == 0
    html = page(app)
    assert 'alt="A basin of water"' in html
    assert "<figcaption>Stoneware &amp; linen</figcaption>" in html
    shutil.rmtree(tmp_path / "media")
    assert run(app, file).exit_code == 0  # the shop has the picture already


def test_a_missing_or_broken_picture_is_told_where_it_is_named(
    app: Flask, shop: Shop, tmp_path: Path
) -> None:
    file = tmp_path / "bath.md"
    file.write_bytes(written("![A basin](bath.png)\n\n![Out](../../etc/passwd)\n"))
    result = run(app, file)
    assert result.exit_code == 1
    assert f"{file}:8:12: There is no picture “bath.png”. Put the file into" in result.output
    assert f"{file}:10:8: There is no picture “../../etc/passwd”." in result.output

    (tmp_path / "bath.png").write_bytes(b"no picture")
    file.write_bytes(written("![A basin](bath.png)\n"))
    result = run(app, file)
    assert result.exit_code == 1
    assert f"{file}:8:12: The picture bath.png is not a JPEG" in result.output
    assert shop.count(guides.Guide) == 0


def test_wording_that_blocks_is_refused_with_reason_source_and_other_words(
    app: Flask, shop: Shop, tmp_path: Path
) -> None:
    file = tmp_path / "bath.md"
    file.write_bytes(written("A foot bath\nthat **cures** eczema.\n"))
    result = run(app, file, "--publish")

    assert result.exit_code == 1
    assert f"{file}:9:" in result.output
    assert "block D02 (disease claim; EU block): “cures** eczema”" in result.output
    assert "Source: FDA, Aromatherapy" in result.output
    assert "Instead: " in result.output
    assert shop.count(guides.Guide) == 0
    assert run(app, file).exit_code == 0
    assert slugs(shop) == []


def test_a_published_guide_does_not_take_words_that_block(
    app: Flask, shop: Shop, tmp_path: Path
) -> None:
    publish(shop)
    file = tmp_path / "bath.md"
    file.write_bytes(written("It cures everything.\n", title="Changed"))

    assert run(app, file).exit_code == 1
    assert shop.ask(guides.guide_list)[0].title == "The foot bath"


def test_the_report_can_be_read_by_a_script(app: Flask, tmp_path: Path) -> None:
    file = tmp_path / "bath.md"
    file.write_bytes(written("It cures everything.\n"))
    report = json.loads(run(app, file, "--publish", "--json").stdout)

    assert report["is_blocked"] is True
    assert report["guides"] == report["problems"] == []
    hit = report["claims"][0]
    assert (hit["line"], hit["column"], hit["rule"], hit["excerpt"]) == (8, 4, "M02", "cures")
    assert hit["sources"][0]["id"]
    file.write_bytes(b"---\n")
    report = json.loads(run(app, file, "--json").stdout)
    assert report["problems"][0]["line"] == 1


@pytest.mark.parametrize("name", ["nothing.md", "empty"])
def test_nothing_to_read_is_said_so(app: Flask, tmp_path: Path, name: str) -> None:
    (tmp_path / "empty").mkdir()
    result = run(app, tmp_path / name)

    assert result.exit_code in {1, 2}
    assert "Traceback" not in result.output
    assert "does not exist" in result.output or "There is no guide in this folder" in result.output
