"""Files, folders and archives as a list of texts, and the pictures that lie beside them."""

import re
import stat
import zipfile
import zlib
from collections import defaultdict
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from urllib.parse import unquote

from .articles import FoundArticle, Unreadable, split_address
from .feeds import is_feed, read_feed
from .html import read_html
from .markdown_files import is_own_form, read_markdown
from .plain_text import read_plain_text
from .wordpress import is_wordpress, read_wordpress
from .xml import read_xml

TEXTS = (".md", ".markdown", ".txt", ".html", ".htm", ".xml", ".rss", ".atom")
PICTURES = (".jpg", ".jpeg", ".png", ".webp", ".avif", ".gif")
MOST_FILES, MOST_BYTES = 10_000, 1_000_000_000  # of all archives of one import
#: What a damaged archive raises: its list, a name that is no UTF-8, what is packed in it.
_DAMAGED = (
    zipfile.BadZipFile, EOFError, RuntimeError, OSError, ValueError, zlib.error,
)  # fmt: skip
#: What every system packs with. The others are unpacked whole: gigabytes out of a megabyte.
_PACKINGS = {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}
_SCALED = re.compile(r"-(?:\d{2,5}x\d{2,5}|scaled)(?=\.[a-z]+$)")


@dataclass(slots=True)
class Sources:
    """What was handed in: texts with the names to tell, pictures by name, what was passed over."""

    texts: list[tuple[str, Path]] = field(default_factory=list)
    pictures: dict[str, list[Path]] = field(default_factory=lambda: defaultdict(list))
    passed_over: list[str] = field(default_factory=list)

    def picture(self, source: str, file: str) -> Path | None:
        """The file that an article means: of several with one name the one most like its address.

        Names of scaled copies, such as bowl-1024x683.jpg, lead to the whole picture too.
        """
        whole = _SCALED.sub("", file.casefold())
        candidates = self.pictures.get(file.casefold()) or self.pictures.get(whole) or []
        wanted = PurePosixPath(unquote(split_address(source).path)).parts[::-1]

        def likeness(path: Path) -> int:
            pairs = zip(wanted[1:], path.parts[-2::-1], strict=False)
            return next((n for n, (a, b) in enumerate(pairs) if a != b), len(wanted))

        return max(candidates, key=likeness, default=None)


def collect(targets: list[Path], unpack_to: Path, *, media: Path | None = None) -> Sources:
    """Everything in files, folders and zip archives; raises Unreadable for an archive that lies.

    Archives are unpacked below unpack_to. Pictures are looked for in media as well.
    """
    sources, left = Sources(), MOST_BYTES
    for number, target in enumerate(targets):
        if target.suffix.lower() == ".zip":
            folder = unpack_to / str(number)
            left = unpack(target, folder, most=left)
            _add_folder(folder, sources, name=f"{target.name}: ")
        elif target.is_dir():
            _add_folder(target, sources)
        else:
            _add(target, str(target), sources, is_named=True)
            for beside in (target.parent, target.parent / "media"):
                _add_pictures(beside, sources)
    if media is not None:
        _add_folder(media, Sources(pictures=sources.pictures))
    return sources


def unpack(archive: Path, folder: Path, *, most: int = MOST_BYTES) -> int:
    """Unpacks texts and pictures of a zip, and gives how many bytes may still come after it.

    Refuses paths that lead out of it, links and bombs.
    """
    try:
        with zipfile.ZipFile(archive) as opened:
            entries = [entry for entry in opened.infolist() if not entry.is_dir()]
            if len(entries) > MOST_FILES:
                raise _bad(archive, f"It holds {len(entries)} files.", f"At most {MOST_FILES}.")
            for entry in entries:
                _check_entry(entry, archive)
                if _is_wanted(entry.filename):
                    most = _write(opened, entry, folder, most, archive)
    except _DAMAGED as error:
        why = getattr(error, "strerror", None) or error  # an OSError would tell where it lies here
        raise _bad(archive, f"The archive cannot be read: {why}.", "Pack it again.") from None
    return most


def read_source(name: str, path: Path) -> tuple[list[FoundArticle], list[str]]:
    """The articles of one file, and what was left out of it; raises Unreadable."""
    try:
        content = path.read_bytes()
    except OSError as error:
        raise Unreadable(name, 1, f"The file cannot be read: {error.strerror}.") from None
    suffix = path.suffix.lower()
    if suffix in {".xml", ".rss", ".atom"}:
        root = read_xml(content, name)
        if is_wordpress(root):
            return read_wordpress(root, name)
        if is_feed(root):
            return read_feed(root, name)
        raise Unreadable(name, 1, "This XML is neither an export of WordPress nor a feed.",
                         "Export WordPress under Tools, or save the feed of the site.")  # fmt: skip
    if suffix in {".html", ".htm"}:
        return [read_html(content, name)], []
    if suffix in {".md", ".markdown"}:
        if is_own_form(content):
            raise Unreadable(name, 1, "This guide is in the shop's own form.",
                             "Import such files on their own.")  # fmt: skip
        return [read_markdown(content, name)], []
    if suffix == ".txt":
        return [read_plain_text(content, name)], []
    raise Unreadable(name, 1, "This kind of file is not known here.",
                     f"Hand in files that end in {', '.join(TEXTS)} or .zip.")  # fmt: skip


def _add_folder(folder: Path, sources: Sources, *, name: str = "") -> None:
    for count, path in enumerate(sorted(folder.rglob("*"))):
        if count > MOST_FILES * 2:
            raise _bad(folder, "The folder holds too many files.", f"At most {MOST_FILES}.")
        hidden = any(part.startswith((".", "__MACOSX")) for part in path.relative_to(folder).parts)
        if path.is_file() and not hidden:
            told = f"{name}{path.relative_to(folder)}" if name else str(path)
            _add(path, told, sources)


def _add_pictures(folder: Path, sources: Sources) -> None:
    for path in sorted(folder.iterdir()) if folder.is_dir() else ():
        if path.suffix.lower() in PICTURES and path.is_file():
            sources.pictures[path.name.casefold()].append(path)


def _add(path: Path, name: str, sources: Sources, *, is_named: bool = False) -> None:
    suffix = path.suffix.lower()
    if path.is_symlink() and not is_named:
        sources.passed_over.append(f"{name}: a link to another file")
    elif suffix in PICTURES:
        sources.pictures[path.name.casefold()].append(path)
    elif suffix in TEXTS or is_named:
        sources.texts.append((name, path))
    else:
        sources.passed_over.append(name)


def _check_entry(entry: zipfile.ZipInfo, archive: Path) -> None:
    parts = PurePosixPath(entry.filename.replace("\\", "/")).parts
    mode = entry.external_attr >> 16
    if entry.filename.startswith(("/", "\\")) or ".." in parts or ":" in entry.filename[:3]:
        raise _bad(archive, f"“{entry.filename}” leads out of the archive.", "Pack it again.")
    if stat.S_ISLNK(mode):
        raise _bad(archive, f"“{entry.filename}” is a link.", "Pack the file itself.")
    if entry.flag_bits & 1:
        raise _bad(archive, "It is locked with a password.", "Pack it without one.")
    if entry.compress_type not in _PACKINGS:
        raise _bad(archive, f"“{entry.filename}” is packed in an uncommon way.", "Use a plain zip.")


def _is_wanted(name: str) -> bool:
    path = PurePosixPath(name.replace("\\", "/"))
    hidden = any(part.startswith((".", "__MACOSX")) for part in path.parts)
    return not hidden and path.suffix.lower() in (*TEXTS, *PICTURES)


def _write(
    opened: zipfile.ZipFile, entry: zipfile.ZipInfo, folder: Path, left: int, archive: Path
) -> int:
    """Writes one file and gives how many bytes may still come; sizes that are told are not trusted.

    What shrinks to a thousandth is no text and no picture.
    """
    target = folder.joinpath(*PurePosixPath(entry.filename.replace("\\", "/")).parts)
    target.parent.mkdir(parents=True, exist_ok=True)
    most = min(left, max(entry.compress_size * 1000, 1_000_000))
    with opened.open(entry) as packed, target.open("wb") as file:
        while part := packed.read(1_000_000):
            most -= len(part)
            left -= len(part)
            if most < 0:
                raise _bad(archive, f"“{entry.filename}” grows without end when it is unpacked.",
                           "Pack it again.")  # fmt: skip
            file.write(part)
    return left


def _bad(archive: Path, what: str, instead: str) -> Unreadable:
    return Unreadable(archive.name, 1, what, instead)
