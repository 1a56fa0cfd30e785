"""The texts of a guide that count: the one that was saved last, and the one that readers see."""

from collections import defaultdict, deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from sqlalchemy import select

from ...database import db
from ..models import IS_NEWEST, Guide, GuideRevision
from ..source.facts import fact_at
from ..source.lines import Lines
from .ills import Ill
from .of_text import Reading


@dataclass(frozen=True, slots=True)
class Texts:
    """A guide with its newest text and its public one, '' where none is or it is the same."""

    guide_id: int
    title: str
    state: str
    newest: str
    public: str

    @property
    def all(self) -> tuple[str, ...]:
        """Every text that is read."""
        return (self.newest, self.public) if self.public else (self.newest,)


def texts_of_guides(guide_id: int = 0) -> list[Texts]:
    """Both texts of one guide, or of all that are not archived, in one statement."""
    query = (
        select(Guide.id, Guide.title, Guide.state, Guide.source, GuideRevision.source)
        .join(GuideRevision, IS_NEWEST)
        .where(Guide.state != "archived")
        .order_by(Guide.title, Guide.id)
    )
    if guide_id:
        query = query.where(Guide.id == guide_id)
    found = []
    for id_, title, state, row, newest in db.session.execute(query):
        public = row if state == "published" and row != newest else ""
        found.append(Texts(id_, title, state, newest, public))
    return found


def placed(ills: Iterable[Ill], source: str, reading: Reading) -> Iterator[Ill]:
    """The same, with the place that the editor of this text calls them by."""
    for ill in ills:
        if ill.line > reading.lines_above:
            yield replace(ill, editor_line=ill.line - reading.lines_above)
        else:
            yield replace(ill, fact=fact_at(source, ill.line))


def told_apart(texts: Texts, newest: Sequence[Ill], public: Sequence[Ill]) -> Iterator[Ill]:
    """What stands in both texts once, as the newest has it; then what stands in one of them.

    Two are the same when they say the same of the same line, else when they say the same at all.
    """
    here, there = [*_with_words(newest, texts.newest)], [*_with_words(public, texts.public)]
    for key in (_by_line, _by_words):
        waiting: dict[object, deque[_Worded]] = defaultdict(deque)
        for one in there:
            waiting[key(one)].append(one)
        alone = []
        for one in here:
            if twins := waiting[key(one)]:
                twins.popleft()
                yield replace(one[0], stands_in="both")
            else:
                alone.append(one)
        here, there = alone, [one for twins in waiting.values() for one in twins]
    yield from (replace(ill, stands_in="draft") for ill, _ in here)
    yield from (replace(ill, stands_in="public", instead="") for ill, _ in there)


_Worded = tuple[Ill, str]
_Key = Callable[[_Worded], object]


def _with_words(ills: Sequence[Ill], source: str) -> Iterator[_Worded]:
    lines = Lines(source)
    for ill in ills:
        yield ill, source[lines.offset(ill.line, 1) : lines.end_of(ill.line)]


def _by_line(one: _Worded) -> object:
    return one[0].kind, one[0].message, one[1]


def _by_words(one: _Worded) -> object:
    return one[0].kind, one[0].message
