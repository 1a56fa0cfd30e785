"""Who may import whom: folders only, never their files; the map itself is import-linter's."""

import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from .reading import ROOT, Rule, features, imported, plant, python_files

#: Files through which a feature is put into the app; only files beside the folders import them.
DOORS = {"routes", "commands", "tasks"}


def into_files(root: Path) -> list[str]:
    """Imports that reach past a folder's front door into one of its files."""
    found = []
    for path, tree in python_files(root):
        own = path.parts[1] if len(path.parts) > 2 else ""
        for line, module, name in imported(path, tree):
            feature, file = _target(root, module, name)
            is_door = not own and file in DOORS
            if feature and feature != own and file and not is_door:
                found.append(f"{path}:{line} imports {feature}/{file}.py; import {feature} instead")
    return found


def _target(root: Path, module: str, name: str) -> tuple[str, str]:
    """The feature and the file of it that an import means, '' where it means neither."""
    parts = [*module.split("."), *([name] if name else [])]
    if parts[0] != "storefront" or len(parts) < 2 or parts[1] not in features(root):
        return "", ""
    file = parts[2] if len(parts) > 2 else ""
    inside = root / "storefront" / parts[1]
    is_file = (inside / f"{file}.py").is_file() or (inside / file / "__init__.py").is_file()
    return parts[1], file if file and (is_file or len(parts) > 3) else ""


def stripe_elsewhere(root: Path) -> list[str]:
    """Imports of the stripe package outside of storefront/payments."""
    return [
        f"{path}:{line} imports stripe; only storefront/payments may"
        for path, tree in python_files(root)
        for line, module, _ in imported(path, tree)
        if module.split(".")[0] == "stripe" and path.parts[:2] != ("storefront", "payments")
    ]


def box_and_shop(root: Path) -> list[str]:
    """Imports between the Stripe box and the shop, in either direction."""
    found = []
    for path, tree in python_files(root):
        in_box = path.parts[1] == "stripe_box"
        for line, module, name in imported(path, tree):
            parts = [*module.split("."), name]
            to_box = parts[:2] == ["storefront", "stripe_box"]
            if parts[0] == "storefront" and in_box != to_box and (in_box or to_box):
                found.append(f"{path}:{line} ties the Stripe box to the shop")
    return found


def off_the_map(root: Path) -> list[str]:
    """Folders that no import contract in pyproject.toml speaks of; staff/ may import any."""
    contracts = tomllib.loads((root / "pyproject.toml").read_text())["tool"]["importlinter"]
    on_it = {
        module.removeprefix("storefront.")
        for contract in contracts["contracts"]
        for module in contract.get("source_modules", [])
    }
    return [f"{name}/ has no contract" for name in sorted(features(root) - on_it - {"staff"})]


def lint_imports(root: Path) -> subprocess.CompletedProcess[str]:
    """Runs import-linter over a tree, as `make lint` does."""
    command = [str(Path(sys.executable).with_name("lint-imports")), "--no-cache"]
    return subprocess.run(
        command,
        cwd=root,
        env={"PYTHONPATH": str(root)},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize("rule", [into_files, stripe_elsewhere, box_and_shop, off_the_map])
def test_imports_keep_to_the_rules(rule: Rule) -> None:
    assert rule(ROOT) == []


def test_the_map_of_imports_is_kept_and_its_linter_catches_a_way_back_up(tmp_path: Path) -> None:
    shutil.copytree(ROOT / "storefront", tmp_path / "storefront")
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    kept = lint_imports(tmp_path)
    assert kept.returncode == 0, kept.stdout + kept.stderr

    with (tmp_path / "storefront" / "inventory" / "queries.py").open("a") as file:
        file.write("\n\nfrom .. import orders as sold  # noqa\n")
    broken = lint_imports(tmp_path)
    assert broken.returncode == 1
    assert "storefront.inventory -> storefront.orders" in broken.stdout.replace(".queries", "")


@pytest.mark.parametrize(
    "line",
    [
        "from ..inventory.models import Stock",
        "from ..inventory import models",
        "import storefront.inventory.models",
        "from storefront.inventory.models import Stock",
        "from .. import inventory\nfrom ..inventory import models as tables",
    ],
)
def test_reaching_into_another_folder_is_caught(tmp_path: Path, line: str) -> None:
    root = plant(
        tmp_path,
        storefront__cart__queries_py=line,
        storefront__inventory__models_py="class Stock: ...",
    )
    assert len(into_files(root)) == 1


@pytest.mark.parametrize(
    "line", ["from .. import inventory", "from ..inventory import hold", "from .models import Cart"]
)
def test_front_doors_and_own_files_are_free(tmp_path: Path, line: str) -> None:
    root = plant(
        tmp_path,
        storefront__cart__queries_py=line,
        storefront__cart__models_py="",
        storefront__inventory__models_py="",
    )
    assert into_files(root) == []


def test_only_doors_are_imported_where_the_app_is_put_together(tmp_path: Path) -> None:
    root = plant(
        tmp_path,
        storefront__shop_py="from .cart import models, routes",
        storefront__cart__routes_py="",
        storefront__cart__models_py="",
    )
    assert into_files(root) == ["storefront/shop.py:1 imports cart/models.py; import cart instead"]


def test_a_stray_import_of_stripe_is_caught(tmp_path: Path) -> None:
    root = plant(
        tmp_path,
        storefront__orders__queries_py="import stripe",
        storefront__payments__gateway_py="from stripe import StripeClient",
    )
    assert len(stripe_elsewhere(root)) == 1


@pytest.mark.parametrize(
    ("box", "shop"),
    [("from ..config import Settings", ""), ("", "from .stripe_box import make")],
)
def test_a_tie_between_box_and_shop_is_caught(tmp_path: Path, box: str, shop: str) -> None:
    root = plant(tmp_path, storefront__stripe_box__app_py=box, storefront__shop_py=shop)
    assert len(box_and_shop(root)) == 1


def test_a_folder_without_a_contract_is_caught(tmp_path: Path) -> None:
    root = plant(tmp_path, storefront__gifts__models_py="")
    contract = '[[tool.importlinter.contracts]]\nsource_modules = ["storefront.cart"]\n'
    (root / "pyproject.toml").write_text(contract)
    assert off_the_map(root) == ["gifts/ has no contract"]
