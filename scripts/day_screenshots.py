"""The pictures of docs/staff/day.md, taken while its day is played.

    make screenshots

What the page names is kept, as WebP: `day-<moment>-<width>.webp`.
"""

import sys

from playwright.sync_api import Browser
from staff_screenshots import CHROMIUM, FOLDER, SIZES, demo_shop, save

from conftest import Live
from support.day import STEPS, Day
from support.hands import Hands, sign_in


def main() -> int:
    """Plays the day on a laptop and on a phone."""
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
    page = sign_in(context.new_page(), live.url)
    wanted = (FOLDER / "day.md").read_text(encoding="utf-8")

    def look(moment: str) -> None:
        name = f"day-{moment}-{width}"
        if f"({name}.webp)" in wanted:
            save(page, name, tallest=1600)

    brush = "Pear wood brush" if width == max(SIZES) else "Pear wood comb"
    day = Day(live, Hands(page, look), f"ZS-0{width}", brush, brush.upper().replace(" ", "-"))
    day.begin()
    for number, step in enumerate(STEPS.values()):
        step(day)
        if number == 0:
            day.sell(context.new_page())
    context.close()


if __name__ == "__main__":
    sys.exit(main())
