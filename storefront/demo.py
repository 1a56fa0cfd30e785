"""The demo shop Stillwater: catalogue, pictures, guides, buyers, and one person who may sign in.

Stillwater, its people and its addresses are invented.
"""

from flask import current_app
from sqlalchemy import func, select

from . import catalog, offers, staff
from .assets import folder
from .catalog.commands import load_catalogue, load_pictures
from .database import db, now
from .demo_commands import load_buyers
from .guides.commands import load_guides
from .offers.commands import load_offers
from .pages import settings
from .staff.commands import load_member

DEMO_EMAIL = "owner@stillwater.example"
DEMO_CODE = "WELCOME10"
DEMO_PASSWORD = "quiet-water-runs"  # noqa: S105 - everybody's


def load_demo() -> str:
    """Fills an empty shop and says what it did; a shop that has products is left as it is."""
    if settings().STOREFRONT_PRODUCTION:
        return (
            "STOREFRONT_PRODUCTION is on, so the demo was not loaded, nor its staff login made."
            " Fill the shop with flask shop import-catalogue and flask shop add-staff."
        )
    if db.session.execute(select(func.count()).select_from(catalog.Product)).scalar_one():
        return "The shop has products, so the demo was not loaded again."
    root = folder("demo")
    media = root / "media"
    load_pictures(media, ["home-hero-range.webp"])
    load_catalogue(root / "catalogue.yaml", media)
    load_guides(root / "guides", media=media, publish=True)
    load_buyers(root / "buyers.yaml", actor=DEMO_EMAIL)  # before there were any offers
    _load_offers()
    has_staff = (
        current_app.extensions["storefront"].staff_person
        or db.session.execute(select(func.count()).select_from(staff.StaffMember)).scalar_one()
    )
    if not has_staff:
        load_member(DEMO_EMAIL, DEMO_PASSWORD)
    return "The demo shop Stillwater is loaded."


def _load_offers() -> None:
    """One that counts by itself, and one with a code."""
    currency, begin = settings().STOREFRONT_CURRENCY, now()
    bags = offers.NewOffer(
        name="Three bags of flakes for the price of two",
        code=None,
        kind="buy_get",
        buy_units=2,
        free_units=1,
        skus="FLAKES-1000",
        currency=currency,
        starts_at=begin,
    )
    welcome = offers.NewOffer(
        name="Welcome to Stillwater",
        code=DEMO_CODE,
        kind="percent",
        percent=10,
        minimum_cents=2500,
        most_uses=500,
        currency=currency,
        starts_at=begin,
    )
    load_offers([bags, welcome], actor=DEMO_EMAIL)


def demo_login_opens() -> bool:
    """Whether the demo's address and password open the back office."""
    try:
        staff.sign_in(DEMO_EMAIL, DEMO_PASSWORD)
    except staff.WrongPassword:
        return False
    return True
