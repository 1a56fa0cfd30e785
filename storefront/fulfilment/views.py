"""Parcels as pages show them."""

from dataclasses import dataclass
from datetime import datetime

from .. import orders
from .carriers import tracking_url
from .queries import ParcelUnits, contents, parcels_of


@dataclass(frozen=True, slots=True)
class ParcelView:
    """A parcel with what is in it; shipped_at is None until it has left, url may be ''."""

    id: int
    state: str
    goods: tuple[ParcelUnits, ...]
    carrier: str
    tracking: str
    url: str
    token: str
    packed_by: str
    packed_at: datetime
    shipped_at: datetime | None


def parcels_shown(reference: str) -> tuple[ParcelView, ...]:
    """The parcels of an order that were not taken apart, oldest first."""
    order = orders.by_reference(reference)
    found = parcels_of(order.id) if order else ()
    inside = contents([parcel.id for parcel in found]) if found else {}
    return tuple(
        ParcelView(
            id=parcel.id,
            state=parcel.state,
            goods=tuple(inside[parcel.id]),
            carrier=parcel.carrier,
            tracking=parcel.tracking,
            url=tracking_url(parcel.carrier, parcel.tracking),
            token=parcel.token,
            packed_by=parcel.packed_by,
            packed_at=parcel.packed_at,
            shipped_at=parcel.shipped_at,
        )
        for parcel in found
    )
