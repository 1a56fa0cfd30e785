"""Style, scripts, fonts and pictures that ship with the shop: read once, hashed, cached for ever.

A style sheet is one file per component on disk and one file over the wire: they are joined here,
in layer order, when the shop starts. There is no build step. What only staff see has a sheet of
its own, so that shoppers do not wait for it; a public page brings what it needs of the shoppers'
sheet itself, so that nothing else has to come before it is seen.
"""

import hashlib
import mimetypes
import posixpath
import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path

import brotli
from werkzeug.http import parse_accept_header

from .page_style import PageStyle

_PACKAGE = Path(__file__).parent
_LAYERS = "@layer reset,tokens,base,layout,components,print;"
# A font is named with its version, so that style sheet and preload mean one address for ever.
_FONT = re.compile(r"\.\./(fonts/[\w.-]+\.woff2)")
# A script imports others with their versions, so that a new one never works beside an old one.
_IMPORT = re.compile(r'(?:(?<=from ")|(?<=import\("))\.{1,2}/[\w./-]+\.js(?=")')
# What is for those who write it is not sent: a script's opening, comments of a sheet, and space
# of it that says nothing; strings stay as they are.
_SPARE = re.compile(
    r"""("[^"]*"|'[^']*')|/\*.*?\*/\s*|\s*;?\s*(\})\s*|\s*([{;,])\s*|(:)\s+|\s+""",
    re.DOTALL,
)
_OPENING = re.compile(r"\A/\*.*?\*/\n", re.DOTALL)
_FIRST = [f"css/{name}.css" for name in ("reset", "tokens", "base", "layout", "print")]
#: A style sheet over the wire, the files that it begins with, and the pattern of the others.
_BUNDLES = {
    "css/shop.css": (_FIRST, re.compile(r"css/components/[^/]+\.css")),
    "css/staff.css": ([], re.compile(r"css/staff/[^/]+\.css")),
}
#: Scripts of which every page that has one has the others too: one request instead of several.
_JOINED_SCRIPTS = {
    "js/shop.js": ("js/parsed.js", "js/cart.js", "js/search.js", "js/later.js"),
    "js/lists.js": ("js/live.js", "js/list.js"),
    "js/guide.js": ("js/reading.js", "js/comments.js"),
}
# What scripts that are joined say of each other, when each is a file of its own.
_JOINTS = re.compile(r"^import \{[^}]+\} from [^;]+;\n|^export (?=class |const |function )", re.M)
_TEXT = {".css", ".js", ".svg", ".txt", ".md", ".json"}


def folder(name: str) -> Path:
    """Where templates, static, migrations or demo lie: in the wheel, else in the checkout."""
    inside = _PACKAGE / name
    return inside if inside.is_dir() else _PACKAGE.parent / name


@lru_cache(maxsize=256)
def takes_brotli(accept_encoding: str) -> bool:
    """Whether a browser that sends this Accept-Encoding understands brotli; `br;q=0` is a no."""
    return parse_accept_header(accept_encoding)["br"] > 0


@dataclass(frozen=True, slots=True)
class Asset:
    """A static file in memory."""

    body: bytes
    content_type: str
    version: str
    is_text: bool

    @property
    def compressed(self) -> bytes | None:
        """The file in brotli; None where compression gains nothing."""
        return _compressed(self.body) if self.is_text else None


class Assets:
    """Static files by their path below static/, as it was when the shop started.

    A path is looked up among those that exist and never given to the file system, so that there
    is no way out of the folder, no name that it chokes on, and no second spelling to keep.
    """

    def __init__(self, root: Path) -> None:
        files = (path for path in root.rglob("*") if path.is_file())
        self._files = {file.relative_to(root).as_posix(): file for file in files}
        self._kept: dict[str, Asset] = {}

    def __contains__(self, path: str) -> bool:
        return path in self._files or path in _BUNDLES or path in _JOINED_SCRIPTS

    def get(self, path: str) -> Asset | None:
        """The file, or None when there is none at this path."""
        asset = self._kept.get(path)
        if asset is None and path in self:
            asset = self._kept[path] = _asset(path, self._body(path))
        return asset

    def version(self, path: str) -> str:
        """Eight hex digits that change with the file's content; FileNotFoundError without it."""
        asset = self.get(path)
        if asset is None:
            raise FileNotFoundError(f"there is no static file {path!r}")
        return asset.version

    def page_style(self, html: str, address: Callable[[str], str]) -> str:
        """As much of css/shop.css as a page needs; `address` says where a file below static/ is."""
        text = _LAYERS + self._page_style.needed(html)
        return _FONT.sub(lambda found: address(found[1]), text)

    @cached_property
    def _page_style(self) -> PageStyle:
        return PageStyle(self._joined("css/shop.css"))

    def _body(self, path: str) -> bytes:
        if path in _BUNDLES:
            return self._bundle(path)
        if path in _JOINED_SCRIPTS:
            parts = (self._body(part).decode() for part in _JOINED_SCRIPTS[path])
            return "".join(_JOINTS.sub("", part) for part in parts).encode()
        body = self._files[path].read_bytes()
        return self._script(path, body.decode()) if path.startswith("js/") else body

    def _script(self, path: str, text: str) -> bytes:
        def with_version(found: re.Match[str]) -> str:
            other = posixpath.normpath(posixpath.join(posixpath.dirname(path), found[0]))
            return f"{found[0]}?v={self.version(other)}"

        return _IMPORT.sub(with_version, _OPENING.sub("", text)).encode()

    def _bundle(self, path: str) -> bytes:
        text = _LAYERS + self._joined(path)
        return _FONT.sub(lambda m: f"{m[0]}?v={self.version(m[1])}", text).encode()

    def _joined(self, path: str) -> str:
        first, pattern = _BUNDLES[path]
        others = sorted(path for path in self._files if pattern.fullmatch(path))
        sheets = (self._files[path].read_text("utf-8") for path in (*first, *others))
        return "".join(map(_without_spare, sheets))


def _without_spare(sheet: str) -> str:
    def kept(found: re.Match[str]) -> str:
        return found[found.lastindex] if found.lastindex else " " if found[0].isspace() else ""

    return _SPARE.sub(kept, sheet)


def _asset(path: str, body: bytes) -> Asset:
    content_type = mimetypes.guess_type(path)[0] or "application/octet-stream"
    if path.endswith(".woff2"):
        content_type = "font/woff2"
    is_text = Path(path).suffix in _TEXT
    if is_text:
        content_type += "; charset=utf-8"
    return Asset(
        body=body,
        content_type=content_type,
        version=hashlib.blake2b(body, digest_size=4).hexdigest(),
        is_text=is_text,
    )


# Compressing as hard as it gets takes longer than drawing a page, which only needs the version.
_compressed = lru_cache(maxsize=256)(brotli.compress)
