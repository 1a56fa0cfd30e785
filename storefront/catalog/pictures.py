"""Pictures: originals go in, AVIF and WebP in several widths come out, once.

Nothing here touches the database, so that no transaction waits for an encoder: take pictures in
first, then hand them to `save_pictures` inside the transaction.
"""

import base64
import contextlib
import hashlib
import io
import os
import secrets
from collections.abc import Callable, Container, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from PIL import Image, ImageCms, ImageFilter, ImageOps, UnidentifiedImageError

from ..database import forbid_transaction
from ..errors import Refusal

# 750 is the screen of most phones with two dots to a pixel.
WIDTHS = (320, 480, 640, 750, 960, 1280, 1600, 2000)
FORMATS = ("JPEG", "PNG", "WEBP", "AVIF")
MOST_BYTES = 30_000_000
MOST_PIXELS = 40_000_000
_PLACEHOLDER_WIDTH = 16
_LONGEST_PLACEHOLDER = 300
# Looked at side by side: AVIF at 48 shows no less than at 56, or than WebP at 78, and has a quarter
# and a third fewer bytes; speed 8 takes half the time of 7 for four percent more. One thread each:
# pictures go side by side.
_AVIF: dict[str, Any] = {"quality": 48, "speed": 8, "max_threads": 1}
# That width is what phones wait for, and two dots to a pixel hide coarser steps. At speed 6, 39 is
# as near to the original as 42 at speed 8, with a fifth fewer bytes.
_DENSE: dict[int, dict[str, Any]] = {750: {"quality": 39, "speed": 6}}
_WEBP: dict[str, Any] = {"quality": 78, "method": 4}

_Found = TypeVar("_Found")


class BadPicture(Refusal):
    """A picture that cannot be shown: `reason` says why, `instead` what to do about it."""

    def __init__(self, file: str, reason: str, instead: str) -> None:
        self.file, self.reason, self.instead = file, reason, instead
        super().__init__(f"The picture {file} {reason}. {instead}")


class MissingPicture(BadPicture):
    """There is no picture file at the place that was named."""

    def __init__(self, file: str) -> None:
        super().__init__(
            file, "is not there", "Put it into the folder of pictures, or mend its name."
        )


@dataclass(frozen=True, slots=True)
class PreparedPicture:
    """A picture whose files are rendered; the fields are the columns of its row."""

    name: str
    file: str
    width: int
    height: int
    widths: str
    placeholder: str


def check_picture(source: Path | bytes, file: str, *, known: Container[str] = ()) -> str:
    """The name of a picture that can be decoded to its last pixel; raises BadPicture otherwise.

    A picture whose name is `known` was decoded before, and is not decoded again.
    """
    content = _read(source, file)
    name = _name(content)
    if name not in known:
        _decode(content, file)
    return name


def take_in(source: Path | bytes, file: str, media: Path) -> PreparedPicture:
    """Checks a picture and renders it into the folder `media`, skipping files already there.

    Turned upright by its EXIF, brought to sRGB, freed of all metadata. Raises BadPicture.
    """
    forbid_transaction()
    return _take_in(source, file, media)


def take_in_all(
    sources: Iterable[tuple[Path | bytes, str]],
    media: Path,
    *,
    advance: Callable[[], object] = lambda: None,
) -> list[PreparedPicture]:
    """Takes in (path, file name) pairs side by side on all cores; raises the first BadPicture."""
    forbid_transaction()
    return _side_by_side(lambda path, file: _take_in(path, file, media), sources, advance)


def take_in_uploads(
    sources: Iterable[tuple[bytes, str]], media: Path
) -> tuple[list[PreparedPicture], list[BadPicture]]:
    """Takes in what people handed in: the good ones, and what is wrong with the others."""
    forbid_transaction()

    def take(content: Path | bytes, file: str) -> PreparedPicture | BadPicture:
        try:
            return _take_in(content, file, media)
        except BadPicture as problem:
            return problem

    found = _side_by_side(take, sources, lambda: None)
    good = [one for one in found if isinstance(one, PreparedPicture)]
    return good, [one for one in found if isinstance(one, BadPicture)]


def check_all(
    sources: Iterable[tuple[Path, str]],
    *,
    known: Container[str] = (),
    advance: Callable[[], object] = lambda: None,
) -> dict[str, str | BadPicture]:
    """File name → the picture's name, or what is wrong with it; nothing is rendered."""

    def check(path: Path, file: str) -> tuple[str, str | BadPicture]:
        try:
            return file, check_picture(path, file, known=known)
        except BadPicture as problem:
            return file, problem

    return dict(_side_by_side(check, sources, advance))


def is_rendered(name: str, widths: str, media: Path) -> bool:
    """Whether all files of a picture lie in the folder."""
    stems = [f"{name}-{width}" for width in widths.split(",")]
    kinds = ("avif", "webp")
    return all((media / f"{stem}.{kind}").exists() for stem in stems for kind in kinds)


def _side_by_side(
    work: Callable[[Any, str], _Found],
    sources: Iterable[tuple[Path | bytes, str]],
    advance: Callable[[], object],
) -> list[_Found]:
    """Threads are enough: Pillow lets go of the interpreter while it decodes and encodes."""
    found: list[_Found] = []
    with ThreadPoolExecutor(max_workers=os.cpu_count() or 1) as pool:
        waiting = [pool.submit(work, path, file) for path, file in sources]
        try:
            for future in waiting:
                found.append(future.result())
                advance()
        finally:
            pool.shutdown(cancel_futures=True)
    return found


def _take_in(source: Path | bytes, file: str, media: Path) -> PreparedPicture:
    content = _read(source, file)
    image = _decode(content, file)
    name = _name(content)
    widths = [width for width in WIDTHS if width <= image.width] or [image.width]
    media.mkdir(parents=True, exist_ok=True)
    for width in widths:
        _render(image, width, media / f"{name}-{width}")
    return PreparedPicture(
        name=name,
        file=file,
        width=image.width,
        height=image.height,
        widths=",".join(str(width) for width in widths),
        placeholder=_placeholder(image),
    )


def _name(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()[:16]


def _read(source: Path | bytes, file: str) -> bytes:
    if isinstance(source, Path):
        if not source.is_file():
            raise MissingPicture(file)
        with source.open("rb") as opened:
            content = opened.read(MOST_BYTES + 1)
    else:
        content = source
    if not content:
        raise BadPicture(file, "is an empty file", "Save or copy it again.")
    if len(content) > MOST_BYTES:
        most = MOST_BYTES // 1_000_000
        raise BadPicture(file, f"is larger than {most} MB", "Save it smaller.")
    return content


def _decode(content: bytes, file: str) -> Image.Image:
    try:
        with Image.open(io.BytesIO(content), formats=FORMATS) as opened:
            _check_size(opened, file)
            opened.load()
            return _in_srgb(_upright(opened))
    except BadPicture:
        raise
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as problem:
        raise _too_large(file) from problem
    except UnidentifiedImageError as problem:
        raise BadPicture(
            file, "is not a JPEG, PNG, WebP or AVIF picture", "Save it as one of these."
        ) from problem
    except Exception as problem:  # decoders raise many kinds on broken files; all mean the same
        raise BadPicture(file, "is broken", "Save or copy it again.") from problem


def _check_size(image: Image.Image, file: str) -> None:
    if image.width * image.height > MOST_PIXELS:
        raise _too_large(file)


def _too_large(file: str) -> BadPicture:
    return BadPicture(
        file, f"has more than {MOST_PIXELS // 1_000_000} megapixels", "Save it smaller."
    )


def _upright(image: Image.Image) -> Image.Image:
    with contextlib.suppress(Exception):  # a damaged EXIF block is no reason to refuse a picture
        return ImageOps.exif_transpose(image)
    return image


def _in_srgb(image: Image.Image) -> Image.Image:
    """RGB or RGBA in the colours of the web, with nothing else attached."""
    if image.mode.startswith("I"):  # 16 bits of grey; convert() would cut instead of scale
        image = image.convert("I").point(lambda value: value / 256).convert("L")
    has_alpha = image.has_transparency_data
    profile = image.info.get("icc_profile")
    if profile and image.mode in {"RGB", "RGBA", "CMYK"}:
        with contextlib.suppress(ImageCms.PyCMSError, OSError):  # a damaged profile is dropped
            image = (
                ImageCms.profileToProfile(
                    image,
                    io.BytesIO(profile),
                    ImageCms.createProfile("sRGB"),
                    outputMode="RGBA" if image.mode == "RGBA" else "RGB",
                )
                or image
            )
    plain = image.convert("RGBA" if has_alpha else "RGB")
    plain.info = {}
    return plain


def _render(image: Image.Image, width: int, stem: Path) -> None:
    """Writes <stem>.avif and <stem>.webp, each whole from its first moment."""
    avif, webp = stem.with_name(f"{stem.name}.avif"), stem.with_name(f"{stem.name}.webp")
    if avif.exists() and webp.exists():
        return
    height = max(1, round(width * image.height / image.width))
    resized = image.resize((width, height), Image.Resampling.LANCZOS, reducing_gap=3.0)
    _write(avif, resized, "AVIF", _AVIF | _DENSE.get(width, {}))
    _write(webp, resized, "WEBP", _WEBP)


def _write(path: Path, image: Image.Image, kind: str, options: dict[str, Any]) -> None:
    draft = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    try:
        image.save(draft, kind, **options)
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)


def _placeholder(image: Image.Image) -> str:
    """A data: URI of at most 300 characters; '' when the picture does not fit into that."""
    height = max(1, round(_PLACEHOLDER_WIDTH * image.height / image.width))
    tiny = image.convert("RGB").resize((_PLACEHOLDER_WIDTH, min(height, 64)))
    tiny = tiny.filter(ImageFilter.GaussianBlur(0.8))
    for quality in (40, 20, 5):
        out = io.BytesIO()
        tiny.save(out, "WEBP", quality=quality, method=6)
        uri = "data:image/webp;base64," + base64.b64encode(out.getvalue()).decode()
        if len(uri) <= _LONGEST_PLACEHOLDER:
            return uri
    return ""
