"""What running text says beside what it leads to: an alternative, an amount, or a size."""

from collections.abc import Callable, Iterator

from markdown_it.token import Token

from ... import catalog
from .markdown import Reference, beside, plain_text, typed_target
from .problems import Notes

Place = Callable[[str], tuple[int, int]]
_NO_OTHER = ("names no other product", "instead:its-slug")


def names_in(child: Token, place: Place, notes: Notes) -> Iterator[Reference]:
    """The references of a link's alternative or a token; mistakes go to the notes.

    place finds line and column of what is written.
    """
    if child.type == catalog.TOKEN:
        line, column = place(child.content)
        yield Reference("SKU", catalog.sku_of(child)[1], line, column)
    if child.type == "image" and catalog.WRITTEN.search(
        f"{_inside(child)}{child.attrGet('title')}"
    ):
        line, column = place(str(child.attrGet("src")))
        what = "A token cannot stand in the words of a picture."
        notes.add(line, column, what, "Write it in a sentence of the text.")
    if child.type == "link_open":
        yield from _alternative(child, place, notes)


def link_to(kind: str, name: str, link: Token, place: tuple[int, int]) -> Reference:
    """The reference of a typed link, with the alternative that its author chose."""
    return Reference(kind, name, *place, instead=(beside(link) or ("", ""))[0])


def _alternative(link: Token, place: Place, notes: Notes) -> Iterator[Reference]:
    target, said = typed_target(str(link.attrGet("href") or "")), beside(link)
    if not target or target[0] != "product" or said == ("", ""):
        return
    title, slug = str(link.attrGet("title")), said[0] if said else ""
    line, column = place(title)
    if said is None or slug == target[1]:
        is_amount = said is None and "takes:" in title
        what, title_for = ("is no amount", "takes:250") if is_amount else _NO_OTHER
        instead = f'Write [text](product:{target[1]} "{title_for}").'
        notes.add(line, column, f"“{title}” {what}.", instead)
        return
    if not slug:
        return
    yield Reference("product", slug, line, column + title.index(slug), is_alternative=True)


def _inside(image: Token) -> str:
    return "".join(token.content for token in image.children or []) + plain_text(image)
