"""Collections, on pages. They belong to accounts, also to those of visitors."""

from collections.abc import Mapping
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request, Response
from fastapi.responses import RedirectResponse

from archive.collections import Contents
from archive.core import Archive
from archive.errors import InputError
from archive.export import Export, Form, collected_manifest
from archive.query.request import SearchRequest
from archive.types import Account
from web.deps import account, archive_of, site_of, somebody
from web.exporting import file_of
from web.render import render
from web.security import form_of, owner, signed_in
from web.views.collecting import (
    collect_page,
    collection_page,
    collections_page,
    remove_collection_page,
)

router = APIRouter(include_in_schema=False)
_Archive = Annotated[Archive, Depends(archive_of)]
_Form = Annotated[Mapping[str, str], Depends(form_of)]
_Who = Annotated[Account, Depends(somebody)]
_As = Annotated[Form, Query(alias="format")]
_Zip = Annotated[bool, Query(alias="zip")]


@router.get("/collections")
def collections(request: Request, archive: _Archive) -> Response:
    """All collections of who asks."""
    who = account(request)
    found = archive.collections.all(who) if who else ()
    page = collections_page(found, is_visitor=signed_in(request) is None)
    return render(request, "collections.html", page)


@router.get("/articles/{id_}/collect")
def collect(request: Request, archive: _Archive, id_: str) -> Response:
    """Where an article can be put."""
    who, record = account(request), archive.store.get(id_)
    page = collect_page(
        record.id,
        record.article.title,
        archive.collections.all(who) if who else (),
        is_visitor=signed_in(request) is None,
    )
    return render(request, "collect.html", page)


@router.post("/articles/{id_}/collect")
def collecting(request: Request, archive: _Archive, form: _Form, id_: str) -> Response:
    """Puts an article into a collection, a new one if a name is given."""
    record, who = archive.store.get(id_), owner(request)
    name, note, chosen = form.get("name", ""), form.get("note", ""), form.get("into", "")
    try:
        if name or not chosen.isdecimal():
            chosen = str(archive.collections.add(who, name).id)
        archive.collections.put(who, int(chosen[:9]), record.id, note)
    except InputError as error:
        page = collect_page(
            record.id,
            record.article.title,
            archive.collections.all(who),
            is_visitor=signed_in(request) is None,
            name=name[:200],
            note=note,
            fault=error.message[:1].upper() + error.message[1:],
        )
        return render(request, "collect.html", page, status=HTTPStatus.BAD_REQUEST)
    return _see(f"/collections/{int(chosen[:9])}")


@router.get("/collections/{number}")
def collection(request: Request, archive: _Archive, who: _Who, number: int) -> Response:
    """A collection of one's own."""
    return _shown(request, archive, archive.collections.contents(who, number), own=True)


@router.post("/collections/{number}")
def change(archive: _Archive, who: _Who, form: _Form, number: int) -> Response:
    """Another name and note."""
    archive.collections.change(who, number, form.get("name", ""), form.get("note", ""))
    return _see(f"/collections/{number}")


@router.post("/collections/{number}/note")
def note(archive: _Archive, who: _Who, form: _Form, number: int) -> Response:
    """Another note to one of its articles."""
    archive.collections.put(who, number, form.get("article", ""), form.get("note", ""))
    return _see(f"/collections/{number}")


@router.post("/collections/{number}/take-out")
def take_out(archive: _Archive, who: _Who, form: _Form, number: int) -> Response:
    """Takes an article out."""
    archive.collections.take_out(who, number, form.get("article", ""))
    return _see(f"/collections/{number}")


@router.post("/collections/{number}/share")
def share(archive: _Archive, who: _Who, form: _Form, number: int) -> Response:
    """Lets it be read by a link, or ends the link."""
    if form.get("end"):
        archive.collections.hide(who, number)
    else:
        archive.collections.share(who, number)
    return _see(f"/collections/{number}")


@router.get("/collections/{number}/remove")
def remove(request: Request, archive: _Archive, who: _Who, number: int) -> Response:
    """What removing a collection does."""
    found = archive.collections.contents(who, number).collection
    return render(request, "confirm.html", remove_collection_page(found))


@router.post("/collections/{number}/remove")
def removing(archive: _Archive, who: _Who, form: _Form, number: int) -> Response:
    """Removes a collection."""
    archive.collections.remove(who, number)
    return _see("/collections")


@router.get("/collections/{number}/export")
def export(
    request: Request,
    archive: _Archive,
    who: _Who,
    number: int,
    form: _As = "csv",
    packed: _Zip = False,
) -> Response:
    """Its articles as a file."""
    contents = archive.collections.contents(who, number)
    return exported(request, archive, contents, form, packed=packed)


@router.get("/shared/{token}")
def shared(request: Request, archive: _Archive, token: str) -> Response:
    """A collection, for who was given its link."""
    return _shown(request, archive, archive.collections.shared(token), own=False)


@router.get("/shared/{token}/export")
def shared_export(
    request: Request, archive: _Archive, token: str, form: _As = "csv", packed: _Zip = False
) -> Response:
    """The same as a file."""
    return exported(request, archive, archive.collections.shared(token), form, packed=packed)


def _shown(request: Request, archive: Archive, contents: Contents, *, own: bool) -> Response:
    numbers = [collected.number for collected in contents.articles]
    page = collection_page(
        contents,
        archive.hits(numbers),
        archive.store.ids(numbers),
        site=str(request.base_url),
        own=own,
    )
    return render(request, "collection.html", page)


def exported(
    request: Request, archive: Archive, contents: Contents, form: Form, *, packed: bool
) -> Response:
    """The articles of a collection as a file; packed, one zip with its notes in a manifest."""
    kept, ids = contents.collection, archive.store.ids([c.number for c in contents.articles])
    there = [c for c in contents.articles if c.number in ids]
    numbers = tuple(c.number for c in there)
    found = Export(SearchRequest(), numbers, tuple(ids[n] for n in numbers))
    notes = [c.note for c in there]
    now = datetime.now(UTC)
    return file_of(
        archive.exported(found, form, site=site_of(request)),
        form,
        name=f"collection-{kept.id}",
        digest=found.digest,
        manifest=collected_manifest(found, kept.name, kept.note, notes, now=now)
        if packed
        else None,
    )


def _see(address: str) -> Response:
    return RedirectResponse(address, HTTPStatus.SEE_OTHER)
