"""Which of the dates that a document states is believed, and which disagree with it."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import PurePath

from archive.formats.draft import StatedDate
from archive.published import published
from archive.types import PublishedDate

# Kinds of origin, those to be trusted first before the others, each with the confidence that its
# dates deserve: what was written for machines, what is printed in the text, what an address says,
# what was guessed from the look of a page, what a file is called.
_TRUST = {
    "json": 0.95,
    "json-ld": 0.95,
    "meta": 0.95,
    "html:time": 0.9,
    "feed": 0.9,
    "text": 0.8,
    "url": 0.7,
    "html:text": 0.6,
    "file name": 0.5,
}
_UNKNOWN = 0.9
# Two statements differ by less than this where one clock is in another zone.
_ZONES = timedelta(hours=14)
_MOST_OTHERS = 5
_IN_ADDRESS = re.compile(r"/((?:19|20)\d{2})/(\d{1,2})(?:/(\d{1,2}))?(?=/|-|$)")
_IN_NAME = re.compile(
    r"(?<!\d)((?:19|20)\d{2})(?:([-_.])(0[1-9]|1[0-2])(?:\2(0[1-9]|[12]\d|3[01]))?"
    r"|(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01]))(?!\d)"
)


@dataclass(frozen=True, slots=True)
class Settled:
    """The date that is believed (None: the document is undated), and others that disagree with
    it, those most to be trusted first. `refused` says of those that cannot be where they stand and
    why. `refusal` is a binding statement that makes no sense and
    why, to follow "field x: ".
    """

    date: PublishedDate | None = None
    others: tuple[PublishedDate, ...] = ()
    refused: tuple[str, ...] = ()
    refusal: tuple[StatedDate, str] | None = None


def settle(stated: Iterable[StatedDate], *, now: datetime) -> Settled:
    """The most trusted date that makes sense; among equals the one that was stated first."""
    found: list[PublishedDate] = []
    refused: list[str] = []
    for statement in sorted(stated, key=lambda s: -confidence(s.origin)):
        date = published(statement.text, statement.origin, now=now)
        if isinstance(date, PublishedDate):
            found.append(date)
        elif statement.binding and not found:
            return Settled(refusal=(statement, date))
        else:
            refused.append(f"{statement.origin}: {date}")
    kept = tuple(dict.fromkeys(refused))[:_MOST_OTHERS]
    if not found:
        return Settled(refused=kept)
    believed, *others = found
    disagreeing = {o.value: o for o in reversed(others) if _disagree(believed, o)}
    return Settled(believed, tuple(reversed(disagreeing.values()))[:_MOST_OTHERS], kept)


def confidence(origin: str) -> float:
    """How much a date is to be trusted by where it was found, from 0 to 1."""
    return _TRUST.get(origin, _TRUST.get(origin.partition(":")[0], _UNKNOWN))


def date_in_address(url: str | None) -> StatedDate | None:
    """The date in an address such as …/2024/06/01/title; None if there is none."""
    match = _IN_ADDRESS.search(url or "")
    return StatedDate("-".join(p for p in match.groups() if p), "url") if match else None


def date_in_name(origin: str) -> StatedDate | None:
    """The date in the name of a file that is one article ("2024-06-01-title.txt"); None if there
    is none, or if the file holds several articles: its name is not about one of them.
    """
    match = None if "#" in origin else _IN_NAME.search(PurePath(origin).stem)
    if match is None:
        return None
    year, _, month, day, close_month, close_day = match.groups()
    parts = (year, month or close_month, day or close_day)
    return StatedDate("-".join(p for p in parts if p), "file name")


def _disagree(one: PublishedDate, other: PublishedDate) -> bool:
    return other.start - one.end >= _ZONES or one.start - other.end >= _ZONES
