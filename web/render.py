"""Templates to pages."""

import hashlib
from functools import cache
from http import HTTPStatus
from pathlib import Path
from typing import Any

from fastapi import Request, Response
from fastapi.templating import Jinja2Templates

from web.security import signed_in

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
    """A page from its template; `page` is the view that the template documents, `who` the
    administrator who asked for it.
    """
    context = {"page": page, "who": signed_in(request)}
    return _templates.TemplateResponse(request, template, context, status_code=status.value)
