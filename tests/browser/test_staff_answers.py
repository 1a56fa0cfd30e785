"""Pages that only answer a press or a link: axe finds nothing on them, and they fit a phone."""

from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from conftest import Live
from storefront import drafts, orders
from support.desk import bought
from support.hands import sign_in
from support.phone import found, phoned, wish

pytestmark = [pytest.mark.browser, pytest.mark.looks]

OIL = "OIL-SPRAY-100"
OTHER = orders.ShipTo("ida@example.org", "Ida Quay", "2 Quay\n12345 Port", "IE")


class Answers:
    """A signed-in browser that writes down what is wrong with each page it comes to."""

    def __init__(self, page: Page, url: str) -> None:
        self.page, self.url = page, url
        self.wrong: dict[str, list[str]] = {}

    def open(self, path: str) -> None:
        self.page.goto(f"{self.url}{path}")

    def press(self, name: str) -> None:
        self.page.get_by_role("button", name=name, exact=True).first.click()

    def look(self, heading: str) -> None:
        """Waits for a page by its heading, and looks at it."""
        self.page.get_by_role("heading", name=heading, level=1).wait_for()
        rules = Axe().run(self.page).response["violations"]
        found = [f"{rule['id']}: {rule['nodes'][0]['html'][:120]}" for rule in rules]
        if self.page.evaluate("document.documentElement.scrollWidth > window.innerWidth"):
            found.append("wider than the window")
        if found:
            self.wrong[heading] = found


@pytest.fixture(params=["light", "dark"])
def answers(request: pytest.FixtureRequest, demo: Live, page: Page) -> Answers:
    page.set_viewport_size({"width": 375, "height": 812})
    page.emulate_media(color_scheme=request.param)
    return Answers(sign_in(page, demo.url), demo.url)


def test_a_file_with_mistakes_its_plan_and_what_was_booked(
    answers: Answers, tmp_path: Path
) -> None:
    file = tmp_path / "stock.csv"
    for text, heading in (
        (f"sku,on_hand\n{OIL},many\nNOBODY,3\n", "Stock from a file"),
        (f"sku,change,reason\n{OIL},1,received\n", "1 size would change"),
    ):
        file.write_text(text)
        answers.open("/staff/stock-file")
        answers.page.get_by_label("The file").set_input_files(file)
        answers.press("Read it")
        answers.look(heading)
    answers.press("Book all of it")
    answers.look("1 size changed")
    answers.press("Undo this file")
    answers.look("1 size changed")
    assert answers.wrong == {}


def test_two_people_on_one_address_and_on_one_order_by_phone(demo: Live, answers: Answers) -> None:
    order = bought(demo, OIL)
    answers.open(f"/staff/orders/{order.reference}")
    answers.page.locator("summary", has_text="Change the address").click()
    answers.page.get_by_label("Name").first.fill("Ada Lane")
    demo.shop.do(lambda: orders.change_label(order.id, OTHER, version=order.version))
    answers.press("Change the address")
    answers.look("Somebody was faster")
    reference = phoned(demo.shop, {OIL: 1})
    answers.open(f"/staff/drafts/{reference}")
    answers.page.locator("summary", has_text="Change it").click()
    answers.page.get_by_label("Name", exact=True).fill("Bea")
    version = found(demo.shop, reference).draft.version
    theirs = wish({OIL: 2})
    assert demo.shop.do(lambda: drafts.change(reference, theirs, version=version))
    answers.press("Save the changes")
    answers.look("Somebody was faster")
    assert answers.wrong == {}


def test_links_that_are_over_and_pages_that_are_not_there(answers: Answers) -> None:
    for path, heading in (
        ("/staff/orders/nobody", "We could not find that"),
        ("/staff/invitation/nothing", "This link is over"),
        ("/staff/password/nothing", "This link is over"),
    ):
        answers.open(path)
        answers.look(heading)
    assert answers.wrong == {}
