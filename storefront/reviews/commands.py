"""Commands about reviews."""

import json
from dataclasses import asdict

import click

from ..database import transaction
from .privacy import forget_reviews, reviews_of
from .tasks import invite_buyers


def register(group: click.Group) -> None:
    """Adds ask-for-reviews, reviews-of and forget-reviews."""
    for command in (ask_for_reviews, show_reviews_of, forget_reviews_of):
        group.add_command(command)


@click.command("ask-for-reviews")
def ask_for_reviews() -> None:
    """Writes to buyers whose goods left some days ago, in the countries that are set."""
    click.echo(f"{invite_buyers()} letters written.")


@click.command("reviews-of")
@click.argument("email")
def show_reviews_of(email: str) -> None:
    """Prints the reviews that the buyer with this address wrote, as JSON."""
    click.echo(json.dumps([asdict(one) for one in reviews_of(email)], default=str, indent=2))


@click.command("forget-reviews")
@click.argument("email")
def forget_reviews_of(email: str) -> None:
    """Erases the reviews of the buyer with this address, and the letters about them."""
    with transaction():
        erased = forget_reviews(email)
    click.echo(f"{erased} reviews erased.")
