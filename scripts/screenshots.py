"""The pictures of the README and docs, taken from a freshly started demo shop in Chromium.

    make screenshots

Writes WebP files into docs/screenshots/: home, guide, product and cart at 1440 and 375 px.
"""

import sys
from io import BytesIO
from pathlib import Path

from demo_shop import demo_shop
from PIL import Image
from playwright.sync_api import Page, sync_playwright

from tests.support.machine import CHROMIUM

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "docs" / "screenshots"
PAGES = {
    "home": "/",
    "products": "/products/",
    "product": "/products/magnesium-oil-spray",
    "guide": "/guides/foot-bath-at-home",
}
SIZES = {1440: 900, 375: 812}


def main() -> int:
    """Starts the demo in a folder of its own, takes the pictures, stops it."""
    if not CHROMIUM:
        print(
            "make screenshots needs Chromium; on Debian: apt-get install chromium", file=sys.stderr
        )
        return 1
    FOLDER.mkdir(parents=True, exist_ok=True)
    with demo_shop() as url:
        _take_all(url)
    return 0


def _take_all(url: str) -> None:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=CHROMIUM,
            args=["--no-sandbox", "--disable-gpu", "--disable-background-networking"],
        )
        for width, height in SIZES.items():
            context = browser.new_context(
                viewport={"width": width, "height": height}, reduced_motion="reduce"
            )
            page = context.new_page()
            for name, path in PAGES.items():
                page.goto(url + path, wait_until="networkidle")
                _save(page, f"{name}-{width}")
            page.goto(f"{url}/products/magnesium-oil-spray", wait_until="networkidle")
            page.locator("shop-add-to-cart button").first.click()
            page.get_by_role("dialog").wait_for()
            page.goto(f"{url}/cart", wait_until="networkidle")
            _save(page, f"cart-{width}")
            context.close()
        browser.close()


def _save(page: Page, name: str) -> None:
    picture = Image.open(BytesIO(page.screenshot()))
    picture.save(FOLDER / f"{name}.webp", quality=82, method=6)
    print(f"docs/screenshots/{name}.webp")


if __name__ == "__main__":
    raise SystemExit(main())
