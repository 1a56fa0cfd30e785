"""The pictures of docs/staff, taken in Chromium from a demo shop with some weeks of business.

    make screenshots

One function per part of the back office; each gets a page that Ida has signed in with and saves
WebP files into docs/staff/, on a laptop (1280 px) and on a phone (375 px).
"""

import random
import sys
import tempfile
from collections.abc import Callable, Iterator
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
from support.hands import sign_in  # noqa: E402
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
    with demo_shop() as (live, browser):
        live.shop.do(fill)
        for width in SIZES:
            _take(browser, live, width, wanted)
    return 0


@contextmanager
def demo_shop() -> Iterator[tuple[Live, Browser]]:
    """The demo shop in a folder of its own, just loaded, and a browser to look at it."""
    with tempfile.TemporaryDirectory() as folder:
        config = settings_for(new_database("pictures", Path(folder)), Path(folder) / "instance")
        config["STOREFRONT_RATE_LIMITS"] = False
        with running_shop(config) as live, sync_playwright() as playwright:
            with live.app.app_context():
                load_demo()
            browser = playwright.chromium.launch(executable_path=CHROMIUM, args=_ARGUMENTS)
            yield live, browser
            browser.close()


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
    _lot(now)
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


def packing(page: Page, url: str, suffix: str) -> None:
    """Orders to pack, all chosen; the two papers; the parcels that wait, packed just now."""
    page.goto(f"{url}/staff/packing?all=1")
    save(page, f"packing-{suffix}")
    page.get_by_role("button", name="Pick list").click()
    page.get_by_role("heading", name="Pick list").wait_for()
    save(page, f"pick-list-{suffix}")
    page.get_by_role("link", name="Back to packing").click()
    page.get_by_role("button", name="Packing slips").click()
    page.get_by_role("heading", name="Packing slips").wait_for()
    save(page, f"slips-{suffix}")
    page.goto(f"{url}/staff/packing?all=1")
    page.get_by_role("button", name="Mark packed").click()
    page.get_by_role("button", name="Undo").wait_for()
    save(page, f"shipping-{suffix}")
    page.get_by_role("button", name="Undo").click()
    page.get_by_role("heading", name="To pack").wait_for()


def lots(page: Page, url: str, suffix: str) -> None:
    """Receive 24 oils on a phone; quarantine and recall a lot on a laptop."""
    if suffix == "375":
        page.goto(f"{url}/staff/stock/OIL-SPRAY-100")
        page.get_by_role("link", name="Receive", exact=True).click()
        page.get_by_label("Units").first.fill("24")
        page.get_by_label("Lot").first.fill("ZS-0203")
        later = datetime.now(UTC).date() + timedelta(days=500)
        page.get_by_label("Expires").first.fill(later.isoformat())
        save(page, "receive-375")
        page.get_by_role("button", name="Book what came").click()
        save(page, "received-375")
        return
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


def stock(page: Page, url: str, suffix: str) -> None:
    """A number changed in the table, a ledger, and a shelf that is counted."""
    page.goto(f"{url}/staff/stock?sort=available")
    number = page.get_by_label("On hand of Magnesium Body Lotion, 250 ml", exact=True)
    number.fill("+24")
    number.press("Enter")
    page.get_by_text("Counted, +24.").wait_for()
    save(page, f"stock-{suffix}")
    page.goto(f"{url}/staff/stock/LOTION-250")
    save(page, f"sku-{suffix}")
    page.goto(f"{url}/staff/stock-takes")
    page.get_by_role("button", name="Begin a stock-take").click()
    page.get_by_label("Magnesium Body Lotion").fill("40")
    save(page, f"count-{suffix}")


def people(page: Page, url: str, suffix: str) -> None:
    """Who may sign in, one's own account, and what each role may do."""
    for name, path in (
        ("people", "people"),
        ("account", "account/second-step"),
        ("roles", "roles"),
    ):
        page.goto(f"{url}/staff/{path}")
        save(page, f"{name}-{suffix}")


def products(page: Page, url: str, suffix: str) -> None:
    """A draft that lacks something, pictures, planned prices, and an edit of many."""
    page.goto(f"{url}/staff/products")
    save(page, f"products-{suffix}")
    page.goto(f"{url}/staff/products/new")
    page.get_by_label("Name").fill(f"Pear wood brush {suffix}")
    page.get_by_role("button", name="Make the draft").click()
    page.get_by_label("Summary").fill("A brush of pear wood for dry skin.")
    page.get_by_role("button", name="Save", exact=True).click()
    save(page, f"product-{suffix}")
    page.goto(f"{url}/staff/products/1/pictures")
    save(page, f"pictures-{suffix}")
    page.goto(f"{url}/staff/products/1/prices")
    page.get_by_label("New price in EUR").fill("10.90")
    page.get_by_label("From, in UTC").fill(f"20{len(suffix)}9-01-02T08:00")
    page.get_by_role("button", name="Save the price").click()
    save(page, f"prices-{suffix}")
    page.goto(f"{url}/staff/products/prices-and-states?all=1&how=percent&amount=-10&to_90=1")
    save(page, f"bulk-{suffix}")


def phone(page: Page, url: str, suffix: str) -> None:
    """An order taken by phone on a laptop, and the page on which its caller pays on a phone."""
    page.goto(f"{url}/staff/drafts/new")
    for number, (article, units) in enumerate([("oil-spray-100", "2"), ("flakes-1000", "1")]):
        page.get_by_label("SKU or name").nth(number).fill(article)
        page.get_by_label("How many").nth(number).fill(units)
    page.get_by_label("E-mail").fill("mira@mail.example")
    page.get_by_label("Name", exact=True).fill("Mira Holm")
    page.get_by_label("A note for the shopper").fill("The flakes in paper, as you asked.")
    page.get_by_role("button", name="Save").click()
    if suffix == "1280":
        save(page, "phone-1280")
        return
    page.goto(page.get_by_label("The link, to copy or read out").input_value())
    save(page, "pay-375")


def guides(page: Page, url: str, suffix: str) -> None:
    """A guide on a phone; on a laptop what stands in its way, and what a revision changed."""
    page.goto(f"{url}/staff/guides/3")
    if suffix == "375":
        save(page, "guide-375", tallest=1700)
        return
    page.get_by_label("Summary").fill("A foot bath that cures insomnia, and what to put in it.")
    page.get_by_role("button", name="Publish …").click()
    page.get_by_role("heading", name="What stands in the way").wait_for()
    save(page, "guide-gate-1280")
    page.goto(f"{url}/staff/guides/3/revisions/2")
    save(page, "guide-revision-1280")


#: The parts by name; `scripts/staff_screenshots.py overview` takes only those that are named.
PARTS: dict[str, Part] = {
    "overview": overview,
    "packing": packing,
    "lots": lots,
    "stock": stock,
    "people": people,
    "phone": phone,
    "products": products,
    "guides": guides,
}


def save(page: Page, name: str, *, tallest: int = 20_000) -> None:
    """Keeps the whole page as WebP, or its upper part."""
    picture = Image.open(BytesIO(page.screenshot(full_page=True, animations="disabled")))
    picture = picture.crop((0, 0, picture.width, min(picture.height, tallest)))
    picture.save(FOLDER / f"{name}.webp", "WEBP", quality=80, method=6)


def _take(browser: Browser, live: Live, width: int, wanted: set[str]) -> None:
    context = browser.new_context(
        viewport={"width": width, "height": SIZES[width]}, reduced_motion="reduce"
    )
    page = sign_in(context.new_page(), live.url, email=DEMO_EMAIL, password=DEMO_PASSWORD)
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


def _lot(now: datetime) -> None:
    """A lot of which three orders got two bottles each."""
    lot_id = inventory.open_lot(
        "OIL-SPRAY-100", "ZS-0117", expires_on=now.date() + timedelta(days=400)
    )
    inventory.adjust("OIL-SPRAY-100", 24, reason="received", lot_id=lot_id)
    for number in (40, 41, 42):
        order = _order(number, now - timedelta(days=number - 36))
        inventory.take_again(order.reference, {"OIL-SPRAY-100": 2})
        taken = {"OIL-SPRAY-100": inventory.Choice(lot_id)}
        inventory.allocate(order.reference, chosen=taken)


def _order(number: int, moment: datetime) -> orders.Order:
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
    return order


if __name__ == "__main__":
    sys.exit(main())
