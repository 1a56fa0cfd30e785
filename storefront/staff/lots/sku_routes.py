"""Whether a SKU is kept in lots, over HTTP: the switch, its minimum shelf life, and its lots."""

from functools import partial
from urllib.parse import urlencode

from flask import Blueprint, Response, redirect, request
from werkzeug.wrappers import Response as AnyResponse

from ... import audit, inventory
from ...database import transaction
from ...errors import NotFound
from ...forms import STALE, Form
from ...local_time import today
from ...pages import shop_url
from ..deliveries.routes import names_of
from ..desk import render_desk
from ..gate import who
from .forms import KeepForm
from .views import state_words


def staff_sku_lots() -> Response:
    """How one SKU is kept: in lots or not, for how long it must be good, and its lots."""
    sku = request.args.get("sku", "").strip()
    return _sku_page(sku, said=request.args.get("said", ""))


def staff_keep_lots() -> AnyResponse:
    """Begins or ends to keep a SKU in lots, or sets its minimum shelf life."""
    form, sku = KeepForm(), request.args.get("sku", "").strip()
    before = inventory.lot_keeping(sku)
    if before is None:
        raise NotFound("There is no stock under this SKU.")
    if not form.validate():
        return _sku_page(sku, status=422, keep=form, error=STALE if form.is_stale else "")
    try:
        with transaction():
            if form.choice.data == "end":
                inventory.end_lots(sku, actor=who())
            else:
                inventory.keep_in_lots(sku, actor=who())
                inventory.set_shelf_life(sku, form.day_count)
            is_kept = form.choice.data != "end"
            audit.record(
                who(),
                "lots set",
                f"SKU {sku}",
                before={"in lots": before.is_kept, "days": before.shelf_life_days},
                after={"in lots": is_kept, "days": form.day_count if is_kept else 0},
            )
    except (inventory.StillBlocked, inventory.KitHasNoStock) as refusal:
        return _sku_page(sku, status=422, error=refusal.sentence)
    query = urlencode({"sku": sku, "said": "lots_set"})
    return redirect(f"{shop_url('staff_sku_lots')}?{query}", 303)


def _sku_page(
    sku: str, *, status: int = 200, said: str = "", error: str = "", keep: KeepForm | None = None
) -> Response:
    keeping = inventory.lot_keeping(sku)
    if keeping is None:
        raise NotFound(f"There is no stock under the SKU {sku}.")
    return render_desk(
        "lots/sku_lots.html",
        status=status,
        said=said,
        error=error,
        keeping=keeping,
        name=names_of({sku}).get(sku, ""),
        lots=inventory.lots_of(sku),
        state_words=partial(state_words, today=today()),
        keep=keep,
        sku_query=urlencode({"sku": sku}),
        form=Form(),
    )


def register(shop: Blueprint) -> None:
    """Adds the lots of a SKU to the back office."""
    path = "/staff/lots/sku"  # beside the numbers of lots, so the SKU stands in the query
    shop.add_url_rule(path, "staff_sku_lots", staff_sku_lots)
    shop.add_url_rule(path, "staff_keep_lots", staff_keep_lots, methods=["POST"])
