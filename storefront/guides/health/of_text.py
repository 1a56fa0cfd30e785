"""What is to be said about the links, tokens, pictures and headings of one text."""

from collections.abc import Iterator
from dataclasses import replace

from ...catalog import WRITTEN
from ..checking.tokens import typed_prices
from ..source.front_matter import split
from ..source.lines import Lines
from ..source.markdown import Reference, parse, typed_target
from ..source.problems import BrokenGuide
from ..source.reading import read_guide
from ..standing_in import stand_in
from .ills import Ill
from .names import Names, Target

_OUTSIDE = ("http://", "https://")

Place = tuple[int, int, int]  # line, start, end


def ills_of_text(source: str, names: Names) -> Iterator[Ill]:
    """Everything, in no order; a text that cannot be read gives its mistakes and nothing else."""
    lines = Lines(source)
    try:
        file = read_guide(source.encode("utf-8", "replace"), "guide")
    except BrokenGuide as broken:
        for problem in broken.problems:
            is_alt = "no alternative text" in problem.what
            yield Ill("alt" if is_alt else "mistake", problem.what, line=problem.line,
                      start=lines.offset(problem.line, problem.column))  # fmt: skip
        return
    for reference in dict.fromkeys(file.references):
        yield from _of_reference(reference, source, lines, names)
    yield from _prices(source, lines)
    yield from _headings(source, lines)
    if not any(r.kind == "product" for r in file.references):
        yield Ill("no_product", "Leads to no product.", line=1)


def outside_links(source: str) -> list[tuple[str, int]]:
    """Address and line of every link of a text that leads out of the shop."""
    halves = split(source)
    found = []
    for token in parse(halves[1] if halves else source):
        for child in token.children or ():
            href = str(child.attrGet("href") or "") if child.type == "link_open" else ""
            if href.lower().startswith(_OUTSIDE) and not typed_target(href):
                found.append((href, (token.map or (0, 0))[0] + 1))
    return found


def _of_reference(reference: Reference, source: str, lines: Lines, names: Names) -> Iterator[Ill]:
    start, end = _span(reference, source, lines)
    place = (reference.line, start, end)
    if reference.kind == "picture":
        if reference.name not in names.pictures:
            yield _at(place, "dead", f"There is no picture “{reference.name}”.")
    elif reference.kind == "SKU":
        yield from _of_token(reference.name, source[start:end], names, place)
    else:
        target = names.of(reference.kind).get(reference.name)
        if target is None:
            yield _at(place, "dead", f"There is no {reference.kind} “{reference.name}”.")
        else:
            yield from _of_target(reference, target, names, place)


def _at(place: Place, kind: str, message: str) -> Ill:
    line, start, end = place
    return Ill(kind, message, line=line, start=start, end=end)


def _of_target(reference: Reference, target: Target, names: Names, place: Place) -> Iterator[Ill]:
    if target.slug != reference.name:
        renamed = _at(place, "renamed", f"“{reference.name}” is called “{target.slug}” now.")
        yield replace(renamed, instead=target.slug)
    if not target.is_public:
        yield _at(place, "archived", f"“{target.name}” is not in the shop.")
        return
    card = names.cards.get(target.id) if reference.kind == "product" else None
    if card and card.is_sold_out:
        who = stand_in(target.id, None, cards=names.cards, nearest=names.nearest)
        near = f"“{who.card.name}” is nearest" if who else "nothing is near to it"
        sold_out = _at(place, "sold_out", f"“{target.name}” is sold out; {near}.")
        yield replace(sold_out, product_id=target.id)


def _of_token(sku: str, written: str, names: Names, place: Place) -> Iterator[Ill]:
    offer = names.offer(sku)
    if sku not in names.skus:
        yield _at(place, "dead", f"There is no SKU “{sku}”.")
    elif offer is None:
        yield _at(place, "token", f"“{sku}” is not on sale.")
    elif written.startswith("{lasts") and not offer.lasts_days:
        yield _at(place, "token", f"Nobody knows how much one use of “{sku}” takes.")


def _span(reference: Reference, source: str, lines: Lines) -> tuple[int, int]:
    start = lines.offset(reference.line, reference.column)
    token = WRITTEN.match(source, start)
    if token:
        return start, token.end()
    at = source.find(reference.name, start, lines.end_of(reference.line))
    return (at, at + len(reference.name)) if at >= 0 else (start, lines.end_of(reference.line))


def _prices(source: str, lines: Lines) -> Iterator[Ill]:
    for price in typed_prices(source):
        yield Ill(
            "price", f"“{price.written}” is typed by hand.", line=lines.line_of(price.start),
            start=price.start, end=price.end,
            instead=price.tokens[0] if len(price.tokens) == 1 else "",
        )  # fmt: skip


def _headings(source: str, lines: Lines) -> Iterator[Ill]:
    """A section of the third level stands within one of the second."""
    halves = split(source)
    tokens = parse(halves[1]) if halves else ()
    first = next((one for one in tokens if one.type == "heading_open" and one.map), None)
    if first is None or first.map is None or first.tag != "h3":
        return
    line = first.map[0] + 1
    start = lines.offset(line, 1)
    place = (line, start, start + len("###"))
    ill = _at(place, "heading", "The first heading is one of the third level.")
    yield replace(ill, instead="##" if source.startswith("###", start) else "")
