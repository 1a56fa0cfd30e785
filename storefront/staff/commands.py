"""Commands about staff."""

import secrets
from collections.abc import Iterable

import click

from .. import audit
from ..database import transaction
from ..errors import Refusal
from .people import links, second_factor
from .people.operations import add_member, by_email, switch_off
from .rights import ROLES
from .stock import commands as stock_commands

_ACTOR = "command line"


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
@click.option("--invite", is_flag=True, help="Send a letter; its reader chooses the password.")
@click.option(
    "--reset-second-step", is_flag=True, help="Let the password alone open the account again."
)
def add_staff(
    email: str,
    password: str | None,
    generate: bool,
    roles: tuple[str, ...],
    invite: bool,
    reset_second_step: bool,
) -> None:
    """Adds a person who may sign in at /staff/, or sets their password and roles anew."""
    if generate and password is not None:
        raise click.UsageError("Give --password or --generate, not both.")
    if invite and (generate or password is not None or reset_second_step):
        raise click.UsageError("Give --invite without anything about a password or a second step.")
    try:
        if invite:
            click.echo(_invite(email, roles))
            return
        if generate:
            password = secrets.token_urlsafe(12)
        elif password is None:
            password = click.prompt("Password", hide_input=True, confirmation_prompt=True)
        load_member(email, password or "", roles=roles, is_reset=reset_second_step)
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
            audit.record(_ACTOR, "person switched off", email.strip().lower())
    except Refusal as refusal:
        raise click.ClickException(refusal.sentence) from None
    click.echo(f"{email} may not sign in any more.")


def load_member(
    email: str, password: str, *, roles: Iterable[str] = ("owner",), is_reset: bool = False
) -> None:
    """Adds a person in a transaction of its own; raises PasswordTooShort.

    is_reset turns their second step off.
    """
    with transaction():
        before = by_email(email)
        was = {"roles": before.roles if before else "", "may sign in": bool(before)}
        member = add_member(email, password, roles=roles)
        if is_reset and second_factor.turn_off(member):
            audit.record(_ACTOR, "second step reset", member.email)
        after = {"roles": member.roles, "may sign in": True, "password": "new"}
        audit.record(_ACTOR, "person added", member.email, before=was, after=after)


def _invite(email: str, roles: Iterable[str]) -> str:
    with transaction():
        link = links.invite(email, roles, by="")
        audit.record(_ACTOR, "person invited", link.email, after={"roles": link.roles})
    return f"{link.email} is invited by letter, until {link.valid_until:%Y-%m-%d %H:%M} UTC."
