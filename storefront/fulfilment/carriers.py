"""Carriers whose pages follow a parcel; every other name is kept as it was written."""

from urllib.parse import quote

#: name → address of its page, with {} for the number
CARRIERS = {
    "An Post": "https://www.anpost.com/Post-Parcels/Track/History?item={}",
    "DHL": "https://www.dhl.com/en/express/tracking.html?AWB={}",
    "DPD": "https://tracking.dpd.de/status/en_US/parcel/{}",
    "FedEx": "https://www.fedex.com/fedextrack/?trknbr={}",
    "GLS": "https://gls-group.com/EU/en/parcel-tracking?match={}",
    "Royal Mail": "https://www.royalmail.com/track-your-item#/tracking-results/{}",
    "UPS": "https://www.ups.com/track?tracknum={}",
    "USPS": "https://tools.usps.com/go/TrackConfirmAction?tLabels={}",
}
_BY_FOLDED_NAME = {name.casefold(): name for name in CARRIERS}


def known_name(carrier: str) -> str:
    """A carrier as it writes itself: 'dhl' → 'DHL'; an unknown one stays as it is."""
    name = " ".join(carrier.split())
    return _BY_FOLDED_NAME.get(name.casefold(), name)


def tracking_url(carrier: str, tracking: str) -> str:
    """Where a parcel is followed; '' for a carrier that the shop does not know."""
    page = CARRIERS.get(known_name(carrier), "")
    return page.format(quote(tracking.replace(" ", ""), safe="")) if tracking else ""
