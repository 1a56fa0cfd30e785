"""Articles that help people choose; the product links in them never break."""

from . import importing
from .checking.check import Check, Fix
from .checking.checks import check_text
from .checking.vocabulary import form_of
from .health import KINDS as LINK_KINDS
from .health import TEXTS as LINK_TEXTS
from .health import Ill, Ills, find_ills, ills_of_guide
from .importing.origins import GuideOrigin, moved_to
from .models import Guide, GuideMention, GuideRevision
from .operations import (
    Saved,
    archive_guide,
    publish_guide,
    rename_guide,
    save_guide,
    save_guides,
)
from .overview import (
    SHOWN,
    Found,
    Revision,
    Sheet,
    find_guides,
    guide_sheet,
    newest_texts,
    revision,
    revisions,
)
from .pictures import keep_picture, picture_line
from .places import BlockName, GuideName, Place, blocks_in, guide_names, place_of
from .publishing.editing import (
    ChangedMeanwhile,
    NoSuchRevision,
    NoTitle,
    create_guide,
    move_guide,
    publish_newest,
    restore_revision,
    restored_from,
    save_draft,
)
from .publishing.gate import Gate, gate_of
from .publishing.preview import end_preview_link, make_preview_link, preview_page
from .publishing.schedule import (
    Missed,
    TooLate,
    missed,
    plan_publishing,
    publish_due,
    withdraw_publishing,
)
from .publishing.writing import BlockedWording, UnknownGuide
from .queries import (
    guide_list,
    guide_page,
    guides_mentioning,
    present_slug,
    titles_by_slug,
)
from .sections import Section, sections_of
from .source.difference import DiffLine, difference
from .source.facts import fact_at, facts_of, new_source, with_facts
from .source.front_matter import FIELDS, halves
from .source.length import minutes_of, words_in
from .source.problems import BrokenGuide, Problem
from .source.reading import LONGEST_FILE, GuideFile, read_guide
from .swaps import SwapView, swaps
from .views import GuideCardView, GuidePage, GuideView, StepsBlock
from .wording import shop_texts

__all__ = [
    "importing",
    "FIELDS",
    "LINK_KINDS",
    "LINK_TEXTS",
    "LONGEST_FILE",
    "SHOWN",
    "StepsBlock",
    "BlockName",
    "BlockedWording",
    "BrokenGuide",
    "ChangedMeanwhile",
    "Check",
    "DiffLine",
    "Fix",
    "Found",
    "Gate",
    "Guide",
    "GuideCardView",
    "GuideFile",
    "GuideMention",
    "GuideName",
    "GuideOrigin",
    "GuidePage",
    "GuideRevision",
    "GuideView",
    "Ill",
    "Ills",
    "Missed",
    "NoSuchRevision",
    "NoTitle",
    "Place",
    "Problem",
    "Revision",
    "Saved",
    "Section",
    "Sheet",
    "SwapView",
    "TooLate",
    "UnknownGuide",
    "archive_guide",
    "blocks_in",
    "check_text",
    "create_guide",
    "difference",
    "end_preview_link",
    "facts_of",
    "find_guides",
    "fact_at",
    "find_ills",
    "form_of",
    "ills_of_guide",
    "gate_of",
    "guide_list",
    "guide_names",
    "guide_page",
    "guide_sheet",
    "guides_mentioning",
    "halves",
    "keep_picture",
    "make_preview_link",
    "minutes_of",
    "missed",
    "move_guide",
    "moved_to",
    "new_source",
    "newest_texts",
    "picture_line",
    "place_of",
    "plan_publishing",
    "present_slug",
    "preview_page",
    "publish_due",
    "publish_guide",
    "publish_newest",
    "read_guide",
    "rename_guide",
    "restore_revision",
    "restored_from",
    "revision",
    "revisions",
    "save_draft",
    "save_guide",
    "save_guides",
    "sections_of",
    "shop_texts",
    "swaps",
    "titles_by_slug",
    "with_facts",
    "withdraw_publishing",
    "words_in",
]
