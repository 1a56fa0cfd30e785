"""Tables of the search: what can be found, its words, what has changed, and what nobody found.

The index itself, shop_search_text, is no model: it is FTS5 on SQLite and a tsvector on PostgreSQL,
made by the migration and touched by index.py alone.
"""

from datetime import datetime

from sqlalchemy import CheckConstraint, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from ..database import Model, now


class SearchDocument(Model):
    """A product, a guide, or a section of a guide, with the short texts that it is ranked by.

    name, also and brief are words as words.py makes them; also holds several names, divided by |.
    """

    __tablename__ = "shop_search_document"
    __table_args__ = (
        CheckConstraint("kind IN ('product', 'guide', 'passage')", name="kind_known"),
        Index("ix_shop_search_document_kind_ref", "kind", "ref"),
        {"sqlite_autoincrement": True},  # a number is never given again: the index goes by it
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(16))
    ref: Mapped[int]  # id of the product or guide
    anchor: Mapped[str] = mapped_column(String(80), default="")  # of a section on its page
    heading: Mapped[str] = mapped_column(Text, default="")  # of a section, as readers see it
    text: Mapped[str] = mapped_column(Text, default="")  # of a section, to quote from
    name: Mapped[str] = mapped_column(Text)
    also: Mapped[str] = mapped_column(Text)
    brief: Mapped[str] = mapped_column(Text)


class SearchWord(Model):
    """A word of the shop, and in how many documents it stands: what typing is corrected to."""

    __tablename__ = "shop_search_word"

    word: Mapped[str] = mapped_column(String(40), primary_key=True)
    documents: Mapped[int]


class SearchChange(Model):
    """A product or guide that was changed after its documents were written.

    Triggers write it in the transaction that changes, whoever does so. One line for each change,
    never one for several: whoever takes a line away must not take away what came after it.
    """

    __tablename__ = "shop_search_change"
    __table_args__ = (
        CheckConstraint("kind IN ('product', 'guide')", name="kind_known"),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(16))
    ref: Mapped[int]


class SearchMiss(Model):
    """Words that were looked for in vain, how often, and when last; nothing about who."""

    __tablename__ = "shop_search_miss"
    __table_args__ = (Index("ix_shop_search_miss_seen_at", "seen_at"),)

    words: Mapped[str] = mapped_column(String(100), primary_key=True)
    times: Mapped[int] = mapped_column(default=1)
    seen_at: Mapped[datetime] = mapped_column(default=now)
