"""Files that were handed in over HTTP and wait to be imported, with what is known about them.

They lie in the instance folder, where the worker finds them too, and are forgotten after a week.
"""

import json
import re
import secrets
import shutil
import time
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from ...errors import NotFound
from ...pages import settings

MOST_FILES = 40
_A_WEEK, _SILENCE = 7 * 86_400, 180.0  # seconds
_TOKEN = re.compile(r"[\w-]{16}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Kept:
    """Files that were handed in together."""

    token: str
    folder: Path

    @property
    def files(self) -> list[Path]:
        """The files as they were handed in, by their names."""
        return sorted((self.folder / "files").iterdir())

    def note(self, name: str, told: dict[str, Any]) -> None:
        """Keeps what is known: plan (what an import would do), progress, or done (what it did)."""
        fresh = self.folder / f"{name}.new"
        fresh.write_text(json.dumps(told), encoding="utf-8")
        fresh.replace(self.folder / f"{name}.json")  # whole from its first moment

    def read(self, name: str) -> dict[str, Any] | None:
        """What was noted under this name, None before that."""
        try:
            found: dict[str, Any] = json.loads((self.folder / f"{name}.json").read_bytes())
        except FileNotFoundError:
            return None
        return found

    def is_at_work(self) -> bool:
        """Whether an import has begun and said within three minutes how far it is."""
        progress = self.folder / "progress.json"
        is_begun = progress.exists() and self.read("done") is None
        return is_begun and time.time() - progress.stat().st_mtime < _SILENCE

    def finish(self, told: dict[str, Any]) -> None:
        """Keeps the report, and lets the files go."""
        self.note("done", told)
        shutil.rmtree(self.folder / "files", ignore_errors=True)


def keep(uploads: Iterable[tuple[str, IO[bytes]]]) -> Kept:
    """Keeps files under names without ways in them; what is older than a week is forgotten."""
    place = _place()
    place.mkdir(parents=True, exist_ok=True)
    for old in place.iterdir():
        if time.time() - old.stat().st_mtime > _A_WEEK:
            shutil.rmtree(old, ignore_errors=True)
    token = secrets.token_urlsafe(12)
    kept = Kept(token, place / token)
    (kept.folder / "files").mkdir(parents=True)
    for number, (name, content) in enumerate(uploads, start=1):
        last = re.split(r"[/\\]", name)[-1]
        plain = re.sub(r"[^\w. ()-]", "-", last).strip(". ")[-120:] or f"file-{number}"
        target = kept.folder / "files" / plain
        if target.exists():
            target = target.with_name(f"{number}-{plain}")
        with target.open("wb") as file:
            shutil.copyfileobj(content, file)
    return kept


def kept_files(token: str) -> Kept:
    """What was handed in under this token; raises NotFound when it was forgotten."""
    folder = _place() / token
    if not _TOKEN.fullmatch(token) or not folder.is_dir():
        raise NotFound("There are no such files any more. Please hand them in again.")
    return Kept(token, folder)


def _place() -> Path:
    return settings().instance / "imports"
