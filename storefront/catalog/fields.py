"""The rules of every field a shopkeeper fills in: one place for files, forms and operations.

A rule takes text as it was written and gives the value to keep, or raises BadField.
"""

import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from decimal import Decimal
from difflib import get_close_matches
from functools import cache
from typing import Any

from .. import inventory
from ..countries import countries
from ..money import NotChargeable, parse_money, plain_money, smallest_step
from .amounts import MOST_USES, read_amount
from .drafts import BadField
from .naming import also_called
from .pairings import goes_with
from .slugs import LONGEST_SLUG, SLUG
from .uses import used_for

STATES = ("draft", "published", "archived")
KINDS = ("cosmetic", "set", "article")
UNITS = ("ml", "g")
_SKU = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")
_WHOLE = re.compile(r"[0-9]{1,9}")
_AMOUNT = re.compile(r"[0-9]{1,9}(\.[0-9]{1,4})?")
_LINE_END = re.compile(r"\r\n|[\r\x0b\x0c\x85\u2028\u2029]")  # also those of word processors
_NEAR_AMOUNT = re.compile(r"[^-0-9]{0,4}([0-9]{1,9})[.,]([0-9]{2})[^-0-9]{0,4}")  # €12,90
_TURNS = r"\u202a-\u202e\u2066-\u2069"  # the direction of writing around
_UNFIT = re.compile(rf"[\x00-\x08\x0e-\x1f\x7f-\x9f{_TURNS}\ufeff\ufffe\uffff\ud800-\udfff]")
_LONGEST_TEXT = 50_000

Rule = Callable[[str], Any]


@dataclass(frozen=True, slots=True)
class Rules:
    """The rules of one shop, by field; price becomes price_cents in the shop's currency."""

    category: Mapping[str, Rule]
    product: Mapping[str, Rule]
    variant: Mapping[str, Rule]
    picture: Mapping[str, Rule]


@cache
def rules_for(currency: str, tax_classes: tuple[str, ...]) -> Rules:
    """The rules of a shop that sells in this currency with these tax classes."""
    return Rules(
        category={
            "slug": slug,
            "name": line(200, needed=True),
            "description": text,
            "also_called": also_called,
        },  # fmt: skip
        product=_product_rules(),
        variant=_variant_rules(currency, tax_classes),
        picture={"file": picture_file, "alt": line(1000, needed=True), "sku": optional(sku)},
    )


def _product_rules() -> dict[str, Rule]:
    return {
        "slug": slug,
        "name": line(200, needed=True),
        "also_called": also_called,
        "category": slug,
        "state": one_of(STATES),
        "kind": one_of(KINDS),
        "summary": text,
        "description": text,
        "directions": text,
        "use_amount": optional(amount, None),
        "uses_per_week": optional(whole(1, MOST_USES), None),
        "used_for": used_for,
        "ingredients": text,
        "warnings": text,
        "opened_months": optional(whole(1, 600), None),
        "has_best_before": yes_no,
        "responsible_name": line(200),
        "responsible_address": text,
        "responsible_contact": line(320),
        "responsible_uk": text,
        "contact_us": text,
        "origin_country": optional(country),
        "goes_with": lambda written: goes_with(text(written)),
    }


def _variant_rules(currency: str, tax_classes: tuple[str, ...]) -> dict[str, Rule]:
    return {
        "sku": sku,
        "name": line(100, needed=True),
        "price": price(currency),
        "currency": one_of((currency,)),
        "net_content": optional(whole(1, 10_000_000), None),
        "net_unit": optional(one_of(UNITS)),
        "weight_grams": optional(whole(0, 10_000_000), 0),
        "gtin": optional(gtin),
        "tax_class": one_of(tax_classes),
        "is_sold": yes_no,
        "opening_stock": optional(whole(0, 10_000_000), None),
        "kit": optional(kit, None),
    }


def nearest(word: str, known: Collection[str]) -> str:
    """The known word that looks most like this one, or '' when none does."""
    found = get_close_matches(word.strip().lower().replace(" ", "_"), known, 1, 0.6)
    return found[0] if found else ""


def text(written: str) -> str:
    """Text of any length, with plain line ends and nothing around it."""
    kept = _LINE_END.sub("\n", written).strip()
    if len(kept) > _LONGEST_TEXT:
        raise BadField(f"is {len(kept)} characters long.", f"Write at most {_LONGEST_TEXT}.")
    unfit = _UNFIT.search(kept)
    if unfit:
        raise BadField(
            f"holds a character that cannot be shown (U+{ord(unfit.group()):04X}).",
            "Delete it and type the text again.",
        )
    return kept


def line(most: int, *, needed: bool = False) -> Rule:
    """A rule for one line of at most so many characters."""

    def rule(written: str) -> str:
        kept = text(written)
        if needed and not kept:
            raise BadField("is empty.", "Write something here.")
        if "\n" in kept:
            raise BadField("goes over several lines.", "Write it in one line.")
        if len(kept) > most:
            raise BadField(f"is {len(kept)} characters long.", f"Write at most {most}.")
        return kept

    return rule


def optional(rule: Rule, empty: Any = "") -> Rule:
    """The same rule for a field that may be left empty."""
    return lambda written: rule(written) if written.strip() else empty


def whole(least: int, most: int) -> Rule:
    """A rule for whole numbers in a range."""

    def rule(written: str) -> int:
        kept = written.strip()
        if not _WHOLE.fullmatch(kept):
            raise BadField(f"{_short(kept)} is not a whole number.", "Write digits only, like 250.")
        if not least <= int(kept) <= most:
            raise BadField(f"{kept} is out of range.", f"Write a number from {least} to {most}.")
        return int(kept)

    return rule


def one_of(words: tuple[str, ...]) -> Rule:
    """A rule for one of a few words; upper or lower case does not matter."""

    def rule(written: str) -> str:
        kept = written.strip()
        for word in words:
            if kept.lower() == word.lower():
                return word
        likely = nearest(kept, words)
        listed = likely or (words[0] if len(words) == 1 else f"one of {', '.join(words)}")
        raise BadField(f"{_short(kept)} is not known here.", f"Write {listed}.")

    return rule


def slug(written: str) -> str:
    """The last part of an address: small letters, digits and single hyphens."""
    kept = written.strip()
    if not SLUG.fullmatch(kept) or len(kept) > LONGEST_SLUG:
        likely = re.sub(r"[^a-z0-9]+", "-", kept.lower())[:LONGEST_SLUG].strip("-")
        raise BadField(f"{_short(kept)} cannot be an address.", f"Write {likely or 'body-cream'}.")
    return kept


def sku(written: str) -> str:
    """An article number that fits into an address."""
    kept = written.strip()
    if not _SKU.fullmatch(kept) or len(kept) > 64:
        likely = re.sub(r"[^A-Za-z0-9._-]+", "-", kept)[:64].strip("-._")
        raise BadField(f"{_short(kept)} cannot be a SKU.", f"Write {likely or 'OIL-SPRAY-100'}.")
    return kept


def kit(written: str) -> dict[str, int]:
    """Units of each part of a kit, written like: 1 OIL-SPRAY-250, 2 FLAKES-1000."""
    parts: dict[str, int] = {}
    for part in written.split(","):
        units, _, name = part.strip().partition(" ")
        if not name.strip():
            raise BadField(
                f"{_short(part.strip())} is no part of a kit.",
                "Write units and SKU of each, like 1 OIL-SPRAY-250, 2 FLAKES-1000.",
            )
        key = sku(name)
        if key in parts:
            raise BadField(f"{key} is named twice.", "Write it once, with all of its units.")
        parts[key] = whole(1, inventory.MOST_OF_A_PART)(units)
    if len(parts) > inventory.MOST_PARTS:
        raise BadField(f"has {len(parts)} parts.", f"A kit has at most {inventory.MOST_PARTS}.")
    return parts


def price(currency: str) -> Rule:
    """A rule for prices such as 12.90, in minor units of the currency."""
    example = plain_money(12900 if smallest_step(currency) == 10 else 1290, currency)

    def rule(written: str) -> int:
        kept = written.strip()
        if not _AMOUNT.fullmatch(kept):
            near = _NEAR_AMOUNT.fullmatch(kept)
            likely = f"{near[1]}.{near[2]}" if near and example == "12.90" else example
            raise BadField(f"{_short(kept)} is not a price.", f"Write it like {likely}.")
        try:
            return parse_money(kept, currency)
        except NotChargeable:
            raise BadField(
                f"{kept} cannot be charged in {currency}.",
                f"Let the last of its three decimals be 0, as in {kept[:-1]}0.",
            ) from None
        except ValueError:
            raise BadField(
                f"{kept} is not a price in {currency}.", f"Write it like {example}."
            ) from None

    return rule


def amount(written: str) -> Decimal:
    """How much one use takes: a number above 0 with at most three decimals."""
    try:
        return read_amount(written)
    except ValueError:
        raise BadField(f"{_short(written)} is no amount.", "Write a number like 1.5.") from None


def gtin(written: str) -> str:
    """A GTIN of 8, 12, 13 or 14 digits whose last digit checks the others."""
    kept = written.strip()
    if not (kept.isascii() and kept.isdigit()) or len(kept) not in {8, 12, 13, 14}:
        raise BadField(
            f"{_short(kept)} is not a GTIN.", "Write its 8, 12, 13 or 14 digits, or leave it empty."
        )
    weighted = sum(int(d) * (3 if i % 2 == 0 else 1) for i, d in enumerate(reversed(kept[:-1])))
    right = str(-weighted % 10)
    if kept[-1] != right:
        raise BadField(
            f"{kept} has a wrong check digit.",
            f"Compare it with the label; with these digits it would end in {right}.",
        )
    return kept


def country(written: str) -> str:
    """A country by its two letters (ISO 3166-1)."""
    kept = written.strip().upper()
    if kept not in countries():
        by_name = {name.lower(): code for code, name in countries().items()}
        likely = by_name.get(written.strip().lower(), "DE")
        raise BadField(f"{_short(written)} is not a country code.", f"Write two letters: {likely}.")
    return kept


def yes_no(written: str) -> bool:
    """yes or no; empty means yes."""
    kept = written.strip().lower()
    if kept in {"", "yes", "true", "1", "y"}:
        return True
    if kept in {"no", "false", "0", "n"}:
        return False
    raise BadField(f"{_short(written)} is neither yes nor no.", "Write yes or no.")


def picture_file(written: str) -> str:
    """The name of a picture, as a path that stays inside the folder of pictures."""
    kept = line(200, needed=True)(written)
    if "\\" in kept or ":" in kept or any(part in {"", ".", ".."} for part in kept.split("/")):
        raise BadField(
            f"{_short(kept)} leads out of the folder of pictures.",
            "Write the file's name only, like oil-spray.jpg.",
        )
    return str(kept)


def _short(written: str) -> str:
    return repr(written if len(written) <= 40 else written[:37] + "…")
