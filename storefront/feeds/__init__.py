"""How machines read us: heads of pages, JSON-LD, site map, product feed, from one mapping."""

from .about import About

__all__ = ["About"]
