"""Articles that help people choose; the product links in them never break."""

from .models import Guide, GuideMention
from .operations import (
    BlockedWording,
    Saved,
    UnknownGuide,
    archive_guide,
    publish_guide,
    rename_guide,
    save_guide,
    save_guides,
)
from .origins import GuideOrigin
from .pictures import keep_picture, picture_line
from .places import BlockName, GuideName, Place, blocks_in, guide_names, place_of
from .problems import BrokenGuide, Problem
from .queries import (
    feed_entries,
    guide_list,
    guide_page,
    guides_mentioning,
    present_slug,
    titles_by_slug,
)
from .reading import GuideFile, read_guide
from .views import GuideCardView, GuidePage, GuideView
from .wording import shop_texts

__all__ = [
    "BlockName",
    "BlockedWording",
    "BrokenGuide",
    "Guide",
    "GuideCardView",
    "GuideFile",
    "GuideMention",
    "GuideOrigin",
    "GuideName",
    "GuidePage",
    "GuideView",
    "Place",
    "Problem",
    "Saved",
    "UnknownGuide",
    "archive_guide",
    "blocks_in",
    "feed_entries",
    "guide_list",
    "guide_names",
    "guide_page",
    "guides_mentioning",
    "keep_picture",
    "picture_line",
    "place_of",
    "present_slug",
    "publish_guide",
    "read_guide",
    "rename_guide",
    "save_guide",
    "save_guides",
    "shop_texts",
    "titles_by_slug",
]
