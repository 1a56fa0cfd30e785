"""Who is no reader: programs that name themselves, and pages that are fetched before anybody asks.

A list of our own and a short one: whoever runs no script never sends a word, and of those that do
run one nearly all say in their name what they are.
"""

import re

from werkzeug.datastructures import Headers

# Phones called CUBOT are read by people; what fetches a page for somebody else ends in -User.
_PROGRAM = re.compile(
    r"(?<!cu)bot(?![a-z])|crawl|spider|slurp|headless|lighthouse|phantom|puppeteer|playwright|selenium"
    r"|pagespeed|prerender|preview|monitor|uptime|pingdom|scan|archiv|fetch|feed|curl|wget|python"
    r"|java/|go-http|libwww|httpclient|facebookexternalhit|whatsapp|perplexity|-user\b",
    re.IGNORECASE,
)
_EARLY = re.compile(r"prefetch|prerender|preview", re.IGNORECASE)


def is_person(headers: Headers) -> bool:
    """Whether a request may come from somebody who reads; a browser always says what it is."""
    agent = headers.get("User-Agent", "")
    if not agent or _PROGRAM.search(agent):
        return False
    purpose = f"{headers.get('Sec-Purpose', '')} {headers.get('Purpose', '')}"
    return _EARLY.search(purpose) is None
