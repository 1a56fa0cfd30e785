"""The clock on the shop's wall: moments are kept in UTC, and people read and write them here."""

from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

from .pages import settings


def time_zone() -> ZoneInfo:
    """The zone of STOREFRONT_TIME_ZONE."""
    return ZoneInfo(settings().STOREFRONT_TIME_ZONE)


def local(moment: datetime) -> datetime:
    """An aware moment as the shop's clock shows it."""
    return moment.astimezone(time_zone())


def today() -> date:
    """The day it is where the shop is."""
    return local(datetime.now(UTC)).date()


def midnight(day: date) -> datetime:
    """The moment at which a day begins where the shop is, aware UTC."""
    return datetime.combine(day, time(), tzinfo=time_zone()).astimezone(UTC)


def read_moment(text: str) -> datetime:
    """What somebody wrote as the shop's clock shows it, such as 2026-12-24T08:00; aware UTC.

    Raises ValueError for what is no moment. Of an hour that comes twice it means the first.
    """
    try:
        moment = datetime.fromisoformat(text)
        if moment.tzinfo is not None:
            raise ValueError(text)
        return moment.replace(tzinfo=time_zone()).astimezone(UTC)
    except OverflowError:
        raise ValueError(text) from None
