"""A day in the back office, as docs/staff/day.md tells it: each step is played by a person's hands.

The browser test counts what is pressed; `make screenshots` takes the pictures on the way.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from playwright.sync_api import Page, expect

from storefront import inventory

from .buying import add_from_its_page, go_and_pay, pay_with
from .hands import Hands
from .new_product import publish
from .parcels import paid_order

if TYPE_CHECKING:
    from conftest import Live

OIL, NAMED = "OIL-SPRAY-100", "Magnesium Oil body spray, 100 ml"
OIL_PAGE, OTHER_PAGE = "magnesium-oil-spray", "magnesium-body-lotion"
OTHER = "LOTION-250"
#: What the ledger says before the count, newest first: why, and how many were there then.
EXPLAINED = [("Sold", "21"), ("Sold", "22"), ("Sold", "23"), ("Received · Delivery", "24")]
DANGER = "The pump of some bottles splinters. Splinters of plastic can get into the eyes."


@dataclass
class Day:
    """The shop, the hands, and the names that this day gives to what it makes."""

    live: "Live"
    hands: Hands
    lot: str
    brush: str
    brush_sku: str
    by_keyboard: bool = False

    @property
    def page(self) -> Page:
        """Where the hands are."""
        return self.hands.page

    def begin(self) -> None:
        """The shelf of the oil is empty, and seven orders of flakes are paid."""
        self.live.shop.do(lambda: inventory.count(OIL, 0, reason="counted"))
        flakes = {"name": "Magnesium Flakes for bath and foot soak", "size": "1 kg"}
        self.others = [paid_order(self.live.shop, {"FLAKES-1000": 1}, **flakes) for _ in range(7)]

    def receive(self) -> None:
        """24 oils came, all of one lot."""
        later = datetime.now(UTC).date() + timedelta(days=500)
        self.hands.go("Deliveries")
        self.hands.click("link", "Receive goods")
        self.page.get_by_label("SKU").first.fill(OIL)
        self.page.get_by_label("Units").first.fill("24")
        self.page.get_by_label("Lot").first.fill(self.lot)
        self.page.get_by_label("Expires").first.fill(later.isoformat())
        self.hands.look("receive")
        self.hands.click("button", "Book what came")
        expect(self.page.get_by_text("It is booked, and counts as stock.")).to_be_visible()

    def sell(self, shopper: Page) -> None:
        """Three people buy one each; the last of them buys something else too."""
        for number in range(3):
            add_from_its_page(shopper, self.live.url, OIL_PAGE)
            if number == 2:
                add_from_its_page(shopper, self.live.url, OTHER_PAGE)
            go_and_pay(shopper, self.live.url)
            pay_with(shopper, "4242 4242 4242 4242")
            shopper.wait_for_url("**/orders/*")
        self.sold = [one for one in self.live.shop.orders() if one not in self.others][-3:]

    def count(self) -> None:
        """Somebody counts 20 on the shelf."""
        self.hands.go("Stock")
        self.hands.click("link", "Stock-takes")
        self.hands.click("button", "Begin a stock-take")
        self.page.get_by_label(NAMED).fill("20")
        self.hands.look("count")
        self.hands.click("button", "Keep and see the differences")
        expect(self.page.get_by_role("heading", name="1 SKU differs")).to_be_visible()

    def find_out(self) -> None:
        """The ledger explains 21; a colleague gave the other one away, and it is booked as that."""
        self.hands.look("differences")
        self.hands.click("link", NAMED)
        self.hands.look("ledger")
        ledger = self.page.locator(".shop-ledger tbody tr")
        for place, (why, left) in enumerate(EXPLAINED):
            expect(ledger.nth(place)).to_contain_text(why)
            expect(ledger.nth(place).locator("td").nth(2)).to_have_text(left)
        self.page.go_back()
        self.hands.count += 1
        self.hands.choose(f"Why {NAMED} differs", "Given as a sample")
        self.hands.click("button", "Book this difference")
        expect(self.page.get_by_text("The differences are booked")).to_be_visible()
        self._read_the_ledger()

    def pack(self) -> None:
        """Ten orders, the oldest first: packed, and given to the carrier."""
        if self.by_keyboard:
            self.hands.enter("Packing", "To pack")
            self.hands.enter("Select all", "To pack")
            self.hands.look("packing")
            self.hands.enter("Mark packed", "To ship")
        else:
            self.hands.go("Packing")
            self.hands.click("link", "Select all on this page")
            self.hands.look("packing")
            self.hands.click("button", "Mark packed")
        expect(self.page.get_by_text("10 parcels are packed.")).to_be_visible()
        self._write_numbers()
        self.hands.look("shipping")
        if self.by_keyboard:
            self.page.keyboard.press("Enter")
            self.hands.count += 1
        else:
            self.hands.click("button", "Mark shipped")
        expect(self.page.get_by_text("10 parcels have left.")).to_be_visible()

    def refund(self) -> None:
        """One line of an order came back: its money goes back, and it stands on the shelf again."""
        order = self.sold[-1]
        self.hands.go("Orders")
        self.hands.click("link", f"Order {order.number}")
        self.hands.press(self.page.get_by_text("Send money back"))
        self.page.get_by_role("spinbutton", name="Magnesium Body Lotion").last.fill("1")
        self.hands.press(self.page.get_by_label("Put the goods back on the shelf"))
        self.hands.look("refund")
        self.hands.click("button", "Continue")
        self.hands.look("refund-question")
        self.hands.press(self.page.get_by_role("button", name="Send €19.90 back"))
        expect(self.page.get_by_text("The money goes back.")).to_be_visible()

    def recall(self) -> None:
        """The lot is bad: who got it, and a letter to each of them."""
        self.hands.go("Lots")
        self.hands.click("link", f"Lot {self.lot}")
        expect(self.page.get_by_text("3 units in 3 orders.")).to_be_visible()
        self.hands.look("who-got-it")
        self.hands.click("link", "Recall this lot")
        self.page.get_by_role("textbox", name="The danger").fill(DANGER)
        self.hands.click("button", "See the letter")
        self.hands.look("letter")
        self.hands.click("button", "Write to 3 orders")
        expect(self.page.get_by_text("of 3 letters have left")).to_be_visible()

    def publish(self) -> None:
        """A product from nothing, into the shop."""
        publish(self.hands, self.brush, self.brush_sku)

    def _read_the_ledger(self) -> None:
        """What the next reader finds; no press of this step."""
        back = self.page.url
        self.page.goto(f"{self.live.url}/staff/stock/{OIL}")
        last = self.page.locator(".shop-ledger tbody tr").first
        expect(last).to_contain_text("Given as a sample · Stock-take")
        expect(last).to_contain_text("−1")
        expect(last).to_contain_text("20")
        self.hands.look("reason")
        self.page.goto(back)

    def _write_numbers(self) -> None:
        waiting = [*self.others, *self.sold]
        if not self.by_keyboard:
            self.page.get_by_label("Carrier").fill("DHL")
            for order in waiting:
                self.page.get_by_label(f"Tracking number of order {order.number}").fill("JD1")
            return
        self.hands.tab_to("Carrier")
        self.page.keyboard.type("DHL")
        for order in sorted(waiting, key=lambda one: one.id):
            self.hands.tab_to(f"Tracking number of order {order.number}")
            self.page.keyboard.type("JD1")


#: The steps of the desk by their name in docs/staff/day.md; between the first two the shop sells.
STEPS: Mapping[str, Callable[[Day], None]] = {
    "Receive 24 oils": Day.receive,
    "Count 20": Day.count,
    "Find out why one is missing": Day.find_out,
    "Pack and ship 10 orders": Day.pack,
    "Refund one line and restock it": Day.refund,
    "Recall a lot": Day.recall,
    "Publish a product from nothing": Day.publish,
}
