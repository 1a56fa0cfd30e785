"""The bar that shows how far long work has come."""

import io

import pytest

from storefront.progress import progress


class Terminal(io.StringIO):
    """A screen that somebody watches."""

    def isatty(self) -> bool:
        return True


def test_a_bar_counts_on_a_terminal_and_nothing_is_said_elsewhere(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    said = []
    for stream in (Terminal(), io.StringIO()):
        monkeypatch.setattr("sys.stderr", stream)
        with progress("Pictures", 4) as advance:
            advance()
            advance(2)
        said.append(stream.getvalue())
    assert "Pictures" in said[0]
    assert "3/4" in said[0]
    assert said[1] == ""
