"""Commands of the wording rules."""

import json
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

import click

from .. import schema
from ..database import db
from .checker import Finding, Text, find
from .files import Unreadable, texts_in_files
from .foresight import newly_found
from .report import as_json, summary
from .rules import MARKETS, SEVERITIES, UnreadablePack, load_pack, read_pack
from .sign_offs import not_signed

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)

Texts = Callable[[], Iterable[Text]]


def register(
    group: click.Group, texts: Sequence[Texts] = (), *, public: Sequence[Texts] = ()
) -> None:
    """Adds check-claims; texts are where the features keep what shoppers can read.

    public are those of them that shoppers read now.
    """

    @group.command("check-claims")
    @click.argument("files", nargs=-1, metavar="[FILE|FOLDER]…", type=click.Path(exists=True))
    @click.option(
        "--market", "markets", multiple=True, type=click.Choice(MARKETS),
        help="Only the law of this market; may be repeated. All three by default.",
    )  # fmt: skip
    @click.option(
        "--least", type=click.Choice(SEVERITIES), default="note", show_default=True,
        help="Leave out what is milder than this.",
    )  # fmt: skip
    @click.option("--json", "wants_json", is_flag=True, help="Print findings as JSON.")
    @click.option("--pack", type=_FILE, help="Rules that do not count yet: what they would add.")
    def check_claims(
        files: tuple[str, ...], markets: tuple[str, ...], least: str, wants_json: bool,
        pack: Path | None,
    ) -> None:  # fmt: skip
        """Finds wording that health copy may not use, in files or in the whole shop.

        Ends with 1 when a rule that blocks publishing is hit and nobody has signed for the words,
        with 2 when a file is unreadable.
        """
        asked = markets or MARKETS
        try:
            findings = _found(files, public if pack else texts, asked, pack)
        except (Unreadable, UnreadablePack) as problem:
            click.echo(problem.sentence, err=True)
            raise SystemExit(2) from None
        _print(findings, asked, least, wants_json)
        blocked = [finding for finding in findings if finding.hit.is_block]
        raise SystemExit(1 if (blocked if files else not_signed(blocked)) else 0)


def _found(
    files: tuple[str, ...], texts: Sequence[Texts], asked: Sequence[str], pack: Path | None
) -> list[Finding]:
    house = None if not files or _has_tables() else ()
    read = _texts(files, texts)
    if pack:
        return list(newly_found(read, pack=read_pack(pack), markets=asked, house=house))
    return list(find(read, markets=asked, house=house))


def _has_tables() -> bool:
    """Whether there is a shop behind the command; files are checked without one too."""
    return schema.is_current(db.session.connection())


def _texts(files: tuple[str, ...], texts: Sequence[Texts]) -> Iterable[Text]:
    if not files and not texts:
        raise click.UsageError("Name the files or folders that are to be checked.")
    if files:
        return (text for file in files for text in texts_in_files(Path(file)))
    return (text for source in texts for text in source())


def _print(findings: list[Finding], markets: tuple[str, ...], least: str, wants_json: bool) -> None:
    from_here_on = SEVERITIES[SEVERITIES.index(least) :]
    shown = [finding for finding in findings if finding.hit.severity in from_here_on]
    if wants_json:
        report = {
            "version": load_pack().version,
            "markets": list(markets),
            "findings": [as_json(finding) for finding in shown],
        }
        click.echo(json.dumps(report, indent=2, ensure_ascii=False))
        return
    for finding in shown:
        click.echo(str(finding))
    click.echo(summary(findings))
