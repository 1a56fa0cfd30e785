"""Pictures of a product over HTTP: handed in, described, put in order, taken off and back."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from flask import Blueprint, Response, redirect, request
from werkzeug.datastructures import FileStorage
from werkzeug.wrappers import Response as AnyResponse

from ... import catalog
from ...database import transaction
from ...errors import Refusal
from ...forms import STALE, Form
from ...pages import settings, shop_url
from ..desk import render_desk
from .form import moment, sentence
from .routes import ONE, note, sheet_of

MOST_FILES = 12
MOST_PICTURES = 40
_NAME = re.compile(r"[0-9a-f]{16}")
_PAGE = f"{ONE}/pictures"


@dataclass(slots=True)
class PictureFields:
    """One picture with what is written about it; a new one is not on the product's page yet."""

    name: str
    view: catalog.PictureView
    alt: str
    sku: str
    place: str
    is_new: bool = False
    error: str = ""


def staff_pictures(id: int) -> Response:
    """The pictures of a product, after them those that were handed in just now."""
    sheet = sheet_of(id)
    return _page(
        sheet, _shown(sheet, request.args.get("new", "")), said=request.args.get("said", "")
    )


def staff_add_pictures(id: int) -> AnyResponse:
    """Takes pictures in, and leads to the page on which they are described."""
    sheet = sheet_of(id)
    if not Form().validate():
        return _page(sheet, _shown(sheet, ""), status=422, error=STALE)
    files = [file for file in request.files.getlist("files") if file.filename]
    waiting = request.form.get("new", "")
    if not files or len(files) > MOST_FILES:
        error = f"Please choose from 1 to {MOST_FILES} pictures."
        return _page(sheet, _shown(sheet, waiting), status=422, error=error)
    media = settings().instance / "media"
    good, bad = catalog.take_in_uploads([(f.read(), _file_name(f)) for f in files], media)
    with transaction():
        catalog.save_pictures(good)
    names = ",".join(dict.fromkeys([*_names(waiting), *(one.name for one in good)]))
    if bad:
        errors = " ".join(problem.sentence for problem in bad)
        return _page(sheet, _shown(sheet, names), status=422, error=errors)
    query = urlencode({"said": "pictures_added", "new": names})
    return redirect(f"{shop_url('staff_pictures', id=id)}?{query}", 303)


def staff_arrange_pictures(id: int) -> AnyResponse:
    """Saves what was written about the pictures and their order."""
    sheet = sheet_of(id)
    fields = _sent(request.form)
    if not Form().validate():
        return _page(sheet, fields, status=422, error=STALE)
    ordered = sorted(fields, key=_place)
    try:
        _arrange(sheet, ordered, seen=request.form.get("seen", ""))
    except catalog.BadCatalogue as bad:
        for problem in bad.problems:
            ordered[problem.line - 1].error = sentence(problem)
        return _page(sheet, fields, status=422, error="Nothing was saved yet.")
    except Refusal as refusal:
        return _page(sheet_of(id), fields, status=refusal.status, error=refusal.sentence)
    return redirect(shop_url("staff_pictures", id=id, said="pictures_saved"), 303)


def staff_remove_picture(id: int) -> AnyResponse:
    """Takes one picture off the page, or puts it back as it was."""
    sheet = sheet_of(id)
    name, form = request.form.get("name", ""), request.form
    if not Form().validate():
        return _page(sheet, _shown(sheet, ""), status=422, error=STALE)
    before = _shown(sheet, "")
    fields = [field for field in before if field.name != name]
    query = {"said": "picture_removed"}
    if form.get("put_back"):
        (back,) = _shown_new([name]) or (None,)
        if back is None:
            raise Refusal("This picture is not there any more. Please hand it in once more.")
        back.alt, back.sku = form.get("alt", ""), form.get("sku", "")
        place = form.get("place", "")
        is_place = place.isascii() and place.isdigit() and len(place) < 4
        fields.insert(int(place) - 1 if is_place else 0, back)
        query = {"said": "pictures_saved"}
    else:
        gone = next((field for field in before if field.name == name), None)
        if gone is not None:
            query |= {"name": name, "alt": gone.alt, "sku": gone.sku, "place": gone.place}
    try:
        _arrange(sheet, fields, seen=form.get("seen", ""))
    except Refusal as refusal:
        fresh = sheet_of(id)
        return _page(fresh, _shown(fresh, ""), status=refusal.status, error=refusal.sentence)
    return redirect(f"{shop_url('staff_pictures', id=id)}?{urlencode(query)}", 303)


def _arrange(sheet: catalog.Sheet, fields: list[PictureFields], *, seen: str) -> None:
    uses = [(field.name, field.alt, field.sku) for field in fields]
    with transaction():
        catalog.arrange_pictures(sheet.id, uses, seen=moment(seen))
        note("product pictures changed", sheet, sheet_of(sheet.id))


def _page(
    sheet: catalog.Sheet,
    fields: list[PictureFields],
    *,
    status: int = 200,
    said: str = "",
    error: str = "",
) -> Response:
    return render_desk(
        "products/pictures.html",
        status=status,
        said=said,
        error=error,
        sheet=sheet,
        pictures=fields,
        first_wrong=next((field.name for field in fields if field.error), ""),
        new=",".join(field.name for field in fields if field.is_new),
        removed=request.args if said == "picture_removed" and request.args.get("name") else None,
        most_files=MOST_FILES,
    )


def _shown(sheet: catalog.Sheet, new: str) -> list[PictureFields]:
    there = [
        PictureFields(use.name, use.view, use.alt, use.sku, str(n))
        for n, use in enumerate(sheet.pictures, start=1)
    ]
    known = {field.name for field in there}
    fresh = _shown_new([name for name in _names(new) if name not in known])
    for n, field in enumerate(fresh, start=len(there) + 1):
        field.place = str(n)
    return [*there, *fresh]


def _shown_new(names: list[str]) -> list[PictureFields]:
    views = catalog.pictures_by_name(names)
    return [
        PictureFields(name, views[name], "", "", "", is_new=True) for name in names if name in views
    ]


def _names(text: str) -> list[str]:
    return [name for name in text.split(",")[:MOST_PICTURES] if _NAME.fullmatch(name)]


def _sent(form: Mapping[str, str]) -> list[PictureFields]:
    names = [key.removeprefix("place-") for key in form if key.startswith("place-")]
    names = [name for name in names if _NAME.fullmatch(name)][:MOST_PICTURES]
    views = catalog.pictures_by_name(names)
    return [
        PictureFields(
            name=name,
            view=views[name],
            alt=form.get(f"alt-{name}", ""),
            sku=form.get(f"sku-{name}", ""),
            place=form.get(f"place-{name}", ""),
            is_new=form.get(f"is_new-{name}") == "1",
        )
        for name in names
        if name in views
    ]


def _place(field: PictureFields) -> int:
    text = field.place.strip()
    return int(text) if text.isascii() and text.isdigit() and len(text) < 5 else 9999


def _file_name(file: FileStorage) -> str:
    """What a file was called, short and without what a file name cannot hold everywhere."""
    last = re.split(r"[\\/]", file.filename or "")[-1]
    return re.sub(r"[^\w.() -]+", "-", last).strip(" -.")[-120:] or "picture"


def register(shop: Blueprint) -> None:
    """Adds the pictures of products."""
    shop.add_url_rule(_PAGE, "staff_pictures", staff_pictures)
    shop.add_url_rule(_PAGE, "staff_arrange_pictures", staff_arrange_pictures, methods=["POST"])
    shop.add_url_rule(f"{_PAGE}/new", "staff_add_pictures", staff_add_pictures, methods=["POST"])
    shop.add_url_rule(
        f"{_PAGE}/remove", "staff_remove_picture", staff_remove_picture, methods=["POST"]
    )
