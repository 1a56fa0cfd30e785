"""The four states of a product's card in a guide, for docs/staff/links.md.

    make screenshots

Writes WebP files: `card-<state>-<width>.webp`.
"""

import sys
from io import BytesIO

from PIL import Image
from playwright.sync_api import Browser, Locator
from staff_screenshots import CHROMIUM, FOLDER, SIZES, demo_shop

from conftest import Live
from support.selling_out import play


def main() -> int:
    """Lets the product sell out and come back on a laptop and on a phone."""
    if not CHROMIUM:
        print("This needs Chromium; on Debian: apt-get install chromium", file=sys.stderr)
        return 1
    with demo_shop() as (live, browser):
        for width in SIZES:
            _play(browser, live, width)
    return 0


def _play(browser: Browser, live: Live, width: int) -> None:
    context = browser.new_context(
        viewport={"width": width, "height": SIZES[width]}, reduced_motion="reduce"
    )

    def look(state: str, card: Locator) -> None:
        card.scroll_into_view_if_needed()
        picture = Image.open(BytesIO(card.screenshot(animations="disabled")))
        picture.save(FOLDER / f"card-{state}-{width}.webp", quality=80, method=6)

    play(live, context.new_page(), look)
    context.close()


if __name__ == "__main__":
    sys.exit(main())
