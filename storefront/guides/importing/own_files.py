"""Files in the form of the shop itself, one or a folder, read whole before anything changes."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from ... import catalog
from ..references import known_names, known_pictures, problems_of
from ..source.problems import BrokenGuide, Problem
from ..source.reading import GuideFile, read_guide
from .markdown_files import is_own_form
from .sources import TEXTS

_NO_PLACE = (1, 1)


@dataclass(slots=True)
class Batch:
    """Guides that were read together and may link to each other."""

    files: list[GuideFile] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    new_pictures: dict[str, Path] = field(default_factory=dict)  # file name → where it lies
    old_pictures: dict[str, int] = field(default_factory=dict)  # file name → id, taken in before


def are_own(targets: Sequence[Path]) -> bool:
    """Whether these files and folders hold guides in the form of the shop and nothing else."""
    return all(_is_own(target) for target in targets)


def _is_own(target: Path) -> bool:
    if not target.is_dir():
        return target.suffix.lower() == ".md" and _has_own_form(target)
    others = (path for path in target.rglob("*") if path.suffix.lower() in TEXTS)
    own = sorted(target.glob("*.md"))
    return all(_has_own_form(path) for path in own) and set(others) <= set(own)


def _has_own_form(path: Path) -> bool:
    try:
        return is_own_form(path.read_bytes()[:20_000])
    except OSError:
        return True  # told with its reason where it is read


def read_batch(targets: Path | Sequence[Path], media: Path | None = None) -> Batch:
    """Reads guides and looks up everything they speak of; changes nothing.

    Pictures are looked for in media, else beside the guides, in a folder `media` there or beside
    it, and at last among those that the shop has.
    """
    batch = Batch()
    targets = [targets] if isinstance(targets, Path) else targets
    for path in [path for target in targets for path in _paths(target, batch)]:
        try:
            batch.files.append(read_guide(path.read_bytes(), str(path)))
        except BrokenGuide as broken:
            batch.problems += broken.problems
        except OSError as error:
            batch.problems.append(
                Problem(str(path), *_NO_PLACE, f"The file cannot be read: {error.strerror}.", "")
            )
    _find_pictures(batch, [media] if media else [f for one in targets for f in _media_folders(one)])
    names: Mapping[str, int] = batch.old_pictures | dict.fromkeys(batch.new_pictures, 0)
    batch.problems += problems_of(batch.files, known_names(batch.files, names))
    batch.problems.sort()
    return batch


def take_in_pictures(
    batch: Batch, media: Path, *, advance: Callable[[], object] = lambda: None
) -> list[catalog.PreparedPicture]:
    """Renders the pictures of a batch; raises BrokenGuide where a broken one is named."""
    try:
        sources = [(path, name) for name, path in batch.new_pictures.items()]
        return catalog.take_in_all(sources, media, advance=advance)
    except catalog.BadPicture as bad:
        raise BrokenGuide(
            Problem(file.file, reference.line, reference.column, bad.sentence, "")
            for file in batch.files
            for reference in file.references
            if reference.kind == "picture" and reference.name == bad.file
        ) from None


def _paths(target: Path, batch: Batch) -> Iterator[Path]:
    if not target.is_dir():
        yield target
        return
    found = sorted(path for path in target.glob("*.md") if path.is_file())
    if not found:
        batch.problems.append(
            Problem(
                str(target),
                *_NO_PLACE,
                "There is no guide in this folder.",
                "Put files that end in .md into it.",
            )
        )
    yield from found


def _media_folders(target: Path) -> list[Path]:
    folder = target if target.is_dir() else target.parent
    return [folder, folder / "media", folder.parent / "media"]


def _find_pictures(batch: Batch, folders: list[Path]) -> None:
    names = set[str]().union(*(file.names_of("picture") for file in batch.files))
    for name in sorted(names):
        if Path(name).name != name:
            continue  # a path, not a name: it stays unknown and is told as a problem
        found = next((folder / name for folder in folders if (folder / name).is_file()), None)
        if found:
            batch.new_pictures[name] = found
    batch.old_pictures = known_pictures(names - batch.new_pictures.keys())
