"""Signing in and out, and seeing to one's own account, on pages."""

from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request, Response
from fastapi.responses import RedirectResponse

from archive.core import Archive
from archive.errors import InputError, NotFound
from archive.types import Account, Key, Role, Scope
from web.deps import archive_of, require
from web.limits import SignInLimit
from web.render import render
from web.security import form_of, sign_in, sign_out, signed_in
from web.views.accounts import NewKeyPage, SignInPage, account_page, revoke_page

router = APIRouter(include_in_schema=False)
_Archive = Annotated[Archive, Depends(archive_of)]
_Form = Annotated[Mapping[str, str], Depends(form_of)]
_MOST_DAYS = 3650  # ten years of a key
_Who = Annotated[Account, Depends(require(Role.READER))]


@router.get("/sign-in")
def sign_in_page(
    request: Request, archive: _Archive, then: Annotated[str, Query(max_length=4000)] = "/"
) -> Response:
    """The form to sign in with."""
    if signed_in(request):
        return RedirectResponse(_own(then), HTTPStatus.SEE_OTHER)
    page = SignInPage(then=_own(then), possible=bool(archive.accounts.all()))
    return render(request, "sign_in.html", page)


@router.post("/sign-in")
def signing_in(request: Request, form: _Form) -> Response:
    """Signs in who knows the password; wrong ones are counted."""
    name, then = form.get("name", ""), _own(form.get("then", ""))
    if _tried(request, name, lambda: sign_in(request, name, form.get("password", ""))):
        return RedirectResponse(then, HTTPStatus.SEE_OTHER)
    page = SignInPage(then=then, name=name, fault="This is not the password of that name")
    return render(request, "sign_in.html", page, status=HTTPStatus.FORBIDDEN)


@router.post("/sign-out")
def signing_out(request: Request, form: _Form) -> Response:
    """Signs out."""
    sign_out(request)
    return RedirectResponse("/", HTTPStatus.SEE_OTHER)


@router.get("/account")
def account(request: Request, archive: _Archive, who: _Who, done: str = "") -> Response:
    """One's own account: keys, password."""
    told = "The password is changed" if done == "password" else ""
    return render(request, "account.html", account_page(who, archive.keys.all(who), done=told))


@router.post("/account/keys")
def make_key(request: Request, archive: _Archive, who: _Who, form: _Form) -> Response:
    """Makes a key, and shows it this once."""
    wanted = [scope for scope in Scope if form.get(f"may-{scope.value}")]
    label, name = form.get("label", ""), str(who.name)
    days = min(int(form["days"]), _MOST_DAYS) if form.get("days", "").isdecimal() else 0
    try:
        key, secret = archive.keys.make(name, label, wanted, days=days or None, by=name)
    except InputError as error:
        return _faulty(request, archive, who, "key", error)
    address = f"{request.base_url}api/v1/search?q=harbour"
    example = f"curl -H 'Authorization: Bearer {secret}' '{address}'"
    return render(request, "new_key.html", NewKeyPage(key.label, secret, example))


@router.get("/account/keys/{number}/revoke")
def revoke_key(request: Request, archive: _Archive, who: _Who, number: int) -> Response:
    """What revoking a key does."""
    page = revoke_page(_key(archive, who, number), request.url.path, "/account#keys")
    return render(request, "confirm.html", page)


@router.post("/account/keys/{number}/revoke")
def revoking_key(archive: _Archive, who: _Who, form: _Form, number: int) -> Response:
    """Revokes a key of one's own."""
    archive.keys.revoke(_key(archive, who, number).id, by=str(who.name))
    return RedirectResponse("/account#keys", HTTPStatus.SEE_OTHER)


@router.post("/account/password")
def change_password(request: Request, archive: _Archive, who: _Who, form: _Form) -> Response:
    """Another password, for who knows the present one; this browser stays signed in."""
    name, new = str(who.name), form.get("new", "")
    if not _tried(request, name, lambda: archive.accounts.of(name, form.get("old", "")) == who):
        wrong = InputError("this is not the present password")
        return _faulty(request, archive, who, "password", wrong)
    try:
        archive.accounts.set_password(name, new, by=name)
    except InputError as error:
        return _faulty(request, archive, who, "password", error)
    sign_in(request, name, new)
    return RedirectResponse("/account?done=password", HTTPStatus.SEE_OTHER)


@router.post("/account/sign-out-everywhere")
def sign_out_everywhere(request: Request, archive: _Archive, who: _Who, form: _Form) -> Response:
    """Ends all sessions of one's own."""
    archive.accounts.sign_out_everywhere(who)
    sign_out(request)
    return RedirectResponse("/", HTTPStatus.SEE_OTHER)


def _tried(request: Request, name: str, attempt: Callable[[], bool]) -> bool:
    """What came of trying a password: wrong ones count, and after too many none is tried."""
    limit: SignInLimit = request.app.state.sign_ins
    limit.check(request, name)
    is_right = attempt()
    if not is_right:
        limit.count(request, name)
    return is_right


def _faulty(
    request: Request, archive: Archive, who: Account, form: str, error: InputError
) -> Response:
    message = error.message[:1].upper() + error.message[1:]
    keys = archive.keys.all(who)
    page = account_page(who, keys, form=form, fault=message, hint=error.hint)
    return render(request, "account.html", page, status=HTTPStatus.BAD_REQUEST)


def _key(archive: Archive, who: Account, number: int) -> Key:
    """A key of one's own. NotFound for any other."""
    found = next((key for key in archive.keys.all(who) if key.id == number), None)
    if found is None:
        raise NotFound(f"you have no key {number}", hint="your account lists those you have")
    return found


def _own(address: str) -> str:
    """An address of this site; the first page in place of any other."""
    inside = address.startswith("/") and not address.startswith(("//", "/\\"))
    return address if inside and address.isprintable() else "/"
