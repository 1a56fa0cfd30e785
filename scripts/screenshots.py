"""The pictures of the README and docs, taken from a freshly started demo shop in Chromium.

    make screenshots

Writes WebP files into docs/screenshots/: ten pages at 375, 768 and 1440 px, in light and in dark.
"""

import sys
from io import BytesIO
from pathlib import Path

from demo_shop import demo_shop
from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

from tests.support.machine import CHROMIUM, CHROMIUM_ARGUMENTS

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "docs" / "screenshots"
PAGES = {
    "home": "/",
    "products": "/products/",
    "product": "/products/magnesium-oil-spray",
    "product-sold-out": "/products/wooden-bath-scoop",
    "guide": "/guides/foot-bath-at-home",
    "routine": "/guides/foot-bath-at-home/routine",
    "search": "/search?q=foot+bath",
    "search-nothing": "/search?q=umbrella",
    "reviews": "/how-we-check-reviews",
}
SIZES = {1440: 900, 768: 1024, 375: 812}


def main() -> int:
    """Starts the demo in a folder of its own, takes the pictures, stops it."""
    if not CHROMIUM:
        print(
            "make screenshots needs Chromium; on Debian: apt-get install chromium", file=sys.stderr
        )
        return 1
    FOLDER.mkdir(parents=True, exist_ok=True)
    with demo_shop() as url, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=CHROMIUM_ARGUMENTS)
        for width in SIZES:
            _take_all(browser, url, width, is_dark=False)
            _take_all(browser, url, width, is_dark=True)
        browser.close()
    return 0


def _take_all(browser: Browser, url: str, width: int, *, is_dark: bool) -> None:
    context = browser.new_context(
        viewport={"width": width, "height": SIZES[width]},
        color_scheme="dark" if is_dark else "light",
        reduced_motion="reduce",
    )
    page = context.new_page()
    end = f"{width}-dark" if is_dark else str(width)
    for name, path in PAGES.items():
        page.goto(url + path, wait_until="networkidle")
        _save(page, f"{name}-{end}")
    page.goto(f"{url}/products/magnesium-oil-spray", wait_until="networkidle")
    page.locator("shop-add-to-cart button").first.click()
    page.get_by_role("dialog").wait_for()
    page.goto(f"{url}/cart", wait_until="networkidle")
    _save(page, f"cart-{end}")
    context.close()


def _save(page: Page, name: str) -> None:
    picture = Image.open(BytesIO(page.screenshot()))
    picture.save(FOLDER / f"{name}.webp", quality=82, method=6)
    print(f"docs/screenshots/{name}.webp")


if __name__ == "__main__":
    raise SystemExit(main())
