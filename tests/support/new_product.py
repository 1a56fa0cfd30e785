"""A brush that a person makes from nothing and publishes, in a browser."""

import io

from PIL import Image
from playwright.sync_api import Page, expect

from .hands import Hands

FACTS = {
    "Summary": "A brush of pear wood.",
    "Directions": "Brush dry skin in long strokes.",
    "Warnings": "Not on broken skin.",
    "Responsible person in the EU: name": "Bergquell Ltd",
    "Postal address": "1 Quay, Cork, Ireland",
    "E-mail or web page": "care@shop.example",
}


def publish(hands: Hands, name: str, sku: str) -> None:
    """From the menu to the shop, with three pictures."""
    page = hands.page
    hands.go("Products")
    hands.click("link", "New product")
    page.get_by_label("Name").fill(name)
    page.get_by_label("Kind").select_option("No cosmetic")
    hands.click("button", "Make the draft")
    _write_facts(page, sku)
    hands.click("button", "Save")
    expect(page.get_by_text("Saved.")).to_be_visible()
    expect(page.get_by_role("link", name="a picture")).to_be_visible()
    hands.look("draft")
    _add_pictures(hands)
    hands.click("link", name)
    hands.click("button", "Publish")
    expect(page.get_by_text("It is in the shop now.")).to_be_visible()
    hands.look("published")


def _write_facts(page: Page, sku: str) -> None:
    """Everything that the page of a draft asks for, with a first size."""
    for label, text in FACTS.items():
        page.get_by_label(label, exact=True).fill(text)
    size = page.get_by_role("group").filter(has=page.get_by_label("SKU"))
    for label, text in {"SKU": sku, "Name": "One size", "How many are there": "5"}.items():
        size.get_by_label(label, exact=True).fill(text)
    size.get_by_label("Price in EUR").fill("9.90")


def _add_pictures(hands: Hands) -> None:
    page = hands.page
    hands.click("link", "Add pictures")
    with page.expect_file_chooser() as chooser:
        hands.press(page.get_by_label("Add pictures"))
    files = [{"name": f"{n}.png", "mimeType": "image/png", "buffer": _drawn(n)} for n in (1, 2, 3)]
    chooser.value.set_files(files)  # type: ignore[arg-type]
    hands.click("button", "Add them")
    for n in range(3):
        page.get_by_label("What it shows").nth(n).fill(f"The brush, view {n + 1}")
    hands.click("button", "Save pictures")
    expect(page.get_by_text("The pictures are saved.")).to_be_visible()


def _drawn(number: int) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (400, 300), (40 * number, 90, 80)).save(out, "PNG")
    return out.getvalue()
