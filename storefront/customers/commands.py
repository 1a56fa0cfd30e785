"""Commands about sign-ups."""

import click

from .tasks import forget_who_was_told, tell_who_waits


def register(group: click.Group) -> None:
    """Adds tell-waiting."""
    group.add_command(tell_waiting)


@click.command("tell-waiting")
def tell_waiting() -> None:
    """Writes to those who wait for what is back, and erases old sign-ups."""
    written, erased = tell_who_waits(), forget_who_was_told()
    click.echo(f"{written} letters written, {erased} addresses erased.")
