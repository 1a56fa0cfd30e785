"""What the worker does for the people who run the shop."""

import secrets
from itertools import count
from pathlib import Path

from flask import render_template

from .. import audit, catalog, guides, inventory, mail
from ..database import db, transaction
from ..display import shop_facts
from ..pages import public_url, settings
from .people.queries import keepers


def tell_low_stock() -> int:
    """Writes once about each SKU on sale that has become low; returns how many those are.

    To everybody who may change the stock; where the shop knows nobody, to the support address.
    """
    mark = settings().STOREFRONT_LOW_STOCK
    if not inventory.has_low_news(mark):
        return 0
    db.session.rollback()
    with transaction():
        found = catalog.stock_rows(inventory.note_low(mark))
        rows = [found[sku] for sku in sorted(found) if found[sku].is_on_sale]
        for recipient in keepers() or [settings().STOREFRONT_SUPPORT_EMAIL]:
            if rows:
                mail.write(_letter(rows, recipient))
    return len(rows)


def import_articles(token: str, actor: str) -> int:
    """Imports what was handed in under a token; gives how many guides were written.

    The report is kept; how far it is, can be read.

    Doing it twice changes nothing the second time.
    """
    kept = guides.importing.kept_files(token)
    if kept.read("done") is not None:
        return 0  # handed over twice
    kept.note("progress", {"done": 0, "of": 0, "by": actor})
    with guides.importing.unpacking_place() as place:
        report = guides.importing.examine(kept.files, into=Path(place))
        db.session.rollback()
        total = sum(len(draft.found) for draft in report.drafts if draft.is_written)
        done = count(1)
        prepared = guides.importing.take_in_pictures_of(
            report.drafts,
            settings().instance / "media",
            advance=lambda: kept.note("progress", {"done": next(done), "of": total, "by": actor}),
        )
    with transaction():
        guides.importing.save_drafts(report.drafts, prepared, by=actor)
        audit.record(actor, "articles imported", "guides", after=dict(report.tally()))
    kept.finish(guides.importing.told_of(report, kept.folder / "files"))
    return sum(draft.is_written for draft in report.drafts)


def _letter(rows: list[catalog.StockRow], recipient: str) -> mail.NewLetter:
    what = f"{rows[0].product}, {rows[0].size} is" if len(rows) == 1 else f"{len(rows)} sizes are"
    subject = f"{settings().STOREFRONT_NAME}: {what} low"
    context = {
        "subject": subject,
        "rows": rows,
        "stock_url": f"{public_url('staff_stock')}?show=low",
        "shop": shop_facts(),
    }
    return mail.NewLetter(
        kind="low_stock",
        reference=secrets.token_hex(16),
        recipient=recipient,
        subject=subject,
        text=render_template("storefront/mail/low_stock.txt", **context),
        html=render_template("storefront/mail/low_stock.html", **context),
    )
