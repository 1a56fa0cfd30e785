"""The fixed words around reviews: why a text is withheld, and what its author declares.

No reason speaks of what somebody thinks of the product: praise and blame are read alike.
"""

from collections.abc import Mapping

#: What a buyer may give, and what they are told who gave something else.
STARS = range(1, 6)
CHOOSE_STARS = "Please choose one to five stars."

#: Reason → how its author is told; the only reasons for which a text is withheld.
REASONS: Mapping[str, str] = {
    "medical_claim": (
        "It speaks of an illness, a pain or an effect on health. The law does not let a shop"
        " publish that, not even in a buyer's own words. How something feels, smells or is used is"
        " welcome."
    ),
    "personal_data": "It names somebody, or says how somebody can be reached or recognised.",
    "offensive": "It insults or threatens somebody.",
    "advertising": "It advertises something else, or has links in it.",
    "off_topic": "It is about neither the product nor what we did for your order.",
    "same_text": "The same text stands under another name.",
}

#: Reason → the short words of the desk and of the page about how reviews are checked.
REASON_WORDS: Mapping[str, str] = {
    "medical_claim": "Speaks of an effect on health",
    "personal_data": "Names or shows other people",
    "offensive": "Insults or threatens somebody",
    "advertising": "Advertises, or has links",
    "off_topic": "About neither the product nor our service",
    "same_text": "The same text under another name",
}

#: What the buyer got for writing → what stands beside the review.
INCENTIVES: Mapping[str, str] = {
    "none": "",
    "gift": "Got the product for free or as a gift of the shop",
    "discount": "Got a discount or a voucher for the review",
}

#: How the buyer stands to the shop → what stands beside the review.
RELATIONSHIPS: Mapping[str, str] = {"none": "", "knows": "Knows somebody who works here"}
