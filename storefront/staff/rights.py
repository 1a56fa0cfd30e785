"""What each role may do: the one table that the gate asks, and that staff can read.

A page of the back office that no line names is open to nobody.
"""

from collections.abc import Collection, Mapping
from typing import NamedTuple

ROLES: Mapping[str, str] = {
    "owner": "Owner",
    "orders": "Orders",
    "stock": "Stock",
    "writer": "Writer",
}
_ALL = frozenset(ROLES)


class Right(NamedTuple):
    """Something one may do, in words, the roles that may, and the endpoints that do it."""

    words: str
    roles: frozenset[str]
    endpoints: frozenset[str]


def _right(words: str, roles: str, endpoints: str) -> Right:
    granted = _ALL if roles == "everybody" else frozenset(roles.split()) | {"owner"}
    return Right(words, granted, frozenset(f"staff_{name}" for name in endpoints.split()))


RIGHTS: Mapping[str, Right] = {
    "overview": _right("Open the overview, and sign out", "everybody", "home logout roles"),
    "account": _right(
        "Look after their own password and second step",
        "everybody",
        "account change_password second_factor turn_off_second_factor recovery_codes",
    ),
    "see_orders": _right("See orders", "orders", "orders order"),
    "money": _right(
        "See money that needs somebody; refund, cancel, accept another amount",
        "orders",
        "money settle_case refund cancel_order accept_amount",
    ),
    "see_stock": _right(
        "See the stock and its ledger", "stock orders", "stock sku sku_file stock_csv"
    ),
    "stock": _right(
        "Change the stock, and take changes back; mark where it is low",
        "stock",
        "change_stock undo_stock low_mark stock_file read_stock_file stock_plan book_stock_file"
        " undo_stock_file counts start_count count enter_count count_sheet count_differences"
        " book_count cancel_count undo_count",
    ),
    "order_goods": _right(
        "Pack a part of an order, change its address, add notes, send its letters again",
        "orders",
        "pack_part note_order change_label letter_again",
    ),
    "by_phone": _right(
        "Take orders by phone: put them together, send the link to pay, cancel them",
        "orders",
        "drafts new_draft draft save_draft send_draft cancel_draft",
    ),
    "packing": _right(
        "Pack and ship orders, undo it, print pick lists and packing slips",
        "orders stock",
        "packing pack unpack pick_list pick_list_pdf slips slips_pdf"
        " shipping ship ship_file undo_ship",
    ),
    "letters": _right(
        "Read the letters that go out, and have failed ones sent again",
        "orders",
        "letters letter letter_body letters_again",
    ),
    "messages": _right(
        "See Stripe's messages, and have one followed again", "orders", "events follow_event"
    ),
    "deliveries": _right(
        "See what is expected, and take deliveries in",
        "stock",
        "deliveries new_delivery receive delivery receive_delivery close_delivery undo_receipt",
    ),
    "lots": _right(
        "See lots, and which orders got them", "stock orders", "lots lot lot_csv sku_lots"
    ),
    "keep_lots": _right(
        "Quarantine, release and correct lots; keep a SKU in lots",
        "stock",
        "quarantine correct_lot book_out move_units keep_lots",
    ),
    "see_products": _right(
        "See products, also those that are not published",
        "stock writer orders",
        "products preview_product",
    ),
    "products": _right(
        "Create, change, publish and archive products, their pictures and categories",
        "writer",
        "new_product product save_product move_product pictures add_pictures arrange_pictures"
        " remove_picture categories save_categories",
    ),
    "guides": _right(
        "Write and import guides: drafts, pictures, checks, revisions, links to previews",
        "writer",
        "guides new_guide guide save_guide check_guide preview_text pick_product"
        " guide_pictures add_guide_picture guide_revisions guide_revision restore_guide"
        " preview_link guide_gate links mend_link articles read_articles articles_plan"
        " import_articles",
    ),
    "publish_guides": _right(
        "Publish guides, now or by the clock, take them out, archive them",
        "writer",
        "publish_guide schedule_guide move_guide",
    ),
    "sales": _right("See on the overview what came in", "orders", ""),
    "comments": _right(
        "Read comments, show, refuse and close them",
        "writer",
        "comments decide_comments close_comments",
    ),
    "reviews": _right(
        "Read reviews without their stars, show, withhold and answer them",
        "orders writer",
        "reviews decide_reviews answer_review",
    ),
    "searches": _right(
        "See what shoppers looked for in vain, and say what they meant",
        "writer",
        "searches forget_search name_search save_search_name",
    ),
    "components": _right(
        "See the parts that pages are made of, in all their states", "writer", "components"
    ),
    "guide_report": _right(
        "See what guides sell: reads, carts and orders; money with the right to see what came in",
        "writer",
        "report report_guide report_products report_csv",
    ),
    "see_wording": _right(
        "See the wording rules, what they find, and what waits for a signature",
        "writer",
        "wording wording_rule sign_offs",
    ),
    "sign_off": _right(
        "Sign for words of somebody else that a rule blocks, and withdraw it",
        "writer",
        "sign withdraw_sign_off",
    ),
    "wording": _right("Mute, tune and add wording rules", "", "tune_rule undo_wording new_wording"),
    "wanted": _right(
        "See what is low, sold out and wanted in vain", "orders stock writer", "wanted"
    ),
    "kits": _right("Say what a kit is made of", "stock", "kits kit"),
    "recall": _right("Recall a lot: write to everybody who got it", "", "recall send_recall"),
    "prices": _right(
        "Change prices, now, later or many at once; states of many",
        "",
        "prices plan_price withdraw_price bulk change_many undo_many",
    ),
    "see_offers": _right(
        "See offers and codes, and which orders have them",
        "orders writer",
        "offers offer offer_csv",
    ),
    "offers": _right(
        "Write, change and pause offers and codes", "", "new_offer save_offer pause_offer"
    ),
    "audit": _right("Read who did what", "", "audit"),
    "people": _right(
        "Invite people, give them roles, switch them off",
        "",
        "people person invite invite_again withdraw_invitation change_roles switch_person"
        " end_sessions reset_second_factor",
    ),
}

#: Rights that mean nothing in a site with users of its own, which looks after them itself.
ABOUT_OWN_STAFF = frozenset({"account", "people"})

#: Endpoints for whoever has not signed in, in a shop that has staff of its own.
SIGNED_OUT = frozenset(
    f"staff_{name}" for name in ("login", "code", "forgotten", "new_password", "accept")
)

#: endpoint → name of the right it needs
NEEDS: Mapping[str, str] = {
    endpoint: name for name, right in RIGHTS.items() for endpoint in right.endpoints
}


def may(roles: Collection[str], right: str) -> bool:
    """Whether one of these roles includes a right."""
    return not RIGHTS[right].roles.isdisjoint(roles)


def may_open(roles: Collection[str], endpoint: str) -> bool:
    """Whether one of these roles may use an endpoint of the back office (without 'shop.')."""
    right = NEEDS.get(endpoint)
    return right is not None and may(roles, right)
