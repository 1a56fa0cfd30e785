"""Exports of other sites for tests: WordPress, feeds and pages, as those programs write them."""

from collections.abc import Iterable
from html import escape

WXR = """<?xml version="1.0" encoding="UTF-8" ?>
<rss version="2.0"
 xmlns:excerpt="http://wordpress.org/export/1.2/excerpt/"
 xmlns:content="http://purl.org/rss/1.0/modules/content/"
 xmlns:dc="http://purl.org/dc/elements/1.1/"
 xmlns:wp="http://wordpress.org/export/1.2/">
<channel>
<title>Old blog</title><link>https://old.example</link>
<wp:wxr_version>1.2</wp:wxr_version>
<wp:author><wp:author_login><![CDATA[greta]]></wp:author_login>
<wp:author_display_name><![CDATA[Greta Halm]]></wp:author_display_name></wp:author>
{items}
</channel>
</rss>
"""
ITEM = """<item>
<title><![CDATA[{title}]]></title>
<link>https://old.example/{path}</link>
<dc:creator><![CDATA[greta]]></dc:creator>
<guid isPermaLink="false">https://old.example/?p={number}</guid>
<content:encoded><![CDATA[{html}]]></content:encoded>
<excerpt:encoded><![CDATA[{excerpt}]]></excerpt:encoded>
<wp:post_id>{number}</wp:post_id>
<wp:post_date>2021-03-04 10:00:00</wp:post_date>
<wp:post_modified>2022-05-06 10:00:00</wp:post_modified>
<wp:status>{status}</wp:status>
<wp:post_type>{kind}</wp:post_type>
<category domain="category" nicename="feet"><![CDATA[Feet]]></category>
{more}
</item>"""


def item(
    number: int,
    html: str,
    *,
    title: str = "",
    path: str = "",
    status: str = "publish",
    kind: str = "post",
    excerpt: str = "",
    more: str = "",
) -> str:
    """One entry of an export."""
    return ITEM.format(
        number=number, html=html, title=title or f"Post {number}", status=status, kind=kind,
        path=path or f"2021/03/post-{number}/", excerpt=excerpt, more=more,
    )  # fmt: skip


def attachment(number: int, address: str) -> str:
    """A picture in the library of WordPress."""
    more = f"<wp:attachment_url>{address}</wp:attachment_url>"
    return item(number, "", kind="attachment", status="inherit", more=more)


def wordpress(items: Iterable[str]) -> bytes:
    """A whole export."""
    return WXR.format(items="\n".join(items)).encode()


def page(title: str, body: str, *, address: str = "") -> bytes:
    """A page of HTML with what sites put around an article."""
    canonical = f'<link rel="canonical" href="{address}">' if address else ""
    return (
        f"<!doctype html><html><head><title>{escape(title)} | Old blog</title>{canonical}"
        '<meta property="article:published_time" content="2023-02-01T09:00:00+00:00">'
        '<meta name="author" content="Greta Halm"><style>p {color: red}</style></head><body>'
        '<header><a href="/">Old blog</a></header><nav>Home · About</nav>'
        f"<main><h1>{escape(title)}</h1>{body}"
        '<div class="share-buttons">Share on everything</div></main>'
        "<footer>© Old blog</footer><script>alert(1)</script></body></html>"
    ).encode()
