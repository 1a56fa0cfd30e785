"""A real Chromium in front of the whole demo shop; its pictures are rendered once for all tests."""

import fcntl
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright
from sqlalchemy import delete, select, update

from conftest import Live, new_database, running_shop, settings_for
from storefront import (
    customers,
    drafts,
    fulfilment,
    inventory,
    mail,
    offers,
    orders,
    payments,
    recalls,
    reviews,
)
from storefront.database import db
from storefront.demo import load_demo
from support.machine import CHROMIUM, CHROMIUM_ARGUMENTS

expect.set_options(timeout=30_000)  # a busy machine may take its time
SOLD_OUT = "SCOOP-WOOD"  # stays so: its pages are tested too
MONEY = (payments.MoneyCase, payments.Dispute, payments.Refund, payments.Payment)
PARCELS = (fulfilment.ParcelLine, fulfilment.Parcel)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One Chromium for all tests of this process."""
    with sync_playwright() as playwright:
        found = playwright.chromium.launch(executable_path=CHROMIUM, args=CHROMIUM_ARGUMENTS)
        yield found
        found.close()


@pytest.fixture(scope="session")
def demo_shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Live]:
    """The running demo shop, loaded once for all tests of this process."""
    folder = tmp_path_factory.mktemp("demo")
    config = settings_for(new_database("demo", folder), folder / "instance")
    config["STOREFRONT_RATE_LIMITS"] = False  # all tests of a process come from one address
    with running_shop(config) as live:
        _load(live, tmp_path_factory.getbasetemp())
        yield live


@pytest.fixture
def demo(demo_shop: Live) -> Live:
    """The demo shop, without what the tests before left in it, and with full shelves."""

    def forget() -> None:
        for table in (
            *PARCELS,
            reviews.Review,
            reviews.Rating,
            reviews.ReviewInvitation,
            offers.OfferUse,
            drafts.Draft,
            orders.OrderEvent,
            orders.RefundedUnits,
            orders.OrderLine,
            orders.Order,
            mail.Letter,
            customers.SignUp,
            inventory.KitSold,
            *MONEY,
        ):
            db.session.execute(delete(table))
        db.session.execute(update(offers.Offer).values(used=0, late=0))
        db.session.execute(delete(inventory.Hold))
        _forget_lots()
        db.session.execute(update(inventory.Stock).values(held=0))
        is_filled = (inventory.Stock.sku != SOLD_OUT) & inventory.Stock.is_kit.is_(False)
        shelves = select(inventory.Stock.sku).where(is_filled)
        for sku in db.session.scalars(shelves).all():
            inventory.adjust(sku, 10, reason="received")

    demo_shop.shop.do(forget)
    return demo_shop


def _forget_lots() -> None:
    db.session.execute(delete(recalls.Recall))
    for lot in inventory.lots(shown="blocked").lots:
        inventory.release_lot(lot.id)
    for sku in {lot.sku for lot in inventory.lots().lots}:
        inventory.end_lots(sku)


def _load(live: Live, base: Path) -> None:
    shared = (base.parent if "popen" in base.name else base) / "rendered-demo"
    shared.mkdir(exist_ok=True)
    media = live.app.extensions["storefront"].settings.instance / "media"
    with (shared / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # two test processes render once, not twice
        if (shared / "media").is_dir():
            shutil.copytree(shared / "media", media, dirs_exist_ok=True)
        with live.app.app_context():
            load_demo()
        if not (shared / "media").is_dir():
            shutil.copytree(media, shared / "media")


@pytest.fixture(params=[True, False], ids=["with JavaScript", "without JavaScript"])
def visitor(request: pytest.FixtureRequest, browser: Browser) -> Iterator[BrowserContext]:
    """A phone, once with JavaScript and once without; anything but loopback is refused."""
    yield from _context(browser, has_script=request.param)


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A page on a laptop with JavaScript."""
    for context in _context(browser, width=1440, height=900):
        yield context.new_page()


def _context(
    browser: Browser, *, has_script: bool = True, width: int = 375, height: int = 812
) -> Iterator[BrowserContext]:
    context = browser.new_context(
        java_script_enabled=has_script,
        viewport={"width": width, "height": height},
        locale="en-IE",
        reduced_motion="reduce",
    )
    foreign: list[str] = []
    context.on(
        "request",
        lambda r: (
            None if "127.0.0.1" in r.url or r.url.startswith("data:") else foreign.append(r.url)
        ),
    )
    context.set_default_timeout(60_000)
    yield context
    context.close()
    assert foreign == [], "a page asked somebody else for something"
