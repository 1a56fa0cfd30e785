"""What a person may rely on is written down where that person reads."""

import re
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path

import click
import pytest
from blinker import NamedSignal

from storefront import signals
from storefront.catalog.csv_file import COLUMNS
from storefront.catalog.fields import rules_for
from storefront.checkout import EVENT_TYPES
from storefront.commands import make_group
from storefront.config import Settings
from storefront.guides.source import front_matter
from storefront.guides.source.blocks import SHAPES

from .reading import ROOT, Rule

OPERATING = "docs/operating.md"
ENVIRONMENT = re.compile(r"""os\.environ(?:\.get\(|\[)["']([A-Z_]+)["']""")
LINK = re.compile(r"\]\((?!https?:|mailto:|#)([^)#\s]+)")
CODE = re.compile(r"^```.*?^```|`[^`\n]*`", re.M | re.S)  # shows links, and leads nowhere
TARGET = re.compile(r"^([a-z]+):.*## ", re.M)
SIGNALS = {name: value for name, value in vars(signals).items() if isinstance(value, NamedSignal)}


def pages(root: Path) -> str:
    """README, CONTRIBUTING and everything below docs/, as one text."""
    files = [root / "README.md", root / "CONTRIBUTING.md", *sorted((root / "docs").rglob("*.md"))]
    return "\n".join(file.read_text(encoding="utf-8") for file in files if file.exists())


def settings_without_a_row(root: Path) -> list[str]:
    """Settings that docs/operating.md does not list, each at the head of a row of a table."""
    text = (root / OPERATING).read_text(encoding="utf-8")
    return [field.name for field in fields(Settings) if f"| `{field.name}` |" not in text]


def rows_without_a_setting(root: Path) -> list[str]:
    """Rows of docs/operating.md about settings that do not exist (any more)."""
    known = {field.name for field in fields(Settings)} | set(environment_names(root))
    rows = re.findall(r"^\| `([A-Z][A-Z_]+)` \|", (root / OPERATING).read_text(), re.M)
    return [name for name in rows if name not in known]


def environment_names(root: Path) -> list[str]:
    """Names that the code reads from the environment beside its settings."""
    files = sorted((root / "storefront").rglob("*.py"))
    return sorted({name for file in files for name in ENVIRONMENT.findall(file.read_text())})


def undocumented_environment(root: Path) -> list[str]:
    """Names read from the environment that docs/operating.md does not list."""
    text = (root / OPERATING).read_text(encoding="utf-8")
    return [name for name in environment_names(root) if f"| `{name}` |" not in text]


def undocumented_commands(root: Path, group: click.Group | None = None) -> list[str]:
    """`flask shop …` commands that no page names."""
    text = pages(root)
    named = [path for path, _ in commands(group or make_group())]
    return [name for name in named if f"flask shop {name}" not in text]


def commands(group: click.Group, above: str = "") -> Iterator[tuple[str, click.Command]]:
    """Every command with its path below `flask shop`."""
    for name, command in group.commands.items():
        if isinstance(command, click.Group):
            yield from commands(command, f"{above}{name} ")
        else:
            yield f"{above}{name}", command


def undocumented_fields(root: Path) -> list[str]:
    """Columns, fields, facts of guides and blocks that docs/shopkeeper.md does not explain."""
    rules = rules_for("EUR", ("standard",))
    parts = (rules.category, rules.product, rules.variant, rules.picture)
    names = {name for part in parts for name in part} | {*COLUMNS, *front_matter.FIELDS}
    text = (root / "docs" / "shopkeeper.md").read_text(encoding="utf-8")
    rows = "\n".join(line.split(" | ")[0] for line in text.splitlines() if line.startswith("|"))
    missing = [name for name in sorted(names) if f"`{name}`" not in rows]
    return missing + [f"::: {kind}" for kind in SHAPES if f"`::: {kind}" not in rows]


def undocumented_signals(root: Path, names: list[str]) -> list[str]:
    """Signals that docs/signals.md does not name."""
    text = (root / "docs" / "signals.md").read_text(encoding="utf-8")
    return [name for name in names if f"`{name}`" not in text]


def undocumented_targets(root: Path) -> list[str]:
    """`make …` words that neither README nor CONTRIBUTING explains."""
    text = pages(root)
    targets = TARGET.findall((root / "Makefile").read_text())
    return [name for name in targets if f"make {name}" not in text]


def dead_links(root: Path) -> list[str]:
    """Relative links in README, CONTRIBUTING and docs/ that lead to no file."""
    files = [*sorted(root.glob("*.md")), *sorted((root / "docs").rglob("*.md"))]
    return [
        f"{file.relative_to(root)} links to {target}"
        for file in files
        for target in LINK.findall(CODE.sub("", file.read_text(encoding="utf-8")))
        if not (file.parent / target).exists()
    ]


@pytest.mark.parametrize(
    "rule",
    [
        settings_without_a_row,
        rows_without_a_setting,
        undocumented_environment,
        undocumented_commands,
        undocumented_targets,
        undocumented_fields,
        dead_links,
    ],
)
def test_everything_that_one_may_rely_on_is_documented(rule: Rule) -> None:
    assert rule(ROOT) == []


def test_every_signal_is_documented() -> None:
    assert SIGNALS
    assert undocumented_signals(ROOT, list(SIGNALS)) == []


def test_every_event_that_the_shop_acts_on_is_documented() -> None:
    listed = (ROOT / "docs" / "operating.md").read_text().split("## Stripe's messages")[1]
    assert listed.split("```")[1].split() == list(EVENT_TYPES)


def test_every_command_has_help_and_describes_its_options() -> None:
    silent = [
        f"{name} {getattr(option, 'opts', '')}"
        for name, command in commands(make_group())
        for option in [command, *command.params]
        if not isinstance(option, click.Argument) and not getattr(option, "help", None)
    ]
    assert silent == []


def test_a_setting_without_a_row_and_a_row_without_a_setting_are_caught(tmp_path: Path) -> None:
    (tmp_path / "storefront").mkdir()
    rows = [f"| `{field.name}` | |" for field in fields(Settings)]
    write(tmp_path, OPERATING, "\n".join(rows[1:] + ["| `OLD_NAME` | gone |"]))
    assert settings_without_a_row(tmp_path) == [fields(Settings)[0].name]
    assert rows_without_a_setting(tmp_path) == ["OLD_NAME"]


def test_a_name_read_from_the_environment_without_a_row_is_caught(tmp_path: Path) -> None:
    write(tmp_path, "storefront/web.py", 'os.environ.get("WEB_WORKERS", "1")')
    write(tmp_path, OPERATING, "nothing about it")
    assert undocumented_environment(tmp_path) == ["WEB_WORKERS"]


def test_a_command_that_no_page_names_is_caught(tmp_path: Path) -> None:
    write(tmp_path, "README.md", "`flask shop demo`")
    group = click.Group(commands={"demo": click.Command("demo"), "polish": click.Command("polish")})
    assert undocumented_commands(tmp_path, group) == ["polish"]


def test_a_field_and_a_block_that_the_shopkeepers_page_leaves_out_are_caught(
    tmp_path: Path,
) -> None:
    """A name in an example explains nothing: only the first cell of a row counts."""
    whole = (ROOT / "docs" / "shopkeeper.md").read_text(encoding="utf-8")
    kept = [line for line in whole.splitlines() if not line.startswith(("| `gtin`", "| `::: qu"))]
    kept += ["gtin: 1, `::: quote`", "| x | `gtin` |"]
    write(tmp_path, "docs/shopkeeper.md", "\n".join(kept))
    assert undocumented_fields(tmp_path) == ["gtin", "::: quote"]


def test_a_signal_that_no_page_names_is_caught(tmp_path: Path) -> None:
    write(tmp_path, "docs/signals.md", "`order_paid` is sent when …")
    assert undocumented_signals(tmp_path, ["order_paid", "guide_read"]) == ["guide_read"]


def test_a_target_that_no_page_names_is_caught(tmp_path: Path) -> None:
    write(tmp_path, "Makefile", "run: x  ## Start\npolish:  ## Polish\n")
    write(tmp_path, "README.md", "make run")
    assert undocumented_targets(tmp_path) == ["polish"]


def test_a_dead_link_is_caught(tmp_path: Path) -> None:
    write(
        tmp_path,
        "README.md",
        "[here](docs/a.md) [gone](docs/b.md) [web](https://x.example/)\n`[a](b)`",
    )
    write(tmp_path, "docs/a.md", "[up](../README.md#top)")
    assert dead_links(tmp_path) == ["README.md links to docs/b.md"]


def write(root: Path, name: str, text: str) -> None:
    path = root / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
