"""From a paid order to the carrier: which units are packed, shipped and on their way."""

from .carriers import CARRIERS, tracking_url
from .files import FileMistakes, ShipRow, read_tracking
from .letters import letter_references
from .models import Parcel, ParcelLine
from .operations import (
    NothingToPack,
    NotPaidAnyMore,
    TooLateToUndo,
    pack,
    ship,
    undo_ship,
    unpack,
)
from .queries import (
    PER_PAGE,
    ParcelUnits,
    contents,
    count_both,
    count_waiting,
    latest_carrier,
    packed_with,
    parcel,
    parcels,
    parcels_of,
    shipped_with,
    units_of,
    waiting,
    waiting_of,
)
from .views import ParcelView, parcels_shown

__all__ = [
    "CARRIERS",
    "FileMistakes",
    "PER_PAGE",
    "NotPaidAnyMore",
    "NothingToPack",
    "Parcel",
    "ParcelLine",
    "ParcelUnits",
    "ParcelView",
    "ShipRow",
    "TooLateToUndo",
    "contents",
    "count_both",
    "count_waiting",
    "latest_carrier",
    "letter_references",
    "pack",
    "packed_with",
    "parcel",
    "parcels",
    "parcels_of",
    "parcels_shown",
    "read_tracking",
    "ship",
    "shipped_with",
    "tracking_url",
    "undo_ship",
    "units_of",
    "unpack",
    "waiting",
    "waiting_of",
]
