"""What readers write below a guide: shown once somebody of the shop has read it."""

from .models import STATES, Comment
from .operations import BlockedComment, Commented, NewComment, close, decide, forget_emails, write
from .queries import (
    CommentDesk,
    CommentEntry,
    Discussion,
    GuideDesk,
    comment_page,
    count_waiting,
    discussion,
    guides_with_comments,
    shop_texts,
)

__all__ = [
    "STATES",
    "BlockedComment",
    "Comment",
    "CommentDesk",
    "CommentEntry",
    "Commented",
    "Discussion",
    "GuideDesk",
    "NewComment",
    "close",
    "comment_page",
    "count_waiting",
    "decide",
    "discussion",
    "forget_emails",
    "guides_with_comments",
    "shop_texts",
    "write",
]
