"""What staff read: states, history and answers in plain words."""

#: What an order's state means to those who pack it.
STATES = {
    "pending": "Waiting for payment",
    "processing": "The bank is paying",
    "paid": "Paid",
    "on_hold": "On hold",
    "expired": "Not paid in time",
    "failed": "Payment failed",
    "cancelled": "Cancelled",
    "refunding": "Money going back",
    "refunded": "Refunded",
    "disputed": "Disputed",
    "charged_back": "Lost to the bank",
}

#: Where the goods of an order are.
STAGES = {
    "to_pack": "To pack",
    "part_shipped": "Part shipped",
    "packed": "Packed, waits for its carrier",
    "shipped": "Shipped",
    "nothing": "Nothing to send",
}

#: What a line of an order's history says, by its kind.
HAPPENED = {
    "placed": "Order placed",
    "processing": "The bank is making the payment",
    "paid": "Paid",
    "on_hold": "Paid with another amount, so put on hold",
    "expired": "The payment page closed unpaid",
    "failed": "The bank did not make the payment",
    "cancelled": "Cancelled",
    "refunding": "All of the money is to go back",
    "refunded": "All of the money went back",
    "disputed": "The bank took the money back to look into it",
    "charged_back": "The bank keeps the money",
    "refund_asked": "Refund asked for",
    "refund_sent": "Refund on its way",
    "refund_done": "Refund made",
    "refund_failed": "Refund failed",
    "dispute": "Dispute",
    "accepted": "The amount was accepted",
    "packed": "Packed",
    "unpacked": "Unpacked again",
    "shipped": "Shipped",
    "unshipped": "Shipping undone",
    "note": "Note",
    "address": "Address changed",
}

#: What a product's state means.
PRODUCT_STATES = {"draft": "Draft", "published": "In the shop", "archived": "Archived"}

REFUND_STATES = {
    "due": "waits for Stripe to take it",
    "sent": "is on its way",
    "done": "went back",
    "failed": "could not be delivered",
    "void": "was not needed",
}

REFUND_REASONS = {
    "requested": "Asked for by staff",
    "sold_out": "The goods were gone",
    "paid_twice": "Paid twice",
    "paid_after_cancel": "Paid after the order was cancelled",
    "dashboard": "Made in Stripe's Dashboard",
}

_DISPUTES = {
    "warning_needs_response": "the bank asks and waits for your answer",
    "warning_under_review": "the bank reads your answer",
    "warning_closed": "closed, nothing was taken",
    "needs_response": "the bank has the money and waits for your answer",
    "under_review": "the bank has the money and reads your answer",
    "won": "won, the money is here again",
    "lost": "lost, the bank keeps the money",
}

_SENT = "The money goes back. The order says when Stripe has sent it."
_OFF_THE_LIST = "It is off your list."

#: What was done just now, by the word in the address of the page that follows.
SAID = {
    "comments_shown": "Readers see it now.",
    "comments_refused": "It stays out.",
    "comments_withdrawn": "It is taken down: readers see it no longer.",
    "comments_waiting": "It waits again.",
    "comments_before": "Somebody was faster: there was nothing left to do.",
    "comments_closed": "Nobody writes below this guide any more. What is shown stays.",
    "comments_opened": "Readers may write below this guide again.",
    "refund": _SENT,
    "refund_again": _SENT,
    "try_again": "Stripe is being asked once more.",
    "restock": "The goods are back on the shelf.",
    "seen": _OFF_THE_LIST,
    "leave": _OFF_THE_LIST,
    "accept": "The order counts as paid, and its shopper has the confirmation.",
    "letters_again": "The letters are on their way again.",
    "link_mended": "Written into the newest text. Readers see it when you publish that.",
    "signed_off": "Signed. It is written in the log who answers for these words, and why.",
    "sign_off_withdrawn": "Withdrawn. The words wait again, for a signature or other words.",
    "rule_tuned": "Saved. The rule counts like this from now on, in every process.",
    "rule_added": "Added. What it finds in the shop stands below.",
    "rule_undone": "Undone. What was decided before counts again.",
    "kit": "The kit is saved. Its page says how many its parts make.",
    "kit_ended": "It is no kit any more, and has a stock of its own: none, until you count it.",
    "cancel": "The order is cancelled, and its goods are back on the shelf.",
    "draft_written": "It is written down. Send the letter now, or read out the link.",
    "draft_before": "You had written this down already. It is here once.",
    "draft_saved": "Saved. The link leads to what it is now.",
    "draft_reset": "Saved. The payment page that was open is closed; the link leads to a new one.",
    "draft_sent": "The letter with the link is on its way.",
    "draft_not_sent": "Nothing was sent: it was sent or changed since you saw it. This is how it is"
    " now.",
    "draft_cancelled": "It is cancelled: nobody can pay it any more.",
    "draft_reopened": "It can be paid again, with the same link.",
    "faster": "Somebody was faster: this was settled before you pressed. Nothing was done twice.",
    "sent_before": "You had sent this already. The money goes back once.",
    "stock_same": "It was like that already, so nothing was written down.",
    "stock_undone": "Taken back. Both lines stay in the ledger.",
    "stock_undone_before": "This was taken back before. Nothing was done twice.",
    "stock_file": "All of it is booked.",
    "stock_file_before": "This file was booked before. Nothing was done twice.",
    "booking_undone": "All of it is taken back. The ledger keeps the lines and their opposites.",
    "booking_undone_before": "This was taken back before. Nothing was done twice.",
    "count_kept": "Kept. You can go on at any time, on any device.",
    "count_booked": "The differences are booked, each in the ledger of its SKU.",
    "count_cancelled": "The stock-take is cancelled, and nothing was booked.",
    "low_mark": "The mark is set.",
    "received": "It is booked, and counts as stock.",
    "booked_before": "You had booked this already. It counts once.",
    "taken_back": "It is taken back. The stock is as it was before.",
    "undone_before": "This was taken back already.",
    "delivery_expected": "It is written down, and stands as incoming beside the stock.",
    "written_before": "You had written this down already. It is here once.",
    "delivery_closed": "No more of it is expected.",
    "delivery_reopened": "The rest is expected again.",
    "quarantined": "The lot is out of sale, and is not packed any more.",
    "released": "The lot is on sale again.",
    "lot_before": "Somebody was faster: the lot stood like this already.",
    "lot_corrected": "The lot is corrected.",
    "booked_out": "The units are booked out of the lot and of the stock.",
    "moved": "The units are in this lot now.",
    "recalled": "The lot is out of sale, and the letters are on their way.",
    "told": "Everybody who got it has been written to already. Nothing was sent twice.",
    "lots_set": "It is saved.",
    "packed": "Packed. The parcel waits for its carrier.",
    "noted": "The note is in the history.",
    "address": "The address is as you wrote it.",
    "letter_again": "The letter goes out once more.",
    "letter_waits": "The letter is on its way already.",
    "unpacked": "Unpacked. The goods count as on the shelf again, to be packed.",
    "unshipped": "Undone: the parcels wait for their carrier, and no letter went out.",
    "product_created": "Here is your draft. Nobody sees it before you publish it.",
    "product_saved": "Saved.",
    "published": "It is in the shop now.",
    "product_draft": "It is a draft now, and not in the shop.",
    "archived": "It is archived and out of the shop. Bring it back whenever you like.",
    "not_ready": "Saved, but not published: what is missing stands below.",
    "pictures_added": "Say what each new picture shows, then save.",
    "pictures_saved": "The pictures are saved.",
    "picture_removed": "The picture is off the page.",
    "price_planned": "The price is saved, and in force from its moment on.",
    "price_withdrawn": "The plan is taken back.",
    "price_over": "That plan was over already. Nothing was done twice.",
    "many_changed": "Done. You can take it back as a whole.",
    "many_undone": "Everything is as it was before.",
    "categories_saved": "The categories are saved.",
    "guide_created": "Here is your draft. Nobody reads it before you publish it.",
    "guide_saved": "Saved as a new revision. Readers see it once it is published.",
    "guide_same": "Nothing was changed, so nothing new was kept.",
    "guide_published": "It is in the shop now.",
    "guide_public": "Readers see this text already. Nothing was done twice.",
    "guide_planned": "It goes public by itself at this moment, whether anybody is here or not.",
    "guide_unplanned": "The plan is taken back.",
    "guide_not_planned": "It was not planned any more. Nothing was done twice.",
    "guide_restored": "This is the old text again, as a new revision.",
    "guide_draft": "It is a draft now, and not in the shop.",
    "guide_archived": "It is archived and out of the shop. Bring it back whenever you like.",
    "preview_made": "Whoever has this link sees the newest text, also without an account.",
    "preview_ended": "The link is worthless now.",
    "letter": "If somebody with this address runs the shop, a letter is on its way to them.",
    "password": "Your new password is set. Please sign in with it.",
    "own_password": "Your new password is set. Everywhere else you are signed out.",
    "second_factor_off": "A password alone opens your account now.",
    "invited": "The invitation is on its way. Its link is good for three days.",
    "withdrawn": "The invitation is worthless now.",
    "invitation_gone": "Nothing was sent: the invitation has changed since this page was made.",
    "roles": "These are the roles now. Where this person was signed in, they sign in again.",
    "on": "This person may sign in again.",
    "off": "This person is out, everywhere and at once.",
    "sessions": "This person is signed out everywhere.",
    "second_factor_reset": "This person signs in with the password alone now.",
    "too_late": "It was too late for that: the order has moved on. Please look at it as it is now.",
}


def happened(kind: str) -> str:
    """A line of an order's history; a kind of an earlier version is spelled out."""
    return HAPPENED.get(kind) or kind.replace("_", " ").capitalize()


def dispute_status(status: str) -> str:
    """Where a dispute stands; Stripe's own word where it is a new one."""
    return _DISPUTES.get(status) or status.replace("_", " ")
