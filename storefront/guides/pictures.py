"""Pictures that are handed in while a guide is written, and the line of Markdown that shows one."""

import re
from collections.abc import Container
from dataclasses import replace
from pathlib import PurePath

from sqlalchemy import select

from .. import catalog
from ..database import db, require_transaction, take_turn
from .references import known_pictures
from .source.front_matter import first_free

LONGEST_STEM = 80
_SAFE = re.compile(r"[A-Za-z0-9][\w.-]*", re.ASCII)


def keep_picture(picture: catalog.PreparedPicture) -> str:
    """Keeps a rendered picture, and gives the name by which guides show it.

    A name that guides use already stays with the picture it has. The same picture, handed in once
    more, keeps the name it had; where that is no name for a guide, its hash serves.
    """
    require_transaction()
    take_turn("guide pictures")
    there = kept_name(picture.name)
    if there:
        return there
    file = free_name(picture.file)
    catalog.save_pictures([replace(picture, file=file)])
    return file


def kept_name(hash_: str) -> str:
    """The name by which guides show a picture that the shop has, '' for one that it has not.

    Its hash serves where its file's name is none for a guide, or is another picture's.
    """
    picture = db.session.scalar(select(catalog.Picture).where(catalog.Picture.name == hash_))
    if picture is None:
        return ""
    is_its_own = known_pictures([picture.file]).get(picture.file) == picture.id
    return picture.file if is_its_own and _SAFE.fullmatch(picture.file) else hash_


def free_name(file: str, taken: Container[str] = ()) -> str:
    """The plain name of a file, with a number where guides show another picture by it."""
    path = PurePath(plain_name(file))

    def is_taken(stem: str) -> bool:
        name = f"{stem}{path.suffix}"
        return name in taken or bool(known_pictures([name]))

    return f"{first_free(path.stem, is_taken)}{path.suffix}"


def plain_name(file: str) -> str:
    """A name that needs no marks in Markdown: 'My Bowl (2).JPG' → 'my-bowl-2.jpg'."""
    path = PurePath(file)
    stem = catalog.slug_from(path.stem)[:LONGEST_STEM].strip("-") or "picture"
    ending = re.sub(r"[^a-z0-9]", "", path.suffix.lower()) or "jpg"
    return f"{stem}.{ending}"


def picture_line(file: str, *, alt: str, caption: str = "") -> str:
    """The Markdown that shows a picture: ![alt](file "caption")."""
    shown = re.sub(r"([\\\[\]])", r"\\\1", " ".join(alt.split()))
    below = re.sub(r'([\\"])', r"\\\1", " ".join(caption.split()))
    return f'![{shown}]({file} "{below}")' if below else f"![{shown}]({file})"
