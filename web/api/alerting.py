"""Alerts of saved searches over the API, for keys with the scope that they take."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path, Response
from fastapi.responses import JSONResponse

from archive.core import Archive
from archive.search.wire import plain
from archive.sending import told_target
from archive.store.alerts import Alert
from archive.types import Channel
from web.api.problems import SEARCHING, UNREADABLE, refusal
from web.api.scopes import MOST, SAVES, Id, Owner
from web.asked import AlertAsked
from web.deps import archive_of
from web.schemas import AlertsBody, NewAlertBody

router = APIRouter(tags=["saved"])
_Archive = Annotated[Archive, Depends(archive_of)]
_Alert = Annotated[int, Path(description="As the list names it.", ge=1, le=MOST, examples=[1])]
_MISSING = {**SEARCHING, **refusal(404, "You have no such saved search, or it no such alert.")}
_AT = "/api/v1/saved/{id}/alerts"


@router.get(
    _AT,
    summary="Who is told what is new to a saved search, and how often that would be",
    response_model=AlertsBody,
    responses=_MISSING,
    openapi_extra=SAVES,
)
def alerts(archive: _Archive, who: Owner, id_: Id) -> JSONResponse:
    """Takes the scope `save`."""
    saved = archive.saved.get(who, id_)
    rate = plain(archive.alerts.rate(saved.request))
    listed = [_told(alert) for alert in archive.alerts.all(saved=saved.id)]
    return JSONResponse({"alerts": listed, "rate": rate})


@router.post(
    _AT,
    summary="Tell somebody by mail or webhook what is new to a saved search",
    status_code=201,
    response_model=NewAlertBody,
    responses={**UNREADABLE, **refusal(404, "You have no such saved search.")},
    openapi_extra=SAVES,
)
def add_alert(archive: _Archive, who: Owner, id_: Id, asked: AlertAsked) -> JSONResponse:
    """Takes the scope `save`. A mail address is asked first whether it wants to be told; `secret`
    signs what is sent to a webhook, and nothing tells it again.
    """
    saved, by = archive.saved.get(who, id_), str(who.name)
    made = archive.alerts.add(saved, asked.channel, asked.target, asked.pace, by=by)
    secret = made.secret if made.channel is Channel.WEBHOOK else None
    return JSONResponse(_told(made) | {"secret": secret}, 201)


@router.post(
    f"{_AT}/{{alert}}/restart",
    summary="Let an alert that was stopped go on",
    status_code=204,
    response_class=Response,
    responses=_MISSING,
    openapi_extra=SAVES,
)
def restart_alert(archive: _Archive, who: Owner, id_: Id, alert: _Alert) -> Response:
    """Takes the scope `save`. What was given up is tried again."""
    found = archive.alerts.of_saved(archive.saved.get(who, id_), alert)
    archive.alerts.restart(found, by=str(who.name))
    return Response(status_code=204)


@router.delete(
    f"{_AT}/{{alert}}",
    summary="End an alert",
    status_code=204,
    response_class=Response,
    responses=_MISSING,
    openapi_extra=SAVES,
)
def end_alert(archive: _Archive, who: Owner, id_: Id, alert: _Alert) -> Response:
    """Takes the scope `save`. What it has yet to tell is not told."""
    found = archive.alerts.of_saved(archive.saved.get(who, id_), alert)
    archive.alerts.remove(found, by=str(who.name))
    return Response(status_code=204)


def _told(alert: Alert) -> dict[str, Any]:
    return {
        "id": alert.id,
        "channel": alert.channel.value,
        "to": told_target(alert),
        "pace": alert.pace.value,
        "created": alert.created.isoformat(),
        "confirmed": alert.confirmed,
        "looked": alert.looked.isoformat() if alert.looked else None,
        "stopped": alert.stopped,
        "fault": alert.fault,
    }
