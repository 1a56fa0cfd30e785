"""Pictures that are handed in while a guide is written, and the line of Markdown that shows one."""

import re
from dataclasses import replace
from pathlib import PurePath

from sqlalchemy import select

from .. import catalog
from ..database import require_transaction, take_turn
from .references import known_pictures
from .source.front_matter import slugify

LONGEST_STEM = 80
_SAFE = re.compile(r"[A-Za-z0-9][\w.-]*", re.ASCII)


def keep_picture(picture: catalog.PreparedPicture) -> str:
    """Keeps a rendered picture, and gives the name by which guides show it.

    A name that guides use already stays with the picture it has. The same picture, handed in once
    more, keeps the name it had; where that is no name for a guide, its hash serves.
    """
    session = require_transaction()
    take_turn("guide pictures")
    there = session.execute(
        select(catalog.Picture.id, catalog.Picture.file).where(catalog.Picture.name == picture.name)
    ).first()
    if there is not None:
        is_its_own = known_pictures([there.file]).get(there.file) == there.id
        return there.file if is_its_own and _SAFE.fullmatch(there.file) else picture.name
    file = _free_name(picture.file)
    catalog.save_pictures([replace(picture, file=file)])
    return file


def picture_line(file: str, *, alt: str, caption: str = "") -> str:
    """The Markdown that shows a picture: ![alt](file "caption")."""
    shown = re.sub(r"([\\\[\]])", r"\\\1", " ".join(alt.split()))
    below = re.sub(r'([\\"])', r"\\\1", " ".join(caption.split()))
    return f'![{shown}]({file} "{below}")' if below else f"![{shown}]({file})"


def _free_name(wanted: str) -> str:
    path = PurePath(wanted)
    stem = slugify(path.stem)[:LONGEST_STEM].strip("-") or "picture"
    ending = re.sub(r"[^a-z0-9]", "", path.suffix.lower()) or "jpg"
    name, count = f"{stem}.{ending}", 1
    while known_pictures([name]):
        count += 1
        name = f"{stem}-{count}.{ending}"
    return name
