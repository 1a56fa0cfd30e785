"""The pictures of docs/staff, taken in Chromium from a demo shop with some weeks of business.

    make screenshots

One function per part of the back office; each gets a page that Ida has signed in with and saves
WebP files into docs/staff/, on a laptop (1280 px) and on a phone (375 px).
"""

import random
import sys
import tempfile
from collections.abc import Callable

"""The pictures of docs/staff/, taken while the steps are played in a demo shop in Chromium.

    make screenshots                              # all, with those of the README
    python scripts/staff_screenshots.py lots      # one part

Each part is a function that plays its page of docs/staff/ as a person would.
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright
from sqlalchemy import update

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]

from conftest import Live, new_database, running_shop, settings_for  # noqa: E402
from storefront import customers, insights, inventory, mail, orders, payments  # noqa: E402
from storefront.database import db  # noqa: E402
from storefront.demo import DEMO_EMAIL, DEMO_PASSWORD, load_demo  # noqa: E402
from support.machine import CHROMIUM  # noqa: E402

FOLDER = ROOT / "docs" / "staff"
SIZES = {1280: 900, 375: 812}
_ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]

Part = Callable[[Page, str, str], None]


def main() -> int:
    """Fills a demo shop in a folder of its own, takes the pictures of each part, and forgets it."""
    if not CHROMIUM:
        print("This needs Chromium; on Debian: apt-get install chromium", file=sys.stderr)
        return 1
    FOLDER.mkdir(parents=True, exist_ok=True)
    wanted = set(sys.argv[1:]) or set(PARTS)
    with tempfile.TemporaryDirectory() as folder:
        config = settings_for(new_database("pictures", Path(folder)), Path(folder) / "instance")
        config["STOREFRONT_RATE_LIMITS"] = False
        with running_shop(config) as live, sync_playwright() as playwright:
            with live.app.app_context():
                load_demo()
            live.shop.do(fill)
            browser = playwright.chromium.launch(executable_path=CHROMIUM, args=_ARGUMENTS)
            for width in SIZES:
                _take(browser, live, width, wanted)
            browser.close()
    return 0


def fill() -> None:
    """Two months of payments, orders to pack, letters that failed, and wishes in vain."""
    chance, now = random.Random(4), datetime.now(UTC)  # noqa: S311 - always the same pictures
    for number in range(140):
        moment = now - timedelta(hours=chance.random() ** 1.3 * 1400)
        _paid(number, chance.choice([1290, 2490, 3390, 4180, 6780]), moment)
    for number in (3, 30, 90):
        _sent_back(number, 1290, now - timedelta(days=number % 7))
    for number in range(7):
        _order(number, now - timedelta(hours=5 * number + 1))
    for recipient in ("mira@mail.example", "jonas@mail.example"):
        subject = "Stillwater: Your order 1004 is confirmed"
        mail.write(mail.NewLetter("test", recipient, recipient, subject, "Thank you.", ""))
    failed = {"state": "failed", "attempts": 10, "error": "SMTPConnectError: 421 Try again later"}
    db.session.execute(update(mail.Letter).values(**failed))
    inventory.count("OIL-ROLL-50", 0, reason="damaged")
    inventory.count("CREAM-FOOT-75", 2, reason="counted")
    for sku, slug, times in (
        ("OIL-ROLL-50", "", 4),
        ("SCOOP-WOOD", "how-long-a-bottle-lasts", 11),
        ("SCOOP-WOOD", "", 2),
    ):
        for _ in range(times):
            insights.count_lost(now.date(), sku, slug, is_sign_up=False)
    for person in range(6):
        customers.ask("SCOOP-WOOD", f"shopper{person}@mail.example", now=now)
        insights.count_lost(now.date(), "SCOOP-WOOD", "", is_sign_up=True)
    waiting = {"state": "waiting", "confirmed_at": now}
    db.session.execute(update(customers.SignUp).where(customers.SignUp.id < 5).values(**waiting))
    db.session.execute(
        update(mail.Letter).where(mail.Letter.kind != "test").values(state="sent", sent_at=now)
    )


def overview(page: Page, url: str, suffix: str) -> None:
    """The overview, who waits for what, and a kit."""
    page.goto(f"{url}/staff/")
    save(page, f"home-{suffix}")
    page.goto(f"{url}/staff/wanted")
    save(page, f"wanted-{suffix}")
    page.goto(f"{url}/staff/kits/SET-RITUAL")
    save(page, f"kit-{suffix}")


#: The parts by name; `scripts/staff_screenshots.py overview` takes only those that are named.
PARTS: dict[str, Part] = {"overview": overview}


def save(page: Page, name: str) -> None:
    """Keeps the whole page as WebP."""
    picture = Image.open(BytesIO(page.screenshot(full_page=True, animations="disabled")))
    picture.save(FOLDER / f"{name}.webp", "WEBP", quality=80, method=6)


def _take(browser: Browser, live: Live, width: int, wanted: set[str]) -> None:
    context = browser.new_context(
        viewport={"width": width, "height": SIZES[width]}, reduced_motion="reduce"
    )
    page = context.new_page()
    page.goto(f"{live.url}/staff/sign-in")
    page.get_by_label("E-mail").fill(DEMO_EMAIL)
    page.get_by_label("Password").fill(DEMO_PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    for name, part in PARTS.items():
        if name in wanted:
            part(page, live.url, str(width))
    context.close()


def _paid(number: int, cents: int, moment: datetime) -> None:
    db.session.add(
        payments.Payment(
            id=f"pi_demo_{number}", order_reference=f"demo-{number}", session_id="",
            amount_cents=cents, currency="EUR", paid_at=moment,
        )
    )  # fmt: skip


def _sent_back(number: int, cents: int, moment: datetime) -> None:
    db.session.add(
        payments.Refund(
            payment_id=f"pi_demo_{number}", order_reference=f"demo-{number}", reason="requested",
            amount_cents=cents, currency="EUR", asked_by=f"demo:{number}", state="done",
            asked_at=moment, done_at=moment,
        )
    )  # fmt: skip


def _order(number: int, moment: datetime) -> None:
    line = orders.NewLine("OIL-SPRAY-100", "Magnesium Oil body spray", "100 ml", 2, 1290, 1900)
    order = orders.place(
        orders.NewOrder(
            cart_id=9000 + number, content_key="k", currency="EUR", lines=[line],
            delivery_name="Standard", delivery_cents=490, vat_cents=490,
            session_expires_at=moment + timedelta(hours=1),
        )
    )  # fmt: skip
    label = orders.ShipTo(f"shopper{number}@mail.example", "Mira Holm", "Quay 4\n26122 Leer", "DE")
    orders.remember_label(order.id, label)
    orders.move(order.id, "paid")
    db.session.execute(
        update(orders.Order).where(orders.Order.id == order.id).values(paid_at=moment)
    )


if __name__ == "__main__":
    sys.exit(main())
from flask import Flask
from playwright.sync_api import Browser, Page
from werkzeug.serving import WSGIRequestHandler, make_server

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]  # the tests call their helpers support

from storefront import create_app, schema  # noqa: E402
from support.parcels import paid_order  # noqa: E402
from support.shop import Shop  # noqa: E402

FOLDER = ROOT / "docs" / "staff"
PHONE, LAPTOP = {"width": 375, "height": 812}, {"width": 1280, "height": 900}
OIL = "OIL-SPRAY-100"


class Desk:
    """Somebody of the staff in a browser, and the shop behind it."""

    def __init__(self, browser: Browser, app: Flask, url: str) -> None:
        self.browser, self.app, self.url = browser, app, url

    def sign_in(self, size: dict[str, int]) -> Page:
        """A page of the demo's owner on a phone or a laptop."""
        context = self.browser.new_context(viewport=size, reduced_motion="reduce")  # type: ignore[arg-type]
        page = context.new_page()
        page.goto(f"{self.url}/staff/")
        page.get_by_label("E-mail").fill("owner@stillwater.example")
        page.get_by_label("Password").fill("quiet-water-runs")
        page.get_by_role("button", name="Sign in").click()
        page.get_by_role("heading", name="Overview").wait_for()
        return page


def lots(desk: Desk) -> None:
    """Receive 24 oils on a phone; quarantine and recall their lot on a laptop."""
    page = desk.sign_in(PHONE)
    page.goto(f"{desk.url}/staff/stock/{OIL}")
    page.get_by_role("link", name="Receive").click()
    page.get_by_label("Units").first.fill("24")
    page.get_by_label("Lot").first.fill("ZS-0117")
    later = datetime.now(UTC).date() + timedelta(days=400)
    page.get_by_label("Expires").first.fill(later.isoformat())
    save(page, "receive-375")
    page.get_by_role("button", name="Book what came").click()
    save(page, "received-375")
    _pack_from_lot(Shop(desk.app))
    _recall(desk.sign_in(LAPTOP), desk.url)


def _pack_from_lot(shop: Shop) -> None:
    """Three orders that got some of the lot."""
    lot_id = shop.ask(lambda: inventory.lots("ZS-0117").lots[0].id)
    for units in (2, 1, 3):
        order = paid_order(shop, {OIL: units})
        shop.do(lambda o=order: inventory.allocate(o.reference, chosen={OIL: lot_id}))  # type: ignore[misc]


def _recall(page: Page, url: str) -> None:
    page.goto(f"{url}/staff/lots?q=ZS-0117")
    save(page, "lots-1280")
    page.get_by_role("link", name="Lot ZS-0117").click()
    page.get_by_role("button", name="Quarantine").click()
    save(page, "lot-1280")
    page.get_by_role("link", name="Recall this lot").click()
    page.get_by_role("textbox", name="The danger").fill(
        "The pump of some bottles splinters. Splinters of plastic can get into the eyes."
    )
    save(page, "recall-1280")
    page.get_by_role("button", name="See the letter").click()
    save(page, "recall-letter-1280")
    page.get_by_role("button", name="Write to 3 orders").click()
    save(page, "recall-sent-1280")


PARTS: dict[str, Callable[[Desk], None]] = {"lots": lots}


def main(wanted: list[str]) -> int:
    """Plays the parts, each in a demo shop of its own browser and all in one shop."""
    if not CHROMIUM:
        print("The pictures need Chromium; on Debian: apt-get install chromium", file=sys.stderr)
        return 1
    FOLDER.mkdir(parents=True, exist_ok=True)
    with (
        tempfile.TemporaryDirectory() as folder,
        running(Path(folder)) as (app, url),
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(
            executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"]
        )
        for name in wanted or PARTS:
            PARTS[name](Desk(browser, app, url))
        browser.close()
    return 0


def save(page: Page, name: str) -> None:
    """A picture of the whole page."""
    picture = Image.open(BytesIO(page.screenshot(full_page=True)))
    picture.save(FOLDER / f"{name}.webp", quality=80, method=6)
    print(f"docs/staff/{name}.webp")


@contextmanager
def running(folder: Path) -> Iterator[tuple[Flask, str]]:
    """A demo shop with a server of its own."""
    app = create_app(
        {
            "DATABASE_URL": f"sqlite:///{folder / 'shop.sqlite3'}",
            "STOREFRONT_INSTANCE": str(folder / "instance"),
            "STOREFRONT_RATE_LIMITS": False,
        }
    )
    with app.app_context():
        with db.engine.connect() as connection:
            schema.upgrade(connection)
        load_demo()
    server = make_server("127.0.0.1", 0, app, threaded=True, request_handler=_Quiet)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield app, f"http://127.0.0.1:{server.port}"
    finally:
        server.shutdown()
        thread.join()


class _Quiet(WSGIRequestHandler):
    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        pass


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
