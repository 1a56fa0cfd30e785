"""Tables of the wording rules: what the house changes of them, and who signed which words."""

from datetime import datetime

from sqlalchemy import Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from ..database import Model, now


class WordingChange(Model):
    """What somebody decided about a rule; the newest one of a rule that is not undone counts.

    us, uk and eu are 'block', 'warn', 'note', or 'off' where the rule is muted. A rule of the
    house (its name begins with H) has words of its own, a phrase on each line.
    """

    __tablename__ = "shop_wording_change"
    __table_args__ = (Index("ix_shop_wording_change_rule_id", "rule_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    rule_id: Mapped[str] = mapped_column(String(20))
    us: Mapped[str] = mapped_column(String(5))
    uk: Mapped[str] = mapped_column(String(5))
    eu: Mapped[str] = mapped_column(String(5))
    words: Mapped[str] = mapped_column(Text, default="")
    category: Mapped[str] = mapped_column(String(60), default="")
    rewording: Mapped[str] = mapped_column(Text, default="")
    reason: Mapped[str] = mapped_column(Text)
    changed_by: Mapped[str] = mapped_column(String(320))
    changed_at: Mapped[datetime] = mapped_column(default=now)
    undone_by: Mapped[str] = mapped_column(String(320), default="")
    undone_at: Mapped[datetime | None] = mapped_column(default=None)


class ClaimSignOff(Model):
    """A second person's word that a sentence may be published although a rule blocks it.

    It counts for this sentence, letter by letter, in this place and for these markets, until it is
    withdrawn.
    """

    __tablename__ = "shop_claim_sign_off"
    __table_args__ = (Index("ix_shop_claim_sign_off_place", "place"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    place: Mapped[str] = mapped_column(String(160))  # guide 12, product 5 summary
    rule_id: Mapped[str] = mapped_column(String(20))
    sentence: Mapped[str] = mapped_column(Text)
    markets: Mapped[str] = mapped_column(String(20))  # 'EU UK US', those for which it was blocked
    reason: Mapped[str] = mapped_column(Text)
    evidence: Mapped[str] = mapped_column(Text)  # a link, or the name of a document
    author: Mapped[str] = mapped_column(String(320))
    signed_by: Mapped[str] = mapped_column(String(320))
    signed_at: Mapped[datetime] = mapped_column(default=now)
    withdrawn_by: Mapped[str] = mapped_column(String(320), default="")
    withdrawn_at: Mapped[datetime | None] = mapped_column(default=None)
