"""The cart over HTTP. The cookie is opaque; a second, readable one only says that a cart exists."""

from flask import Blueprint, Response, redirect, request
from werkzeug.wrappers import Response as AnyResponse

from .. import catalog
from ..database import transaction
from ..display import show_country
from ..errors import Refusal
from ..forms import Form, first_error, tidied
from ..limits import limit
from ..pages import render_private, settings, shop_url
from ..signals import added_to_cart, announce, demand_lost, tell_now
from . import share_routes
from .destination import ELSEWHERE, choose
from .forms import AddForm, ChangeForm, ChoicesForm, CodeForm
from .gift import LONGEST_NOTE, MOST_NOTE_LINES, NoteRefused
from .models import Cart
from .operations import (
    CodeRefused,
    NotAll,
    OnlySomeLeft,
    Source,
    add_all,
    change,
    use_code,
)
from .queries import basket
from .sharing import link_to, undo
from .totals import PricedCart, price_cart
from .visitor import LOST, own_cart, remember, visitors_cart


def show_cart() -> Response:
    """The cart page."""
    return cart_page()


def show_fragment() -> Response:
    """The drawer's content and the count in the header, for the script."""
    return _fragment()


def add_line() -> AnyResponse:
    """Puts an article into the cart, or several with all they belong to: each `sku` or none."""
    limit("add to cart", "600/minute")  # by address: many shoppers may share one
    form = AddForm()
    source = Source.read(form.guide.data or "", form.block.data or "")
    where = {"guide_slug": source.guide_slug, "block": source.block}
    skus, quantity = list(dict.fromkeys(form.sku.raw_data or ())), form.quantity.data or 1
    try:
        if not form.validate():
            raise Refusal(first_error(form))
        with transaction():
            cart_id, token = own_cart()
            add_all(cart_id, skus, quantity, source=source)
            for sku in skus:
                announce(added_to_cart, sku=sku, quantity=quantity, **where)
    except Refusal as refusal:
        cause = refusal.cause if isinstance(refusal, NotAll) else refusal
        if isinstance(cause, OnlySomeLeft) and cause.is_sold_out:
            tell_now(demand_lost, sku=cause.sku, **where, is_sign_up=False)
        return _refused(refusal)
    return remember(_added(form), token)


def change_line(sku: str) -> AnyResponse:
    """Changes how many of an article the cart holds; 0 takes it out."""
    form = ChangeForm()
    try:
        cart = _cart_of(form)
        with transaction():
            change(cart.id, sku, form.quantity.data or 0)
    except Refusal as refusal:
        return _refused(refusal)
    return _fragment() if _wants_fragment() else redirect(shop_url("cart"), 303)


def keep_choices() -> AnyResponse:
    """Keeps where the parcel goes, with what it costs there, and a gift note, or takes that out."""
    form, step = ChoicesForm(), request.form.get("step")
    note = "" if step == "remove_note" else form.new_note
    try:
        cart = _cart_of(form)
        before = cart.gift_note
        with transaction():
            choose(cart.id, country=form.country.data, gift_note=note)
    except NoteRefused as refusal:
        return cart_page(note_error=refusal.sentence, note=form.new_note, status=422)
    except Refusal as refusal:
        return cart_page(error=refusal.sentence, note=form.new_note, status=refusal.status)
    if step == "remove_note" and before:
        return cart_page(removed_note=before)  # it is kept nowhere but on this page
    # What was ticked beside the button is kept nowhere before it is pressed: the page carries it.
    ticked = "1" if request.form.get("no_invitation") else None
    anchor = "gift" if step else "country"
    return redirect(shop_url("cart", no_invitation=ticked, _anchor=anchor), 303)


def keep_code() -> AnyResponse:
    """Keeps the code of an offer with the cart, or takes it out; says beside its field why not."""
    limit("try a code", "20/minute")
    form = CodeForm()
    text, email = (form.code.data or "").strip(), (form.email.data or "").strip()
    currency = settings().STOREFRONT_CURRENCY
    try:
        cart = _cart_of(form, CodeRefused)
        with transaction():
            use_code(cart.id, text, email=email, currency=currency)
    except CodeRefused as refusal:
        return cart_page(code_error=refusal.sentence, typed=text, status=422)
    except Refusal as refusal:
        return cart_page(error=refusal.sentence, status=refusal.status)
    return redirect(shop_url("cart", _anchor="pay-title"), 303)


def undo_shared() -> AnyResponse:
    """Gives the cart back what it held before."""
    try:
        cart = _cart_of(Form())
        with transaction():
            undo(cart.id)
    except Refusal as refusal:
        return cart_page(error=refusal.sentence, status=refusal.status)
    return redirect(shop_url("cart"), 303)


def cart_page(
    *,
    error: str = "",
    code_error: str = "",
    typed: str = "",
    note_error: str = "",
    note: str | None = None,
    removed_note: str = "",
    status: int = 200,
) -> Response:
    """The cart as it is now, with one sentence on what went wrong, if anything did.

    typed and note are what stood in the fields of the code and the gift note, so that it still
    does; removed_note can be taken back.
    """
    mine = visitors_cart()
    cart = _priced(mine)
    return render_private(
        "storefront/cart/cart.html",
        status=status,
        cart=cart,
        pairings=catalog.pairings_of([line.product_id for line in cart.lines]),
        to_begin=catalog.first_in_stock() if cart.is_empty else (),
        guide_of=_guide_of(cart),
        form=Form(),
        error=error,
        code_error=code_error,
        typed=typed,
        note_error=note_error,
        note=cart.gift_note if note is None else tidied(note),
        note_bounds=(LONGEST_NOTE, MOST_NOTE_LINES),
        removed_note=removed_note,
        countries=_countries(cart.country),
        link=link_to(cart.lines),
        can_undo=mine is not None and mine.before != "",
    )


def _cart_of(form: Form, mistake: type[Refusal] = Refusal) -> Cart:
    """The cart that a form is to change. Raises mistake for what was typed, Refusal without one."""
    if not form.validate():
        raise mistake(first_error(form))
    cart = visitors_cart()
    if cart is None:
        raise Refusal(LOST)
    return cart


def _countries(chosen: str) -> dict[str, str]:
    """Code → name of those we send to, by name, and of the one that somebody has chosen."""
    codes = {*settings().countries, *filter(None, [chosen])} - {ELSEWHERE}
    names = {code: show_country(code) for code in codes}
    return dict(sorted(names.items(), key=lambda item: item[1])) | {ELSEWHERE: "Another country"}


def _guide_of(cart: PricedCart) -> dict[int, str]:
    """Product id → the guide that it came from, of those that came from one.

    What goes with a product is added for the guide that the product came from, for without it
    there would have been nothing to go with; as of a place of its own, since nobody pressed it in
    the guide. What goes with a product that came from elsewhere is no guide's.
    """
    return {line.product_id: line.guide_slug for line in reversed(cart.lines) if line.guide_slug}


def current_cart() -> PricedCart:
    """The visitor's cart, priced."""
    return _priced(visitors_cart())


def _priced(cart: Cart | None) -> PricedCart:
    return price_cart(basket(cart.id if cart else None), currency=settings().STOREFRONT_CURRENCY)


def _added(form: AddForm) -> AnyResponse:
    if _wants_fragment():
        return _fragment()
    source = Source.read(form.guide.data or "", form.block.data or "")
    if form.next.data == "here" and source.guide_slug:
        return redirect(
            shop_url("guide", slug=source.guide_slug, _anchor=source.block or None), 303
        )
    return redirect(shop_url("cart"), 303)


def _refused(refusal: Refusal) -> Response:
    if _wants_fragment():
        return _fragment(error=refusal.sentence, status=422)
    return cart_page(error=refusal.sentence, status=refusal.status)


def _fragment(*, error: str = "", status: int = 200) -> Response:
    return render_private(
        "storefront/cart/fragment.html",
        status=status,
        cart=current_cart(),
        form=Form(),
        error=error,
    )


def _wants_fragment() -> bool:
    return "fragment=cart" in request.headers.get("Accept", "")


def register(shop: Blueprint) -> None:
    """Adds the cart's addresses."""
    shop.add_url_rule("/cart", "cart", show_cart)
    shop.add_url_rule("/cart/fragment", "cart_fragment", show_fragment)
    shop.add_url_rule("/cart/lines", "cart_add", add_line, methods=["POST"])
    shop.add_url_rule("/cart/choices", "cart_choices", keep_choices, methods=["POST"])
    shop.add_url_rule("/cart/undo", "cart_undo", undo_shared, methods=["POST"])
    share_routes.register(shop)
    shop.add_url_rule("/cart/code", "cart_code", keep_code, methods=["POST"])
    shop.add_url_rule("/cart/lines/<sku>", "cart_line", change_line, methods=["POST"])
