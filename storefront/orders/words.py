"""Words by which staff find an order, folded so that nobody has to spell them as they were written.

Marie-Thérèse is found by 'therese', OIL-100 by 'oil100' or 'Oil 1', ida@mail.example by 'ida',
'ida@mail' or 'mail.example'. A word is found by its beginning, which an index knows; what stands
in the middle of a word is not, which is the price of an answer in no time among 100,000 orders.
"""

import re
import unicodedata
from collections.abc import Iterable

from sqlalchemy import delete, insert

from ..database import require_transaction
from .models import OrderWord

_LONGEST = 64


def fold(text: str) -> str:
    """Letters and figures only, in small letters without accents: 'OIL-100' → 'oil100'."""
    plain = unicodedata.normalize("NFKD", text).casefold()
    return "".join(c for c in plain if c.isalnum())[:_LONGEST]


def words_of_goods(skus: Iterable[str]) -> set[str]:
    """What an order is found by from its first moment."""
    return {fold(sku) for sku in skus} - {""}


def words_of_label(email: str, name: str) -> set[str]:
    """What it is found by once its shopper is known."""
    local, _, domain = email.partition("@")
    parts = [email, domain, name, *re.split(r"[^\w]|_", local), *name.split()]
    parts += re.split(r"[-'’\s]", name)
    return {fold(part) for part in parts} - {""}


def write_words(order_id: int, kind: str, words: set[str]) -> None:
    """Puts these words of a kind ('goods' or 'label') in the place of those the order had."""
    session = require_transaction()
    session.execute(delete(OrderWord).where(OrderWord.order_id == order_id, OrderWord.kind == kind))
    rows = [{"word": word, "order_id": order_id, "kind": kind} for word in sorted(words)]
    if rows:
        session.execute(insert(OrderWord), rows)
