"""The report as its pages show it: rows in words, bars as long as they are worth, a table to keep.

Money is left out wherever its reader may not see what came in.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy import select

from ... import catalog, guides, insights
from ...database import db
from ...money import plain_money
from ...pages import shop_url
from ..addresses import with_query
from .spans import Chosen

_FULL = 100
_MOST_BARS = 12
_WHOLE_SHOP = -1  # in place of a guide's number
_KINDS = {
    "html": "Text",
    "takeaways": "Takeaways",
    "steps": "Steps",
    "product": "Product",
    "compare": "Comparison",
    "quote": "Quote",
}
_BESIDE = {
    catalog.BELOW_GUIDE: "Goes well together, below the text",
    catalog.IN_CART: "Goes with what came from here, in the cart",
    "": "In the guide, without a block",
}
_COUNTS = ("reads", "adds", "orders", "units", "returned", "lost")
Values = Sequence[object]


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the report; url leads to more, share is per cent of all goods, None without."""

    name: str
    url: str
    note: str
    sums: insights.Sums
    share: int | None = None


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar of the chart, in hundredths of the longest; is_back: more went back than came."""

    name: str
    width: int
    is_back: bool
    value: int


def guide_rows(report: insights.GuideReport, chosen: Chosen) -> list[Row]:
    """A line for each guide, and for what was bought without one."""
    goods = report.goods_cents
    return [
        Row(
            report.title(guide_id),
            _page_of(guide_id, chosen) if guide_id in report.names else "",
            "" if guide_id else "bought from lists, product pages and by phone",
            sums,
            round(_FULL * sums.cents / goods) if goods > 0 else None,
        )
        for guide_id, sums in report.guides()
    ]


def product_rows(report: insights.GuideReport) -> list[tuple[str, str, insights.Sums]]:
    """Product, guide and numbers: the guides of a product together, as they sell it best."""
    return [
        (product, report.title(guide_id), sums)
        for product, rows in report.products()
        for guide_id, sums in rows
    ]


def block_rows(report: insights.GuideReport, guide_id: int) -> list[Row]:
    """A line for each block of a guide in its order, then for what is beside them or gone."""
    sums = report.blocks(guide_id)
    guide = report.names[guide_id]
    rows = []
    names = _block_names(guides.blocks_in(guide_id))
    for block, name in names.items():
        url = f"{shop_url('guide', slug=guide.slug)}#{block}" if guide.state == "published" else ""
        rows.append(Row(name, url, block, sums.pop(block, insights.Sums())))
    for block in sorted(sums):
        if not sums[block].is_empty:
            name = _BESIDE.get(block, "A block that the guide has no longer")
            rows.append(Row(name, "", block, sums[block]))
    return rows


def article_rows(report: insights.GuideReport, guide_id: int) -> list[Row]:
    """A line for each article that a guide sold, or could not sell."""
    return [
        Row(", ".join(filter(None, (one.product, one.size))) or one.sku, "", one.sku, sums)
        for one, sums in report.sold_in(guide_id)
    ]


def bars(report: insights.GuideReport, *, has_money: bool) -> list[Bar]:
    """The guides as bars: by revenue, or by what was put into carts where money is not shown."""
    rows = [
        (report.title(guide_id), sums.cents if has_money else sums.adds)
        for guide_id, sums in report.guides()
        if guide_id
    ]
    shown = sorted((row for row in rows if row[1]), key=lambda row: -row[1])[:_MOST_BARS]
    most = max((abs(value) for _, value in shown), default=0) or 1
    return [Bar(name, -(-abs(value) * _FULL // most), value < 0, value) for name, value in shown]


def report_table(report: insights.GuideReport, *, has_money: bool) -> Iterator[Values]:
    """Everything as rows with headings: guides, their blocks and articles, and the rest."""
    money = ("revenue", "lost_at_todays_price") if has_money else ()
    yield ("what", "guide", "address", "block", "sku", "from", "to", *_COUNTS, *money,
           *(("currency",) if has_money else ()))  # fmt: skip

    def row(what: str, guide_id: int, block: str, sku: str, sums: insights.Sums) -> Values:
        name = report.names.get(guide_id)
        title = "" if guide_id == _WHOLE_SHOP else report.title(guide_id)
        cells: list[object] = [what, title, name.slug if name else "", block, sku,
                               report.span.first, report.span.last]  # fmt: skip
        cells += [getattr(sums, count) for count in _COUNTS]
        if has_money:
            cells += [plain_money(c, report.currency) for c in (sums.cents, sums.lost_cents)]
            cells.append(report.currency)
        return cells

    for guide_id, sums in report.guides():
        yield row("guide", guide_id, "", "", sums)
        for block, its in sorted(report.blocks(guide_id).items()):
            if guide_id and not its.is_empty:
                yield row("block", guide_id, block, "", its)
        for article, its in report.sold_in(guide_id):
            yield row("article", guide_id, "", article.sku, its)
    if has_money:
        for what, cents in _besides(report):
            yield row(what, _WHOLE_SHOP, "", "", insights.Sums(cents=cents))


def _besides(report: insights.GuideReport) -> tuple[tuple[str, int], ...]:
    return (
        ("delivery", report.money.delivery_cents),
        ("straight back", report.money.straight_cents),
        ("total", report.total_cents),
    )


def _page_of(guide_id: int, chosen: Chosen) -> str:
    return with_query(shop_url("staff_report_guide", id=guide_id), **chosen.query)


def _block_names(blocks: Sequence[guides.BlockName]) -> dict[str, str]:
    """Block → what it is in words; texts are numbered, products named."""
    ids = {product for block in blocks for product in block.products}
    P = catalog.Product
    found = db.session.execute(select(P.id, P.name).where(P.id.in_(ids))) if ids else ()
    products: dict[int, str] = {row[0]: row[1] for row in found}
    names = {}
    for block in blocks:
        about = " and ".join(products.get(product, "?") for product in block.products)
        kind = _KINDS.get(block.kind, block.kind.capitalize())
        number = block.id.rpartition("-")[2]
        names[block.id] = f"{kind}: {about}" if about else f"{kind} {number}"
    return names
