"""The house style that can be counted: short functions and files, nothing unfinished, no prints."""

import ast
import re
from pathlib import Path

import pytest

from .reading import ROOT, Rule, called_name, functions, plant, python_files

LONGEST_FUNCTION = 40
LONGEST_FILE = 300
MARKS = ("TODO", "FIXME", "XXX", "lorem ipsum", "NotImplementedError")
UNFINISHED = re.compile(rf"\b({'|'.join(MARKS)})\b", re.I)
TEXTS = {".py", ".html", ".txt", ".css", ".js", ".md", ".mako", ".toml", ".yaml"}
FOLDERS = ("storefront", "templates", "static", "migrations", "scripts", "tests", "demo", "docs")


def long_functions(root: Path) -> list[str]:
    """Functions that do not fit on a page."""
    return [
        f"{path}:{function.lineno} {function.name} has {lines} lines"
        for path, tree in python_files(root)
        for function in functions(tree)
        if (lines := (function.end_lineno or 0) - function.lineno + 1) > LONGEST_FUNCTION
    ]


def long_files(root: Path) -> list[str]:
    """Files that have become drawers."""
    return [
        f"{path} has {lines} lines"
        for path, _ in python_files(root)
        if (lines := len((root / path).read_text().splitlines())) > LONGEST_FILE
    ]


def undescribed(root: Path) -> list[str]:
    """Public modules, functions and classes without a docstring, and methods of plain classes.

    A method that a base class asks for is described there.
    """
    found = []
    for path, tree in python_files(root):
        nodes: list[ast.AST] = [tree] if tree.body else []
        for node in tree.body:
            nodes.append(node)
            if isinstance(node, ast.ClassDef) and not node.bases and not node.name.startswith("_"):
                nodes += node.body
        for node in nodes:
            is_kind = isinstance(node, ast.Module | ast.FunctionDef | ast.ClassDef)
            name = getattr(node, "name", path.stem)
            is_public = name in {"__init__", "__main__"} or not name.startswith("_")
            if isinstance(node, ast.FunctionDef) and name.startswith("_"):
                is_public = False
            if is_kind and is_public and not ast.get_docstring(node):  # type: ignore[arg-type]
                found.append(f"{path}:{getattr(node, 'lineno', 1)} {name} has no docstring")
    return found


def prints(root: Path) -> list[str]:
    """print() in the shop: commands speak through click.echo, the rest through the log."""
    return [
        f"{path}:{node.lineno} prints"
        for path, tree in python_files(root)
        for node in ast.walk(tree)
        if called_name(node) == "print" and isinstance(node.func, ast.Name)
    ]


def unfinished(root: Path) -> list[str]:
    """Marks of work that was put off, in any text of the repository."""
    return [
        f"{path.relative_to(root)}:{number} is unfinished: {line.strip()[:80]}"
        for folder in FOLDERS
        for path in sorted((root / folder).rglob("*"))
        if path.name != Path(__file__).name  # it has to name the marks
        and path.suffix in TEXTS
        and "vendor" not in path.parts
        and "__pycache__" not in path.parts
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if UNFINISHED.search(line)
    ]


@pytest.mark.parametrize("rule", [long_functions, long_files, undescribed, prints, unfinished])
def test_the_code_keeps_its_shape(rule: Rule) -> None:
    assert rule(ROOT) == []


def test_a_function_of_41_lines_is_caught_and_one_of_40_is_not(tmp_path: Path) -> None:
    forty = "def f():\n" + "    x = 1\n" * 39
    root = plant(tmp_path, storefront__a_py=forty, storefront__b_py=forty + "    x = 1\n")
    assert long_functions(root) == ["storefront/b.py:1 f has 41 lines"]


def test_a_file_of_301_lines_is_caught_and_one_of_300_is_not(tmp_path: Path) -> None:
    root = plant(tmp_path, storefront__a_py="x = 1\n" * 300, storefront__b_py="x = 1\n" * 301)
    assert long_files(root) == ["storefront/b.py has 301 lines"]


def test_whatever_is_public_and_undescribed_is_caught(tmp_path: Path) -> None:
    text = (
        '"""A."""\n\ndef _own(): ...\n\ndef f(): ...\n\n'
        'class C:\n    """C."""\n    def m(self): ...\n\n'
        'class D(C):\n    """D."""\n    def m(self): ...\n'
    )
    root = plant(tmp_path, storefront__a_py=text)
    assert undescribed(root) == [
        "storefront/a.py:5 f has no docstring",
        "storefront/a.py:9 m has no docstring",
    ]


def test_a_print_is_caught(tmp_path: Path) -> None:
    root = plant(tmp_path, storefront__a_py="print('here')\n")
    assert prints(root) == ["storefront/a.py:1 prints"]


@pytest.mark.parametrize("mark", ["# TODO later", "Lorem ipsum dolor"])
def test_an_unfinished_mark_is_caught(tmp_path: Path, mark: str) -> None:
    root = plant(tmp_path, storefront__a_py=f'"""Fine."""\n{mark}\n')
    assert len(unfinished(root)) == 1
