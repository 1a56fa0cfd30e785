"""What is to be said about the links, tokens, pictures and headings of one text."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from ...catalog import WRITTEN
from ..checking.tokens import WrittenPrice, written_prices
from ..source.facts import begin_of_text
from ..source.front_matter import body_of
from ..source.lines import Lines
from ..source.markdown import Reference, parse, typed_target
from ..source.problems import BrokenGuide
from ..source.reading import read_guide_text
from ..standing_in import stand_in
from .ills import Ill
from .names import Names, Target

_OUTSIDE = ("http://", "https://")

Place = tuple[int, int, int]  # line, start, end


@dataclass(frozen=True, slots=True)
class Named:
    """What a text leads to or shows, where it does, and the words that do."""

    reference: Reference
    place: Place
    written: str


@dataclass(frozen=True, slots=True)
class Reading:
    """What can be told of a text without the shop: it stays as it is for as long as the text."""

    ills: tuple[Ill, ...]
    named: tuple[Named, ...]
    prices: tuple[tuple[int, WrittenPrice], ...]  # each with its line
    outside: tuple[tuple[str, int], ...]  # address and line
    lines_above: int  # those of the facts, which an editor does not show


def read_text(source: str) -> Reading:
    """Reads a text; one that cannot be read gives its mistakes and nothing else."""
    lines = Lines(source)
    outside = tuple(outside_links(source))
    above = source.count("\n", 0, begin_of_text(source))
    try:
        file = read_guide_text(source)
    except BrokenGuide as broken:
        return Reading(tuple(_mistakes(broken, lines)), (), (), outside, above)
    ills = [*_headings(source, lines)]
    if not any(r.kind == "product" for r in file.references):
        ills.append(Ill("no_product", "Leads to no product.", line=1))
    named = tuple(_named(one, source, lines) for one in dict.fromkeys(file.references))
    prices = tuple((lines.line_of(one.start), one) for one in written_prices(source))
    return Reading(tuple(ills), named, prices, outside, above)


def ills_of_text(source: str, names: Names) -> Iterator[Ill]:
    """Everything that is to be said about a text, in no order."""
    return ills_of(read_text(source), names)


def ills_of(reading: Reading, names: Names) -> Iterator[Ill]:
    """The same of a text that was read before."""
    yield from reading.ills
    for named in reading.named:
        yield from _of_named(named, names)
    for line, price in reading.prices:
        tokens = price.tokens(names.sizes)
        yield Ill(
            "price", f"“{price.written}” is typed by hand.", line=line,
            start=price.start, end=price.end, instead=tokens[0] if len(tokens) == 1 else "",
        )  # fmt: skip


def _mistakes(broken: BrokenGuide, lines: Lines) -> Iterator[Ill]:
    for problem in broken.problems:
        is_alt = "no alternative text" in problem.what
        yield Ill("alt" if is_alt else "mistake", problem.what, line=problem.line,
                  start=lines.offset(problem.line, problem.column))  # fmt: skip


def outside_links(source: str) -> list[tuple[str, int]]:
    """Address and line of every link of a text that leads out of the shop."""
    found = []
    for token in parse(body_of(source)):
        for child in token.children or ():
            href = str(child.attrGet("href") or "") if child.type == "link_open" else ""
            if href.lower().startswith(_OUTSIDE) and not typed_target(href):
                found.append((href, (token.map or (0, 0))[0] + 1))
    return found


def _named(reference: Reference, source: str, lines: Lines) -> Named:
    start, end = _span(reference, source, lines)
    return Named(reference, (reference.line, start, end), source[start:end])


def _of_named(named: Named, names: Names) -> Iterator[Ill]:
    reference, place = named.reference, named.place
    if reference.kind == "picture":
        if reference.name not in names.pictures:
            yield _at(place, "dead", f"There is no picture “{reference.name}”.")
    elif reference.kind == "SKU":
        yield from _of_token(reference.name, named.written, names, place)
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
        message = f"“{target.name}” is sold out; {_shown_instead(reference, target, names)}."
        yield replace(_at(place, "sold_out", message), product_id=target.id)


def _shown_instead(reference: Reference, target: Target, names: Names) -> str:
    """What readers see at this place in place of a product that is sold out."""
    if reference.is_alternative:
        return "it stands in for nothing"
    chosen = names.products.get(reference.instead)
    wanted = chosen.id if chosen else None
    who = stand_in(target.id, wanted, cards=names.cards, nearest=names.nearest)
    if who is None:
        return "nothing is near to it"
    why = "as the guide says" if who.chosen_by == "editor" else "which is nearest"
    return f"readers see “{who.card.name}”, {why}"


def _of_token(sku: str, written: str, names: Names, place: Place) -> Iterator[Ill]:
    offer = names.offers.get(sku)
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


def _headings(source: str, lines: Lines) -> Iterator[Ill]:
    """A section of the third level stands within one of the second."""
    headings = (one for one in parse(body_of(source)) if one.type == "heading_open" and one.map)
    first = next(headings, None)
    if first is None or first.map is None or first.tag != "h3":
        return
    line = first.map[0] + 1
    start = lines.offset(line, 1)
    place = (line, start, start + len("###"))
    ill = _at(place, "heading", "The first heading is one of the third level.")
    yield replace(ill, instead="##" if source.startswith("###", start) else "")
