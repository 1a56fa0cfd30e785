"""A component drawn by its own macro, so that it can stand beside others on one page."""

import re
from collections.abc import Mapping
from typing import Any, NamedTuple

from flask import current_app
from markupsafe import Markup

_ID = re.compile(r'\sid="([^"]+)"')
_NAMING = re.compile(
    r'(\s(?:id|for|form|popovertarget|aria-(?:labelledby|describedby|controls))=")([^"]+)'
)
_TARGET = re.compile(r'(\s(?:href|hx-target|hx-select)=")#([^"]+)')
_WAY_OUT = re.compile(r'(\shref=")[^"#][^"]*')


class Sample(NamedTuple):
    """What a macro is given; frame is the HTML around it, where it cannot stand alone."""

    values: tuple[object, ...]
    options: Mapping[str, object]
    macro: str
    frame: str


def sample(*values: Any, macro: str = "", frame: str = "{}", **options: Any) -> Sample:
    """A component with these values; macro is the name of another one in its file."""
    return Sample(values, options, macro, frame)


def draw(name: str, one: Sample) -> Markup:
    """The HTML of a component."""
    template = current_app.jinja_env.get_template(f"storefront/components/{name}.html")
    macro = getattr(template.module, one.macro or name)
    return Markup(one.frame).format(macro(*one.values, **one.options))  # noqa: S704


def set_apart(html: Markup, place: str) -> Markup:
    """The same HTML with ids of its own, that takes no focus, sends no form and leads nowhere.

    place is the id of the part of the page in which it stands.
    """
    own = set(_ID.findall(html))

    def mine(name: str) -> str:
        return f"{place}-{name}" if name in own else name

    text = _NAMING.sub(lambda m: m[1] + " ".join(map(mine, m[2].split())), str(html))
    text = _WAY_OUT.sub(rf"\g<1>#{place}", text)
    text = _TARGET.sub(lambda m: f"{m[1]}#{mine(m[2])}", text)
    # A form whose method is "dialog" sends nothing outside of a dialog.
    text = text.replace(" autofocus", "").replace('method="post"', 'method="dialog"')
    return Markup(text)  # noqa: S704 - drawn above
