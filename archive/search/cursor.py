"""Cursors: where a page begins, in which result set of which generation."""

import base64
import hashlib
import re
from dataclasses import replace

from archive.errors import QueryError
from archive.query.request import FacetList, SearchRequest

_FORM = re.compile(r"([\w-]{1,64})\.([0-9a-f]{12})\.(\d{1,12})", re.ASCII)


def fingerprint(request: SearchRequest, of: FacetList | None = None) -> str:
    """Twelve characters that differ when the result set, or the list of it, or the order would."""
    question: object = replace(request, cursor=None, size=1)
    question = (question, of) if of else question
    return hashlib.sha256(repr(question).encode()).hexdigest()[:12]


def encode(
    generation: str, request: SearchRequest, position: int, of: FacetList | None = None
) -> str:
    """A cursor to the hit, or the value of a list, at this rank (from 0)."""
    plain = f"{generation}.{fingerprint(request, of)}.{position}"
    return base64.urlsafe_b64encode(plain.encode()).decode().rstrip("=")


def decode(request: SearchRequest, of: FacetList | None = None) -> tuple[str, int] | None:
    """The generation and rank that the request's cursor names; None without a cursor.

    QueryError for a cursor that is not one of ours, or belongs to another query.
    """
    if not request.cursor:
        return None
    again = "start again from the first page: leave the cursor out"
    try:
        padded = request.cursor + "=" * (-len(request.cursor) % 4)
        plain = base64.urlsafe_b64decode(padded.encode("ascii")).decode("ascii")
    except ValueError:
        plain = ""
    match = _FORM.fullmatch(plain)
    if match is None:
        raise QueryError("the cursor is damaged", hint=again, field="cursor")
    generation, mark, position = match.groups()
    if mark != fingerprint(request, of):
        raise QueryError("the cursor belongs to another query", hint=again, field="cursor")
    return generation, int(position)
