"""What administrators see to, on pages. They need no JavaScript; each step that cannot be taken
back is asked about on a page of its own.
"""

from collections.abc import Mapping
from http import HTTPStatus
from itertools import islice
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request, Response
from fastapi.responses import RedirectResponse

from archive.core import Archive
from archive.errors import InputError, NotFound
from archive.search.answer import GenerationView
from archive.types import Account, Role
from web.deps import archive_of, require
from web.render import render
from web.security import form_of
from web.views.accounts import revoke_page
from web.views.administration import (
    AUDIT_PAGE,
    ROOT,
    account_address,
    accounts_page,
    alerts_page,
    audit_page,
    end_alert_page,
    feeds_page,
    generations_page,
    go_back_page,
    one_account_page,
    overview_page,
    quarantine_page,
    remove_account_page,
    remove_feed_page,
    take_down_page,
    takedowns_page,
)

router = APIRouter(prefix=ROOT, include_in_schema=False)
_Archive = Annotated[Archive, Depends(archive_of)]
_Who = Annotated[Account, Depends(require(Role.ADMINISTRATOR))]
_Form = Annotated[Mapping[str, str], Depends(form_of)]
_Address = Annotated[str, Query(max_length=4000)]
_Id = Annotated[str, Query(max_length=40)]
_Reason = Annotated[str, Query(max_length=400)]
_LATEST = 8
_REFUSED_PAGE = 50
_MOST_MINUTES = 60 * 24 * 30


@router.get("")
def overview(request: Request, archive: _Archive, who: _Who) -> Response:
    """The state of the archive at a glance."""
    page = overview_page(
        archive.status(),
        feeds=archive.store.feeds(),
        alerts=archive.alerts.all(),
        refused=archive.store.refused_count(),
        accounts=archive.accounts.all(),
        acts=archive.audit(size=_LATEST),
        job=archive.jobs.last,
    )
    return render(request, "administration/overview.html", page)


@router.get("/accounts")
def accounts(request: Request, archive: _Archive, who: _Who) -> Response:
    """All accounts."""
    page = accounts_page(archive.accounts.all(), archive.keys.all(), who)
    return render(request, "administration/accounts.html", page)


@router.post("/accounts")
def add_account(request: Request, archive: _Archive, who: _Who, form: _Form) -> Response:
    """One more account."""
    name = form.get("name", "")
    try:
        role = _role(form)
        archive.accounts.add(name, role, form.get("password", ""), by=str(who.name))
    except InputError as error:
        page = accounts_page(
            archive.accounts.all(),
            archive.keys.all(),
            who,
            name=name[:60],
            fault=error.message,
            hint=error.hint,
        )
        return render(request, "administration/accounts.html", page, status=HTTPStatus.BAD_REQUEST)
    return _see(f"{ROOT}/accounts")


@router.get("/account")
def account(request: Request, archive: _Archive, who: _Who, name: _Address) -> Response:
    """One account: role, password, keys."""
    page = one_account_page(_account(archive, name), archive.keys.all(), who)
    return render(request, "administration/account.html", page)


@router.post("/account")
def change_account(request: Request, archive: _Archive, who: _Who, form: _Form) -> Response:
    """Another role or password for somebody else's account."""
    found = _other(archive, who, form)
    name = str(found.name)
    try:
        if "password" in form:
            archive.accounts.set_password(name, form["password"], by=str(who.name))
        else:
            archive.accounts.set_role(name, _role(form), by=str(who.name))
    except InputError as error:
        page = one_account_page(
            found, archive.keys.all(), who, fault=error.message, hint=error.hint
        )
        return render(request, "administration/account.html", page, status=HTTPStatus.BAD_REQUEST)
    return _see(account_address(name))


@router.get("/accounts/remove")
def remove_account(request: Request, archive: _Archive, who: _Who, name: _Address) -> Response:
    """What removing an account does."""
    return render(request, "confirm.html", remove_account_page(_account(archive, name)))


@router.post("/accounts/remove")
def removing_account(archive: _Archive, who: _Who, form: _Form) -> Response:
    """Removes somebody else's account."""
    archive.accounts.remove(str(_other(archive, who, form).name), by=str(who.name))
    return _see(f"{ROOT}/accounts")


@router.get("/keys/{number}/revoke")
def revoke_key(request: Request, archive: _Archive, who: _Who, number: int) -> Response:
    """What revoking somebody's key does."""
    key = next((key for key in archive.keys.all() if key.id == number), None)
    if key is None:
        raise NotFound(f"there is no key {number}")
    page = revoke_page(key, request.url.path, account_address(str(key.account.name)))
    return render(request, "confirm.html", page)


@router.post("/keys/{number}/revoke")
def revoking_key(archive: _Archive, who: _Who, form: _Form, number: int) -> Response:
    """Revokes somebody's key."""
    key = archive.keys.revoke(number, by=str(who.name))
    return _see(account_address(str(key.account.name)))


@router.get("/feeds")
def feeds(request: Request, archive: _Archive, who: _Who) -> Response:
    """The feeds that are followed."""
    page = feeds_page(archive.store.feeds(), job=archive.jobs.last)
    return render(request, "administration/feeds.html", page)


@router.post("/feeds")
def follow(request: Request, archive: _Archive, who: _Who, form: _Form) -> Response:
    """Follows one more feed."""
    url = form.get("url", "")
    try:
        archive.follow(url, minutes=_minutes(form), by=str(who.name))
    except InputError as error:
        page = feeds_page(
            archive.store.feeds(),
            job=archive.jobs.last,
            url=url,
            fault=error.message,
            hint=error.hint,
        )
        return render(request, "administration/feeds.html", page, status=HTTPStatus.BAD_REQUEST)
    return _see(f"{ROOT}/feeds")


@router.post("/feeds/ask")
def ask(archive: _Archive, who: _Who, form: _Form) -> Response:
    """Asks a feed at once, beside the server."""
    archive.ask_soon(form.get("url", ""), by=str(who.name))
    archive.jobs.start("asking the feeds that are due", "feeds", "poll")
    return _see(f"{ROOT}/feeds")


@router.get("/feeds/remove")
def remove_feed(request: Request, who: _Who, url: _Address) -> Response:
    """What following a feed no more does."""
    return render(request, "confirm.html", remove_feed_page(url))


@router.post("/feeds/remove")
def removing_feed(archive: _Archive, who: _Who, form: _Form) -> Response:
    """Follows a feed no more."""
    archive.unfollow(form.get("url", ""), by=str(who.name))
    return _see(f"{ROOT}/feeds")


@router.get("/alerts")
def alerts(request: Request, archive: _Archive, who: _Who) -> Response:
    """Who is told what is new to which saved search, and where that fails."""
    page = alerts_page(archive.alerts.all(), archive.accounts.all())
    return render(request, "administration/alerts.html", page)


@router.get("/alerts/{number}/end")
def end_alert(request: Request, archive: _Archive, who: _Who, number: int) -> Response:
    """What ending somebody's alert does."""
    return render(request, "confirm.html", end_alert_page(archive.alerts.get(number)))


@router.post("/alerts/{number}/end")
def ending_alert(archive: _Archive, who: _Who, form: _Form, number: int) -> Response:
    """Ends somebody's alert."""
    archive.alerts.remove(archive.alerts.get(number), by=str(who.name))
    return _see(f"{ROOT}/alerts")


@router.post("/alerts/{number}/restart")
def restart_alert(archive: _Archive, who: _Who, form: _Form, number: int) -> Response:
    """Lets an alert that was stopped go on."""
    archive.alerts.restart(archive.alerts.get(number), by=str(who.name))
    return _see(f"{ROOT}/alerts")


@router.get("/quarantine")
def quarantine(request: Request, archive: _Archive, who: _Who, after: _Address = "") -> Response:
    """What was refused and not taken in since."""
    found = list(islice(archive.store.refused(after=after), _REFUSED_PAGE + 1))
    page = quarantine_page(
        found[:_REFUSED_PAGE],
        archive.store.refused_count(),
        more=len(found) > _REFUSED_PAGE,
        job=archive.jobs.last,
    )
    return render(request, "administration/quarantine.html", page)


@router.post("/quarantine/retry")
def retry(archive: _Archive, who: _Who, form: _Form) -> Response:
    """Tries something again, or all of it, beside the server."""
    origin = form.get("origin", "")
    named = ["--", origin] if origin else []
    name = f"trying {origin or 'all of the quarantine'} again"
    archive.jobs.start(name, "quarantine", "retry", f"--by={who.name}", *named)
    return _see(f"{ROOT}/quarantine")


@router.get("/generations")
def generations(request: Request, archive: _Archive, who: _Who, verify: bool = False) -> Response:
    """The generations that are kept; every byte of them is read if they are to be verified."""
    kept = archive.generations(thorough=verify)
    page = generations_page(kept, behind=archive.status().behind, verified=verify)
    return render(request, "administration/generations.html", page)


@router.get("/generations/{name}/back")
def go_back(request: Request, archive: _Archive, who: _Who, name: str) -> Response:
    """What going back to a generation does."""
    return render(request, "confirm.html", go_back_page(_generation(archive, name)))


@router.post("/generations/{name}/back")
def going_back(archive: _Archive, who: _Who, form: _Form, name: str) -> Response:
    """Lets an earlier generation answer."""
    archive.roll_back(_generation(archive, name).name, by=str(who.name))
    return _see(f"{ROOT}/generations")


@router.get("/takedowns")
def takedowns(request: Request, archive: _Archive, who: _Who) -> Response:
    """What was taken down."""
    page = takedowns_page(archive.store.tombstones.all(), job=archive.jobs.last)
    return render(request, "administration/takedowns.html", page)


@router.get("/takedowns/ask")
def take_down(
    request: Request, archive: _Archive, who: _Who, article: _Id, reason: _Reason = ""
) -> Response:
    """What taking an article down does."""
    return render(request, "confirm.html", take_down_page(archive.article(article.strip()), reason))


@router.post("/takedowns")
def taking_down(archive: _Archive, who: _Who, form: _Form) -> Response:
    """Takes an article down, beside the server: the index is built anew."""
    record = archive.store.get(form.get("article", ""))
    reason = f"--reason={form.get('reason', '')}"
    name = f"taking {record.id} down"
    archive.jobs.start(name, "takedown", "--yes", f"--by={who.name}", reason, "--", record.id)
    return _see(f"{ROOT}/takedowns")


@router.post("/takedowns/lift")
def lifting(archive: _Archive, who: _Who, form: _Form) -> Response:
    """Lets an article come in again."""
    archive.takedown.lift(form.get("article", ""), by=str(who.name))
    return _see(f"{ROOT}/takedowns")


@router.get("/audit")
def audit(
    request: Request,
    archive: _Archive,
    who: _Who,
    by: Annotated[str, Query(max_length=100)] = "",
    what: Annotated[str, Query(max_length=100)] = "",
    before: int | None = None,
) -> Response:
    """Who did what when."""
    with archive.store.audit() as log:
        acts, kinds = log.acts(size=AUDIT_PAGE, by=by, what=what, before=before), log.kinds()
    page = audit_page(acts, kinds, by=by, what=what)
    return render(request, "administration/audit.html", page)


def _see(address: str) -> Response:
    return RedirectResponse(address, HTTPStatus.SEE_OTHER)


def _role(form: Mapping[str, str]) -> Role:
    try:
        return Role(form.get("role", ""))
    except ValueError as error:
        raise InputError("there is no such role", hint="roles are " + ", ".join(Role)) from error


def _minutes(form: Mapping[str, str]) -> int:
    stated = form.get("minutes", "")[:9]
    if not stated.isdecimal() or not 1 <= int(stated) <= _MOST_MINUTES:
        raise InputError(f"minutes are a number from 1 to {_MOST_MINUTES:,}")
    return int(stated)


def _account(archive: Archive, name: str) -> Account:
    with archive.store.accounts() as accounts:
        return accounts.get(name)


def _other(archive: Archive, who: Account, form: Mapping[str, str]) -> Account:
    """The account of a form. InputError for one's own: the last administrator stays one."""
    found = _account(archive, form.get("name", ""))
    if found.id == who.id:
        raise InputError("your own account is changed by another administrator")
    return found


def _generation(archive: Archive, name: str) -> GenerationView:
    found = next((kept for kept in archive.generations() if kept.name == name), None)
    if found is None:
        raise NotFound("there is no such generation", hint="it may have been deleted meanwhile")
    return found
