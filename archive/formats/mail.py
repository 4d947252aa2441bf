"""Newsletters: a message (EML) or a mailbox of them (mbox)."""

import re
from collections.abc import Iterator
from email.errors import MessageError
from email.header import decode_header, make_header
from email.message import Message
from email.parser import BytesParser
from email.policy import compat32
from email.utils import parseaddr

from archive.errors import DocumentError
from archive.formats.draft import Draft, StatedDate
from archive.formats.input import MOST_PAGE, Format, Found, Head, Input
from archive.formats.markup import blocks_of_markup
from archive.formats.plain import paragraphs
from archive.text import normalise
from archive.types import RawDocument

_MAIL_HEADERS = (
    "from date subject to message-id mime-version return-path received delivered-to reply-to "
    "content-type list-id list-unsubscribe x-mailer dkim-signature"
).split()
_HEADER = re.compile(rb"([A-Za-z][A-Za-z0-9-]{1,60}):[ \t]")
# What the standard library raises over headers that are broken on purpose.
_SEEN = (
    MessageError,
    ValueError,
    LookupError,
    AttributeError,
    TypeError,
    RecursionError,
    OverflowError,
)
_LONGEST_HEADER = 2_000
_FEWEST_HEADERS = 3
# RFC 4155: a message of a mailbox begins after such a line.
_FROM_LINE = re.compile(rb"From \S+.*\d{4}")


def _is_message(head: Head) -> bool:
    """Whether it begins with the headers of a message, the sender's among them."""
    names = set()
    for line in head.text.split(b"\n"):
        match = _HEADER.match(line)
        if match:
            names.add(match[1].lower().decode())
        elif not line.startswith((b" ", b"\t")):
            break
    return len(names & {*_MAIL_HEADERS}) >= _FEWEST_HEADERS and bool(names & {"from", "subject"})


def read_mailbox(source: Input) -> Iterator[Found]:
    """The messages of a mailbox, one after the other."""
    number = 0
    lines: list[bytes] = []
    size, is_after_blank = 0, True
    for line in iter(lambda: source.file.readline(MOST_PAGE), b""):
        if is_after_blank and _FROM_LINE.match(line):
            if number:
                yield _message(lines, size, f"{source.origin}#{number}")
            number, lines, size = number + 1, [], 0
        else:
            size += len(line)
            if size <= MOST_PAGE:
                lines.append(line.removeprefix(b">") if line.startswith(b">From ") else line)
        is_after_blank = not line.strip()
    yield _message(lines, size, f"{source.origin}#{number}")


def _message(lines: list[bytes], size: int, origin: str) -> RawDocument | DocumentError:
    if size > MOST_PAGE:
        return DocumentError(origin, f"the message has {size / 1e6:,.0f} MB", "leave it out")
    return RawDocument(b"".join(lines), "mail", origin)


def parse_mail(raw: RawDocument) -> Draft | DocumentError:
    """A newsletter: its sender is the source, its subject the headline."""
    try:
        # The older policy: the newer one takes minutes over a header of a megabyte.
        message = BytesParser(policy=compat32).parsebytes(raw.content)
        blocks = _body(message)
        subject, sender, date, language, identity = (
            _header(message, name)
            for name in ("Subject", "From", "Date", "Content-Language", "Message-ID")
        )
    except _SEEN as error:
        return DocumentError(raw.origin, f"the message is broken: {error}", "leave it out")
    if not blocks:
        return DocumentError(raw.origin, "the message has no text in it", "leave it out")
    name, address = parseaddr(sender)
    return Draft(
        blocks=tuple(blocks),
        title=subject,
        dates=(StatedDate(date, "mail:Date"),) if date else (),
        source=name or address or None,
        provider_id=identity.strip("<> ") or None,
        language=language or None,
    )


def _header(message: Message, name: str) -> str:
    """A header in plain characters, on one line; "" if there is none."""
    stated = str(message.get(name) or "")[:_LONGEST_HEADER]
    return " ".join(str(make_header(decode_header(stated))).split())


def _body(message: Message) -> list[str]:
    """The paragraphs of the fuller of its texts: the plain one may only point to the other."""
    found: dict[str, list[str]] = {}
    for part in message.walk():
        kind = part.get_content_type()
        if kind not in {"text/plain", "text/html"} or kind in found:
            continue
        if part.get_content_disposition() == "attachment":
            continue
        payload = part.get_payload(decode=True)
        content = payload if isinstance(payload, bytes) else b""
        text = content.decode(part.get_content_charset() or "utf-8", "replace")
        is_markup = kind == "text/html"
        found[kind] = blocks_of_markup(text) if is_markup else paragraphs(normalise(text))
    return max(found.values(), key=lambda blocks: sum(map(len, blocks)), default=[])


MAILBOX = Format("mailbox", lambda head: bool(_FROM_LINE.match(head.text)), read_mailbox)
MAIL = Format("mail", _is_message, parse=parse_mail)
