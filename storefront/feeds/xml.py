"""XML as text, a part at a time, so that a feed of any length needs little memory."""

import re
from xml.sax.saxutils import escape

DECLARATION = '<?xml version="1.0" encoding="UTF-8"?>\n'
CONTENT_TYPE = "application/xml; charset=utf-8"
_FORBIDDEN = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def element(name: str, text: str) -> str:
    """An element that holds text; characters that XML has no way to write are left out."""
    return f"<{name}>{escape(_FORBIDDEN.sub('', text))}</{name}>"
