"""An order taken by phone as staff see it: what is in it, what became of it, its letters."""

from dataclasses import dataclass
from typing import Any

from ... import cart, drafts, mail, orders
from ...errors import NotFound
from ...pages import public_url


@dataclass(frozen=True, slots=True)
class DraftDesk:
    """Everything on its page.

    sums has the lines and what they cost: of the cart, or of the order once it is paid.
    """

    draft: drafts.Draft
    state: str
    state_words: str
    order: orders.Order | None
    is_payable: bool
    is_paid: bool
    cart: cart.PricedCart
    sums: Any
    pay_url: str
    letters: tuple[mail.Letter, ...]

    @property
    def can_be_sent(self) -> bool:
        """Whether a letter would lead to something that can be paid."""
        is_off = self.is_paid or self.state == "cancelled"
        return not is_off and self.cart.is_buyable


def draft_desk(reference: str) -> DraftDesk:
    """What staff see of it; raises NotFound."""
    found = drafts.by_reference(reference)
    if found is None:
        raise NotFound("There is no order by phone under this reference.")
    draft, order = found.draft, found.order
    priced = drafts.price(draft)
    is_sold = found.is_paid and order is not None
    return DraftDesk(
        draft=draft,
        state=found.state,
        state_words=drafts.STATES[found.state],
        order=order,
        is_payable=found.is_payable,
        is_paid=found.is_paid,
        cart=priced,
        sums=orders.view(order, orders.lines_of(order.id)) if is_sold and order else priced,
        pay_url=public_url("pay", reference=reference),
        letters=tuple(mail.letters_about(drafts.letter_references(draft))),
    )


def facts_of(wish: drafts.Wish) -> dict[str, str]:
    """What is written into the log of who did what."""
    goods = ", ".join(f"{units} × {sku}" for sku, units in sorted(wish.goods.items()))
    who = {"email": wish.email, "name": wish.name, "note": wish.note}
    return {"goods": goods, "code": wish.code, **who}


def as_written(desk: DraftDesk) -> drafts.Wish:
    """What is written down now, to be compared with what somebody wants to write."""
    draft = desk.draft
    goods = {line.sku: line.wanted for line in desk.cart.lines}
    code = desk.cart.code.code if desk.cart.code else ""
    return drafts.Wish(draft.email, draft.name, draft.note, goods=goods, code=code)
