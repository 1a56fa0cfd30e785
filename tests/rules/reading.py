"""Reading the repository as text and as syntax trees; every rule gets the root of a tree."""

import ast
from collections.abc import Callable, Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]

Rule = Callable[[Path], list[str]]


def python_files(root: Path, folder: str = "storefront") -> Iterator[tuple[Path, ast.Module]]:
    """Every Python file below a folder with its syntax tree; paths are relative to the root."""
    for path in sorted((root / folder).rglob("*.py")):
        yield path.relative_to(root), ast.parse(path.read_text(encoding="utf-8"))


def features(root: Path) -> set[str]:
    """The folders of the shop: names of packages directly below storefront/."""
    return {init.parent.name for init in (root / "storefront").glob("*/__init__.py")}


def imported(path: Path, tree: ast.Module) -> Iterator[tuple[int, str, str]]:
    """(line, module, name) of every import, with relative ones made absolute; name may be ''."""
    package = path.with_suffix("").parts[:-1]
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield node.lineno, alias.name, ""
        elif isinstance(node, ast.ImportFrom):
            base = package[: len(package) - node.level + 1] if node.level else ()
            module = ".".join([*base, *([node.module] if node.module else [])])
            for alias in node.names:
                yield node.lineno, module, alias.name


def functions(tree: ast.Module) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    """Every function and method."""
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def called_name(node: ast.AST) -> str:
    """The last name of what a call calls: 'transaction' for db.transaction(); '' for no call."""
    if not isinstance(node, ast.Call):
        return ""
    target = node.func
    return target.attr if isinstance(target, ast.Attribute) else getattr(target, "id", "")


def plant(root: Path, **files: str) -> Path:
    """A small repository for a rule to find fault with: storefront__cart__routes_py='…'."""
    for name, text in files.items():
        path = root.joinpath(*name.replace("_py", ".py").split("__"))
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        folder = path.parent
        while folder != root and path.suffix == ".py":
            (folder / "__init__.py").touch()
            folder = folder.parent
    return root
