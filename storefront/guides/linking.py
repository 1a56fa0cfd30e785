"""From names to numbers: a compiled guide knows products, guides and pictures by id.

Ids of blocks are made of what the block is about and not of where it stands, because carts and
orders remember them: `product-12` stays `product-12` when a paragraph is added above it.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from .source.markdown import Part
from .source.problems import Problem, suggestion
from .source.reading import GuideFile

_KINDS = {"html": "text"}
_NAMED = ("product", "guide", "picture")


@dataclass(frozen=True, slots=True)
class Known:
    """Everything a guide may speak of: slug, file name or SKU → id; of a SKU, its product's."""

    products: Mapping[str, int]
    guides: Mapping[str, int]
    pictures: Mapping[str, int]
    skus: Mapping[str, int] = field(default_factory=dict)

    def of(self, kind: str) -> Mapping[str, int]:
        """The names of one kind of reference."""
        return {
            "product": self.products,
            "guide": self.guides,
            "picture": self.pictures,
            "SKU": self.skus,
        }[kind]


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


def in_order(fields: Mapping[int, str], blocks: Iterable[Mapping[str, Any]]) -> dict[int, str]:
    """Product id → field, as compiled blocks first speak of the products."""
    return {id_: fields[id_] for id_, _ in mentions(blocks) if id_ in fields}


def linked(blocks: Iterable[Mapping[str, Any]], kind: str) -> set[int]:
    """The ids of the guides or pictures that compiled blocks lead to."""
    return {found for block in blocks for found in _ids(block["parts"], kind)}


def leans_on(blocks: Iterable[Mapping[str, Any]], known: Known) -> set[int]:
    """The products that a page needs without leading there: alternatives, and what tokens tell."""
    found: set[int] = set()
    for block in blocks:
        if block.get("instead") is not None:
            found.add(block["instead"])
        for part in places(block["parts"]):
            if part.get("instead") is not None:
                found.add(part["instead"])
            if "token" in part and part["sku"] in known.skus:
                found.add(known.skus[part["sku"]])
    return found


def places(parts: Iterable[Part]) -> Iterator[Mapping[str, Any]]:
    """Every typed place in the parts of a block, those within others too, in their order."""
    for part in parts:
        if not isinstance(part, str):
            yield part
            yield from places(part.get("parts", ()))


def _ids(parts: Iterable[Part], kind: str) -> Iterator[int]:
    return (part[kind] for part in places(parts) if kind in part)


def _compiled(block: Mapping[str, Any], known: Known, counts: Counter[str]) -> dict[str, Any]:
    compiled = dict(block) | {"parts": _with_ids(block["parts"], known)}
    stem = _KINDS.get(block["kind"], block["kind"])
    if "products" in block:
        products = [known.products[slug] for slug in block["products"]]
        compiled["products"] = products
        stem = "-".join([stem, *map(str, products)])
    if "instead" in block:
        compiled["instead"] = known.products[block["instead"]]
    counts[stem] += 1
    is_only = "products" in block and counts[stem] == 1
    compiled["id"] = stem if is_only else f"{stem}-{counts[stem]}"
    return compiled


def _with_ids(parts: Iterable[Part], known: Known) -> list[Part]:
    return [part if isinstance(part, str) else _with_id(part, known) for part in parts]


def _with_id(part: Mapping[str, Any], known: Known) -> dict[str, Any]:
    if "token" in part:
        return dict(part)
    kind = next(kind for kind in _NAMED if kind in part)
    filled = dict(part) | {kind: known.of(kind)[part[kind]]}
    if "instead" in part:
        filled["instead"] = known.products[part["instead"]]
    if "parts" in part:
        filled["parts"] = _with_ids(part["parts"], known)
    return filled
