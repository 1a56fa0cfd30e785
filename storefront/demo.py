"""The demo shop Stillwater: catalogue, pictures, guides, and one person who may sign in.

Stillwater, its people and its addresses are invented.
"""

from flask import current_app
from sqlalchemy import func, select

from . import catalog, staff
from .assets import folder
from .catalog.commands import load_catalogue, load_pictures
from .database import db
from .guides.commands import load_guides
from .pages import settings
from .staff.commands import load_member

DEMO_EMAIL = "owner@stillwater.example"
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
    has_staff = (
        current_app.extensions["storefront"].staff_person
        or db.session.execute(select(func.count()).select_from(staff.StaffMember)).scalar_one()
    )
    if not has_staff:
        load_member(DEMO_EMAIL, DEMO_PASSWORD)
    return "The demo shop Stillwater is loaded."


def demo_login_opens() -> bool:
    """Whether the demo's address and password open the back office."""
    try:
        staff.sign_in(DEMO_EMAIL, DEMO_PASSWORD)
    except staff.WrongPassword:
        return False
    return True
