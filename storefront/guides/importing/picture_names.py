"""Which file an article's picture is, and by which name guides will show it."""

import hashlib
import re
from pathlib import Path

from sqlalchemy import select

from ... import catalog
from ...database import db
from ..references import known_pictures
from .articles import FoundPicture
from .sources import Sources

_SAFE = re.compile(r"[A-Za-z0-9][\w.-]*", re.ASCII)


class PictureNames:
    """The pictures of one import. A name that guides use already stays with the picture it has."""

    def __init__(self, sources: Sources) -> None:
        self._sources = sources
        self._names: dict[Path, str] = {}

    def name_of(self, picture: FoundPicture) -> tuple[str, Path | None]:
        """Its name here, and its file when it is to be taken in; '' where there is no picture."""
        path = self._sources.picture(picture.source, picture.file)
        if path is None:
            name = name_here(picture.file)
            return (name if known_pictures([name]) else ""), None
        if path not in self._names:
            self._names[path] = self._of_same_content(path) or self._free(path.name)
        return self._names[path], path

    def _of_same_content(self, path: Path) -> str:
        """The name of a picture that the shop has already; its hash where that is no name."""
        name = hashlib.sha256(path.read_bytes()).hexdigest()[:16]
        there = db.session.execute(
            select(catalog.Picture.id, catalog.Picture.file).where(catalog.Picture.name == name)
        ).first()
        if there is None:
            return ""
        is_its_own = known_pictures([there.file]).get(there.file) == there.id
        return there.file if is_its_own and _SAFE.fullmatch(there.file) else name

    def _free(self, file: str) -> str:
        name, count = name_here(file), 1
        while name in self._names.values() or known_pictures([name]):
            count += 1
            first = Path(name_here(file))
            name = f"{first.stem}-{count}{first.suffix}"
        return name


def name_here(file: str) -> str:
    """A file name that needs no marks in Markdown: 'My Bowl (2).JPG' → 'my-bowl-2.jpg'."""
    path = Path(file)
    stem = re.sub(r"[^a-z0-9]+", "-", path.stem.lower()).strip("-")[:80] or "picture"
    return f"{stem}{path.suffix.lower()}"
