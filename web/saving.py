"""Saved searches, on pages and as feeds. They belong to accounts, also to those of visitors."""

import re
from collections.abc import Mapping
from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request, Response
from fastapi.responses import RedirectResponse

from archive.core import Archive
from archive.errors import InputError
from archive.query.request import SearchRequest
from archive.saved import LISTED
from archive.types import Account
from web.atom import feed
from web.deps import account, archive_of, site_of, somebody
from web.params import search_request
from web.render import render
from web.security import form_of, owner, signed_in
from web.views.saving import one_saved_page, remove_saved_page, save_page, saved_page

router = APIRouter(include_in_schema=False)
_Archive = Annotated[Archive, Depends(archive_of)]
_Search = Annotated[SearchRequest, Depends(search_request)]
_Form = Annotated[Mapping[str, str], Depends(form_of)]
_Who = Annotated[Account, Depends(somebody)]
_Before = Annotated[int | None, Query(ge=1, le=2**31 - 1)]
_SHOWN = 50
_NUMBER = re.compile(r"\d{1,18}", re.ASCII)
_IN_FEED = 50


@router.get("/save")
def save(request: Request, archive: _Archive, asked: _Search) -> Response:
    """The form that saves a search."""
    total = len(archive.found(asked).numbers)
    page = save_page(asked, total, is_visitor=signed_in(request) is None)
    return render(request, "save.html", page)


@router.post("/save")
def saving(request: Request, archive: _Archive, asked: _Search, form: _Form) -> Response:
    """Saves a search for who asks; for a visitor, from now on."""
    try:
        made = archive.saved.save(owner(request), form.get("label", ""), asked)
    except InputError as error:
        page = save_page(
            asked,
            len(archive.found(asked).numbers),
            is_visitor=signed_in(request) is None,
            label=form.get("label", ""),
            fault=error.message[:1].upper() + error.message[1:],
        )
        return render(request, "save.html", page, status=HTTPStatus.BAD_REQUEST)
    return RedirectResponse(f"/saved/{made.id}?made=1", HTTPStatus.SEE_OTHER)


@router.get("/saved")
def saved(request: Request, archive: _Archive, before: _Before = None) -> Response:
    """What somebody saved last, with what is new to each."""
    who = account(request)
    kept = archive.saved.all(who, before=before, most=LISTED + 1) if who else ()
    found = [archive.saved.fresh(one) for one in kept[:LISTED]]
    page = saved_page(
        found,
        archive.alerts.counts(who) if who else {},
        is_visitor=signed_in(request) is None,
        more=len(kept) > LISTED,
    )
    return render(request, "saved.html", page)


@router.get("/saved/{number}")
def new(
    request: Request, archive: _Archive, who: _Who, number: int, made: bool = False
) -> Response:
    """What is new to a saved search."""
    fresh = archive.saved.fresh(archive.saved.get(who, number))
    page = one_saved_page(
        fresh,
        archive.hits(fresh.new[:_SHOWN]),
        archive.alerts.all(saved=number),
        str(request.base_url),
        is_visitor=signed_in(request) is None,
        is_made=made,
    )
    return render(request, "saved_search.html", page)


@router.post("/saved/{number}/seen")
def seen(archive: _Archive, who: _Who, form: _Form, number: int) -> Response:
    """Nothing that its page showed is new to it any more."""
    shown = form.get("upto", "")
    archive.saved.see(
        archive.saved.get(who, number), upto=int(shown) if _NUMBER.fullmatch(shown) else None
    )
    return RedirectResponse("/saved", HTTPStatus.SEE_OTHER)


@router.get("/saved/{number}/remove")
def remove(request: Request, archive: _Archive, who: _Who, number: int) -> Response:
    """What removing a saved search does."""
    found = archive.saved.get(who, number)
    return render(request, "confirm.html", remove_saved_page(found.label, f"/saved/{number}"))


@router.post("/saved/{number}/remove")
def removing(archive: _Archive, who: _Who, form: _Form, number: int) -> Response:
    """Keeps a search no longer."""
    archive.saved.remove(archive.saved.get(who, number))
    return RedirectResponse("/saved", HTTPStatus.SEE_OTHER)


@router.get("/feeds/saved/{token}")
def saved_feed(request: Request, archive: _Archive, token: str) -> Response:
    """The articles of a saved search that were taken in last; its address is all it takes."""
    found, records = archive.saved.feed(token, size=_IN_FEED)
    body = feed(
        records,
        title=found.label,
        site=site_of(request),
        address=request.url.path,
        page=f"/saved/{found.id}",
        made=found.created,
    )
    return Response(body, media_type="application/atom+xml")
