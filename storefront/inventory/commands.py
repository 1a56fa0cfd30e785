"""Commands about the stock."""

import click

from ..database import transaction
from ..errors import Refusal
from . import tasks
from .operations import count


def register(group: click.Group) -> None:
    """Adds count-stock and block-lots."""
    group.add_command(count_stock)
    group.add_command(block_lots)


@click.command("count-stock")
@click.argument("sku")
@click.argument("counted", type=click.IntRange(0, 1_000_000))
@click.option(
    "--reason", default="counted", show_default=True, help="Why: counted, received, damaged …"
)
@click.option("--actor", default="", help="Who counted.")
def count_stock(sku: str, counted: int, reason: str, actor: str) -> None:
    """Books that COUNTED units of SKU are on the shelf, those held for open payments included."""
    try:
        with transaction():
            change = count(sku, counted, reason=reason, actor=actor)
    except Refusal as refusal:
        raise click.ClickException(refusal.sentence) from None
    click.echo(f"{sku}: {counted} on the shelf, {change:+d}." if change else f"{sku}: as it was.")


@click.command("block-lots")
def block_lots() -> None:
    """Takes lots out of sale that came too near their expiry date; the worker does this hourly."""
    click.echo(f"{tasks.block_lots()} lots are no longer sold.")
