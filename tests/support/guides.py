"""Guides for tests: files as an editor would write them, and the shop they are saved in."""

from collections.abc import Callable
from typing import TypeVar

from flask import Flask

from storefront import guides

from .shop import Shop

Found = TypeVar("Found")

FIELDS = {
    "title": "The foot bath",
    "slug": "the-foot-bath",
    "summary": "Warm water, salt and twenty minutes.",
    "author": "Ida Marwitz",
    "updated_on": "2026-10-06",
}


def written(body: str = "A basin and warm water.\n", **fields: str) -> bytes:
    """A guide's file; a field given as an empty text is left out."""
    values = FIELDS | fields
    front = "".join(f"{name}: {value}\n" for name, value in values.items() if value)
    return f"---\n{front}---\n{body}".encode()


def read(body: str = "A basin and warm water.\n", **fields: str) -> guides.GuideFile:
    """The same file, read."""
    return guides.read_guide(written(body, **fields), "guide.md")


def problems(content: bytes) -> list[str]:
    """What is wrong with a file, as a person is told."""
    try:
        guides.read_guide(content, "guide.md")
    except guides.BrokenGuide as broken:
        return [str(problem) for problem in broken.problems]
    return []


def publish(shop: Shop, body: str = "A basin and warm water.\n", **fields: str) -> guides.Saved:
    """Saves and publishes a guide."""
    file = read(body, **fields)
    return shop.do(lambda: guides.save_guide(file, publish=True))


def page(app: Flask, slug: str = "the-foot-bath") -> str:
    """The page of a guide; asserts that it is there."""
    answer = app.test_client().get(f"/guides/{slug}")
    assert answer.status_code == 200
    return answer.text


def in_request(app: Flask, question: Callable[[], Found]) -> Found:
    """Asks something that needs addresses."""
    with app.test_request_context():
        return question()
