"""Sign-offs: blocked words that may be published because a second person answers for them."""

from collections.abc import Collection, Iterable, Sequence

from sqlalchemy import select

from ..database import db, now, require_transaction, take_turn
from ..errors import NotFound, Refusal
from .checker import Finding
from .models import ClaimSignOff
from .rules import MARKETS

_LONGEST = 2000


class OwnWords(Refusal):
    """Somebody wants to sign what they wrote themselves."""

    def __init__(self) -> None:
        super().__init__("You wrote this yourself, so somebody else has to sign it.")


class NothingToSign(Refusal):
    """The words are not blocked (any more), or are signed already."""

    def __init__(self) -> None:
        super().__init__("These words are not waiting any more: they were changed or signed.")


class NoGrounds(Refusal):
    """A signature without a reason or evidence."""

    def __init__(self, field: str) -> None:
        self.field = field
        wanted = "why this may be said" if field == "reason" else "what proves it"
        super().__init__(f"Please write {wanted}, in {_LONGEST:,} letters at most.")


def sign_offs(places: Collection[str]) -> list[ClaimSignOff]:
    """The signatures that count in these places, in one statement, or none without a place."""
    if not places:
        return []
    in_force = ClaimSignOff.place.in_(list(places)) & ClaimSignOff.withdrawn_at.is_(None)
    return list(db.session.scalars(select(ClaimSignOff).where(in_force).order_by(ClaimSignOff.id)))


def all_sign_offs() -> list[ClaimSignOff]:
    """Every signature there ever was, newest first."""
    return list(db.session.scalars(select(ClaimSignOff).order_by(ClaimSignOff.id.desc())))


def signature(
    finding: Finding, signed: Iterable[ClaimSignOff], place: str = ""
) -> ClaimSignOff | None:
    """The signature under exactly these words, here, for every market that blocks them."""
    blocked = blocking_markets(finding)
    for one in signed:
        is_here = one.place == (place or finding.key) and one.rule_id == finding.hit.rule_id
        if is_here and one.sentence == finding.hit.sentence and blocked <= set(one.markets.split()):
            return one
    return None


def not_signed(findings: Iterable[Finding], place: str = "") -> list[Finding]:
    """The blocked ones for which nobody has signed; place is where, if findings do not know it."""
    blocked = [finding for finding in findings if finding.hit.is_block]
    signed = sign_offs({place or finding.key for finding in blocked} - {""})
    return [finding for finding in blocked if signature(finding, signed, place) is None]


def blocking_markets(finding: Finding) -> set[str]:
    """The markets in which the words may not be said."""
    return {market for market, severity in finding.hit.severities.items() if severity == "block"}


def sign_off(
    findings: Sequence[Finding],
    *,
    authors: Collection[str],
    signer: str,
    reason: str,
    evidence: str,
    place: str = "",
) -> list[ClaimSignOff]:
    """Signs for the words of some findings, all of one sentence, under every rule that blocks it.

    authors are all who had a hand in the words; none of them signs.
    Raises OwnWords, NoGrounds, or NothingToSign when nothing of it is waiting.
    """
    session = require_transaction()
    if signer.strip().lower() in {author.strip().lower() for author in authors}:
        raise OwnWords
    for field, text in (("reason", reason), ("evidence", evidence)):
        if not text.strip() or len(text) > _LONGEST:
            raise NoGrounds(field)
    take_turn("signatures")  # who comes second finds the words signed
    waiting = not_signed(findings, place)
    if not waiting:
        raise NothingToSign
    made = {
        finding.hit.rule_id: ClaimSignOff(
            place=place or finding.key,
            rule_id=finding.hit.rule_id,
            sentence=finding.hit.sentence,
            markets=" ".join(m for m in MARKETS if m in blocking_markets(finding)),
            reason=reason.strip(),
            evidence=evidence.strip(),
            author=", ".join(authors)[:320],
            signed_by=signer,
        )
        for finding in waiting
    }
    session.add_all(made.values())
    session.flush()
    return list(made.values())


def withdraw(sign_off_id: int, *, actor: str) -> ClaimSignOff:
    """Takes a signature back; raises NotFound when there is none that counts."""
    found = require_transaction().get(ClaimSignOff, sign_off_id, with_for_update=True)
    if found is None or found.withdrawn_at is not None:
        raise NotFound("There is no such signature, or it was withdrawn before.")
    found.withdrawn_at = now()
    found.withdrawn_by = actor
    return found
