"""The page of an article's versions, and of what changed between two of them."""

from collections.abc import Sequence
from dataclasses import dataclass

from archive.errors import NotFound
from archive.types import Record
from archive.versions import Piece, difference
from web.views.parts import Box


@dataclass(frozen=True, slots=True)
class VersionRow:
    """A version; `href` shows what it changed, "" for the first."""

    number: int
    title: str
    at: str
    changed: str
    href: str
    shown: bool


@dataclass(frozen=True, slots=True)
class VersionsPage:
    """versions.html"""

    title: str
    language: str
    back: str
    before: int
    after: int
    headline: tuple[Piece, ...]
    paragraphs: tuple[tuple[Piece, ...], ...]
    rows: tuple[VersionRow, ...]
    box: Box


def versions_page(
    versions: Sequence[Record], before: int | None = None, after: int | None = None
) -> VersionsPage:
    """All versions of an article, oldest first, and the difference of two: of the last two, unless
    others are named. NotFound if there is no such version.
    """
    by_number = {record.version: record for record in versions}
    last = versions[-1]
    after = last.version if after is None else after
    before = max(after - 1, versions[0].version) if before is None else before
    for number in (before, after):
        if number not in by_number:
            raise NotFound(
                f"there is no version {number}", hint=f"there are {len(versions)} versions"
            )
    old, new = by_number[before].article, by_number[after].article
    at = f"/articles/{last.id}/versions"
    rows = []
    for record in reversed(versions):
        earlier = by_number.get(record.version - 1)
        rows.append(
            VersionRow(
                number=record.version,
                title=record.article.title,
                at=record.updated_at.strftime("%d %b %Y %H:%M UTC"),
                changed=_changed(earlier, record) if earlier else "first taken in",
                href=f"{at}?before={earlier.version}&after={record.version}" if earlier else "",
                shown=record.version == after,
            )
        )
    return VersionsPage(
        title=last.article.title,
        language=last.article.language or "",
        back=f"/articles/{last.id}",
        before=before,
        after=after,
        headline=difference(old.title, new.title),
        paragraphs=_paragraphs(difference(old.text, new.text)),
        rows=tuple(rows),
        box=Box(),
    )


def _changed(before: Record, after: Record) -> str:
    """What a version changed, in words."""
    told = {
        "headline": before.article.title != after.article.title,
        "text": before.article.text != after.article.text,
    }
    return " and ".join(name for name, changed in told.items() if changed) or "other particulars"


def _paragraphs(pieces: Sequence[Piece]) -> tuple[tuple[Piece, ...], ...]:
    """Pieces cut at the ends of paragraphs."""
    paragraphs: list[list[Piece]] = [[]]
    for piece in pieces:
        for at, line in enumerate(piece.text.split("\n")):
            if at:
                paragraphs.append([])
            if line:
                paragraphs[-1].append(Piece(piece.kind, line))
    return tuple(tuple(paragraph) for paragraph in paragraphs if paragraph)
