"""Alerts: somebody is told by mail or webhook what is new to a saved search.

Looking and telling are two steps with an outbox between them. What a look found, and how far it
looked, is stored in one transaction; what is sent is marked as sent afterwards. So whoever dies
anywhere loses nothing, and who dies between sending and marking sends the same message, with the
same key, once more.
"""

import re
import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from archive.errors import InputError, NotFound, QueryError, SendError
from archive.fetch.guard import checked
from archive.novelty import Found, looked, new, then, unseen
from archive.query.dates import calendar_period
from archive.query.request import Count, SearchRequest
from archive.sending import Post, Text, new_secret, told_target
from archive.store import Store
from archive.store.alerts import Alert, Message, State
from archive.store.saved import SavedSearch
from archive.store.writer import Writer
from archive.types import Account, Channel, Pace

LONGEST_TARGET = 1_000
_MOST = 200  # of one account
_TOLD = 50  # texts in one message
_RATED_DAYS = 91
_ADDRESS = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9.-]{1,185}\.[A-Za-z0-9-]+")
# Who sends has it for so long; then it is taken for dead. Longer than any sending takes.
_CLAIMED = timedelta(minutes=10)
# The first pause after a failure; each doubles the one before, up to a day. Ten are three days.
_PAUSE, _LONGEST_PAUSE, _MOST_ATTEMPTS = timedelta(minutes=5), timedelta(days=1), 10


@dataclass(frozen=True, slots=True)
class Rate:
    """How many texts that a search finds were published in the last `days`."""

    texts: int
    days: int = _RATED_DAYS

    def __str__(self) -> str:
        """In words: "about 3 articles a week"."""
        for unit, days in (("day", 1), ("week", 7), ("month", self.days / 3)):
            if (rate := round(self.texts * days / self.days)) >= 1:
                return f"about {rate:,} {'article' if rate == 1 else 'articles'} a {unit}"
        return "1 article in all" if self.texts else "nothing"


@dataclass(frozen=True, slots=True)
class AlertsReport:
    """What one run did: alerts looked at, messages that were sent, and why others were not."""

    looked: int
    sent: int
    faults: tuple[str, ...]


class Alerts:
    """The alerts of an archive. `found` gives all articles of a request, `total` how many of what
    it counts.
    """

    def __init__(
        self,
        store: Store,
        post: Post,
        *,
        found: Callable[[SearchRequest], Found],
        total: Callable[[SearchRequest], int],
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._store, self._post, self._found = store, post, found
        self._total, self._now = total, now

    @property
    def mails(self) -> bool:
        """Whether there is a server that takes mails."""
        return self._post.smtp is not None

    def rate(self, request: SearchRequest) -> Rate:
        """How often an alert would have had something to tell, by the dates of publication of the
        last three months.
        """
        since = self._now().date() - timedelta(days=_RATED_DAYS)
        asked = calendar_period(request.after) if request.after else None
        if asked is None or asked.start is None or asked.start < since:
            request = replace(request, after=since.isoformat())
        return Rate(self._total(replace(request, count=Count.COPIES, cursor=None, size=1)))

    def add(
        self,
        saved: SavedSearch,
        channel: Channel,
        target: str,
        pace: Pace,
        *,
        by: str,
        confirmed: bool = False,
    ) -> Alert:
        """Tell somebody what is new to a saved search from now on. A mail address is asked first
        unless it is `confirmed`. InputError for a target that cannot be used, or one too many.
        """
        target = self._checked(channel, target.strip())
        seen = looked(self._found(saved.request))
        now, token = self._now(), secrets.token_urlsafe(24)
        with self._store.writing() as writer:
            others = writer.alerts.of_account(saved.account)
            if len(others) >= _MOST:
                raise InputError(f"there are {_MOST} alerts already", hint="end one of them")
            if any((a.saved.id, a.target) == (saved.id, target) for a in others):
                raise InputError("this is told there already", hint="end that alert first")
            alert = writer.alerts.add(
                saved,
                channel=channel,
                target=target,
                pace=pace,
                token=token,
                secret=new_secret(),
                confirmed=confirmed or channel is Channel.WEBHOOK,
                seen=seen,
                now=now,
            )
            if not alert.confirmed:
                writer.alerts.put(alert.id, _key(), (), 0, now=now)
            self._note(writer, by, "added an alert", alert)
        return alert

    def all(self, account: Account | None = None, saved: int | None = None) -> tuple[Alert, ...]:
        """All, those of an account, or of one saved search; the oldest first."""
        with self._store.alerts() as alerts:
            return alerts.all(account, saved)

    def counts(self, account: Account) -> dict[int, int]:
        """How many each saved search of an account has; those without are left out."""
        with self._store.alerts() as alerts:
            return alerts.counts(account)

    def get(self, id_: int) -> Alert:
        """The alert of that number. NotFound if there is none."""
        with self._store.alerts() as alerts:
            return alerts.get(id_)

    def of_saved(self, saved: SavedSearch, id_: int) -> Alert:
        """The alert of that number of a saved search. NotFound if it has none such."""
        found = next((alert for alert in self.all(saved=saved.id) if alert.id == id_), None)
        if found is None:
            raise NotFound(f"“{saved.label}” has no alert {id_}")
        return found

    def of(self, token: str) -> Alert:
        """The alert whose page has this token. NotFound if there is none."""
        with self._store.alerts() as alerts:
            return alerts.of(token)

    def messages(self, alert: Alert) -> tuple[Message, ...]:
        """What an alert told, or has to tell, the last first."""
        with self._store.alerts() as alerts:
            return alerts.messages(alert.id)

    def confirm(self, alert: Alert) -> None:
        """Who it tells wants it."""
        with self._store.writing() as writer:
            writer.alerts.confirm(alert.id)

    def restart(self, alert: Alert, *, by: str) -> None:
        """One that was stopped goes on."""
        with self._store.writing() as writer:
            writer.alerts.restart(alert.id, now=self._now())
            self._note(writer, by, "restarted an alert", alert)

    def remove(self, alert: Alert, *, by: str) -> None:
        """End it; what it has yet to tell is not told."""
        with self._store.writing() as writer:
            writer.alerts.remove(alert.id)
            self._note(writer, by, "ended an alert", alert)

    def run(self) -> AlertsReport:
        """Look at all alerts that are due, and send what is to be sent. Several may run at once."""
        with self._store.alerts() as alerts:
            due = alerts.due(self._now())
        seen = sum(map(self._look, due))
        with self._store.alerts() as alerts:
            waiting = alerts.waiting(self._now())
        became = [self._send(message) for message in waiting]
        faults = tuple(fault for _, fault in became if fault)
        return AlertsReport(seen, sum(sent for sent, _ in became), faults)

    def _look(self, alert: Alert) -> bool:
        now = self._now()
        try:
            found = self._found(alert.saved.request)
        except QueryError as error:  # a facet may be gone that was there when it was saved
            with self._store.writing() as writer:
                writer.alerts.stop(alert.id, error.message)
            return False
        changes = self._store.last_changes(unseen(alert.seen, found))
        texts = self._texts(alert, new(alert.seen, changes))
        seen = looked(found, before=alert.seen)
        with self._store.writing() as writer:
            if not writer.alerts.look(alert, seen, now=now, due=_next(alert, now)):
                return False
            if texts:
                more = max(0, len(texts) - _TOLD)
                writer.alerts.put(alert.id, _key(), texts[:_TOLD], more, now=now)
        return True

    def _texts(self, alert: Alert, numbers: Sequence[int]) -> list[list[int]]:
        """The texts of new articles, near-copies as one; none of which a copy was found before."""
        if not numbers:
            return []
        alike = self._store.texts(numbers)
        members = frozenset().union(*alike.values())
        known = members.intersection(then(alert.seen).tolist())
        texts: dict[frozenset[int], list[int]] = {}
        for number in numbers:
            if number in alike and not alike[number] & known:
                texts.setdefault(alike[number], []).append(number)
        return [sorted(text) for text in texts.values()]

    def _send(self, message: Message) -> tuple[bool, str]:
        """Send a message. Whether it was sent, and why it could not be; neither where somebody else
        sends it, or nothing is left to tell.
        """
        with self._store.writing() as writer:
            if not writer.alerts.claim(message, until=self._now() + _CLAIMED):
                return False, ""
            alert = writer.alerts.get(message.alert)
        texts = self._written(message)
        if message.texts and not texts:
            with self._store.writing() as writer:
                writer.alerts.done(message, State.EMPTY)
            return False, ""
        try:
            self._post.send(alert, message, texts, now=self._now())
        except SendError as error:
            attempts = message.attempts + 1
            is_last = error.is_final or attempts >= _MOST_ATTEMPTS
            pause = min(_PAUSE * 2 ** (attempts - 1), _LONGEST_PAUSE)
            with self._store.writing() as writer:
                due = None if is_last else self._now() + pause
                writer.alerts.failed(message, error.message, due=due)
            told = f"alert {alert.id}: {error.message}"
            return False, told + (" – given up" if is_last else "")
        with self._store.writing() as writer:
            writer.alerts.done(message, State.SENT)
        return True, ""

    def _written(self, message: Message) -> list[Text]:
        """The texts of a message as they are now; what was taken down meanwhile is left out."""
        records = self._store.records([n for text in message.texts for n in text])
        found = [[records[n] for n in text if n in records] for text in message.texts]
        return [Text(first, tuple(others)) for first, *others in filter(None, found)]

    def _checked(self, channel: Channel, target: str) -> str:
        if not target.isprintable() or len(target) > LONGEST_TARGET:
            raise InputError("this is not the address of anybody", hint="type it anew")
        if channel is Channel.WEBHOOK:
            checked(target, private=self._post.private)
        elif not self.mails:
            raise InputError(
                "this archive sends no mails", hint="whoever runs it sets ARCHIVE_SMTP_HOST"
            )
        elif not _ADDRESS.fullmatch(target):
            raise InputError(
                f"“{target[:60]}” is not a mail address", hint="write name@example.org"
            )
        return target

    def _note(self, writer: Writer, by: str, what: str, alert: Alert) -> None:
        about = f"{alert.id} of “{alert.saved.label}”: {alert.channel} to {told_target(alert)}"
        writer.audit.note(by, what, about, now=self._now())


def _next(alert: Alert, now: datetime) -> datetime:
    """When an alert is due again: at its own hour, however late it was looked at."""
    pause = alert.pace.pause
    return alert.due + pause * ((now - alert.due) // pause + 1) if pause else now


def _key() -> str:
    return f"msg_{secrets.token_hex(16)}"
