"""Plain examples for the page of components: a product, a cart, what people wrote."""

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from markupsafe import Markup

from ... import cart, catalog, comments, guides, reviews, search
from ...money import UnitPrice
from ...pages import shop_asset

AT = datetime(2026, 3, 14, 9, 30, tzinfo=UTC)
TEXT = Markup("<p>Stir two handfuls into warm water and stay in it for a quarter of an hour.</p>")
_LINES = "<li>Warm water, not hot</li><li>Two handfuls of flakes</li><li>Fifteen minutes</li>"
STEPS = Markup(f"<ol>{_LINES}</ol>")  # noqa: S704 - written above
POINTS = Markup(f"<ul>{_LINES}</ul>")  # noqa: S704 - written above
TITLES = ("A quiet foot bath", "How much is a handful", "Oil or flakes", "What keeps how long")


def picture(alt: str = "A brown bottle on a linen cloth") -> catalog.PictureView:
    """A drawing that stands in for a photograph."""
    src = shop_asset("brand/example.svg")
    return catalog.PictureView(
        alt=alt, width=800, height=1000, placeholder="", avif="", webp="",
        src=src, largest=src, smallest=src,
    )  # fmt: skip


def offer(available: int = 40, *, size: str = "100 ml", cents: int = 1290) -> catalog.OfferView:
    """A size; few units are low, none are sold out."""
    availability, sentence = ("in_stock", "In stock")
    if available < 5:
        availability, sentence = ("low", f"Only {available} left")
    if not available:
        availability, sentence = ("sold_out", "Sold out")
    return catalog.OfferView(
        sku=f"EXAMPLE-{size.partition(' ')[0]}", name=size, price_cents=cents, prior_cents=None,
        currency="EUR", unit_price=UnitPrice(cents * 10, "EUR", "l"), net_content=size,
        amount=100, net_unit="ml", use_amount=Decimal(2), uses_per_week=7, lasts_days=50,
        use_words="10 sprays a day",
        available=available, availability=availability, stock_sentence=sentence,
        picture=None, gtin="", price_until=None, is_selected=size == "100 ml",
    )  # fmt: skip


def sizes() -> tuple[catalog.OfferView, ...]:
    """Three sizes, one of them sold out."""
    large, refill = offer(2, size="250 ml", cents=2490), offer(0, size="1000 ml", cents=6900)
    return offer(), large, refill


def on_offer() -> catalog.OfferView:
    """A size whose price is reduced."""
    return replace(offer(), price_cents=990, prior_cents=1290)


def card(*offers: catalog.OfferView, name: str = "Evening oil") -> catalog.ProductCardView:
    """A product in a list."""
    first = offers[0] if offers else offer()
    return catalog.ProductCardView(
        id=1, slug="example", name=name, summary="A light oil for legs and feet, unscented.",
        category_name="Oils", category_slug="oils", picture=picture(), offers=offers or (first,),
        cheapest=first, has_several_prices=len(offers) > 1, is_sold_out=not first.available,
    )  # fmt: skip


def product() -> dict[str, Any]:
    """What cosmetics law wants beside a product."""
    return {
        "directions": "Ten sprays on clean skin; let it dry for some minutes.",
        "warnings": "Keep away from eyes and open skin.",
        "ingredients": "Aqua, Magnesium Chloride",
        "opened_months": 12,
        "origin_country": "NL",
        "responsible_name": "Example Cosmetics Ltd",
        "responsible_address": "1 Quay Street\nGalway",
        "responsible_contact": "hello@example.com",
    }


def pairing() -> catalog.PairingView:
    """A product that goes with another."""
    return catalog.PairingView(
        slug="example", name="Wooden scoop", reason="It measures a handful of flakes.",
        sku="EXAMPLE-SCOOP", size="One piece", price_cents=850, currency="EUR", unit_price=None,
        beside=1, beside_name="Bath flakes",
    )  # fmt: skip


def line(quantity: int = 2, *, notice: str = "", **facts: Any) -> cart.BasketLine:
    """A line of a cart."""
    return cart.BasketLine(
        sku="EXAMPLE-100", product_id=1, name="Evening oil", variant="100 ml", slug="example",
        picture=picture(), quantity=quantity, wanted=2, max_quantity=10, unit_price_cents=1290,
        line_cents=quantity * 1290, full_cents=quantity * 1290, currency="EUR",
        unit_price=UnitPrice(12900, "EUR", "l"), tax_class="standard", guide_slug="example",
        block="b1", notice=notice, **({"prior_cents": None} | facts),
    )  # fmt: skip


def reduced_line() -> cart.BasketLine:
    """A line that an offer makes cheaper, of an article whose own price is reduced."""
    return line(prior_cents=1490, reductions=(_reduction(),))


def _reduction() -> Any:
    return cart.Reduction("Spring, ten percent off (SPRING10)", 258)


COUNTRIES = {"DE": "Germany", "IE": "Ireland", "ZZ": "Another country"}
CART_LINK = "https://shop.example/cart/shared?goods=EXAMPLE-100:2"
NOTE = "Dear Ida,\nwarm feet for a cold winter.\nYours, Bo"
ORDER_FORM = '<form id="order"></form>{}'


def full_cart(**facts: Any) -> cart.PricedCart:
    """A cart of one line, from which delivery is not free yet."""
    lines = (line(),)
    known: dict[str, Any] = {
        "lines": lines, "item_count": 2, "goods_cents": 2580, "subtotal_cents": 2580,
        "delivery_name": "Standard delivery", "full_delivery_cents": 490, "delivery_cents": 490,
        "delivery_days": (2, 4), "free_delivery_missing_cents": 2420, "cuts": (), "reductions": (),
        "free_delivery_from_cents": 5000, "vat_cents": 574, "total_cents": 3070, "currency": "EUR",
        "key": "",
    }  # fmt: skip
    return cart.PricedCart(**(known | facts))


def cart_on_offer() -> cart.PricedCart:
    """A cart with a code that counts, and free delivery."""
    return full_cart(
        lines=(reduced_line(),), reductions=(_reduction(),), full_delivery_cents=0,
        delivery_cents=0, free_delivery_missing_cents=0, total_cents=2322, vat_cents=434,
        code=code(is_used=True, words="Ten percent off", note="It takes €2.58 off."),
    )  # fmt: skip


def code(**facts: Any) -> cart.CartCode:
    """The code that a cart keeps."""
    return cart.CartCode(code="SPRING10", **facts)


def guide(title: str = "A quiet foot bath", **facts: Any) -> guides.GuideCardView:
    """A guide in a list."""
    return guides.GuideCardView(
        slug="example", title=title, summary="How warm, how much, how long.", picture=picture(),
        minutes_to_read=4, updated_on=AT.date(), **facts,
    )  # fmt: skip


def block(**facts: Any) -> dict[str, Any]:
    """A part of a guide's text."""
    return {"id": "b1", "html": TEXT, "instead": None} | facts


def need(*offers: catalog.OfferView, **facts: Any) -> dict[str, Any]:
    """An article that a routine takes; nothing of it can be bought where no size is given."""
    sizes = [
        {"offer": one, "goes": 50, "lasts": "about 7 weeks", "week_cents": 181} for one in offers
    ]
    known = {"card": card(*offers), "amount": "2 ml", "sizes": sizes, "sold_out": None}
    return known | {"chosen": sizes[0] if sizes else None} | facts


def discussion(*texts: str, is_open: bool = True) -> comments.Discussion:
    """What readers wrote below a guide."""
    entries = [
        comments.CommentEntry(number, "Ida", text, AT) for number, text in enumerate(texts, start=1)
    ]
    return comments.Discussion(1, "example", "A quiet foot bath", is_open, tuple(entries))


def review(answer: tuple[str, ...] = (), **facts: Any) -> reviews.ReviewView:
    """What a buyer says."""
    known: dict[str, Any] = {
        "id": 1, "stars": 4, "name": "Ida", "notes": (), "answer": answer, "created_at": AT,
        "paragraphs": ("It spreads well and dries quickly. The bottle lasts.",),
    }  # fmt: skip
    return reviews.ReviewView(**(known | facts))


RATING = reviews.RatingView(counts=(1, 0, 2, 5, 10), shown=12, withheld=1)
UNRATED = reviews.RatingView()


def reviewed(*found: reviews.ReviewView, rating: reviews.RatingView) -> reviews.ReviewsShown:
    """The reviews on a product's page."""
    return reviews.ReviewsShown(reviews.ProductReviews(rating, found), asks=True)


def product_hit() -> search.ProductHit:
    """A product that was found."""
    words = Markup("<mark>Oil</mark> for legs and feet, unscented.")
    return search.ProductHit(card(), Markup("Evening <mark>oil</mark>"), words)


def guide_hit() -> search.GuideHit:
    """A guide that was found by one of its sections."""
    passage = Markup("… a few drops of <mark>oil</mark> afterwards …")
    return search.GuideHit(
        "example", "after", Markup("A quiet foot bath"), Markup("Afterwards"), passage, 4, picture()
    )


def control(name: str, label: str, data: str = "", error: str = "") -> dict[str, Any]:
    """A field of a form, with what is wrong with it."""
    errors = [error] if error else []
    return {"id": name, "name": name, "label": {"text": label}, "data": data, "errors": errors}


def wrong_comment() -> dict[str, Any]:
    """The form below a guide, with mistakes."""
    return {
        "name": control("name", "", error="Please write your name."),
        "email": control("email", "", "ida@", "This address is cut off."),
        "text": control("text", "", "Hm", "Please write 3 to 2000 characters."),
        "first_wrong": "",
    }


_REVIEW_WORDS = {
    "stars": {"5": "very good", "3": "all right", "1": "bad"},
    "incentive": {"none": "No, I paid for it as usual", "gift": "I got it for free"},
    "relationship": {"none": "No, I am a buyer", "knows": "I know somebody who works here"},
}


def review_control(*, is_wrong: bool = False) -> dict[str, Any]:
    """The form of a review; with fewer choices than the real one."""
    errors = ("Please choose your stars.", "Please write a few words.") if is_wrong else ("", "")
    return {
        "words": _REVIEW_WORDS,
        "stars": control("stars", "", error=errors[0]),
        "text": control("text", "", error=errors[1]),
        "name": control("name", "", "Ida"),
        "incentive": control("incentive", "", "none"),
        "relationship": control("relationship", "", "none"),
        "first_wrong": "",
    }


def list_facets() -> dict[str, Any]:
    """What a list can be narrowed by; one box is chosen, and one would show nothing."""
    bath = {"value": "bath", "label": "Bath", "count": 4, "is_chosen": True}
    feet = {"value": "feet", "label": "Feet", "count": 0, "is_chosen": False}
    return {"uses": (bath, feet), "sizes": (), "in_stock": 3}


def search_facets() -> search.Facets:
    """What an answer of the search can be narrowed by."""
    kinds = search.Facet("oils", "Oils", 2), search.Facet("flakes", "Flakes", 1)
    return search.Facets(3, 2, kinds, (search.Facet("20", "€20", 2),), has_sold_out=True)


def disclosed() -> dict[str, Any]:
    """Who wrote a guide."""
    return {
        "author": "Nora Hale", "reviewer": "Dr. Jonas Weir", "reviewed_on": AT.date(),
        "updated_on": AT.date(), "minutes_to_read": 4,
        "ai_use": "A first outline came from software; people wrote and checked every sentence.",
    }  # fmt: skip
