"""What the distribution brings: dependencies used and declared, licences of what is others'."""

import hashlib
import json
import re
import shutil
import sys
import tomllib
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

from .reading import ROOT, Rule, imported, plant, python_files

#: Distributions that work without an import in the shop's own code.
SILENT = {
    "psycopg": "the driver that SQLAlchemy loads by a URL's name",
    "python-dotenv": "lets flask read .flaskenv",
    "email-validator": "WTForms' Email() validator",
    "redis": "huey and limits load it where REDIS_URL is set",
    "tzdata": "the zones of zoneinfo, where the system has none",
}


def declared(root: Path) -> set[str]:
    """Names of the distributions that pyproject.toml asks for at run time."""
    project = tomllib.loads((root / "pyproject.toml").read_text())["project"]
    return {re.split(r"[\[<>=! ]", line)[0].lower() for line in project["dependencies"]}


def used(root: Path) -> set[str]:
    """Names of the distributions whose modules the shop imports."""
    known = packages_distributions()
    modules = {
        module.split(".")[0]
        for folder in ("storefront", "migrations")
        for path, tree in python_files(root, folder)
        for _, module, _ in imported(path, tree)
    }
    others = modules - set(sys.stdlib_module_names) - {"storefront", "migrations", "_typeshed", ""}
    return {known.get(module, [module])[0].lower().replace("_", "-") for module in others}


def undeclared(root: Path) -> list[str]:
    """Distributions that are imported and not declared."""
    return sorted(used(root) - declared(root))


def unused(root: Path) -> list[str]:
    """Distributions that are declared and neither imported nor known to work in silence."""
    return sorted(declared(root) - used(root) - set(SILENT))


def without_a_licence(root: Path) -> list[str]:
    """Other people's files that came without their licence."""
    found = [] if (root / "LICENSE").is_file() else ["LICENSE"]
    for font in sorted((root / "static" / "fonts").glob("*.woff2")):
        licences = (root / "static" / "fonts").glob("OFL-*.txt")
        if not any(font.stem.startswith(one.stem.removeprefix("OFL-")) for one in licences):
            found.append(f"static/fonts/{font.name}")
    vendor = root / "static" / "vendor"
    listed = (vendor / "README.md").read_text() if (vendor / "README.md").is_file() else ""
    found += [
        f"static/vendor/{path.name}"
        for path in sorted(vendor.glob("*"))
        if path.name != "README.md" and path.name not in listed
    ]
    box = root / "storefront" / "stripe_box"
    if (box / "api" / "openapi.json").is_file() and not (
        box / "api" / "stripe-openapi-LICENSE.txt"
    ).is_file():
        found.append("storefront/stripe_box/api/openapi.json")
    return found


def unlocked(root: Path) -> list[str]:
    """Declared distributions that a lock file lacks, and lines of it without a hash."""
    found = []
    for name in ("requirements.lock", "requirements-dev.lock"):
        text = (root / name).read_text()
        pins = re.findall(r"^([a-z0-9-]+)(?:\[[\w,]+\])?==(.*)\n(?=(.*))", text, re.M)
        found += [
            f"{name} lacks {one}" for one in sorted(declared(root) - {pin[0] for pin in pins})
        ]
        found += [f"{name} has no hash of {pin[0]}" for pin in pins if "--hash=" not in pin[2]]
        found += [f"{name} names an index" for _ in re.findall(r"^--|://", text, re.M)]
    return found


def editor_of_unknown_make(root: Path) -> list[str]:
    """The bundled text editor, where bytes or packages are not those that are written down."""
    vendor, made_of = root / "static" / "vendor", root / "scripts" / "editor"
    listed = " ".join((vendor / "README.md").read_text().split())
    bundle = vendor / "codemirror-6.min.js"
    found = [] if hashlib.sha256(bundle.read_bytes()).hexdigest() in listed else [bundle.name]
    wanted = json.loads((made_of / "package.json").read_text())
    locked = json.loads((made_of / "package-lock.json").read_text())["packages"]
    for name, version in (wanted["dependencies"] | wanted["devDependencies"]).items():
        if (
            f"{name} {version}" not in listed
            or locked[f"node_modules/{name}"]["version"] != version
        ):
            found.append(name)
    found += [path for path, pin in locked.items() if path and "integrity" not in pin]
    return found


@pytest.mark.parametrize(
    "rule", [undeclared, unused, without_a_licence, unlocked, editor_of_unknown_make]
)
def test_what_the_distribution_brings_is_in_order(rule: Rule) -> None:
    assert rule(ROOT) == []


def test_imports_and_declarations_that_do_not_match_are_caught(tmp_path: Path) -> None:
    root = plant(tmp_path, storefront__a_py="import flask\nimport yaml\nimport json\n")
    (root / "migrations").mkdir()
    (root / "pyproject.toml").write_text('[project]\ndependencies = ["flask>=3", "rich>=1"]\n')
    assert undeclared(root) == ["pyyaml"]
    assert unused(root) == ["rich"]


def test_other_peoples_files_without_a_licence_are_caught(tmp_path: Path) -> None:
    for name in ("LICENSE", "static/fonts/OFL-jost.txt", "static/fonts/jost-400.woff2"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    assert without_a_licence(tmp_path) == []
    for name in ("static/fonts/other.woff2", "static/vendor/axe.js"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    assert without_a_licence(tmp_path) == ["static/fonts/other.woff2", "static/vendor/axe.js"]


def test_an_editor_of_other_bytes_or_packages_is_caught(tmp_path: Path) -> None:
    for folder in ("static/vendor", "scripts/editor"):
        shutil.copytree(ROOT / folder, tmp_path / folder)
    with (tmp_path / "static" / "vendor" / "codemirror-6.min.js").open("a") as bundle:
        bundle.write(" ")
    package = tmp_path / "scripts" / "editor" / "package.json"
    package.write_text(package.read_text().replace("6.7.6", "6.7.7"))
    assert editor_of_unknown_make(tmp_path) == ["codemirror-6.min.js", "@codemirror/state"]


def test_a_lock_without_a_pin_or_a_hash_is_caught(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text('[project]\ndependencies = ["flask", "rich"]\n')
    (tmp_path / "requirements.lock").write_text("flask==3.1 \\\n    --hash=sha256:00\nrich==15\n")
    (tmp_path / "requirements-dev.lock").write_text(
        "flask==3.1 \\\n    --hash=sha256:00\nrich==15 \\\n    --hash=sha256:00\n"
    )
    assert unlocked(tmp_path) == ["requirements.lock has no hash of rich"]
