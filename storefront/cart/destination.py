"""Where a cart goes: the country that is chosen, and all that its payment page takes then."""

from collections.abc import Set
from dataclasses import dataclass, replace

from sqlalchemy import update

from .. import delivery, offers
from ..countries import countries
from ..database import require_transaction
from ..display import show_country
from ..errors import Refusal
from ..pages import settings
from .gift import read_note
from .models import Cart

ELSEWHERE = "ZZ"  # a country that is not on our list


class UnknownCountry(Refusal):
    """No country has these letters; lists of ours never send them."""

    def __init__(self) -> None:
        super().__init__("Please choose a country from the list.")


@dataclass(frozen=True, slots=True)
class Destination:
    """The country that a shopper has chosen ('' for none yet), and all that cost the same.

    refusal says why nothing can be sent there; countries is () then.
    """

    country: str
    countries: tuple[str, ...]
    refusal: str

    def takes(self, only_to: Set[str]) -> bool:
        """Whether what goes to these countries alone (none means all) can go where this goes."""
        wanted = {self.country} if self.country else set(self.countries)
        return not only_to or not only_to.isdisjoint(wanted)


def choose(cart_id: int, *, country: str | None = None, gift_note: str | None = None) -> None:
    """Keeps where the parcel goes (two letters, ELSEWHERE, or '' for not chosen) and its gift note.

    None leaves either as it is. Raises UnknownCountry or NoteRefused; nothing has changed then.
    """
    if country not in {None, "", ELSEWHERE, *countries()}:
        raise UnknownCountry
    note = None if gift_note is None else read_note(gift_note)
    chosen = {"country": country, "gift_note": note}
    values = {name: value for name, value in chosen.items() if value is not None}
    if values:
        require_transaction().execute(update(Cart).where(Cart.id == cart_id).values(**values))


def destination(country: str) -> Destination:
    """Where a cart goes whose shopper has chosen this country."""
    alike = delivery.countries_like(country)
    return Destination(country, alike, "" if alike else _refusal(country))


def without_distant_code(found: offers.Offered, goes: Destination) -> offers.Offered:
    """What may count, without the code of an offer for other countries than the cart goes to."""
    code = found.code
    if code is None or goes.takes(frozenset(code.countries)):
        return found
    terms = tuple(one for one in found.terms if one.id != code.id)
    served = [country for country in settings().countries if country in code.countries]
    return replace(found, terms=terms, code=None, refusal=offers.counts_in(served))


def _refusal(country: str) -> str:
    if not country:
        return "Please choose the country that your parcel goes to."
    places = [show_country(code) for code in settings().countries]
    named = " and ".join(filter(None, [", ".join(places[:-1]), places[-1]]))
    return f"We do not deliver there yet. We send parcels to {named}."
