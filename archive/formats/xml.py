"""XML as a tree without entities, network or surprises, and its parts by their local names."""

from collections.abc import Iterator
from html.entities import html5
from xml.etree.ElementTree import Element, ParseError

from archive.errors import InputError

_NAMED = {name.rstrip(";"): text for name, text in html5.items() if name.endswith(";")}
_LANGUAGE = "{http://www.w3.org/XML/1998/namespace}lang"


def tree(content: bytes) -> Element:
    """The root of an XML text. InputError says where it ends to be XML, or what it tried."""
    from defusedxml.common import DefusedXmlException
    from defusedxml.ElementTree import DefusedXMLParser

    parser = DefusedXMLParser(forbid_entities=True, forbid_external=True)
    # Those of HTML may stand in a text whose document type was not fetched.
    parser.entity.update(_NAMED)
    try:
        parser.feed(content)
        root: Element = parser.close()
    except DefusedXmlException as error:
        raise InputError(
            "this XML defines entities or points elsewhere, which is how traps are made",
            hint="leave it out, or remove its document type",
        ) from error
    except (ParseError, LookupError, ValueError) as error:
        raise InputError(
            f"this is not XML: {error}", hint="correct the file there, or export it again"
        ) from error
    return root


def local(element: Element) -> str:
    """The name of an element without its namespace, in lower case; "" for a comment."""
    return element.tag.rpartition("}")[2].lower() if isinstance(element.tag, str) else ""


def each(root: Element, *path: str) -> Iterator[Element]:
    """Elements down a path of local names: the first anywhere below, the others children."""
    name, *rest = path
    for element in root.iter():
        if local(element) == name and element is not root:
            yield from _down(element, rest)


def _down(element: Element, path: list[str]) -> Iterator[Element]:
    if not path:
        yield element
        return
    for child in element:
        if local(child) == path[0]:
            yield from _down(child, path[1:])


def text_at(root: Element, *path: str) -> str:
    """The text of the first element down a path that has some, else ""."""
    return next((text for e in each(root, *path) if (text := text_of(e))), "")


def text_of(element: Element) -> str:
    """All text in an element, on one line."""
    return " ".join("".join(element.itertext()).split())


def language_of(element: Element) -> str | None:
    """What xml:lang states."""
    return element.get(_LANGUAGE) or element.get("lang")
