"""Mentions of products in a guide's text that do not lead there yet, and what may stand there.

A mention is a name of a product or kind, or another word for it, outside of links, quotes, code
and pictures. Every mention is listed. Of each product the first one of a section (what stands
between two headings) is chosen, unless the section leads to the product already: only chosen
ones are laid before an editor, so that a section is never strewn with links. A heading keeps its
words: where it names a product, a card below it is what is offered, in a section of its own right.
Nothing is ever put in by itself.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import pairwise

from ... import catalog
from ..source.open_text import OpenText, Passage, open_text
from .vocabulary import Spoken, Vocabulary

_MARKS = re.compile(r"([\\`*_\[\]<>{}])")
_SENTENCE = re.compile(r"(.+?[.!?])(?:\s|$)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Proposal:
    """A mention between two offsets of the source, and what it may become.

    link stands in the place of the words, '' in a heading; card is put in at card_at.
    """

    start: int
    end: int
    words: str
    section: int
    is_heading: bool
    is_chosen: bool
    product_id: int
    slug: str
    product: str
    sku: str  # of the size that the card begins with: the cheapest that can be bought
    size: str
    is_in_stock: bool
    link: str
    card: str
    card_at: int


@dataclass(frozen=True, slots=True)
class Wordbook:
    """All names of the shop and what they lead to, read once for many guides."""

    vocabulary: Vocabulary
    namings: tuple[catalog.Naming, ...]
    cards: Mapping[int, catalog.ProductCardView]


def wordbook(cards: Mapping[int, catalog.ProductCardView] | None = None) -> Wordbook:
    """The names of everything that is on sale now, in four statements.

    cards are those of everything on sale, where they are there already: two statements less.
    """
    namings = catalog.namings()
    names: list[tuple[str, int | None]] = []
    for number, naming in enumerate(namings):
        names += [(name, number) for name in naming.names]
        names += [(name, None) for name in naming.other_things]
    if cards is None:
        cards = catalog.cards_by_id(id_ for naming in namings for id_ in naming.products)
    return Wordbook(Vocabulary(names), namings, cards)


def proposals(source: str, book: Wordbook | None = None) -> list[Proposal]:
    """Every mention in a guide's source, in its order; linear in the length of the source."""
    book = book or wordbook()
    text = open_text(source)
    spoken: Spoken = {}
    found = [
        proposal
        for passage in text.passages
        for proposal in _in_passage(source, passage, book, spoken)
    ]  # fmt: skip
    return _chosen(found, text)


def _in_passage(
    source: str, passage: Passage, book: Wordbook, spoken: Spoken
) -> Iterator[Proposal]:
    for found in book.vocabulary.find(source, _open(passage), spoken):
        card = _best(found.meanings, book)
        if card is None:
            continue
        words = source[found.start : found.end]
        yield Proposal(
            start=found.start,
            end=found.end,
            words=words,
            section=passage.section,
            is_heading=passage.is_heading,
            is_chosen=False,
            product_id=card.id,
            slug=card.slug,
            product=card.name,
            sku=card.cheapest.sku,
            size=card.cheapest.name,
            is_in_stock=not card.is_sold_out,
            link="" if passage.is_heading else f"[{words}](product:{card.slug})",
            card=f"\n\n::: product {card.slug}\n{_reason(card)}\n:::",
            card_at=passage.block_end,
        )


def _open(passage: Passage) -> Iterator[tuple[int, int]]:
    """What is left of a passage between its closed stretches."""
    edges = [(passage.start, passage.start), *sorted(passage.closed), (passage.end, passage.end)]
    for (_, start), (end, _) in pairwise(edges):
        if start < end:
            yield start, end


def _best(meanings: tuple[int, ...], book: Wordbook) -> catalog.ProductCardView | None:
    """The first in the shop's order that can be bought, products meant by name before kinds."""
    named = sorted((book.namings[number] for number in meanings), key=lambda one: one.is_kind)
    cards = [book.cards[id_] for naming in named for id_ in naming.products if id_ in book.cards]
    in_stock = (card for card in cards if not card.is_sold_out)
    return next(in_stock, cards[0] if cards else None)


def _reason(card: catalog.ProductCardView) -> str:
    """What the card says until the editor says it: the first sentence of the summary."""
    words = " ".join(card.summary.split())
    first = _SENTENCE.match(words)
    return _MARKS.sub(r"\\\1", (first[1] if first else words) or f"{card.name}.")


def _chosen(found: list[Proposal], text: OpenText) -> list[Proposal]:
    """The first of each product in a section is chosen; one in the text before one in a heading."""
    first: dict[tuple[int, int], Proposal] = {}
    for proposal in sorted(found, key=lambda one: (one.is_heading, one.start)):
        if proposal.slug not in text.linked.get(proposal.section, ()):
            first.setdefault((proposal.section, proposal.product_id), proposal)
    places = {proposal.start for proposal in first.values()}
    return [replace(one, is_chosen=one.start in places) for one in found]
