"""A comparison with Stripe as people and scripts read it: a table, sentences, JSON."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from ...money import plain_money
from .findings import ROWS, Comparison, Finding, Sums
from .operations import Report

_LABELS = {
    "orders": "waiting for payment",
    "refunds": "on the way back",
    "disputes": "open",
}


def as_text(report: Report, *, is_applied: bool) -> str:
    """One table for each currency, then a sentence for each thing that was or is wrong."""
    now = report.now
    blocks = ["\n".join(_table(now, currency)) for currency in now.currencies]
    if waiting := _waiting(now):
        blocks.append(waiting)
    if report.mended:
        blocks.append("\n".join(f"Mended: {finding.sentence}" for finding in report.mended))
    if report.left:
        blocks.append("\n".join(_told(one, is_applied=is_applied) for one in report.left))
    blocks.append(_summary(report))
    return "\n\n".join(blocks)


def as_json(report: Report) -> dict[str, Any]:
    """The same for scripts; amounts in minor units."""
    now = report.now
    return {
        "since": now.since.isoformat(),
        "until": min(now.until, datetime.now(UTC)).isoformat(),
        "currencies": {currency: _sums(now, currency) for currency in now.currencies},
        "waiting": dict(now.waiting),
        "mended": [_fields(finding) for finding in report.mended],
        "left": [_fields(finding) for finding in report.left],
    }


def _table(now: Comparison, currency: str) -> Iterator[str]:
    until = min(now.until, datetime.now(UTC))
    yield f"{currency}, {now.since:%Y-%m-%d %H:%M} to {until:%Y-%m-%d %H:%M} UTC"
    rows = [("", "Stripe", "", "shop", "", "")]
    rows += [_row(now, currency, row) for row in ROWS]
    net = [side.net(currency) for side in (now.stripe, now.shop)]
    sums = [plain_money(cents, currency) for cents in net]
    rows.append(("Net", "", sums[0], "", sums[1], _difference(net[0] - net[1], currency)))
    sizes = [max(len(row[place]) for row in rows) for place in range(6)]
    for row in rows:
        first, *figures, last = (
            text.ljust(size) if place in {0, 5} else text.rjust(size)
            for place, (text, size) in enumerate(zip(row, sizes, strict=True))
        )
        yield "  ".join([first, *figures, last]).rstrip()


def _row(now: Comparison, currency: str, row: str) -> tuple[str, str, str, str, str, str]:
    place = currency, row
    is_equal = now.stripe.counts[place] == now.shop.counts[place]
    difference = now.stripe.cents[place] - now.shop.cents[place]
    word = _difference(difference, currency)
    if not difference and not is_equal:
        word = "differ in number"
    figures = [_figures(side, place) for side in (now.stripe, now.shop)]
    return (row.capitalize(), *figures[0], *figures[1], word)


def _figures(side: Sums, place: tuple[str, str]) -> tuple[str, str]:
    return str(side.counts[place]), plain_money(side.cents[place], place[0])


def _difference(cents: int, currency: str) -> str:
    return f"differ by {plain_money(abs(cents), currency)}" if cents else "agree"


def _waiting(now: Comparison) -> str:
    parts = [
        f"{count} {what if count > 1 else what[:-1]} {_LABELS[what]}"
        for what, count in now.waiting.items()
        if count
    ]
    return f"Waiting: {', '.join(parts)}." if parts else ""


def _told(finding: Finding, *, is_applied: bool) -> str:
    if not finding.offer or is_applied:
        return finding.sentence
    return f"{finding.sentence} --apply {finding.offer}."


def _summary(report: Report) -> str:
    mended, left = len(report.mended), len(report.left)
    if left:
        return f"{mended} mended, {left} left." if mended else f"{left} to be mended."
    return f"{mended} mended. Shop and Stripe agree." if mended else "Shop and Stripe agree."


def _sums(now: Comparison, currency: str) -> dict[str, Any]:
    sides = {"stripe": now.stripe, "shop": now.shop}
    return {
        name: {
            **{
                row: {"count": side.counts[currency, row], "cents": side.cents[currency, row]}
                for row in ROWS
            },
            "net": {"cents": side.net(currency)},
        }
        for name, side in sides.items()
    }


def _fields(finding: Finding) -> dict[str, str]:
    return {
        "kind": finding.kind,
        "subject": finding.subject,
        "order": finding.order,
        "sentence": finding.sentence,
        "apply": finding.offer,
    }
