"""The command group `flask shop …`: all commands may be repeated, and say how they ended."""

import json
import os
from copy import copy
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

import click
from flask import current_app
from flask.cli import AppGroup, with_appcontext

from . import (
    catalog,
    checkout,
    claims,
    comments,
    guides,
    inventory,
    mail,
    offers,
    pages,
    payments,
    reviews,
    schema,
    tasks,
)
from .catalog import commands as catalog_commands
from .checkout import commands as checkout_commands
from .claims import commands as claims_commands
from .comments import commands as comment_commands
from .customers import commands as customer_commands
from .database import db
from .guides import commands as guide_commands
from .inventory import commands as inventory_commands
from .reviews import commands as review_commands
from .search import commands as search_commands
from .staff import commands as staff_commands

_WORKER_LOOKS_SECONDS = 1.0  # at the latest, for a job that somebody waits for


def make_group() -> AppGroup:
    """The group, with the commands of every feature that has some."""
    group = AppGroup("shop", help="Run the shop: tables, demo, catalogue, worker, money.")
    for command in (
        migrate,
        demo,
        start,
        worker,
        release_holds,
        doctor,
        stripe_box,
        send_letters,
    ):
        group.add_command(command)
    for feature in (
        catalog_commands,
        checkout_commands,
        comment_commands,
        customer_commands,
        guide_commands,
        inventory_commands,
        review_commands,
        search_commands,
        staff_commands,
    ):
        feature.register(group)
    shown = [comments.shop_texts, offers.shop_texts, reviews.shop_texts]
    always = [*shown, claims.template_texts]
    texts = [catalog.shop_texts, guides.shop_texts, *always]
    public: list[claims_commands.Texts] = [
        partial(catalog.shop_texts, is_public=True),
        partial(guides.shop_texts, is_public=True),
        *always,
    ]
    claims_commands.register(group, texts=texts, public=public)
    for name, command in group.commands.items():
        group.commands[name] = _with_app(command)
    return group


def _with_app(command: click.Command) -> click.Command:
    """A copy of the command that runs in its app's context: apps share the original."""
    assert command.callback is not None
    own = copy(command)
    own.callback = with_appcontext(command.callback)
    return own


@click.command()
def migrate() -> None:
    """Brings the shop's tables to this version; touches no other table."""
    with db.engine.connect() as connection:
        schema.upgrade(connection)
    click.echo("The tables are up to date.")


@click.command()
def demo() -> None:
    """Loads the demo shop Stillwater into an empty shop; changes nothing in a filled one."""
    from .demo import load_demo

    click.echo(load_demo())


@click.command()
@click.option("--no-demo", is_flag=True, help="Start without loading the demo.")
def start(no_demo: bool) -> None:
    """Starts web, worker and Stripe stand-in together, and stops all of it on Ctrl-C.

    Only for the shop standing alone: a site that it is mounted in starts as it always does.
    """
    from .starting import start_all

    if not current_app.extensions["storefront"].is_standalone:
        raise click.ClickException(
            "This shop is part of a site: start the site as you always do, and beside it"
            " flask shop worker, and flask shop stripe-box to try paying."
        )
    raise SystemExit(start_all(with_demo=not no_demo))


@click.command()
@click.option("--threads", default=4, show_default=True, help="How many jobs run side by side.")
def worker(threads: int) -> None:
    """Sends letters, retries events, releases holds and compares with Stripe, until stopped.

    Begins with all of it at once: while there was no worker, something may have been left.
    """
    state = current_app.extensions["storefront"]
    consumer = state.queue.create_consumer(
        workers=threads,
        worker_type="thread",
        max_delay=_WORKER_LOOKS_SECONDS,
        check_worker_health=True,
    )
    tasks.ask_for_everything(current_app)
    with state.heartbeat.beating():
        consumer.run()


@click.command("send-letters")
@click.option("--again", is_flag=True, help="Also those that failed, without waiting longer.")
def send_letters(again: bool) -> None:
    """Sends the letters that are due; the worker does this by itself."""
    click.echo(f"{mail.send_waiting(pages.settings(), again=again)} sent.")


@click.command("release-holds")
def release_holds() -> None:
    """Gives back goods whose payment page has closed; Stripe is asked before."""
    from .checkout import tasks

    click.echo(f"{tasks.release_holds()} orders ended.")


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print findings as JSON.")
def doctor(as_json: bool) -> None:
    """Checks tables, stock, offers, letters, events against their books; 1 when one is ill."""
    findings = _diagnose()
    if as_json:
        click.echo(json.dumps(findings, indent=2))
    else:
        for finding in findings:
            click.echo(finding)
        click.echo("All is well." if not findings else f"{len(findings)} things need you.")
    raise SystemExit(1 if findings else 0)


@click.command("stripe-box", context_settings={"ignore_unknown_options": True})
@click.argument("options", nargs=-1, type=click.UNPROCESSED)
def stripe_box(options: tuple[str, ...]) -> None:
    """Runs the offline stand-in for Stripe's test mode, where this app looks for it.

    Further options are those of python -m storefront.stripe_box --help.
    """
    import sys

    from .starting import box_environment

    where = box_environment(pages.settings())
    command = [sys.executable, "-m", "storefront.stripe_box", *options]
    os.execve(sys.executable, command, {**os.environ, **where})  # noqa: S606 - our own module


def _diagnose() -> list[str]:
    from .demo import DEMO_EMAIL, demo_login_opens

    if not schema.is_current(db.session.connection()):
        return ["The tables are of another version: run flask shop migrate."]
    findings = [
        f"{sku}: stock says {on_hand} on hand and {held} held,"
        f" its ledger {moved} and its holds {open_}"
        for sku, on_hand, moved, held, open_ in inventory.disagreements()
    ]
    findings += inventory.lot_disagreements()
    findings += checkout.miscounted_offers()
    findings += reviews.disagreements()
    failed = mail.failed_count()
    if failed:
        findings.append(
            f"{failed} letters could not be sent; see /staff/letters,"
            " and try again with flask shop send-letters --again."
        )
    if pages.settings().STOREFRONT_PRODUCTION and demo_login_opens():
        findings.append(
            "Everybody knows a login of /staff/, the demo's:"
            f" take it away with flask shop remove-staff {DEMO_EMAIL}."
        )
    findings += _money_in_need()
    stuck = len(payments.events_to_retry(datetime.now(UTC) - timedelta(minutes=10)))
    if stuck:
        findings.append(f"{stuck} events of Stripe wait for the worker; is it running?")
    media = Path(current_app.extensions["storefront"].settings.instance) / "media"
    if not media.is_dir():
        findings.append("There are no rendered pictures yet: import a catalogue with --media.")
    return findings


def _money_in_need() -> list[str]:
    waits = (case for case in payments.open_cases() if payments.ACTIONS[case.kind] != "seen")
    return [case.sentence for case in waits]
