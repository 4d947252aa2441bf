"""Messages of alerts on their way: as a signed request to a webhook, or as a mail in plain text.

Webhooks are sent to as Standard Webhooks 1.0.0 has it: there are libraries that check what comes.
"""

import base64
import hashlib
import hmac
import json
import secrets
import smtplib
import ssl
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from email.message import EmailMessage
from email.utils import format_datetime
from http import HTTPStatus
from typing import Any, Literal
from urllib.parse import urlsplit

from archive.errors import FetchError, SendError
from archive.fetch.http import post
from archive.search.wire import published_json
from archive.store.alerts import Alert, Message
from archive.types import Channel, Record

_SECRET_BYTES = 32
_SECRET = "whsec_"
_SECONDS = 20.0
# What a mail reader sends to the address in List-Unsubscribe when its own button is pressed.
ONE_CLICK = ("List-Unsubscribe", "One-Click")


@dataclass(frozen=True, slots=True)
class Text:
    """A text that is new: the article that is named, and others that print it."""

    record: Record
    copies: tuple[Record, ...] = ()


@dataclass(frozen=True, slots=True)
class Smtp:
    """The server that mails are given to."""

    host: str
    port: int
    security: Literal["starttls", "tls", "none"]
    sender: str
    user: str | None = None
    password: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Post:
    """What takes messages to where they belong. `site` is where the archive is served, `private`
    whether webhooks may lie in private networks.
    """

    site: str
    private: bool
    smtp: Smtp | None

    def send(self, alert: Alert, message: Message, texts: Sequence[Text], *, now: datetime) -> None:
        """Send a message about texts. SendError says why it did not arrive."""
        if alert.channel is Channel.MAIL:
            self._mail(alert, message, texts, now)
        else:
            self._webhook(alert, message, texts, now)

    def _webhook(
        self, alert: Alert, message: Message, texts: Sequence[Text], now: datetime
    ) -> None:
        told = told_json(alert, message, texts, self.site)
        body = json.dumps(told, ensure_ascii=False).encode()
        stamp = str(int(now.timestamp()))
        headers = {
            "Content-Type": "application/json",
            "webhook-id": message.key,
            "webhook-timestamp": stamp,
            "webhook-signature": signature(alert.secret, message.key, stamp, body),
            "Idempotency-Key": message.key,
        }
        try:
            answer = post(
                alert.target, body, private=self.private, seconds=_SECONDS, headers=headers
            )
        except FetchError as error:
            raise SendError(error.message, hint=error.hint) from error
        if answer.status == HTTPStatus.GONE:
            raise SendError(f"{told_target(alert)} is gone for good (410)", is_final=True)
        if not 200 <= answer.status < 300:
            raise SendError(f"{told_target(alert)} answers {answer.status}")

    def _mail(self, alert: Alert, message: Message, texts: Sequence[Text], now: datetime) -> None:
        if self.smtp is None:
            raise SendError(
                "no server is set that takes mails", hint="set ARCHIVE_SMTP_HOST (docs/alerts.md)"
            )
        context = ssl.create_default_context()
        try:
            mail = mail_of(alert, message, texts, site=self.site, sender=self.smtp.sender, now=now)
            if self.smtp.security == "tls":
                server: smtplib.SMTP = smtplib.SMTP_SSL(
                    self.smtp.host, self.smtp.port, timeout=_SECONDS, context=context
                )
            else:
                server = smtplib.SMTP(self.smtp.host, self.smtp.port, timeout=_SECONDS)
            try:
                if self.smtp.security == "starttls":
                    server.starttls(context=context)
                if self.smtp.user:
                    server.login(self.smtp.user, self.smtp.password or "")
                server.send_message(mail)
            finally:
                # It was taken, or not: how the server says goodbye changes nothing.
                with suppress(OSError, smtplib.SMTPException):
                    server.quit()
        # ValueError: a sender or an address that no mail can have.
        except (OSError, smtplib.SMTPException, ValueError) as error:
            raise SendError(f"the mail server {self.smtp.host} {_refusal(error)}") from error


def new_secret() -> str:
    """What signs the messages to one webhook, to be shown to whom it belongs to once."""
    return _SECRET + base64.b64encode(secrets.token_bytes(_SECRET_BYTES)).decode()


def signature(secret: str, key: str, stamp: str, body: bytes) -> str:
    """HMAC-SHA256 of a message's key, its time (seconds since 1970) and its body."""
    known = base64.b64decode(secret.removeprefix(_SECRET))
    digest = hmac.new(known, f"{key}.{stamp}.".encode() + body, hashlib.sha256).digest()
    return f"v1,{base64.b64encode(digest).decode()}"


def told_target(alert: Alert) -> str:
    """Where an alert goes to, for others to read: of a webhook's address parts are often secret."""
    return alert.target if alert.channel is Channel.MAIL else urlsplit(alert.target).hostname or ""


def told_json(alert: Alert, message: Message, texts: Sequence[Text], site: str) -> dict[str, Any]:
    """What a webhook is sent."""
    return {
        "type": "articles.new",
        "timestamp": message.at.isoformat(timespec="seconds"),
        "data": {
            "alert": alert.id,
            "search": {
                "id": alert.saved.id,
                "label": alert.saved.label,
                "address": f"{site}/saved/{alert.saved.id}",
            },
            "articles": [
                _article_json(text.record, site)
                | {"copies": [_article_json(copy, site) for copy in text.copies]}
                for text in texts
            ],
            "more": message.more,
        },
    }


def _article_json(record: Record, site: str) -> dict[str, Any]:
    article = record.article
    return {
        "id": record.id,
        "version": record.version,
        "title": article.title,
        "source": article.source,
        "published": published_json(article.published),
        "url": article.url,
        "address": f"{site}/articles/{record.id}",
    }


def mail_of(
    alert: Alert,
    message: Message,
    texts: Sequence[Text],
    *,
    site: str,
    sender: str,
    now: datetime,
) -> EmailMessage:
    """A message as a mail; sent again it has the same Message-ID, by which servers and readers
    know that they have it.
    """
    label, page = _line(alert.saved.label), f"{site}/alerts/{alert.token}"
    mail = EmailMessage()
    mail["From"], mail["To"] = sender, alert.target
    mail["Date"] = format_datetime(now)
    mail["Message-ID"] = f"<{message.key}@{urlsplit(site).hostname or 'localhost'}>"
    mail["Auto-Submitted"] = "auto-generated"
    mail["List-Unsubscribe"] = f"<{page}>"
    if page.startswith("https:"):  # RFC 8058 has it no other way
        mail["List-Unsubscribe-Post"] = "=".join(ONE_CLICK)
    count = len(texts) + message.more
    if not texts:
        mail["Subject"] = f"Do you want to be told of “{label}”?"
        lines = [
            f"Somebody asked that this address be told what is new to “{label}” at {site}.",
            "If that was you, say so here:",
            page,
            "If not, do nothing: no further mail comes.",
        ]
    else:
        mail["Subject"] = f"{count:,} new: {label}"
        lines = [f"{count:,} new {'article' if count == 1 else 'articles'} for “{label}”:"]
        lines += [_told(text, site) for text in texts]
        if message.more:
            lines.append(f"and {message.more:,} more.")
        lines.append(f"All that is new: {site}/saved/{alert.saved.id}")
        lines.append(f"To end these mails: {page}")
    mail.set_content("\n\n".join(lines) + "\n")
    return mail


def _told(text: Text, site: str) -> str:
    article = text.record.article
    facts = [article.source or "unknown source"]
    if article.published:
        facts.append(article.published.value.replace("T", " "))
    if text.copies:
        others = sorted({_line(c.article.source or "unknown source") for c in text.copies})
        count = f"{len(text.copies)} {'copy' if len(text.copies) == 1 else 'copies'}"
        facts.append(f"and {count} ({', '.join(others[:4])}{' …' if len(others) > 4 else ''})")
    return "\n".join(
        (_line(article.title), _line(", ".join(facts)), f"{site}/articles/{text.record.id}")
    )


def _line(text: str) -> str:
    """One line of what can be seen: a title may hold anything."""
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())


def _refusal(error: Exception) -> str:
    """What a mail server said, in a line."""
    said: bytes | str
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        code, said = next(iter(error.recipients.values()))
    elif isinstance(error, smtplib.SMTPResponseException):
        code, said = error.smtp_code, error.smtp_error
    else:
        return f"cannot be used: {_line(str(error)) or type(error).__name__}"
    words = said.decode("utf-8", "replace") if isinstance(said, bytes) else said
    return f"says: {code} {_line(words)[:200]}"
