"""What the templates of pages and letters say by themselves, for the wording rules.

Jinja's marks are left out, but not the words that an expression holds in quotes: they are shown
too. A host's template that takes the place of one of the shop's is read instead of it.
"""

import re
from collections.abc import Iterator

from flask import current_app

from .checker import Text

_SHOPPERS = "storefront/"
_STAFF = "storefront/staff/"
_LEGAL = re.compile(r"storefront/mail/recall\.")  # the law gives a recall its words
_JINJA = re.compile(r"\{#.*?#\}|\{%.*?%\}|\{\{.*?\}\}", re.DOTALL)
_QUOTED = re.compile(r"\"([^\"\n]*)\"|'([^'\n]*)'")


def template_texts() -> Iterator[Text]:
    """The words of every template that a shopper can be shown, each with its own lines."""
    environment = current_app.jinja_env
    assert environment.loader is not None
    for name in environment.list_templates():
        if name.startswith(_SHOPPERS) and not name.startswith(_STAFF):
            source, _, _ = environment.loader.get_source(environment, name)
            context = "legal" if _LEGAL.match(name) else "marketing"
            yield Text(f"template {name}", _JINJA.sub(_said, source), context=context)


def _said(mark: re.Match[str]) -> str:
    """The quoted words of a mark, each on a line of its own as far as the mark has lines."""
    if mark[0].startswith("{#"):
        return "\n" * mark[0].count("\n")
    words = [a or b for a, b in _QUOTED.findall(mark[0])]
    said = ". ".join(word for word in words if " " in word)
    return f" {said} " + "\n" * mark[0].count("\n")
