"""Every template compiles, every one that is named exists, every component says how to use it."""

import re
from pathlib import Path

import pytest
from flask import Flask
from jinja2 import Environment, FileSystemLoader, TemplateSyntaxError
from jinja2.exceptions import TemplateAssertionError

from .reading import ROOT, Rule

NAMED = re.compile(r"""["'](storefront/[\w/-]+\.(?:html|txt))["']""")
MACRO = re.compile(r"{%-?\s*macro\s+(\w+)")
#: Data in a script element is run by nobody.
NOT_RUN = r'\bsrc=|\btype="application/ld\+json"'
INLINE = re.compile(rf"<script(?![^>]*(?:{NOT_RUN}))[^>]*>|<style\b|\sstyle=|\son[a-z]+=", re.I)


def templates(root: Path) -> list[Path]:
    """Every template of the shop."""
    return sorted(path for path in (root / "templates").rglob("*") if path.is_file())


def broken(root: Path, environment: Environment) -> list[str]:
    """Templates that do not compile in the app's own Jinja environment."""
    found = []
    for path in templates(root):
        try:
            environment.compile(path.read_text(encoding="utf-8"), str(path))
        except (TemplateSyntaxError, TemplateAssertionError) as error:
            found.append(f"{path.relative_to(root)}:{error.lineno} {error.message}")
    return found


def named_but_absent(root: Path) -> list[str]:
    """Templates that code or another template names and nobody wrote."""
    files = [*(root / "storefront").rglob("*.py"), *templates(root)]
    return [
        f"{file.relative_to(root)} names {name}"
        for file in sorted(files)
        for name in NAMED.findall(file.read_text(encoding="utf-8"))
        if not (root / "templates" / name).is_file()
    ]


def components_without_a_header(root: Path) -> list[str]:
    """Components that do not open with what they render, accept, and how to call them."""
    return [
        f"{path.relative_to(root)} lacks {word}"
        for path in sorted((root / "templates" / "storefront" / "components").glob("*.html"))
        for word in ("Renders", "Accepts", "Usage")
        if word not in path.read_text(encoding="utf-8").split("#}")[0]
    ]


def macros_in_the_wrong_file(root: Path) -> list[str]:
    """Components without a macro that is named after the file (price, or price_row)."""
    return [
        f"{path.relative_to(root)} has no macro {path.stem}"
        for path in sorted((root / "templates" / "storefront" / "components").glob("*.html"))
        if not any(
            f"{name}_".startswith(f"{path.stem}_")
            for name in MACRO.findall(path.read_text(encoding="utf-8"))
        )
    ]


def inline_code(root: Path) -> list[str]:
    """Scripts and styles in a page, which the content security policy would not run.

    Letters are exempt: mail programs know inline styles only.
    """
    return [
        f"{path.relative_to(root)}:{number} {line.strip()[:60]}"
        for path in templates(root)
        if "mail" not in path.parts
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if INLINE.search(line)
    ]


@pytest.mark.parametrize(
    "rule",
    [named_but_absent, components_without_a_header, macros_in_the_wrong_file, inline_code],
)
def test_templates_keep_to_the_rules(rule: Rule) -> None:
    assert rule(ROOT) == []


def test_every_template_compiles(app: Flask) -> None:
    assert templates(ROOT)
    assert broken(ROOT, app.jinja_env) == []


def test_a_template_that_does_not_compile_is_caught(tmp_path: Path) -> None:
    page = plant(tmp_path, "cart/cart.html", "{% if cart %}\n{{ cart.total | monney }}\n")
    found = broken(tmp_path, Environment(loader=FileSystemLoader(page.parent), autoescape=True))
    assert len(found) == 1


def test_an_unknown_filter_is_caught(tmp_path: Path) -> None:
    plant(tmp_path, "cart/cart.html", "{{ cart.total | monney }}\n")
    assert broken(tmp_path, Environment(autoescape=True)) == [
        "templates/storefront/cart/cart.html:1 No filter named 'monney'."
    ]


def test_a_named_template_that_is_absent_is_caught(tmp_path: Path) -> None:
    plant(tmp_path, "cart/cart.html", '{% from "storefront/components/gone.html" import gone %}')
    assert len(named_but_absent(tmp_path)) == 1


def test_a_component_without_a_header_is_caught(tmp_path: Path) -> None:
    plant(
        tmp_path,
        "components/price.html",
        "{# Renders: a price. Usage: price(x) #}\n{% macro cost() %}",
    )
    assert components_without_a_header(tmp_path) == [
        "templates/storefront/components/price.html lacks Accepts"
    ]
    assert len(macros_in_the_wrong_file(tmp_path)) == 1


@pytest.mark.parametrize(
    "line", ["<script>alert(1)</script>", '<p style="color: red">', '<a onclick="go()">', "<style>"]
)
def test_inline_code_is_caught_outside_of_letters(tmp_path: Path, line: str) -> None:
    plant(tmp_path, "home/home.html", f'<script src="x.js"></script>\n{line}')
    plant(tmp_path, "mail/letter.html", line)
    assert [found.split(" ")[0] for found in inline_code(tmp_path)] == [
        "templates/storefront/home/home.html:2"
    ]


def plant(root: Path, name: str, text: str) -> Path:
    path = root / "templates" / "storefront" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path
