"""What thousands of shops of one run need not do each for itself: compile pages and addresses."""

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from jinja2 import FileSystemBytecodeCache
from werkzeug.routing import Rule

_builders: dict[object, Callable[..., tuple[str, str]]] = {}


class _KeptRule(Rule):
    """A rule that takes the function which builds its address from another of the same words."""

    def _compile_builder(self, append_unknown: bool = True) -> Callable[..., tuple[str, str]]:
        defaults = tuple((self.defaults or {}).items())
        words = (self.rule, self.merge_slashes, tuple(self._trace), defaults, append_unknown)
        if words not in _builders:
            _builders[words] = super()._compile_builder(append_unknown)
        return _builders[words]


@pytest.fixture(scope="session", autouse=True)
def _quick_shops(tmp_path_factory: pytest.TempPathFactory) -> None:
    cache = FileSystemBytecodeCache(str(tmp_path_factory.mktemp("templates")))
    options: dict[str, Any] = {"bytecode_cache": cache}
    Flask.jinja_options = options
    Flask.url_rule_class = _KeptRule
