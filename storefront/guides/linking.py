"""From names to numbers: a compiled guide knows products, guides and pictures by id.

Ids of blocks are made of what the block is about and not of where it stands, because carts and
orders remember them: `product-12` stays `product-12` when a paragraph is added above it.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from .markdown import Part
from .problems import Problem, suggestion
from .reading import GuideFile

_KINDS = {"html": "text"}
_NAMED = ("product", "guide", "picture")


@dataclass(frozen=True, slots=True)
class Known:
    """Everything a guide may speak of: slug or file name → id."""

    products: Mapping[str, int]
    guides: Mapping[str, int]
    pictures: Mapping[str, int]

    def of(self, kind: str) -> Mapping[str, int]:
        """The names of one kind of reference."""
        return {"product": self.products, "guide": self.guides, "picture": self.pictures}[kind]


def unknown_names(guide: GuideFile, known: Known) -> list[Problem]:
    """One problem for every name in the guide that the shop does not know."""
    problems = []
    for reference in guide.references:
        names = known.of(reference.kind)
        if reference.name in names:
            continue
        otherwise = "Put the file into the media folder." if reference.kind == "picture" else ""
        problems.append(
            Problem(
                guide.file,
                reference.line,
                reference.column,
                f"There is no {reference.kind} “{reference.name}”.",
                suggestion(reference.name, names, otherwise),
                "picture" if reference.kind == "picture" else "link",
            )
        )
    return problems


def compile_blocks(guide: GuideFile, known: Known) -> list[dict[str, Any]]:
    """The guide's blocks with ids in place of names; every name must be known."""
    counts: Counter[str] = Counter()
    return [_compiled(block, known, counts) for block in guide.blocks]


def mentions(blocks: Iterable[Mapping[str, Any]]) -> Iterator[tuple[int, str]]:
    """(product id, block id) for everything that compiled blocks say about products, each once."""
    for block in blocks:
        found = [*block.get("products", ()), *_ids(block["parts"], "product")]
        for product_id in dict.fromkeys(found):
            yield product_id, block["id"]


def linked(blocks: Iterable[Mapping[str, Any]], kind: str) -> set[int]:
    """The ids of the guides or pictures that compiled blocks lead to."""
    return {found for block in blocks for found in _ids(block["parts"], kind)}


def _ids(parts: Iterable[Part], kind: str) -> Iterator[int]:
    for part in parts:
        if isinstance(part, str):
            continue
        if kind in part:
            yield part[kind]
        yield from _ids(part.get("parts", ()), kind)


def _compiled(block: Mapping[str, Any], known: Known, counts: Counter[str]) -> dict[str, Any]:
    compiled = dict(block) | {"parts": _with_ids(block["parts"], known)}
    stem = _KINDS.get(block["kind"], block["kind"])
    if "products" in block:
        products = [known.products[slug] for slug in block["products"]]
        compiled["products"] = products
        stem = "-".join([stem, *map(str, products)])
    counts[stem] += 1
    is_only = "products" in block and counts[stem] == 1
    compiled["id"] = stem if is_only else f"{stem}-{counts[stem]}"
    return compiled


def _with_ids(parts: Iterable[Part], known: Known) -> list[Part]:
    return [part if isinstance(part, str) else _with_id(part, known) for part in parts]


def _with_id(part: Mapping[str, Any], known: Known) -> dict[str, Any]:
    kind = next(kind for kind in _NAMED if kind in part)
    filled = dict(part) | {kind: known.of(kind)[part[kind]]}
    if "parts" in part:
        filled["parts"] = _with_ids(part["parts"], known)
    return filled
