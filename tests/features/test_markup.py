"""The reader of the markup of every page finds what is wrong, and each shape once."""

import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from support import markup
from support.markup import keep, mistakes

pytestmark = pytest.mark.html_validate
GOOD = '<!doctype html><html lang="en"><head><title>Tea</title></head><body>{}</body></html>'


def test_a_mistake_is_named_with_its_page(tmp_path: Path) -> None:
    keep(GOOD.format("<p>Green</p>"), "GET /good", tmp_path)
    keep(GOOD.format('<p id="a">Green</p><p id="a">Black</p>'), "GET /twice", tmp_path)
    (found,) = mistakes(tmp_path)
    assert found.startswith("GET /twice in tests/features/test_markup.py::test_a_mistake")
    assert "no-dup-id" in found


def test_pages_of_one_shape_are_kept_once(tmp_path: Path) -> None:
    for words in ("Green", "Black", "White"):
        keep(GOOD.format(f'<p class="{words}">{words}</p>'), words, tmp_path)
    keep(GOOD.format("<p class='a'>One</p><p class='a'>Two</p>"), "two", tmp_path)
    keep(GOOD.format('<p class="a" id="b">One</p>'), "another attribute", tmp_path)
    assert len(list(tmp_path.glob("*.html"))) == 3


@pytest.mark.parametrize(("ids", "is_failed"), [("ab", False), ("aa", True)])
def test_a_round_with_a_mistake_in_any_page_fails(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, ids: str, is_failed: bool
) -> None:
    pages = tmp_path / "pages"
    pages.mkdir()
    keep(GOOD.format("".join(f'<p id="{one}">Tea</p>' for one in ids)), "GET /tea", pages)
    monkeypatch.setenv("STOREFRONT_TEST_PAGES", str(pages))
    session: Any = SimpleNamespace(config=SimpleNamespace(), exitstatus=pytest.ExitCode.OK)
    markup.pytest_sessionfinish(session)
    assert (session.exitstatus == pytest.ExitCode.TESTS_FAILED) == is_failed


def test_a_page_that_many_threads_see_at_once_is_kept_as_one_of_them_saw_it(tmp_path: Path) -> None:
    """Fails when a page is looked for first and written then: the longer one's end stays."""
    pages = [GOOD.format(f"<p>{'Green ' * 2000 * n}</p>") for n in range(1, 17)]
    for number in range(20):
        folder = tmp_path / str(number)
        folder.mkdir()
        ready = threading.Barrier(len(pages))

        def see(page: str, folder: Path = folder, ready: threading.Barrier = ready) -> None:
            ready.wait()
            keep(page, "GET /", folder)

        with ThreadPoolExecutor(len(pages)) as crowd:
            list(crowd.map(see, pages))
        assert next(folder.glob("*.html")).read_text() in pages
