"""Templates to pages."""

import hashlib
from functools import cache, partial
from http import HTTPStatus
from pathlib import Path
from typing import Any

from fastapi import Request, Response
from fastapi.templating import Jinja2Templates

from archive.types import Role
from web.security import csrf_of, signed_in

_HERE = Path(__file__).parent
_templates = Jinja2Templates(directory=_HERE / "templates")


@cache
def static(name: str) -> str:
    """The address of a static file; it changes when the file does."""
    digest = hashlib.sha256((_HERE / "static" / name).read_bytes()).hexdigest()
    return f"/static/{name}?v={digest[:10]}"


def number(value: int) -> str:
    """1234 as "1,234"."""
    return f"{value:,}"


_templates.env.globals["static"] = static
_templates.env.filters["number"] = number
_templates.env.trim_blocks = True
_templates.env.lstrip_blocks = True


def render(
    request: Request, template: str, page: Any, *, status: HTTPStatus = HTTPStatus.OK
) -> Response:
    """A page from its template. `page` is the view that the template documents, `who` the account
    that is signed in, `may(role)` whether it may do what a role may, and `csrf()` what forms carry.
    """
    who = signed_in(request)
    context = {
        "page": page,
        "who": who,
        "may": lambda role: who is not None and who.role.covers(Role(role)),
        "csrf": partial(csrf_of, request),
    }
    return _templates.TemplateResponse(request, template, context, status_code=status.value)
