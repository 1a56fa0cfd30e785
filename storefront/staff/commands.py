"""Commands about staff."""

import secrets
from collections.abc import Iterable

import click

from ..database import transaction
from ..errors import Refusal
from . import stock_commands
from .operations import add_member, switch_off
from .rights import ROLES


def register(group: click.Group) -> None:
    """Adds add-staff, remove-staff, and the stock as a file."""
    stock_commands.register(group)
    group.add_command(add_staff)
    group.add_command(remove_staff)


@click.command("add-staff")
@click.argument("email")
@click.option("--password", help="At least 12 characters; asked for when left out.")
@click.option("--generate", is_flag=True, help="Make up a password and print it.")
@click.option(
    "--role",
    "roles",
    type=click.Choice(list(ROLES)),
    multiple=True,
    default=["owner"],
    show_default=True,
    help="What they may do; give it more than once for several roles.",
)
def add_staff(email: str, password: str | None, generate: bool, roles: tuple[str, ...]) -> None:
    """Adds a person who may sign in at /staff/, or sets their password and roles anew."""
    if generate and password is not None:
        raise click.UsageError("Give --password or --generate, not both.")
    if generate:
        password = secrets.token_urlsafe(12)
    elif password is None:
        password = click.prompt("Password", hide_input=True, confirmation_prompt=True)
    try:
        load_member(email, password or "", roles=roles)
    except Refusal as refusal:
        raise click.ClickException(refusal.sentence) from None
    click.echo(f"{email} may sign in." + (f" Password: {password}" if generate else ""))


@click.command("remove-staff")
@click.argument("email")
def remove_staff(email: str) -> None:
    """Takes a person's access to /staff/ away, at once and everywhere; add-staff gives it back."""
    try:
        with transaction():
            switch_off(email)
    except Refusal as refusal:
        raise click.ClickException(refusal.sentence) from None
    click.echo(f"{email} may not sign in any more.")


def load_member(email: str, password: str, *, roles: Iterable[str] = ("owner",)) -> None:
    """Adds a person in a transaction of its own; raises PasswordTooShort."""
    with transaction():
        add_member(email, password, roles=roles)
