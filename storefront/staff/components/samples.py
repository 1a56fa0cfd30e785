"""Which components the page shows, by purpose, and the states that each can have."""

from collections.abc import Mapping

from ...money import UnitPrice
from . import examples as eg
from .drawing import Sample, sample

Parts = Mapping[str, Mapping[str, Sample]]

_SENTENCE = "A sentence of one line."
_PER_LITRE = UnitPrice(12900, "EUR", "l")
_NAME = "Evening oil"
_SHOW = '<button class="shop-button shop-button--quiet" type="submit">Show</button>'
_PLAN = f'<form id="routine">{_SHOW}</form><ul>{{}}</ul>'
_FORM = f'<form id="filters">{_SHOW}</form>{{}}'


def signs() -> Parts:
    """The smallest ones, which others are made of."""
    ways = [("Read the guides", "/"), ("See everything", "/")]
    return {
        "brand": {"logo, or the shop's name": sample()},
        "button": {
            "primary": sample("Add to cart"),
            "quiet": sample("Show", kind="quiet"),
            "plain": sample("Take it back", kind="plain"),
            "link": sample("Read a guide", href="/", kind="quiet"),
            "wide": sample("Add to cart", is_wide=True),
            "disabled": sample("Sold out", is_disabled=True),
        },
        "notice": {kind: sample(_SENTENCE, kind=kind) for kind in ("plain", "good", "bad")},
        "breadcrumbs": {"two steps": sample([("Products", "/"), ("Oils", "/")])},
        "pagination": {
            "few": sample(1, 3, lambda number: f"/{number}"),
            "in the middle of many": sample(9, 40, lambda number: f"/{number}"),
        },
        "empty_state": {"two ways on": sample("Nothing waits.", ways)},
        "fold": {
            "closed": sample("Cancel this order", caller=lambda: eg.TEXT),
            "open": sample("Cancel this order", is_open=True, caller=lambda: eg.TEXT),
        },
        "picture": {"keeps its place": sample(eg.picture(), sizes="20rem")},
        "prose": {"text": sample(eg.TEXT), "opening": sample(eg.TEXT, is_opening=True)},
        "pull_quote": {"with its author": sample(eg.block(by="Nora, who packs"))},
    }


def product() -> Parts:
    """What a product is shown by."""
    mixed = eg.sizes()
    return {
        "price": {
            "unit price": sample(1290, "EUR", _PER_LITRE),
            "single piece": sample(850, "EUR"),
            "lowest of several": sample(1290, "EUR", _PER_LITRE, is_from=True),
            "large": sample(1290, "EUR", _PER_LITRE, is_large=True),
            "reduced": sample(990, "EUR", _PER_LITRE, prior_cents=1290),
        },
        "stock": {
            "in stock": sample(eg.offer()),
            "low": sample(eg.offer(2)),
            "sold out": sample(eg.offer(0)),
        },
        "product_card": {
            "in stock": sample(eg.card()),
            "low, rated": sample(eg.card(eg.offer(2)), rated=eg.RATING),
            "sold out": sample(eg.card(eg.offer(0))),
            "on offer": sample(eg.card(eg.on_offer())),
            "several sizes": sample(eg.card(*mixed), has_summary=False),
        },
        "related_products": {"two": sample((eg.card(), eg.card(name="Bath flakes")))},
        "variants": {"one low, one sold out": sample("example", mixed)},
        "gallery": {"two pictures": sample((eg.picture(), eg.picture("Its label")))},
        "facts": {"all known": sample(eg.product(), eg.offer())},
    }


def buying() -> Parts:
    """Forms that put something into the cart, or ask for a letter."""
    mixed, wrong = eg.sizes(), eg.control("email", "E-mail", "ida@", "This address is cut off.")
    return {
        "add_to_cart": {
            "one size": sample((eg.offer(),), _NAME),
            "several sizes": sample(mixed, _NAME),
        },
        "buy_bar": {"on a phone": sample(eg.offer(), frame='<form id="buy"></form>{}')},
        "sign_up_form": {
            "one size": sample("EXAMPLE-100", _NAME),
            "several sizes": sample("", _NAME, offers=mixed),
            "mistake": sample("EXAMPLE-100", _NAME, wrong),
        },
        "pairings": {
            "beside a product": sample((eg.pairing(),), "Goes with it"),
            "in a guide": sample((eg.pairing(),), "Goes with it", "example", block="b2"),
        },
    }


def finding() -> Parts:
    """Ways to what somebody looks for."""
    narrowed = {"sort": "price", "in_stock": True, "narrowings": 2}
    chips = [{"label": "In stock", "url": "/"}, {"label": "Bath", "url": "/"}]
    shelves = [
        ({"slug": "oils", "name": "Oils"}, 4, "/"),
        ({"slug": "salt", "name": "Salt"}, 1, "/"),
    ]
    prices = {"least": "", "most": "20", "lowest": "5", "highest": "69", "currency": "EUR"}
    listed = (shelves, "/", None, narrowed, eg.list_facets(), "/", prices)
    found, asked = (
        eg.search_facets(),
        {"show": "", "kind": "oils", "price": 0, "only_products": True},
    )
    ways = ("See the products", "/"), ("Read the guides", "/")
    return {
        "hero": {
            "with a picture": sample(eg.picture(), "Salt and water", _SENTENCE, *ways, level=3)
        },
        "search_form": {
            "in the header": sample(),
            "on its page": sample("search-large", asked="bath salt", is_large=True),
        },
        "search_hit": {"product": sample(eg.product_hit()), "guide": sample(eg.guide_hit())},
        "search_facets": {"narrowed": sample("oil", asked, found, 5, lambda show: f"/{show}")},
        "filters": {
            "boxes": sample(*listed, macro="filters_form"),
            "in use": sample(chips, "/", macro="filter_chips"),
            "order": sample("price", macro="sort_choice", frame=_FORM),
        },
        "guide_card": {
            "in a grid": sample(eg.guide()),
            "the large one": sample(eg.guide(), is_lead=True),
        },
    }


def in_the_cart() -> Parts:
    """The cart, on its page and in its drawer."""
    lines, offered = '<ul class="shop-cart__lines">{}</ul>', eg.cart_on_offer()
    emptied = eg.full_cart(lines=(), item_count=0)
    off = eg.full_cart(code=eg.code(words="Ten percent off", note="It has ended."))
    asks = eg.full_cart(code=eg.code(words="Ten percent off", needs_email=True))
    return {
        "cart_line": {
            "from a guide": sample(eg.line(), None, "A quiet foot bath", frame=lines),
            "fewer than wanted": sample(eg.line(1, notice="Only 1 left."), None, frame=lines),
            "sold out": sample(eg.line(0, notice="Sold out."), None, frame=lines),
            "on offer": sample(eg.reduced_line(), None, frame=lines),
        },
        "cart_drawer": {
            "full": sample(eg.full_cart(), None),
            "on offer": sample(offered, None),
            "empty": sample(emptied, None),
            "refused": sample(eg.full_cart(), None, error="Only 1 left of Evening oil."),
        },
        "free_delivery": {"missing": sample(eg.full_cart()), "reached": sample(offered)},
        "country_choice": {
            "none chosen": sample("", eg.COUNTRIES, "order", frame=eg.ORDER_FORM),
            "chosen": sample("IE", eg.COUNTRIES, "order", frame=eg.ORDER_FORM),
        },
        "cart_link": {"closed": sample(eg.CART_LINK)},
        "gift_note": _gift_notes(),
        "code_form": {
            "no code": sample(eg.full_cart(), None),
            "bad code": sample(
                eg.full_cart(), None, error="We do not know this code.", typed="SPRNG"
            ),
            "good code": sample(offered, None),
            "does not count": sample(off, None),
            "asks for the address": sample(asks, None),
        },
        "order_summary": {
            "with all that is ordered": sample(offered, offered.lines),
            "sums alone": sample(eg.full_cart()),
        },
    }


def _gift_notes() -> Mapping[str, Sample]:
    def field(note: str, kept: str, **more: str) -> Sample:
        given = (note, kept, 300, 12, "order")
        return sample(*given, macro="gift_note_form", frame=eg.ORDER_FORM, **more)

    return {
        "on an order": sample(eg.NOTE),
        "none yet": field("", ""),
        "kept": field(eg.NOTE, eg.NOTE),
        "too long": field(eg.NOTE, "", error="Your note has 342 characters."),
    }


def guides_and_readers() -> Parts:
    """What a guide is made of, and what stands below it."""
    sold_out = eg.card(eg.offer(0))
    instead = {"card": eg.card(name="Morning oil"), "sku": "EXAMPLE-100", "chosen_by": "editor"}
    written = eg.discussion(
        "It was too hot for me, so I waited.\n\nThen it was right.", "Thank you."
    )
    steps = eg.block(html=eg.STEPS, title="A foot bath", minutes=20, often="twice a week")
    return {
        "takeaways": {"three": sample(eg.block(html=eg.POINTS))},
        "steps": {"with time": sample(steps), "a routine": sample(steps, routine="/")},
        "routine_need": {
            "one size": sample(eg.need(eg.offer()), frame=_PLAN),
            "several sizes": sample(eg.need(*eg.sizes()), frame=_PLAN),
            "something instead": sample(eg.need(eg.offer(), sold_out=sold_out), frame=_PLAN),
            "sold out": sample(eg.need(), frame=_PLAN),
        },
        "product_block": {
            "to buy": sample(eg.block(card=eg.card(*eg.sizes())), "example"),
            "something instead": sample(eg.block(card=sold_out, instead=instead), "example"),
            "sold out": sample(eg.block(card=sold_out), "example"),
        },
        "compare": {
            "one sold out": sample(
                eg.block(cards=[eg.card(), sold_out], instead=[None, instead]), "example"
            )
        },
        "disclosure": {"checked, with software": sample(eg.disclosed())},
        "guide_mentions": {"four": sample([eg.guide(title) for title in eg.TITLES])},
        "comments": {
            "two": sample(written, ""),
            "none yet": sample(eg.discussion(), ""),
            "closed": sample(eg.discussion("Thank you.", is_open=False), ""),
        },
        "comment_form": {"mistakes": sample("example", "", eg.wrong_comment())},
    }


def what_buyers_say() -> Parts:
    """Reviews and their stars."""
    answered = eg.review(("Thank you. We have told the people who fill it.",))
    noted = eg.review(id=2, stars=2, name="", notes=("Got the product for free.",))
    lines = '<ol class="shop-reviews__list">{}</ol>'
    return {
        "stars": {"four and a half": sample(90, "4.5 of 5 stars"), "none": sample(0, "no stars")},
        "rating": {
            "line": sample(eg.RATING),
            "leads to the reviews": sample(eg.RATING, "#part-reviews"),
        },
        "rating_bars": {"one text withheld": sample(eg.RATING)},
        "review": {
            "answered": sample(answered, frame=lines),
            "without a name, with a note": sample(noted, frame=lines),
        },
        "reviews": {
            "some": sample("example", eg.reviewed(answered, noted, rating=eg.RATING)),
            "not read yet": sample("example", eg.reviewed(rating=eg.RATING)),
            "none": sample("example", eg.reviewed(rating=eg.UNRATED)),
        },
        "review_form": {
            "new": sample("example", eg.review_control()),
            "mistakes": sample("example", eg.review_control(is_wrong=True), is_written=True),
        },
    }


#: Components that the page does not show, and why.
LEFT_OUT: Mapping[str, str] = {
    "csrf": "nobody sees it",
    "head": "stands in the head of pages",
    "icons": "stands in the head of pages",
    "page_facts": "stands in the head of pages",
    "site_header": "stands above every page of the shop",
    "site_footer": "stands below every page of the shop",
    "desk_menu": "stands above this page",
    "table": "takes its rows from a page; report_table shows what they look like",
    "seen_lately": "empty until a device has looked at something",
    "product_details": "the page of a product, put together from what is shown here",
    "product_gate": "belongs to the page of one product",
    "size_fields": "belongs to the page of one product",
    "offer_form": "a page of its own, put together from fields",
    "phone_form": "a page of its own, put together from fields",
    "label_form": "belongs to the page of one order",
    "refund_form": "belongs to the page of one order",
    "order_parcels": "belongs to the page of one order",
    "lot_choices": "belongs to the page of one order",
}
