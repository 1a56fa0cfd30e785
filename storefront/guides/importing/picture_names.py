"""Which file an article's picture is, and by which name guides will show it."""

import hashlib
from pathlib import Path

from ..pictures import free_name, kept_name, plain_name
from ..references import known_pictures
from .articles import FoundPicture
from .sources import Sources


class PictureNames:
    """The pictures of one import. A name that guides use already stays with the picture it has."""

    def __init__(self, sources: Sources) -> None:
        self._sources = sources
        self._names: dict[Path, str] = {}

    def name_of(self, picture: FoundPicture) -> tuple[str, Path | None]:
        """Its name here, and its file when it is to be taken in; '' where there is no picture."""
        path = self._sources.picture(picture.source, picture.file)
        if path is None:
            name = plain_name(picture.file)
            return (name if known_pictures([name]) else ""), None
        if path not in self._names:
            hash_ = hashlib.sha256(path.read_bytes()).hexdigest()[:16]
            taken = self._names.values()
            self._names[path] = kept_name(hash_) or free_name(path.name, taken)
        return self._names[path], path
