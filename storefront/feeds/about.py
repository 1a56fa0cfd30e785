"""What stands in the head of each public page for whoever links to it, shows or finds it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

from ..catalog import CategoryView, Filters, PictureView, ProductCardView, ProductView
from ..guides import GuideCardView, GuideView
from ..pages import public_url, settings
from ..reviews import RatingView
from .guide_data import guide_nodes
from .linked_data import Node, product_nodes, returns_node, script, trail
from .mapping import Bases, Picture, goods_of, picture_of

_GUIDES_LINE = "Guides to choosing and using what we sell."


@dataclass(frozen=True, slots=True)
class PageFacts:
    """The head of a page. data is the text of its JSON-LD, '' for none.

    url is the one address of this page, by which search engines know it.
    """

    title: str
    name: str
    description: str
    url: str
    kind: str
    picture: Picture | None
    data: Markup
    is_indexed: bool
    alternates: tuple[tuple[str, str], ...]


class About:
    """Jinja's global `shop_about`: the facts of a page, from what the page is given; no query."""

    def home(self, hero: PictureView | None) -> PageFacts:
        """The front page, which says who we are."""
        name, tagline = settings().STOREFRONT_NAME, settings().STOREFRONT_TAGLINE
        url = public_url("home")
        site: Node = {"@type": "WebSite", "name": name, "url": url}
        nodes = [_shop_in_full(), site]
        return _facts(f"{name}: {tagline}", name, tagline, url, picture=hero, nodes=nodes)

    def product_list(
        self, category: CategoryView | None, filters: Filters, page: int,
        products: Sequence[ProductCardView],
    ) -> PageFacts:  # fmt: skip
        """A list: each page of it stands for itself, and what was filtered is not to be found."""
        name = category.name if category else "Products"
        chosen = filters.values()
        number = {"page": page} if page > 1 else {}
        line = (category.description if category else "") or settings().STOREFRONT_TAGLINE
        picture = next((card.picture for card in products if card.picture), None)
        return _facts(
            _titled(f"{name}, page {page}" if page > 1 else name),
            name,
            line,
            _list_url(category, **chosen, **number),
            picture=picture,
            nodes=[_trail("products", "Products", name, _list_url(category))] if category else [],
            is_indexed=not chosen,
        )

    def product(self, product: ProductView, rating: RatingView) -> PageFacts:
        """A product: one page of search engines for all its sizes."""
        bases = Bases.now()
        goods = goods_of(product, product.pictures, bases)
        shelf = (product.category_name, public_url("category", slug=product.category_slug))
        steps = ("Products", public_url("products")), shelf, (product.name, goods.url)
        return _facts(
            _titled(f"{product.name}, {product.selected.name}"),
            product.name,
            goods.summary,
            goods.url,
            kind="product",
            picture=product.pictures[0] if product.pictures else None,
            nodes=[*product_nodes(goods, rating), trail(*steps)],
        )

    def guides(self, guides: Sequence[GuideCardView]) -> PageFacts:
        """The list of guides."""
        picture = next((card.picture for card in guides if card.picture), None)
        return _facts(
            _titled("Guides"), "Guides", _GUIDES_LINE, public_url("guides"), picture=picture
        )

    def guide(self, guide: GuideView) -> PageFacts:
        """A guide."""
        url = public_url("guide", slug=guide.slug)
        picture = picture_of(guide.picture, Bases.now()) if guide.picture else None
        nodes = guide_nodes(guide, url=url, picture=picture, shop=_shop())
        nodes.append(_trail("guides", "Guides", guide.title, url))
        return _facts(
            _titled(guide.title),
            guide.title,
            guide.summary,
            url,
            kind="article",
            picture=guide.picture,
            nodes=nodes,
        )

    def routine(self, guide: GuideView) -> PageFacts:
        """A routine of a guide: it is the guide that is to be found, and not each choice."""
        name = f"{guide.title}, as a routine"
        url = public_url("guide_routine", slug=guide.slug)
        return _facts(
            _titled(name), name, guide.summary, url, picture=guide.picture, is_indexed=False
        )


def _facts(
    title: str, name: str, description: str, url: str, *, picture: PictureView | None,
    kind: str = "website", nodes: Sequence[Node] = (), is_indexed: bool = True,
) -> PageFacts:  # fmt: skip
    return PageFacts(
        title=title,
        name=name,
        description=description,
        url=url,
        kind=kind,
        picture=picture_of(picture, Bases.now()) if picture else None,
        data=script(*nodes) if nodes and is_indexed else Markup(""),
        is_indexed=is_indexed,
        alternates=_alternates(url) if is_indexed else (),
    )


def _titled(name: str) -> str:
    return f"{name} · {settings().STOREFRONT_NAME}"


def _list_url(category: CategoryView | None, **values: Any) -> str:
    if category is None:
        return public_url("products", **values)
    return public_url("category", slug=category.slug, **values)


def _trail(endpoint: str, label: str, name: str, url: str) -> Node:
    return trail((label, public_url(endpoint)), (name, url))


def _alternates(url: str) -> tuple[tuple[str, str], ...]:
    """The same page in other languages: the same path below the address of each; the first is for
    everybody else."""
    found = settings()
    if not found.languages:
        return ()
    path = url.removeprefix(found.STOREFRONT_PUBLIC_URL)
    pages = [(code, address + path) for code, address in found.languages]
    return (*pages, ("x-default", pages[0][1]))


def _shop() -> Node:
    return {
        "@type": "OnlineStore",
        "name": settings().STOREFRONT_NAME,
        "url": public_url("home"),
    }


def _shop_in_full() -> Node:
    found = settings()
    node = _shop() | {
        "description": found.STOREFRONT_TAGLINE,
        "email": found.STOREFRONT_SUPPORT_EMAIL,
        "address": found.STOREFRONT_ADDRESS,
        "contactPoint": {
            "@type": "ContactPoint",
            "contactType": "customer service",
            "email": found.STOREFRONT_SUPPORT_EMAIL,
        },
    }
    if logo := _logo(found.STOREFRONT_LOGO):
        node["logo"] = logo
    if returns := returns_node():
        node["hasMerchantReturnPolicy"] = returns
    return node


def _logo(file: str) -> str:
    """The absolute address of the logo, which a host may keep on a path or a site of its own."""
    if "://" in file or not file:
        return file
    if file.startswith("/"):
        return settings().STOREFRONT_PUBLIC_URL + file
    return public_url("asset", path=file)
