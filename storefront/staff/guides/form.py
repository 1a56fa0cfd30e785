"""The form of a guide: its facts as fields, and its text below the front matter."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from ... import guides
from ...local_time import today
from ..addresses import number_of
from ..products.form import Field

#: Fact → its label and a hint, in the order of the page.
LABELS: Mapping[str, tuple[str, str]] = {
    "title": ("Title", ""),
    "slug": ("Address", "The last part of it. Once public, the one before leads here for ever."),
    "summary": ("Summary", "One or two sentences, for lists and search engines."),
    "author": ("Written by", ""),
    "reviewer": ("Checked by", "Readers see who, and when."),
    "reviewed_on": ("Checked on", "Year-month-day, such as 2026-11-21."),
    "updated_on": ("Last changed", "Readers see it. Leave it as it is, and saving makes it today."),
    "ai_use": ("How AI was used", "A sentence for readers, or nothing."),
    "picture": ("Picture at the top", "Its file name."),
    "picture_alt": ("What the picture shows", "Read aloud to those who do not see it."),
}
#: What stands in a preview where nothing is written yet.
_NOT_YET = {
    "title": "No title yet",
    "slug": "no-address-yet",
    "summary": "The summary is still to be written.",
    "author": "no name yet",
}
_BLANK = {"title": "Untitled", "slug": "untitled", "summary": "-", "author": "-"}


@dataclass(slots=True)
class GuideForm:
    """Everything on the page of a guide that can be written; without facts it is all text."""

    seen: int
    text: str
    base: str
    facts: dict[str, Field] = field(default_factory=dict)
    guide_id: int | None = None  # whose signatures count

    @property
    def source(self) -> str:
        """The whole source: the facts written into the front matter of the base, and the text."""
        if not self.facts:
            return self.text
        front, _ = guides.halves(self.base) or ("---\n---\n", "")
        front = guides.with_facts(front, {n: one.value for n, one in self.facts.items()})
        return f"{front}{self.gap}{self.text}"

    @property
    def gap(self) -> str:
        """The empty lines between front matter and text, which the page does not show."""
        body = (guides.halves(self.base) or ("", "\n"))[1]
        return "\n" * (len(body) - len(body.lstrip("\n"))) if body else "\n"

    @property
    def text_at(self) -> int:
        """Where the text begins in the source."""
        return len(self.source) - len(self.text)

    @property
    def first_wrong(self) -> str:
        """The name of the first field to mend, '' if none."""
        return next((one.name for one in self.facts.values() if one.error), "")


def form_of(source: str, *, seen: int, guide_id: int | None = None) -> GuideForm:
    """The form of a source; one whose front matter cannot be read is shown as it is."""
    facts = guides.facts_of(source)
    parts = guides.halves(source)
    if facts is None or parts is None:
        return GuideForm(seen, source, source, guide_id=guide_id)
    return GuideForm(seen, parts[1].lstrip("\n"), source, _fields(facts), guide_id)


def read_sent(sent: Mapping[str, str], *, base: str, guide_id: int) -> GuideForm:
    """The form as somebody sent it, over the source that they saw."""
    form = form_of(base, seen=number_of(sent.get("seen", "")), guide_id=guide_id)
    form.text = lines(sent.get("source", form.text))
    was = {name: one.value for name, one in form.facts.items()}
    for name, one in form.facts.items():
        one.value = " ".join(sent.get(name, one.value).split())
    is_changed = form.source.rstrip() != base.rstrip()
    if is_changed and form.facts and form.facts["updated_on"].value == was["updated_on"]:
        form.facts["updated_on"].value = today().isoformat()
    return form


def text_only(text: str, *, base: str = "") -> GuideForm:
    """The form of a text alone, with the facts of a source, or with some that say nothing."""
    facts = guides.facts_of(base) if base else None
    source = (
        base
        if facts is not None
        else guides.new_source({**_BLANK, "updated_on": today().isoformat()}, "\n")
    )
    form = form_of(source, seen=0)
    form.text = lines(text)
    return form


def filled_in(form: GuideForm) -> GuideForm:
    """The same form, with words that say so where a fact that readers need is not written yet."""
    for name, words in _NOT_YET.items():
        if name in form.facts and not form.facts[name].value:
            form.facts[name].value = words
    return form


def lines(text: str) -> str:
    """A text with line breaks as files have them."""
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _fields(facts: Mapping[str, str]) -> dict[str, Field]:
    return {
        name: Field(name, label, facts.get(name, ""), hint)
        for name, (label, hint) in LABELS.items()
    }
