"""Sign-offs over HTTP: what waits for a second person, who signed for what, and taking it back."""

from flask import Blueprint, Response, redirect, request
from werkzeug.wrappers import Response as AnyResponse

from ... import audit, claims
from ...database import transaction
from ...errors import Refusal
from ...forms import STALE, Form
from ...pages import shop_url
from ..addresses import NUMBER
from ..desk import render_desk
from ..gate import who
from .texts import authors_of, edit_url, findings_at, public_unsigned, waiting


def staff_sign_offs() -> Response:
    """What is public without a signature, what waits for one, and every one there was."""
    return _page(said=request.args.get("said", ""))


def staff_sign() -> AnyResponse:
    """Signs for one sentence in one place, with a reason and evidence."""
    sent = request.form
    if not Form().validate():
        return _page(status=422, error=STALE)
    place, sentence = sent.get("place", ""), sent.get("sentence", "").replace("\r\n", "\n")
    try:
        with transaction():
            _sign(place, sentence, sent.get("reason", ""), sent.get("evidence", ""))
    except Refusal as refusal:
        return _page(status=refusal.status, error=refusal.sentence, wrong=(place, sentence))
    return redirect(shop_url("staff_sign_offs", said="signed_off"), 303)


def staff_withdraw_sign_off(id: int) -> AnyResponse:
    """Takes a signature back: the words wait again."""
    if not Form().validate():
        return _page(status=422, error=STALE)
    with transaction():
        taken = claims.withdraw(id, actor=who())
        audit.record(who(), "sign-off withdrawn", taken.place, before=_facts(taken))
    return redirect(shop_url("staff_sign_offs", said="sign_off_withdrawn"), 303)


def _sign(place: str, sentence: str, reason: str, evidence: str) -> None:
    findings = findings_at(place, sentence)
    if not findings:
        raise claims.NothingToSign
    made = claims.sign_off(
        findings,
        authors=authors_of(place, sentence),
        signer=who(),
        reason=reason,
        evidence=evidence,
    )
    for one in made:
        audit.record(who(), "words signed off", place, after=_facts(one))


def _facts(one: claims.ClaimSignOff) -> dict[str, str]:
    return {
        "rule": one.rule_id,
        "sentence": one.sentence,
        "markets": one.markets,
        "reason": one.reason,
        "evidence": one.evidence,
        "author": one.author,
        "signed by": one.signed_by,
    }


def _page(
    *, status: int = 200, error: str = "", said: str = "", wrong: tuple[str, str] = ("", "")
) -> Response:
    return render_desk(
        "wording/sign_offs.html",
        status=status,
        said=said,
        error=error,
        wrong=wrong,
        sent=request.form if error else {},
        waiting=waiting(),
        public=public_unsigned(),
        signed=claims.all_sign_offs(),
        edit_url=edit_url,
        reader=who(),
    )


def register(shop: Blueprint) -> None:
    """Adds the sign-offs to the back office."""
    at = "/staff/wording/sign-offs"
    shop.add_url_rule(at, "staff_sign_offs", staff_sign_offs)
    shop.add_url_rule(at, "staff_sign", staff_sign, methods=["POST"])
    shop.add_url_rule(
        f"{at}/{NUMBER}/withdraw", "staff_withdraw_sign_off", staff_withdraw_sign_off,
        methods=["POST"],
    )  # fmt: skip
