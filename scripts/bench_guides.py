"""The guides' part of the back office under much: a thousand guides, and a year of what they sold.

The texts are paragraphs of the demo's guides, put together anew with links of their own.
"""

import random
import uuid
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from storefront import catalog, guides, insights
from storefront.database import db
from storefront.local_time import today

GUIDES = 1_000
READ_ON_A_DAY = 200
DAYS = 365
BLOCKS = ("text-1", "product-1")
_PARAGRAPHS = 14  # some 5 kB, as those of the demo
_DEMO = Path(__file__).resolve().parent.parent / "demo" / "guides"
_READER = {"User-Agent": "Mozilla/5.0", "Sec-Fetch-Site": "same-origin"}


def pages(first: date, last: date) -> dict[str, str]:
    """What reads everything of the guides; first and last are the days of the report's year."""
    report, year = "/staff/guides/report", f"period=dates&first={first}&last={last}"
    return {
        "what guides sell, 30 days": f"{report}?period=30",
        "what guides sell, a year": f"{report}?{year}",
        "one guide, a year": f"{report}/1?{year}",
        "products by guide, a year": f"{report}/products?{year}",
        "links of the guides": "/staff/guides/links",
        "links, of one kind": "/staff/guides/links?kind=renamed",
        "links, of one guide": "/staff/guides/links?guide=7",
    }


def slug_of(number: int) -> str:
    """The address of one of the guides."""
    return f"guide-{number % GUIDES:04}"


def fill_guides() -> None:
    """A thousand published guides, each with three links and a card; some products were renamed."""
    texts = [file.read_text().split("---\n", 2)[2] for file in sorted(_DEMO.glob("*.md"))]
    parts = [part for text in texts for part in text.split("\n\n") if part[:1].isupper()]
    plain = [part.strip() for part in parts if "](" not in part and "{" not in part]
    chance = random.Random(2)
    files = [_file(n, chance.sample(plain, _PARAGRAPHS), chance) for n in range(GUIDES)]
    guides.save_guides(files, publish=True, by="bench")
    for number in range(0, 1000, 100):
        catalog.rename_product(f"balm-{number}", f"balsam-{number}")


def fill_reads() -> None:
    """A year of readings and of what was put into carts, as sums of days."""
    chance, last = random.Random(3), today()
    for ago in range(DAYS):
        day, read = last - timedelta(days=ago), chance.sample(range(1, GUIDES + 1), READ_ON_A_DAY)
        db.session.execute(sa.insert(insights.GuideRead), list(_reads(day, read)))
        adds = [
            {"day": day, "guide_id": id_, "block": "product-1", "sku": "OIL-100", "adds": 2}
            for id_ in read[::4]
        ]
        db.session.execute(sa.insert(insights.GuideAdd), adds)


def read_once(reader: FlaskClient) -> TestResponse:
    """One view of a guide is counted with two of its blocks, as the page's script sends it."""
    form = {"view": str(uuid.uuid4()), "blocks": " ".join(BLOCKS)}
    return reader.post(f"/guides/{slug_of(7)}/read", data=form, headers=_READER)


def _file(number: int, parts: list[str], chance: random.Random) -> guides.GuideFile:
    one, two, three = (chance.randrange(1000) for _ in range(3))
    body = [
        *parts[:5],
        f"Take [this balm](product:balm-{one}), or read [more](guide:{slug_of(number + 1)}).",
        "## The second part",
        *parts[5:],
        f"::: product balm-{two}\nIt is what we use.\n:::",
        f"Some like [another one](product:balm-{three}), at €{number % 90 + 5}.90.",
    ]
    facts = {
        "title": f"Guide {number}", "slug": slug_of(number), "summary": "Of balms and basins.",
        "author": "Ida", "updated_on": "2026-09-22",
    }  # fmt: skip
    front = "".join(f"{name}: {value}\n" for name, value in facts.items())
    text = f"---\n{front}---\n" + "\n\n".join(body) + "\n"
    return guides.read_guide(text.encode(), f"{slug_of(number)}.md")


def _reads(day: date, read: list[int]) -> Iterator[dict[str, Any]]:
    for id_ in read:
        for block in ("", *BLOCKS):
            yield {"day": day, "guide_id": id_, "block": block, "reads": 9}
