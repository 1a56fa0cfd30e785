"""flask shop check-claims, and the demo under the rules."""

import json
from pathlib import Path

import click
import pytest
from click.testing import Result
from flask import Flask
from jinja2 import ChoiceLoader, DictLoader

from storefront import claims, guides
from storefront.catalog.models import Category, Picture, Product, ProductPicture, Variant
from storefront.claims import commands
from storefront.database import db
from support.guides import read
from support.shop import Shop

DEMO = Path(__file__).parents[2] / "demo"
CATALOGUE = """\
products:
- slug: oil-for-pain-relief
  name: Oil
  summary: |
    Quiet.
    It cures dry days.
  warnings: Not on eczema.
"""


def run(app: Flask, *arguments: object) -> Result:
    return app.test_cli_runner().invoke(args=["shop", "check-claims", *map(str, arguments)])


def test_a_clean_file_ends_with_0_and_a_forbidden_one_with_1(app: Flask, tmp_path: Path) -> None:
    file = tmp_path / "guide.md"
    file.write_text("---\ntitle: Warm water\n---\nPlain words.\n")
    assert run(app, file).exit_code == 0

    file.write_text("---\ntitle: Cramp\n---\nPlain words\nto ease **pain**.\n")
    result = run(app, file)
    assert result.exit_code == 1
    assert f"{file}:2:1: block D11 (disease claim" in result.output
    assert f"{file}:5:4: block D12" in result.output
    assert "3 block, 1 warn, 0 note (rules of 2026-11-22)" in result.output


def test_yaml_is_read_value_by_value_and_warnings_are_safety_advice(
    app: Flask, tmp_path: Path
) -> None:
    file = tmp_path / "catalogue.yaml"
    file.write_text(CATALOGUE)
    report = json.loads(run(app, file, "--json", "--least", "block").stdout)

    assert [(hit["line"], hit["rule"]) for hit in report["findings"]] == [
        (2, "D01"), (2, "D12"), (6, "M02"),
    ]  # fmt: skip


def test_a_market_may_be_chosen(app: Flask, tmp_path: Path) -> None:
    file = tmp_path / "bottle.txt"
    file.write_text("An eco-friendly bottle.")

    assert run(app, file).exit_code == 1
    assert run(app, file, "--market", "US", "--market", "UK").exit_code == 0
    assert run(app, file, "--market", "FR").exit_code == 2


def test_what_cannot_be_read_is_said_in_a_sentence(app: Flask, tmp_path: Path) -> None:
    file = tmp_path / "letters.txt"
    file.write_bytes(b"\xff\xfe\x00")
    result = run(app, tmp_path)

    assert result.exit_code == 2
    assert f"{file} is not UTF-8 text. Save it again as UTF-8." in result.output
    (tmp_path / "letters.txt").write_text("fine")
    (tmp_path / "broken.yaml").write_text("a: [b: {\nIt cures.")
    assert run(app, tmp_path).exit_code == 1


def test_without_a_file_the_texts_of_the_features_are_checked(app: Flask, shop: Shop) -> None:
    shop.do(lambda: guides.save_guide(read("It cures.\n")))
    group = click.Group("shop")
    commands.register(group, texts=[guides.shop_texts])
    with app.app_context():
        result = app.test_cli_runner().invoke(group, ["check-claims"])

    assert result.exit_code == 1
    assert "guide the-foot-bath:8:4: block M02" in result.output


def test_a_pack_is_looked_at_before_it_counts(app: Flask, shop: Shop, tmp_path: Path) -> None:
    """Only what is public and newly found is told; what the rules find already is no news."""
    shop.do(lambda: guides.save_guide(read("Our basin shines.\n"), publish=True))
    shop.do(lambda: guides.save_guide(read("A draft shines.\n", slug="draft", title="Draft")))
    written = json.loads((Path(commands.__file__).parent / "rules.json").read_text())
    same, new, broken = (tmp_path / f"{name}.json" for name in ("same", "new", "broken"))
    same.write_text(json.dumps(written))
    mine = {**written["rules"][0], "id": "Z01", "pattern": "shines?", "unless": "",
            "not_in_context": [], "jurisdictions": {"EU": "block"}}  # fmt: skip
    new.write_text(json.dumps({**written, "rules": [*written["rules"], mine]}))

    result = run(app, "--pack", same)
    assert (result.exit_code, result.output.count("\n")) == (0, 1)
    result = run(app, "--pack", new, "--least", "block")
    assert "guide the-foot-bath:8:11: block Z01" in result.output
    assert "draft" not in result.output
    assert result.exit_code == 1
    assert shop.ask(lambda: claims.check("It shines.")) == ()

    for content in ("{", "[]", '{"version": "1"}', json.dumps({**written, "rules": [{}]})):
        broken.write_text(content)
        result = run(app, "--pack", broken)
        assert result.exit_code == 2
        assert f"{broken} is no pack of rules" in result.output


def test_checking_nothing_at_all_is_no_success(app: Flask) -> None:
    group = click.Group("shop")
    commands.register(group)
    with app.app_context():
        assert app.test_cli_runner().invoke(group, ["check-claims"]).exit_code == 2


@pytest.mark.parametrize("market", claims.MARKETS)
def test_no_text_of_the_demo_may_be_blocked(market: str) -> None:
    files = [
        DEMO / "catalogue.yaml",
        DEMO / "buyers.yaml",
        *(DEMO / "guides").glob("*.md"),
        DEMO / "media/CAPTIONS.tsv",
    ]
    assert len(files) >= 10
    found = claims.find(
        (text for file in files for text in claims.texts_in_files(file)), markets=[market]
    )

    assert [str(finding) for finding in found if finding.hit.is_block] == []


#: Where a shopper can read words, and how somebody writes a forbidden one there.
READABLE = {
    "product slug": lambda: {"slug": "oil-cures-all"},
    "product name": lambda: {"name": "It cures"},
    "product also_called": lambda: {"also_called": "the cure"},
    "product summary": lambda: {"summary": "It cures."},
    "product description": lambda: {"description": "It cures."},
    "product directions": lambda: {"directions": "It cures."},
    "product ingredients": lambda: {"ingredients": "It cures."},
    "product warnings": lambda: {"warnings": "It cures."},
}


def blocked_places(app: Flask) -> set[str]:
    report = json.loads(run(app, "--json", "--least", "block").stdout)
    return {hit["place"] for hit in report["findings"]}


@pytest.mark.parametrize("place", READABLE)
def test_every_text_of_a_product_is_checked(app: Flask, shop: Shop, place: str) -> None:
    shop.product("OIL", stock=1, slug="oil")
    shop.do(lambda: db.session.query(Product).update(READABLE[place]()))

    field = place.removeprefix("product ")
    slug = "oil-cures-all" if field == "slug" else "oil"
    assert f"product {slug}, {field}" in blocked_places(app)


def test_sizes_pictures_and_categories_are_checked(app: Flask, shop: Shop) -> None:
    shop.product("OIL", stock=1, slug="oil")

    def write() -> None:
        product = db.session.query(Product).one()
        db.session.query(Variant).update({"name": "The cure"})
        picture = Picture(name="0" * 16, file="x", width=1, height=1, widths="1", placeholder="")
        db.session.add(picture)
        db.session.flush()
        db.session.add(
            ProductPicture(
                product_id=product.id, picture_id=picture.id, position=1, alt="It cures."
            )
        )
        db.session.add(Category(slug="cures", name="Quiet"))

    shop.do(write)

    assert {"product oil, size", "product oil, picture", "category cures"} <= blocked_places(app)


@pytest.mark.parametrize("field", ["title", "summary", "author", "body"])
def test_every_text_of_a_guide_is_checked(app: Flask, shop: Shop, field: str) -> None:
    guide = read("It cures.\n") if field == "body" else read(**{field: "It cures"})
    shop.do(lambda: guides.save_guide(guide))

    assert blocked_places(app) == {"guide the-foot-bath"}


def test_pages_and_letters_are_checked_and_clean(app: Flask, tmp_path: Path) -> None:
    with app.app_context():
        names = {text.place for text in claims.template_texts()}
    assert {
        "template storefront/home/home.html",
        "template storefront/catalog/product.html",
        "template storefront/components/site_footer.html",
    } <= names
    assert any(name.startswith("template storefront/mail/") for name in names)
    assert not any("storefront/staff/" in name for name in names)
    assert run(app).exit_code == 0


def test_what_a_template_says_in_an_expression_is_checked(app: Flask) -> None:
    source = "{# It cures. #}{{ button('It cures') }}{% if x == 'cures' %}Nice.{% endif %}"
    loader = app.jinja_env.loader
    app.jinja_env.loader = ChoiceLoader([DictLoader({"storefront/x.html": source}), loader])

    assert blocked_places(app) == {"template storefront/x.html"}
