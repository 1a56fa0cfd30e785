"""Commands about comments."""

import click

from .tasks import forget_who_wrote


def register(group: click.Group) -> None:
    """Adds forget-commenters."""
    group.add_command(forget_commenters)


@click.command("forget-commenters")
def forget_commenters() -> None:
    """Erases the e-mail addresses of comments that are older than 90 days."""
    click.echo(f"{forget_who_wrote()} addresses erased.")
