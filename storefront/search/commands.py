"""Commands of the search."""

import click

from ..database import transaction
from ..progress import progress
from .operations import indexable, rebuild
from .tasks import forget_misses


def register(group: click.Group) -> None:
    """Adds reindex and forget-searches."""
    group.add_command(reindex)
    group.add_command(forget_searches)


@click.command()
def reindex() -> None:
    """Writes the index of the search anew; the old one serves until the new one is whole."""
    with progress("Reading", indexable()) as advance, transaction():
        written = rebuild(advance)
    click.echo(f"{written} products, guides and sections can be found.")


@click.command("forget-searches")
def forget_searches() -> None:
    """Forgets searches without result that nobody made in 90 days; the worker does this too."""
    click.echo(f"{forget_misses()} searches forgotten.")
