"""What can be wrong with the links of the shop: its kinds, and one finding."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple


class Kind(NamedTuple):
    """What a kind is called, what one does about it, and whether it counts as broken."""

    words: str
    hint: str
    is_broken: bool


#: In the order of the list; what is broken comes first and makes check-links end with 1.
KINDS: Mapping[str, Kind] = {
    "dead": Kind("Dead links", "They lead to what is not there any more.", True),
    "outside": Kind("Outside addresses that fail", "Asked twice, on different days.", True),
    "alt": Kind("Missing alternative texts", "Say what a picture shows.", True),
    "mistake": Kind("Texts that cannot be read", "They are not published as they are.", True),
    "archived": Kind(
        "Links to what is archived or a draft", "Readers see the words without a link.", False
    ),
    "renamed": Kind("Renamed", "The link works; the text names a former address.", False),
    "sold_out": Kind("Sold out", "Readers see what stands in, or the sign-up.", False),
    "token": Kind("Tokens that say nothing", "Readers see a phrase in place of a number.", False),
    "price": Kind("Prices typed by hand", "A token keeps them true.", False),
    "mention": Kind("Products named without a link", "Proposed, never put in by itself.", False),
    "heading": Kind("Order of headings", "Screen readers jump along them.", False),
    "no_product": Kind("Guides without a product", "Readers find nothing to buy there.", False),
    "no_guide": Kind("Products without a guide", "No guide speaks of them.", False),
    "orphan": Kind("Pictures that nothing shows", "They take room, and nothing else.", False),
}

#: Where it stands, of a guide whose newest text is not the one that readers see.
TEXTS: Mapping[str, str] = {
    "both": "in the shop and in the draft",
    "public": "in the shop only: the draft is mended and not published",
    "draft": "in the draft only",
}


@dataclass(frozen=True, slots=True)
class Ill:
    """One thing to look at: in a guide with its line, or of a product or picture.

    line, start and end count in the guide's newest text, or in the public one of what stands there
    alone. editor_line is the line as an editor shows the text, 0 where it is a line of the facts,
    of which fact names the one. instead is what may stand there, '' where only a person can tell.
    stands_in is a name of TEXTS, '' where a guide has one text only.
    """

    kind: str
    message: str
    guide_id: int = 0
    guide: str = ""
    line: int = 0
    start: int = 0
    end: int = 0
    instead: str = ""
    product_id: int = 0
    stands_in: str = ""
    editor_line: int = 0
    fact: str = ""

    @property
    def is_broken(self) -> bool:
        """Whether it makes a check of the shop fail."""
        return KINDS[self.kind].is_broken
