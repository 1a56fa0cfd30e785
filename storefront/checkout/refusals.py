"""Why a purchase does not start, each with a sentence for the shopper."""

from ..errors import Refusal


class NothingToBuy(Refusal):
    """The cart is empty, or all that is in it is sold out."""

    def __init__(self) -> None:
        super().__init__("There is nothing in your cart that can be ordered.")


class NotDelivered(Refusal):
    """The chosen country is not one that we send to; the sentence says so."""


class CartChanged(Refusal):
    """Price, stock or content are no longer what the shopper saw when pressing the button."""

    def __init__(self) -> None:
        super().__init__("Something has changed since you saw this. Please look at it once more.")


class TotalNotPayable(Refusal):
    """Less, or more, than a payment page can charge."""

    def __init__(self, *, is_small: bool) -> None:
        small = "The total is too small to be paid by card. Please add something."
        large = "The total is more than one card payment can take. Please order in two parts."
        super().__init__(small if is_small else large)


class PageIsOpening(Refusal):
    """Another click of the same shopper is just opening the payment page."""

    def __init__(self) -> None:
        super().__init__(
            "Your payment page is just being opened. Please press the button once more."
        )
