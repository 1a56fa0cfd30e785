"""What guide pages show: frozen, finished, with nothing left to ask the database."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, ClassVar

from markupsafe import Markup

from ..catalog import Near, OfferView, PairingView, PictureView, ProductCardView
from .standing_in import StandIn, stand_in


@dataclass(frozen=True, slots=True)
class GuideCardView:
    """A guide in a list."""

    slug: str
    title: str
    summary: str
    picture: PictureView | None
    minutes_to_read: int
    updated_on: date


@dataclass(frozen=True, slots=True)
class HtmlBlock:
    """Running text."""

    kind: ClassVar[str] = "html"
    id: str
    html: Markup


@dataclass(frozen=True, slots=True)
class TakeawaysBlock:
    """What to remember: a <ul>."""

    kind: ClassVar[str] = "takeaways"
    id: str
    html: Markup


@dataclass(frozen=True, slots=True)
class Taken:
    """A product that steps take some of, each time so much; instead is there while it is sold out.

    The amount counts what the net content of its sizes counts.
    """

    card: ProductCardView
    amount: Decimal
    instead: StandIn | None


@dataclass(frozen=True, slots=True)
class StepsBlock:
    """How to do it: an <ol>, with the time it takes and how often.

    Steps for a use that take something are a routine; others have no use, or take nothing.
    """

    kind: ClassVar[str] = "steps"
    id: str
    html: Markup
    title: str
    minutes: int | None
    often: str
    use: str = ""
    takes: tuple[Taken, ...] = ()


@dataclass(frozen=True, slots=True)
class ProductBlock:
    """A product with the editor's reason; instead is there while it is sold out.

    Where the shop no longer shows the product, its sentence stands alone, as an HtmlBlock.
    """

    kind: ClassVar[str] = "product"
    id: str
    html: Markup
    card: ProductCardView
    instead: StandIn | None


@dataclass(frozen=True, slots=True)
class CompareBlock:
    """Two products side by side."""

    kind: ClassVar[str] = "compare"
    id: str
    html: Markup
    cards: tuple[ProductCardView, ...]
    instead: tuple[StandIn | None, ...]  # of each card


@dataclass(frozen=True, slots=True)
class QuoteBlock:
    """A sentence pulled out, by somebody of the shop."""

    kind: ClassVar[str] = "quote"
    id: str
    html: Markup
    by: str


Block = HtmlBlock | TakeawaysBlock | StepsBlock | ProductBlock | CompareBlock | QuoteBlock


@dataclass(frozen=True, slots=True)
class GuideView:
    """A guide on its own page."""

    id: int
    slug: str
    title: str
    summary: str
    picture: PictureView | None
    minutes_to_read: int
    updated_on: date
    author: str
    reviewer: str
    reviewed_on: date | None
    published_on: date | None
    ai_use: str
    blocks: tuple[Block, ...]


_FACTS = ("slug", "title", "summary", "minutes_to_read", "updated_on", "author", "reviewer",
          "reviewed_on", "published_on", "ai_use")  # fmt: skip


def guide_view(
    facts: Any, *, id: int, picture: PictureView | None, blocks: tuple[Block, ...]
) -> GuideView:
    """A guide on its own page; its facts are those of a row or of a file."""
    said = {name: getattr(facts, name) for name in _FACTS}
    return GuideView(id=id, picture=picture, blocks=blocks, **said)


@dataclass(frozen=True, slots=True)
class GuidePage:
    """What the page of one guide needs: the guide, others to read on, and what goes with it.

    pairings are of products that the guide leads to, and none that it speaks of or shows itself.
    """

    guide: GuideView
    more: tuple[GuideCardView, ...]
    pairings: tuple[PairingView, ...]


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What the typed places of a guide lead to at this moment; what is missing is not shown."""

    cards: Mapping[int, ProductCardView]
    guide_slugs: Mapping[int, str]
    pictures: Mapping[int, PictureView]
    nearest: Mapping[int, Near]

    def instead_of(self, product: int, wanted: int | None) -> StandIn | None:
        """Who stands in for a product that is sold out; wanted is whom the author chose."""
        return stand_in(product, wanted, cards=self.cards, nearest=self.nearest)

    def offers(self) -> dict[str, OfferView]:
        """SKU → offer of every size on the cards, for tokens."""
        return {offer.sku: offer for card in self.cards.values() for offer in card.offers}
