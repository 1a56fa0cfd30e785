"""What a shopper intends to buy: lines that know their guide, and never more than stock."""

from .destination import ELSEWHERE, UnknownCountry, choose
from .forms import ChoicesForm
from .gift import LONGEST_NOTE, MOST_NOTE_LINES, NoteRefused, forget_gift_notes, gift_note_of
from .models import Cart, CartLine
from .operations import (
    MOST_OF_ONE,
    CartClosed,
    CartFull,
    CodeRefused,
    NotAll,
    OnlySomeLeft,
    UnknownProduct,
    add,
    add_all,
    change,
    empty,
    fill,
    keep_open,
    open_cart,
    owner_of,
    refill,
    require_open,
    use_code,
)
from .queries import Basket, BasketLine, Reduction, basket, find_cart
from .reducing import CartCode
from .routes import cart_page
from .sharing import LinkBroken, NothingToUndo, look_into, read_link, take_in, undo
from .totals import PricedCart, price_cart
from .visitor import COOKIE

__all__ = [
    "COOKIE",
    "ELSEWHERE",
    "LONGEST_NOTE",
    "MOST_NOTE_LINES",
    "MOST_OF_ONE",
    "Basket",
    "BasketLine",
    "Cart",
    "CartClosed",
    "CartCode",
    "CartFull",
    "CartLine",
    "ChoicesForm",
    "CodeRefused",
    "LinkBroken",
    "NotAll",
    "NoteRefused",
    "NothingToUndo",
    "OnlySomeLeft",
    "PricedCart",
    "Reduction",
    "UnknownCountry",
    "UnknownProduct",
    "add",
    "add_all",
    "basket",
    "cart_page",
    "change",
    "choose",
    "empty",
    "fill",
    "find_cart",
    "forget_gift_notes",
    "gift_note_of",
    "keep_open",
    "look_into",
    "open_cart",
    "owner_of",
    "price_cart",
    "read_link",
    "refill",
    "require_open",
    "take_in",
    "undo",
    "use_code",
]
