"""The living page of components over HTTP: every macro by its own hand, and where its files lie."""

from collections.abc import Callable, Iterator
from typing import NamedTuple

from flask import Blueprint, Response, current_app
from markupsafe import Markup

from ..desk import render_desk
from . import desk_samples, samples
from .drawing import draw, set_apart

_GROUPS: dict[str, Callable[[], samples.Parts]] = {
    "Signs and words": samples.signs,
    "A product": samples.product,
    "Buying it": samples.buying,
    "Finding it": samples.finding,
    "The cart": samples.in_the_cart,
    "Guides and readers": samples.guides_and_readers,
    "What buyers say": samples.what_buyers_say,
    "Fields of the desk": desk_samples.fields,
    "Tables of the desk": desk_samples.tables,
    "Work at the desk": desk_samples.work,
}


class Part(NamedTuple):
    """A component: the files that bear its name, and its states, each with its HTML."""

    name: str
    files: tuple[str, ...]
    states: tuple[tuple[str, Markup], ...]


class Group(NamedTuple):
    """Components of one purpose."""

    title: str
    anchor: str
    parts: tuple[Part, ...]


def staff_components() -> Response:
    """Every component in all its states."""
    groups = [
        Group(title, title.lower().replace(" ", "-"), tuple(_parts(make())))
        for title, make in _GROUPS.items()
    ]
    left_out = sorted(samples.LEFT_OUT.items())
    return render_desk("components/components.html", groups=groups, left_out=left_out)


def _parts(shown: samples.Parts) -> Iterator[Part]:
    for name, states in shown.items():
        drawn = (
            (words, set_apart(draw(name, one), f"{name}-{number}"))
            for number, (words, one) in enumerate(states.items(), start=1)
        )
        yield Part(name, _files(name), tuple(drawn))


def _files(name: str) -> tuple[str, ...]:
    """Where a component lies besides its macro: styles and scripts of the same name."""
    paths = f"css/components/{name}.css", f"css/staff/{name}.css", f"js/{name}.js"
    assets = current_app.extensions["storefront"].assets
    return tuple(path for path in paths if assets.get(path))


def register(shop: Blueprint) -> None:
    """Adds the page of components."""
    shop.add_url_rule("/staff/components", "staff_components", staff_components)
