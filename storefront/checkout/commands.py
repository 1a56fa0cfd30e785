"""Commands about money, which cron mends, and about gift notes, which people ask for."""

import json
from dataclasses import asdict
from datetime import UTC, date, datetime, timedelta

import click
from flask.cli import AppGroup

from .. import payments
from ..database import transaction
from ..progress import progress
from . import privacy, reconciling


class _Moment(click.ParamType[datetime]):
    """A day or a moment, UTC unless it says otherwise; ends_day makes a day mean its end."""

    name = "date"

    def __init__(self, *, ends_day: bool = False) -> None:
        self._ends_day = ends_day

    def convert(
        self, value: str | datetime, param: click.Parameter | None, ctx: click.Context | None
    ) -> datetime:
        """The moment, aware UTC."""
        if isinstance(value, datetime):
            return value
        try:
            moment = datetime.fromisoformat(value)
        except ValueError:
            self.fail(f"{value!r} is no date; write 2026-11-21 or 2026-11-21T14:00.", param, ctx)
        if _is_day(value) and self._ends_day:
            moment += timedelta(days=1)
        return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)


def _is_day(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


@click.command()
@click.option("--hours", default=25, show_default=True, help="How far back to look.")
@click.option("--since", type=_Moment(), help="Instead: from this day or moment, UTC.")
@click.option("--until", type=_Moment(ends_day=True), help="To this moment, or this day's end.")
@click.option("--apply", "is_applied", is_flag=True, help="Mend what can be mended.")
@click.option("--json", "as_json", is_flag=True, help="Print everything as JSON.")
def reconcile(
    hours: int,
    since: datetime | None,
    until: datetime | None,
    is_applied: bool,
    as_json: bool,
) -> None:
    """Compares the shop's money with Stripe's books, and says each thing that differs.

    Nothing is changed without --apply. With it what lost messages left open is settled, events
    that wait are acted on and refunds that are due are made: with send-letters it is all that cron
    needs. Ends with 0 when all agrees or was mended, with 1 when something is left, with 2 when
    Stripe cannot be asked.
    """
    start = since or (until or datetime.now(UTC)) - timedelta(hours=hours)
    if start >= (until or datetime.now(UTC)):
        raise click.UsageError("The period ends before it begins: look at --since and --until.")
    try:
        with progress("Reading both books", reconciling.STEPS) as heard:
            report = reconciling.reconcile(start, until, apply=is_applied, heard=heard)
    except payments.PaymentFailed as failure:
        click.echo(f"Stripe cannot be asked: {failure.detail}", err=True)
        raise SystemExit(2) from None
    if as_json:
        click.echo(json.dumps(reconciling.as_json(report), indent=2))
    else:
        click.echo(reconciling.as_text(report, is_applied=is_applied))
    raise SystemExit(1 if report.left else 0)


@click.command("gift-notes-of")
@click.argument("email")
def show_gift_notes_of(email: str) -> None:
    """Prints the gift notes that the buyer with this address wrote, as JSON."""
    found = [asdict(one) for one in privacy.gift_notes_of(email)]
    click.echo(json.dumps(found, default=str, indent=2))


@click.command("forget-gift-notes")
@click.argument("email")
def forget_gift_notes_of(email: str) -> None:
    """Erases the gift notes of the buyer with this address, and the letters that hold them."""
    with transaction():
        erased = privacy.forget_gift_notes(email)
    click.echo(f"{erased} gift notes erased.")


def register(group: AppGroup) -> None:
    """Adds reconcile, gift-notes-of and forget-gift-notes."""
    for command in (reconcile, show_gift_notes_of, forget_gift_notes_of):
        group.add_command(command)
