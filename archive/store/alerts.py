"""Alerts, and the outbox of what they have to tell, as rows of one transaction."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlmodel import col

from archive.errors import NotFound
from archive.novelty import Looked
from archive.store.saved import SavedSearch, saved_of
from archive.store.tables import AlertRow, MessageRow, SavedRow
from archive.types import Account, Channel, Pace

# Messages of an alert that are kept after they were sent, to be looked at.
_KEPT = 20


class State(StrEnum):
    """What became of a message."""

    WAITING = "waiting"
    SENT = "sent"
    EMPTY = "empty"  # all that it told of was taken down before it was sent
    GIVEN_UP = "given up"


@dataclass(frozen=True, slots=True)
class Alert:
    """Somebody at a `target` (a mail address, the address of a webhook) is told what is new to a
    saved search since it was `seen`. It is looked at again when it is `due`; `looked` is when
    it last was. One that is not `confirmed`, or was `stopped`, is not looked at; `fault` says
    what last went wrong.

    `token` is in the address of the page that confirms and ends it, `secret` signs what is sent
    to a webhook.
    """

    id: int
    saved: SavedSearch
    channel: Channel
    target: str = field(repr=False)
    pace: Pace
    token: str = field(repr=False)
    secret: str = field(repr=False)
    created: datetime
    confirmed: bool
    seen: Looked = field(repr=False)
    due: datetime
    looked: datetime | None
    fault: str | None
    stopped: bool


@dataclass(frozen=True, slots=True)
class Message:
    """What an alert has to tell: texts that are new, each as the numbers of its articles, and how
    many more there are. Without any it asks whether the alert is wanted. Sent again it has the
    same `key`.
    """

    id: int
    alert: int
    key: str
    at: datetime
    texts: tuple[tuple[int, ...], ...]
    more: int
    due: datetime
    attempts: int
    state: State


class AlertTable:
    """The alerts of a store, within one transaction."""

    def __init__(self, session: sa.orm.Session) -> None:
        self._session = session

    def all(self, account: Account | None = None, saved: int | None = None) -> tuple[Alert, ...]:
        """All, those of an account, or of one saved search; the oldest first."""
        query = _ALERTS
        if account is not None:
            query = query.where(col(SavedRow.account) == account.id)
        if saved is not None:
            query = query.where(col(AlertRow.saved) == saved)
        return self._alerts(query)

    def counts(self, account: Account) -> dict[int, int]:
        """How many each saved search of an account has; those without are left out."""
        query = (
            sa.select(col(AlertRow.saved), sa.func.count())
            .join(SavedRow, col(SavedRow.id) == col(AlertRow.saved))
            .where(col(SavedRow.account) == account.id)
            .group_by(col(AlertRow.saved))
        )
        return {saved: count or 0 for saved, count in self._session.execute(query)}

    def of_account(self, account: int) -> tuple[Alert, ...]:
        """Those of the account of that number."""
        return self._alerts(_ALERTS.where(col(SavedRow.account) == account))

    def due(self, now: datetime) -> tuple[Alert, ...]:
        """Those to be looked at: none that has yet to tell what it found before."""
        waiting = sa.exists().where(
            col(MessageRow.alert) == col(AlertRow.id), col(MessageRow.state) == State.WAITING
        )
        wanted = (col(AlertRow.confirmed), ~col(AlertRow.stopped), col(AlertRow.due) <= now)
        return self._alerts(_ALERTS.where(*wanted, ~waiting))

    def get(self, id_: int) -> Alert:
        """The alert of that number. NotFound if there is none."""
        return self._one(_ALERTS.where(col(AlertRow.id) == id_), f"there is no alert {id_}")

    def of(self, token: str) -> Alert:
        """The alert whose page has this token. NotFound if there is none."""
        return self._one(_ALERTS.where(col(AlertRow.token) == token), "there is no such alert")

    def add(
        self,
        saved: SavedSearch,
        *,
        channel: Channel,
        target: str,
        pace: Pace,
        token: str,
        secret: str,
        confirmed: bool,
        seen: Looked,
        now: datetime,
    ) -> Alert:
        """A new one, due at once."""
        row = AlertRow(
            saved=saved.id,
            channel=channel,
            target=target,
            pace=pace,
            token=token,
            secret=secret,
            created=now,
            confirmed=confirmed,
            seen_change=seen.change,
            seen_found=seen.packed,
            due=now,
        )
        self._session.add(row)
        self._session.flush()
        return self.get(row.id or 0)

    def confirm(self, id_: int) -> None:
        """It is wanted."""
        self._row(id_).confirmed = True

    def restart(self, id_: int, *, now: datetime) -> None:
        """One that was stopped goes on: it looks, and tells what was given up, at once."""
        row = self._row(id_)
        row.stopped, row.fault, row.due = False, None, now
        self._session.execute(
            sa.update(MessageRow)
            .where(col(MessageRow.alert) == id_, col(MessageRow.state) == State.GIVEN_UP)
            .values(state=State.WAITING, attempts=0, due=now)
        )

    def remove(self, id_: int) -> None:
        """It goes, with what it has yet to tell."""
        self._session.delete(self._row(id_))
        self._session.flush()

    def look(self, alert: Alert, seen: Looked, *, now: datetime, due: datetime) -> bool:
        """Note that an alert was looked at; False if somebody else did so since it was read."""
        known = self._session.execute(
            sa.update(AlertRow)
            .where(
                col(AlertRow.id) == alert.id,
                col(AlertRow.seen_change) == alert.seen.change,
                col(AlertRow.due) == alert.due,
            )
            .values(seen_change=seen.change, seen_found=seen.packed, looked=now, due=due)
        )
        return bool(known.rowcount)  # type: ignore[attr-defined]  # what an update returns has it

    def stop(self, id_: int, fault: str) -> None:
        """It is looked at no more until it is started again."""
        row = self._row(id_)
        row.stopped, row.fault = True, fault

    # The outbox.

    def put(
        self, alert: int, key: str, texts: Sequence[Sequence[int]], more: int, *, now: datetime
    ) -> Message:
        """Something to be told; the oldest of what was told goes."""
        kept = (
            sa.select(col(MessageRow.id))
            .where(col(MessageRow.alert) == alert)
            .order_by(col(MessageRow.id).desc())
            .limit(_KEPT)
        )
        kept_ids = list(self._session.scalars(kept))
        self._session.execute(
            sa.delete(MessageRow).where(
                col(MessageRow.alert) == alert,
                col(MessageRow.state) != State.WAITING,
                col(MessageRow.id).not_in(kept_ids),
            )
        )
        row = MessageRow(
            alert=alert,
            key=key,
            at=now,
            texts=[list(text) for text in texts],
            more=more,
            due=now,
            state=State.WAITING,
        )
        self._session.add(row)
        self._session.flush()
        return _message(row)

    def messages(self, alert: int, most: int = _KEPT) -> tuple[Message, ...]:
        """What an alert told or has to tell, the last first."""
        query = sa.select(MessageRow).where(col(MessageRow.alert) == alert)
        rows = self._session.scalars(query.order_by(col(MessageRow.id).desc()).limit(most))
        return tuple(map(_message, rows))

    def waiting(self, now: datetime) -> tuple[Message, ...]:
        """What is to be sent now, the oldest first."""
        is_due = (col(MessageRow.state) == State.WAITING, col(MessageRow.due) <= now)
        query = sa.select(MessageRow).where(*is_due).order_by(col(MessageRow.id))
        return tuple(map(_message, self._session.scalars(query)))

    def claim(self, message: Message, *, until: datetime) -> bool:
        """Nobody else sends it until then; False if somebody does, or it is gone. Who dies sending
        it leaves it to be sent again.
        """
        claimed = self._session.execute(
            sa.update(MessageRow)
            .where(
                col(MessageRow.id) == message.id,
                col(MessageRow.state) == State.WAITING,
                col(MessageRow.due) == message.due,
            )
            .values(due=until, attempts=message.attempts + 1)
        )
        return bool(claimed.rowcount)  # type: ignore[attr-defined]  # what an update returns has it

    def done(self, message: Message, state: State) -> None:
        """It was sent, or need not be."""
        self._settle(message, state=state)
        self._note(message, None)

    def failed(self, message: Message, fault: str, *, due: datetime | None) -> None:
        """It could not be sent: it is tried again when due, or given up, and the alert stopped."""
        if due is None:
            self._settle(message, state=State.GIVEN_UP)
            self.stop(message.alert, fault)
        else:
            self._settle(message, due=due)
            self._note(message, fault)

    def _settle(self, message: Message, **values: Any) -> None:
        of_it = col(MessageRow.id) == message.id
        self._session.execute(sa.update(MessageRow).where(of_it).values(**values))

    def _note(self, message: Message, fault: str | None) -> None:
        of_it = col(AlertRow.id) == message.alert
        self._session.execute(sa.update(AlertRow).where(of_it).values(fault=fault))

    def _row(self, id_: int) -> AlertRow:
        row = self._session.get(AlertRow, id_)
        if row is None:
            raise NotFound(f"there is no alert {id_}", hint="archive alerts list names them")
        return row

    def _one(self, query: Any, message: str) -> Alert:
        found = self._alerts(query)
        if not found:
            raise NotFound(message, hint="it, or its search, may have been removed")
        return found[0]

    def _alerts(self, query: Any) -> tuple[Alert, ...]:
        rows = self._session.execute(query.order_by(col(AlertRow.id)))
        return tuple(_alert(row, saved) for row, saved in rows)


_ALERTS = sa.select(AlertRow, SavedRow).join(SavedRow, col(SavedRow.id) == col(AlertRow.saved))


def _alert(row: AlertRow, saved: SavedRow) -> Alert:
    return Alert(
        id=row.id or 0,
        saved=saved_of(saved),
        channel=Channel(row.channel),
        target=row.target,
        pace=Pace(row.pace),
        token=row.token,
        secret=row.secret,
        created=row.created,
        confirmed=row.confirmed,
        seen=Looked(row.seen_change, row.seen_found),
        due=row.due,
        looked=row.looked,
        fault=row.fault,
        stopped=row.stopped,
    )


def _message(row: MessageRow) -> Message:
    return Message(
        id=row.id or 0,
        alert=row.alert,
        key=row.key,
        at=row.at,
        texts=tuple(map(tuple, row.texts)),
        more=row.more,
        due=row.due,
        attempts=row.attempts,
        state=State(row.state),
    )
