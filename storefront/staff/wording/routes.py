"""The wording rules over HTTP: the table, one rule with what the house says to it, a new one."""

from collections.abc import Mapping
from dataclasses import dataclass

from flask import Blueprint, Response, redirect, request
from werkzeug.wrappers import Response as AnyResponse

from ... import audit, claims
from ...database import transaction
from ...errors import NotFound, Refusal
from ...forms import STALE, Form
from ...pages import shop_url
from ..addresses import NUMBER
from ..desk import render_desk
from ..gate import who
from . import sign_off_routes
from .texts import edit_url, findings_of_rule, hits_by_rule, public_texts

_LONGEST_SEARCH = 200
_MOST_SHOWN = 50
_MOST_FORESEEN = 20
CHOICES = {"off": "off", "note": "note", "warn": "warn", "block": "block"}


def staff_wording() -> Response:
    """All rules in force and muted, with an example and how often the shop trips them."""
    text = request.args.get("q", "").strip()[:_LONGEST_SEARCH]
    category = request.args.get("category", "")
    changes = claims.newest_changes()
    rules = [
        rule
        for rule in claims.rules_in_force(claims.current_house())
        if category in ("", rule.category) and _has(rule, text)
    ]
    return render_desk(
        "wording/rules.html",
        said=request.args.get("said", ""),
        rules=rules,
        changes=changes,
        examples=claims.examples(),
        hits=hits_by_rule(),
        text=text,
        category=category,
        pairs=_category_pairs(),
        markets=claims.MARKETS,
        version=claims.load_pack().version,
    )


def staff_wording_rule(rule_id: str) -> Response:
    """One rule: why it is there, what it finds in the shop, and what was decided about it."""
    return _rule_page(rule_id, said=request.args.get("said", ""))


def staff_tune_rule(rule_id: str) -> AnyResponse:
    """Mutes or tunes a rule."""
    sent = request.form
    if not Form().validate():
        return _rule_page(rule_id, status=422, error=STALE)
    before = _severities(_rule(rule_id))
    wanted = _sent_severities(sent)
    if "preview" in sent:
        return _foreseen(rule_id, wanted)
    try:
        with transaction():
            claims.tune_rule(
                rule_id, wanted, reason=sent.get("reason", ""), actor=who(), seen=_seen(sent)
            )
            after = {**wanted, "reason": sent.get("reason", "").strip()}
            audit.record(who(), "rule tuned", f"rule {rule_id}", before=before, after=after)
    except Refusal as refusal:
        return _rule_page(rule_id, status=refusal.status, error=refusal.sentence)
    return redirect(shop_url("staff_wording_rule", rule_id=rule_id, said="rule_tuned"), 303)


def staff_undo_wording(id: int) -> AnyResponse:
    """Takes the newest change of a rule back."""
    if not Form().validate():
        raise Refusal(STALE)
    with transaction():
        undone = claims.undo_change(id, actor=who())
        facts = {"US": undone.us, "UK": undone.uk, "EU": undone.eu, "reason": undone.reason}
        audit.record(who(), "rule change undone", f"rule {undone.rule_id}", before=facts)
    return redirect(shop_url("staff_wording", said="rule_undone"), 303)


def staff_new_wording() -> AnyResponse:
    """Adds a rule of the house."""
    sent, error, wrong, preview = request.form, "", "", None
    if request.method == "POST":
        try:
            if "preview" not in sent:
                return _add(sent)
            preview = _page_of(claims.found_if_added(
                public_texts(), sent.get("words", ""), _sent_severities(sent),
                category=sent.get("category", ""),
            ))  # fmt: skip
        except claims.BadRule as refusal:
            error, wrong = refusal.sentence, refusal.field
        except Refusal as refusal:
            error = refusal.sentence
    return render_desk(
        "wording/new.html",
        status=422 if error else 200,
        error=error,
        wrong=wrong,
        sent=sent,
        preview=preview,
        edit_url=edit_url,
        pairs=_category_pairs(),
        choices=CHOICES,
        markets=claims.MARKETS,
    )


def _add(sent: Mapping[str, str]) -> AnyResponse:
    if not Form().validate():
        raise Refusal(STALE)
    with transaction():
        made = claims.add_rule(
            sent.get("words", ""),
            _sent_severities(sent),
            category=sent.get("category", ""),
            rewording=sent.get("rewording", ""),
            reason=sent.get("reason", ""),
            actor=who(),
        )
        after = {"words": made.words, "US": made.us, "UK": made.uk, "EU": made.eu}
        audit.record(
            who(), "rule added", f"rule {made.rule_id}", after={**after, "reason": made.reason}
        )
    return redirect(shop_url("staff_wording_rule", rule_id=made.rule_id, said="rule_added"), 303)


@dataclass(frozen=True, slots=True)
class Preview:
    """A page of what a change would newly find, and how much that is in all."""

    findings: list[claims.Finding]
    total: int
    page: int
    pages: int


def _foreseen(rule_id: str, wanted: Mapping[str, str]) -> Response:
    try:
        found = claims.found_if_tuned(public_texts(), rule_id, wanted)
    except Refusal as refusal:
        return _rule_page(rule_id, status=refusal.status, error=refusal.sentence)
    return _rule_page(rule_id, preview=_page_of(found))


def _page_of(found: list[claims.Finding]) -> Preview:
    sent = request.form.get("preview", 1, type=int)
    pages = max(1, -(-len(found) // _MOST_FORESEEN))
    page = min(max(sent, 1), pages)
    window = found[(page - 1) * _MOST_FORESEEN : page * _MOST_FORESEEN]
    return Preview(window, len(found), page, pages)


def _rule_page(
    rule_id: str,
    *,
    status: int = 200,
    error: str = "",
    said: str = "",
    preview: Preview | None = None,
) -> Response:
    rule = _rule(rule_id)
    history = claims.changes_of(rule_id)
    in_force = next((change for change in history if change.undone_at is None), None)
    found = findings_of_rule(rule_id)
    return render_desk(
        "wording/rule.html",
        status=status,
        error=error,
        said=said,
        rule=rule,
        severities=_severities(rule),
        examples=claims.examples().get(rule_id, ((), ())),
        phrases=in_force.words.splitlines() if in_force else [],
        history=history,
        in_force=in_force,
        findings=found[:_MOST_SHOWN],
        count=len(found),
        choices=CHOICES,
        markets=claims.MARKETS,
        sent=request.form if error or preview else {},
        preview=preview,
        edit_url=edit_url,
    )


def _category_pairs() -> list[tuple[str, str]]:
    return [(name, name.capitalize()) for name in claims.categories()]


def _rule(rule_id: str) -> claims.Rule:
    rules = claims.rules_in_force(claims.current_house())
    found = next((rule for rule in rules if rule.id == rule_id), None)
    if found is None:
        raise NotFound("There is no rule of this name.")
    return found


def _severities(rule: claims.Rule) -> dict[str, str]:
    return {market: rule.severities.get(market, "off") for market in claims.MARKETS}


def _sent_severities(sent: Mapping[str, str]) -> dict[str, str]:
    return {market: sent.get(market, "") for market in claims.MARKETS}


def _seen(sent: Mapping[str, str]) -> int:
    seen = sent.get("seen", "")
    return int(seen) if seen.isascii() and seen.isdigit() and len(seen) < 10 else 0  # noqa: PLR2004


def _has(rule: claims.Rule, text: str) -> bool:
    hits, _ = claims.examples().get(rule.id, ((), ()))
    about = " ".join([rule.id, rule.category, rule.rewording, *hits]).lower()
    return text.lower() in about or bool(text and rule.pattern.search(text))


def register(shop: Blueprint) -> None:
    """Adds the wording rules to the back office."""
    at, post = "/staff/wording", ["POST"]
    shop.add_url_rule(at, "staff_wording", staff_wording)
    shop.add_url_rule(f"{at}/new", "staff_new_wording", staff_new_wording, methods=["GET", "POST"])
    shop.add_url_rule(f"{at}/rules/<rule_id>", "staff_wording_rule", staff_wording_rule)
    shop.add_url_rule(f"{at}/rules/<rule_id>", "staff_tune_rule", staff_tune_rule, methods=post)
    shop.add_url_rule(
        f"{at}/changes/{NUMBER}/undo", "staff_undo_wording", staff_undo_wording, methods=post
    )
    sign_off_routes.register(shop)
