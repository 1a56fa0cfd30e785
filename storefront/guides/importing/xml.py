"""XML of exports and feeds, read without entities, outside references and bombs."""

import re
from collections.abc import Iterator
from xml.etree.ElementTree import Element, ParseError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import fromstring

from .articles import Unreadable

LARGEST = 200_000_000


def read_xml(content: bytes, file: str) -> Element:
    """The root element; raises Unreadable with the line where it stops being XML."""
    if len(content) > LARGEST:
        raise Unreadable(file, 1, "The file is larger than 200 MB.", "Export it in parts.")
    if not content.strip():
        raise Unreadable(file, 1, "The file is empty.", "Export it again.")
    try:
        root: Element = fromstring(content.lstrip())
    except ParseError as error:
        line = error.position[0] + content[: len(content) - len(content.lstrip())].count(b"\n")
        what = re.sub(r": line \d+, column \d+$", "", str(error))
        raise Unreadable(
            file, line, f"The XML breaks off here: {what}.", "Export it again, or mend this line."
        ) from None
    except DefusedXmlException:
        line = content[: max(content.find(b"<!ENTITY"), 0)].count(b"\n") + 1
        raise Unreadable(
            file, line, "The file declares entities, which no export needs.", "Take them out."
        ) from None
    except (ValueError, LookupError) as error:  # an encoding that nobody knows
        raise Unreadable(
            file, 1, f"The file cannot be read: {error}.", "Save it with the encoding UTF-8."
        ) from None
    return root


def name_of(element: Element) -> str:
    """The name of an element without its namespace."""
    return str(element.tag).rpartition("}")[2]


def children(element: Element, name: str, space: str = "") -> Iterator[Element]:
    """The children of this name, whose namespace contains these letters."""
    for child in element:
        if name_of(child) == name and space in str(child.tag).partition("}")[0]:
            yield child


def text_of(element: Element, name: str, space: str = "") -> str:
    """The words of the first child of this name, '' without one."""
    found = next(children(element, name, space), None)
    return (found.text or "").strip() if found is not None else ""
