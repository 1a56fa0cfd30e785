"""Pick lists and packing slips as PDF, for a printer that no browser speaks to."""

from collections.abc import Sequence
from functools import cache

from fpdf import FPDF
from fpdf.enums import XPos, YPos
from fpdf.fonts import TTFFont

from ...assets import folder
from ...display import ShopFacts, shop_facts, show_country, show_day
from ...inventory import Pick, lot_words
from .views import PickRow, Slip

_SCRIPTS = ("latin-ext", "greek", "cyrillic", "vietnamese")
_WIDTHS = (14.0, 42.0, 114.0)  # units, SKU, name: millimetres of 170
_LINE = 6.0


def slips_pdf(slips: Sequence[Slip]) -> bytes:
    """One slip to a page of A4."""
    pdf, shop = _paper(), shop_facts()
    for slip in slips:
        pdf.add_page()
        _head(pdf, shop.name, f"Packing slip, order {slip.order.number}")
        _label(pdf, slip)
        _gift(pdf, slip.order.gift_note)
        rows = [(f"{g.units} ×", g.sku, _named(g.name, g.variant)) for g in slip.goods]
        _table(pdf, ("", "SKU", "Article"), rows)
        for pick in slip.lots:
            _text(pdf, f"{pick.sku}: {lot_line(pick)}")
        if slip.is_part:
            _text(pdf, "This is a part of the order. The rest comes in another parcel.")
        _foot(pdf, shop)
    return bytes(pdf.output())


def pick_list_pdf(rows: Sequence[PickRow]) -> bytes:
    """What to fetch, in the order of SKUs."""
    pdf = _paper()
    pdf.add_page()
    _head(pdf, shop_facts().name, "Pick list")
    _table(
        pdf,
        ("", "SKU", "Article"),
        [(f"{r.goods.units} ×", r.goods.sku, _article(r)) for r in rows],
    )
    return bytes(pdf.output())


def notes_cut_short(slips: Sequence[Slip]) -> list[str]:
    """Numbers of the orders whose gift note has signs that no font of the PDF has, such as emoji.

    The page of the slips, which a browser prints, has them all.
    """
    notes = {slip.order.number: slip.order.gift_note for slip in slips if slip.order.gift_note}
    return [number for number, note in notes.items() if _drawable(note) != note]


def lot_line(pick: Pick) -> str:
    """So many units of a lot in words."""
    until = f", until {show_day(pick.expires_on)}" if pick.expires_on else ""
    return f"{pick.units} of {lot_words(pick.code)}{until}"


def _article(row: PickRow) -> str:
    lots = [lot_line(pick) for pick in row.lots]
    orders = f"for {', '.join(row.numbers)}"
    return "\n".join([_named(row.goods.name, row.goods.variant), *lots, orders])


def _named(name: str, variant: str) -> str:
    return ", ".join(filter(None, [name, variant]))


def _paper() -> FPDF:
    pdf = FPDF(format="A4")
    pdf.set_margins(20, 18, 20)
    pdf.set_auto_page_break(True, margin=18)
    fonts = folder("static") / "fonts"
    pdf.add_font("slip", fname=fonts / "noto-sans-400-latin.woff2")
    pdf.add_font("slip", style="B", fname=fonts / "noto-sans-600-latin.woff2")
    for script in _SCRIPTS:
        pdf.add_font(script, fname=fonts / f"noto-sans-400-{script}.woff2")
    pdf.set_fallback_fonts(list(_SCRIPTS), exact_match=False)
    return pdf


def _head(pdf: FPDF, shop_name: str, title: str) -> None:
    pdf.set_font("slip", size=10)
    _text(pdf, shop_name)
    pdf.set_font("slip", style="B", size=16)
    _text(pdf, title, height=9)
    pdf.ln(4)


def _label(pdf: FPDF, slip: Slip) -> None:
    pdf.set_font("slip", size=12)
    for part in (*slip.order.ship_to, show_country(slip.order.ship_country)):
        _text(pdf, part)
    pdf.ln(3)
    pdf.set_font("slip", size=10)
    _text(pdf, f"{slip.order.delivery_name} · ordered {show_day(slip.order.placed_at)}")
    pdf.ln(4)


def _gift(pdf: FPDF, note: str) -> None:
    """The buyer's own words, as far as our fonts have their signs (see notes_cut_short)."""
    if not note:
        return
    pdf.set_font("slip", size=9)
    _text(pdf, "A note for you")
    pdf.set_font("slip", size=13)
    _text(pdf, _drawable(note), height=7)
    pdf.ln(4)


def _drawable(text: str) -> str:
    """What can be drawn of a text; of the rest the library would write each sign into the log."""
    return "".join(sign for sign in text if sign == "\n" or ord(sign) in _signs())


@cache
def _signs() -> frozenset[int]:
    """The code points of all signs that our fonts have."""
    pdf = _paper()
    fonts = [font for font in pdf.fonts.values() if isinstance(font, TTFFont)]
    found = frozenset(number for font in fonts for number in font.cmap)
    pdf.output()  # which closes the files of the fonts
    return found


def _table(pdf: FPDF, heads: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    pdf.set_font("slip", size=11)
    with pdf.table(
        col_widths=_WIDTHS,
        line_height=_LINE,
        borders_layout="HORIZONTAL_LINES",
        text_align="LEFT",
        first_row_as_headings=True,
    ) as table:
        for cells in (heads, *rows):
            row = table.row()
            for cell in cells:
                row.cell(cell)
    pdf.ln(4)


def _foot(pdf: FPDF, shop: ShopFacts) -> None:
    pdf.ln(4)
    pdf.set_font("slip", size=9)
    _text(pdf, shop.returns_sentence)
    _text(pdf, f"Questions: {shop.support_email}")
    _text(pdf, shop.address)


def _text(pdf: FPDF, text: str, *, height: float = _LINE) -> None:
    if text:
        pdf.multi_cell(0, height, text, new_x=XPos.LMARGIN, new_y=YPos.NEXT, align="L")
