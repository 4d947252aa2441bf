"""Pages of alerts."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from archive.alerts import LONGEST_TARGET, Rate
from archive.sending import told_target
from archive.store.alerts import Alert, Message, State
from archive.store.saved import SavedSearch
from archive.types import Channel, Pace
from web.views.parts import Box, Link

_PACES = {
    Pace.AT_ONCE: "as soon as something is found",
    Pace.HOUR: "once an hour at most",
    Pace.DAY: "once a day",
    Pace.WEEK: "once a week",
}
_STATES = {
    State.WAITING: "waits to be sent",
    State.SENT: "sent",
    State.EMPTY: "not sent: taken down before",
    State.GIVEN_UP: "given up",
}


@dataclass(frozen=True, slots=True)
class AlertRow:
    """An alert, as it is listed with its saved search."""

    to: str
    often: str
    state: str
    href: str


@dataclass(frozen=True, slots=True)
class AlertForm:
    """alert_form.html"""

    label: str
    told: str
    rate: str
    action: str
    back: str
    mails: bool
    channel: str
    target: str
    pace: str
    paces: tuple[Link, ...]
    fault: str = ""
    hint: str = ""
    longest: int = LONGEST_TARGET
    box: Box = field(default_factory=Box)


@dataclass(frozen=True, slots=True)
class AlertMade:
    """alert_made.html; `secret` is empty for mails."""

    label: str
    to: str
    secret: str
    back: str
    box: Box = field(default_factory=Box)


@dataclass(frozen=True, slots=True)
class MessageRow:
    """Something that an alert told, or has to tell."""

    at: str
    counted: str
    state: str


@dataclass(frozen=True, slots=True)
class AlertPage:
    """alert.html, alert_ended.html"""

    label: str
    alert: AlertRow
    messages: tuple[MessageRow, ...]
    is_asked: bool
    is_stopped: bool
    back: str = ""
    box: Box = field(default_factory=Box)


def alert_row(alert: Alert) -> AlertRow:
    """An alert, as it is listed."""
    if alert.stopped:
        state = f"stopped: {alert.fault}"
    elif not alert.confirmed:
        state = "waits for a yes to the mail that asks"
    elif alert.fault:
        state = f"could not be sent, and is tried again: {alert.fault}"
    elif alert.looked:
        state = f"last looked on {alert.looked:%d %b %Y, %H:%M} UTC"
    else:
        state = "has not looked yet"
    by = "mail to " if alert.channel is Channel.MAIL else "webhook at "
    return AlertRow(by + told_target(alert), _PACES[alert.pace], state, f"/alerts/{alert.token}")


def alert_form(
    saved: SavedSearch,
    rate: Rate,
    *,
    mails: bool,
    channel: Channel | None = None,
    target: str = "",
    pace: Pace = Pace.DAY,
    fault: str = "",
    hint: str = "",
) -> AlertForm:
    """The form that adds an alert."""
    return AlertForm(
        label=saved.label,
        told=saved.request.told,
        rate=str(rate),
        action=f"/saved/{saved.id}/alert",
        back=f"/saved/{saved.id}",
        mails=mails,
        channel=channel or (Channel.MAIL if mails else Channel.WEBHOOK),
        target=target,
        pace=pace,
        paces=tuple(Link(words[:1].upper() + words[1:], p) for p, words in _PACES.items()),
        fault=fault,
        hint=hint,
    )


def alert_made(alert: Alert) -> AlertMade:
    """What is said of a new alert."""
    secret = alert.secret if alert.channel is Channel.WEBHOOK else ""
    return AlertMade(alert.saved.label, told_target(alert), secret, f"/saved/{alert.saved.id}")


def alert_page(alert: Alert, messages: Sequence[Message], *, own: bool = False) -> AlertPage:
    """An alert with what it told; its owner finds the way back to the saved search."""
    return AlertPage(
        label=alert.saved.label,
        alert=alert_row(alert),
        messages=tuple(
            MessageRow(
                f"{message.at:%d %b %Y, %H:%M} UTC",
                f"{len(message.texts) + message.more:,} new" if message.texts else "the question",
                _STATES[message.state],
            )
            for message in messages
        ),
        is_asked=not alert.confirmed,
        is_stopped=alert.stopped,
        back=f"/saved/{alert.saved.id}#alerts" if own else "",
    )
