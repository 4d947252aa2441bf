"""Alerts, on pages: for accounts, and for whoever has the address of an alert's own page."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import RedirectResponse

from archive.core import Archive
from archive.errors import InputError
from archive.sending import ONE_CLICK
from archive.types import Account, Channel, Pace, Role
from web.deps import account, archive_of, require
from web.render import render
from web.security import fields_of, form_of
from web.views.alerting import alert_form, alert_made, alert_page

router = APIRouter(include_in_schema=False)
_Archive = Annotated[Archive, Depends(archive_of)]
_Form = Annotated[Mapping[str, str], Depends(form_of)]
_Sent = Annotated[Mapping[str, str], Depends(fields_of)]
_Who = Annotated[Account, Depends(require(Role.READER))]


@router.get("/saved/{number}/alert")
def form(request: Request, archive: _Archive, who: _Who, number: int) -> Response:
    """The form that adds an alert, with how often it would have had something to tell."""
    saved = archive.saved.get(who, number)
    page = alert_form(saved, archive.alerts.rate(saved.request), mails=archive.alerts.mails)
    return render(request, "alert_form.html", page)


@router.post("/saved/{number}/alert")
def add(request: Request, archive: _Archive, who: _Who, form: _Form, number: int) -> Response:
    """Adds an alert; the secret that signs what a webhook is sent is shown this once."""
    saved, alerts = archive.saved.get(who, number), archive.alerts
    chosen, target = form.get("channel", ""), form.get("target", "")
    channel = Channel(chosen) if chosen in set(Channel) else Channel.WEBHOOK
    pace = Pace(form["pace"]) if form.get("pace") in set(Pace) else Pace.DAY
    try:
        made = alerts.add(saved, channel, target, pace, by=str(who.name))
    except InputError as error:
        page = alert_form(
            saved,
            alerts.rate(saved.request),
            mails=alerts.mails,
            channel=channel,
            pace=pace,
            target=target[:1000],
            fault=error.message[:1].upper() + error.message[1:],
            hint=error.hint,
        )
        return render(request, "alert_form.html", page, status=HTTPStatus.BAD_REQUEST)
    return render(request, "alert_made.html", alert_made(made))


@router.get("/alerts/{token}")
def alert(request: Request, archive: _Archive, token: str) -> Response:
    """An alert with what it told, for who has its address: also who is told, without an account."""
    found, who = archive.alerts.of(token), account(request)
    own = who is not None and who.id == found.saved.account
    page = alert_page(found, archive.alerts.messages(found), own=own)
    return render(request, "alert.html", page)


@router.post("/alerts/{token}")
def unsubscribe(archive: _Archive, sent: _Sent, token: str) -> Response:
    """Ends an alert at the press of a mail reader's own button (RFC 8058): that sends no cookie and
    comes from no page of ours, and the address is known to nobody but who gets the mails.
    """
    name, value = ONE_CLICK
    if sent.get(name) != value:
        raise InputError("this ends no alert", hint="use the button on the page of the alert")
    archive.alerts.remove(archive.alerts.of(token), by="who gets its mails")
    return Response("The alert has ended.\n", media_type="text/plain")


@router.post("/alerts/{token}/confirm")
def confirm(archive: _Archive, form: _Form, token: str) -> Response:
    """Who is to be told wants it."""
    archive.alerts.confirm(archive.alerts.of(token))
    return _see(f"/alerts/{token}")


@router.post("/alerts/{token}/restart")
def restart(archive: _Archive, form: _Form, token: str) -> Response:
    """Lets an alert that was stopped go on."""
    archive.alerts.restart(archive.alerts.of(token), by="who has its address")
    return _see(f"/alerts/{token}")


@router.post("/alerts/{token}/end")
def end(request: Request, archive: _Archive, form: _Form, token: str) -> Response:
    """Ends an alert."""
    found = archive.alerts.of(token)
    archive.alerts.remove(found, by="who has its address")
    return render(request, "alert_ended.html", alert_page(found, ()))


def _see(address: str) -> Response:
    return RedirectResponse(address, HTTPStatus.SEE_OTHER)
