"""What is to be said about a text, at the field or the place where somebody mends it."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any
from zlib import crc32

from ... import guides
from .form import LABELS, GuideForm

_MISSING = re.compile(r"^“(\w+)” is missing\.")
_SHORT = 80
#: What each kind is called beside its place.
KINDS = {
    "mistake": "Mistake",
    "claim": "Wording",
    "mention": "Product mentioned",
    "price": "Price typed by hand",
    "link": "Link",
    "picture": "Picture",
    "heading": "Heading",
}


@dataclass(frozen=True, slots=True)
class Told:
    """A check; field is the fact it is about, or '' where start, end and line count in the text."""

    check: guides.Check
    field: str
    start: int
    end: int
    line: int
    words: str

    @property
    def label(self) -> str:
        """What the field is called on the page."""
        return fact_label(self.field)

    @property
    def proposals(self) -> list[tuple[str, str]]:
        """Label and key of what may be taken with one press; of facts nothing is."""
        return [] if self.field else [(fix.label, key_of(self, fix)) for fix in self.check.fixes]

    @property
    def kind(self) -> str:
        """What it is about, in words."""
        return KINDS[self.check.kind]


def fact_label(name: str) -> str:
    """What the field of a fact is called on the page of a guide."""
    return LABELS.get(name, (name.replace("_", " ").capitalize(), ""))[0]


def told_about(form: GuideForm) -> list[Told]:
    """All that is to be said about a form's source; mistakes in facts are put at their fields."""
    source = form.source
    found = list(_placed(form, source, guides.check_text(source, guide_id=form.guide_id)))
    for one in found:
        if one.field in form.facts and one.check.severity == "block":
            at = form.facts[one.field]
            at.error = f"{at.error} {one.check.message} {one.check.why}".strip()
    return found


def take_fix(form: GuideForm, wanted: str) -> GuideForm:
    """Puts what a check proposes into the text, where it is still proposed; nothing is saved."""
    for one in told_about(form) if wanted else ():
        for fix in one.check.fixes:
            if one.field == "" and key_of(one, fix) == wanted:
                start, end = _place_of(fix, one)
                form.text = form.text[:start] + fix.text + form.text[end:]
                return form
    return form


def key_of(one: Told, fix: guides.Fix) -> str:
    """What a button sends that takes a proposal: its place, and a sign of its words."""
    return f"{one.start}-{one.end}-{crc32(fix.text.encode())}"


def as_json(one: Told, source: str) -> dict[str, Any]:
    """A check for the editor; its offsets count characters of the text that was sent.

    source is what was checked: each fix tells the words that it takes the place of.
    """
    check = one.check
    return {
        "kind": check.kind,
        "severity": check.severity,
        "field": one.field,
        "start": one.start,
        "end": one.end,
        "line": one.line,
        "column": check.column,
        "message": check.message,
        "why": check.why,
        "source_url": check.source_url,
        "fixes": [_fix_as_json(fix, one, source) for fix in check.fixes],
    }


def _fix_as_json(fix: guides.Fix, one: Told, source: str) -> dict[str, Any]:
    start, end = _place_of(fix, one)
    above = one.check.start - one.start
    return {
        "label": fix.label,
        "text": fix.text,
        "start": start,
        "end": end,
        "words": source[start + above : end + above],
    }


def _place_of(fix: guides.Fix, one: Told) -> tuple[int, int]:
    """What a fix takes the place of, in the text that the check was told about."""
    if fix.start < 0:
        return one.start, one.end
    above = one.check.start - one.start
    return fix.start - above, fix.end - above


def _placed(form: GuideForm, source: str, checks: list[guides.Check]) -> Iterator[Told]:
    begins = form.text_at if form.facts else 0
    lines_above = source.count("\n", 0, begins)
    for check in checks:
        words = " ".join(source[check.start : check.end].split())[:_SHORT]
        if check.start >= begins or not form.facts:
            start, end = check.start - begins, check.end - begins
            yield Told(check, "", start, end, check.line - lines_above, words)
        else:
            field = _field_of(check, source)
            yield Told(_as_the_page_calls_it(check, field), field, 0, 0, 0, words)


def _as_the_page_calls_it(check: guides.Check, field: str) -> guides.Check:
    """A check of a fact by the label of its field: who fills in a form writes no “summary:”."""
    label = LABELS.get(field, (field, ""))[0]
    message = check.message.replace(f"“{field}”", f"“{label}”", 1)
    return replace(
        check, message=message, why=re.sub(rf"\b{field}: (and )?", "", check.why, count=1)
    )


def _field_of(check: guides.Check, source: str) -> str:
    """The fact on whose lines a check stands."""
    missing = _MISSING.match(check.message)
    if missing:
        return missing[1]
    return guides.fact_at(source, check.line)
