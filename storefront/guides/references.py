"""What guides may speak of, looked up in the shop, and what they speak of in vain."""

from collections.abc import Iterable, Mapping, Sequence

from sqlalchemy import select

from .. import catalog
from ..database import db
from .linking import Known, unknown_names
from .models import Guide
from .source.problems import Problem
from .source.reading import GuideFile


def known_names(files: Sequence[GuideFile], pictures: Mapping[str, int]) -> Known:
    """Every name that these files may use; guides that are still to be saved have the id 0.

    Former and archived names are understood where a file uses them, so that an old file still
    fits a shop that has moved on.
    """
    products = catalog.product_ids()
    present = {row.slug: row.id for row in db.session.execute(select(Guide.slug, Guide.id))}
    guides = {file.slug: 0 for file in files} | present
    names = {"product": products, "guide": guides}
    for kind, name in sorted({(r.kind, r.name) for f in files for r in f.references}):
        if kind in names and name not in names[kind]:
            found = catalog.resolve_slug(kind, name)
            if found is not None:
                names[kind][name] = found
    asks_for_sizes = any(file.names_of("SKU") for file in files)
    return Known(products, guides, pictures, _skus() if asks_for_sizes else {})


def known_to(file: GuideFile) -> Known:
    """Every name that one file may use, with the pictures that the shop has."""
    return known_names([file], known_pictures(file.names_of("picture")))


def _skus() -> dict[str, int]:
    rows = db.session.execute(select(catalog.Variant.sku, catalog.Variant.product_id))
    return {row.sku: row.product_id for row in rows}


def problems_of(files: Sequence[GuideFile], known: Known) -> list[Problem]:
    """What is wrong with files that can each be read: unknown names, and addresses in dispute."""
    problems = [problem for file in files for problem in unknown_names(file, known)]
    seen: dict[str, str] = {}
    for file in files:
        if file.slug in seen:
            problems.append(
                at_slug(
                    file,
                    f"“{file.slug}” is also the slug of {seen[file.slug]}.",
                    "Give one of them another slug.",
                )
            )
        seen.setdefault(file.slug, file.file)
        problems += _dispute(file)
    return problems


def known_pictures(files: Iterable[str]) -> dict[str, int]:
    """File name → id of the newest picture that was taken in under it; a hash names its own."""
    picture, names = catalog.Picture, sorted(set(files))
    rows = db.session.execute(
        select(picture.file, picture.name, picture.id)
        .where(picture.file.in_(names) | picture.name.in_(names))
        .order_by(picture.id)
    ).all()
    by_file = {row.file: row.id for row in rows}
    return {row.name: row.id for row in rows if row.name in names} | {
        file: id_ for file, id_ in by_file.items() if file in names
    }


def _dispute(file: GuideFile) -> list[Problem]:
    """A new guide must not take over the address at which another one is still looked for."""
    ids = db.session.execute(
        select(Guide.slug, Guide.id).where(Guide.slug.in_([file.slug, file.formerly]))
    )
    here = {row.slug: row.id for row in ids}
    if file.formerly and file.formerly in here and file.slug in here:
        return [
            at_slug(
                file,
                f"There are guides at “{file.slug}” and at “{file.formerly}”.",
                "Take out formerly:, or archive one of them and choose a new slug.",
            )
        ]
    former_owner = None if file.slug in here else catalog.resolve_slug("guide", file.slug)
    if former_owner in {None, here.get(file.formerly)}:
        return []
    present = db.session.get(Guide, former_owner)
    now = present.slug if present else "another slug"
    return [
        at_slug(
            file,
            f"“{file.slug}” is a former address of the guide “{now}”.",
            f"Write slug: {now}, or choose a new one.",
        )
    ]


def at_slug(file: GuideFile, what: str, instead: str) -> Problem:
    """Something wrong with the address of a guide, at the line that gives it."""
    lines = file.source.split("\n")
    number = next((n for n, line in enumerate(lines, 1) if line.startswith("slug:")), 1)
    return Problem(file.file, number, 1, what, instead)


def is_free(slug: str) -> bool:
    """Whether no guide is at an address or ever was."""
    there = db.session.execute(select(Guide.id).where(Guide.slug == slug)).first()
    return there is None and catalog.resolve_slug("guide", slug) is None
