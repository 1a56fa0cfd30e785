"""What axe finds wrong with a page."""

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page


def rules(page: Page, *, without: tuple[str, ...] = ()) -> list[str]:
    """Each broken rule with the first element that breaks it; without names rules to leave out."""
    options = {"rules": {rule: {"enabled": False} for rule in without}}
    return [
        f"{rule['id']}: {rule['nodes'][0]['html'][:120]}"
        for rule in Axe().run(page, options=options).response["violations"]
    ]


def faults(page: Page, url: str, paths: tuple[str, ...]) -> dict[str, list[str]]:
    """Path → broken rules, and whether the page is wider than its window; only of bad ones."""
    found = {}
    for path in paths:
        answer = page.goto(f"{url}/{path}")
        assert answer is not None
        assert answer.ok, path
        found[path] = rules(page)
        if page.evaluate("document.documentElement.scrollWidth > window.innerWidth"):
            found[path].append("wider than the window")
    return {path: broken for path, broken in found.items() if broken}
