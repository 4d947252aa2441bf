"""A whole result set out: as a table, as JSON Lines, as citations, piece by piece; and the manifest
by which the search can be cited and asked again.
"""

import csv
import hashlib
import io
import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, Literal

from archive.citation import Cited, bibtex, ris
from archive.errors import InputError
from archive.query.request import SearchRequest
from archive.search.wire import plain, published_json
from archive.stream import batched
from archive.types import Record

if TYPE_CHECKING:
    from archive.authority import Authority
    from archive.search.answer import Answer
    from archive.store import Store

_AT_ONCE = 200  # articles that are held in memory
_COLUMNS = (
    *("id", "version", "title", "source", "published", "precision", "authors", "section"),
    *("language", "actors", "places", "url", "address"),
)
# What spreadsheets take for a formula at the beginning of a cell (OWASP, CSV injection).
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


Form = Literal["csv", "excel", "jsonl", "ris", "bib"]


@dataclass(frozen=True, slots=True)
class Format:
    """A form of export: what people call it, how its files end, its media type, what stands
    first, what writes an article, and whether that tells actors and places.
    """

    label: str
    ending: str
    media: str
    head: str
    write: Callable[[Cited], str]
    names: bool = True


@dataclass(frozen=True, slots=True)
class Export:
    """The articles of a result set, in its order; `generation` is what they were found in, `today`
    the day that relative dates counted from: both None for articles that no search found.
    """

    request: SearchRequest
    numbers: tuple[int, ...]
    ids: tuple[str, ...]
    generation: str | None = None
    today: date | None = None

    @property
    def digest(self) -> str:
        """The SHA-256 of the ids, sorted, each on a line: the same for the same set."""
        return digest_of(self.ids)


@dataclass(frozen=True, slots=True)
class Difference:
    """What asking again finds that was not there, and what it finds no more; by id."""

    new: tuple[str, ...]
    gone: tuple[str, ...]


def written(
    export: Export,
    form: Form,
    *,
    store: "Store",
    authority: "Callable[[Iterable[Record]], Authority]",
    today: date,
    site: str = "",
) -> Iterator[str]:
    """An export in a form, piece by piece. `site` is where the archive is served, if it is."""
    chosen = FORMATS[form]
    if chosen.head:
        yield chosen.head
    for part in batched(export.numbers, _AT_ONCE):
        if chosen.names:
            found = list(store.scan(numbers=part))
            decided = authority(found)
            records = {record.number: decided.settled(record) for record in found}
        else:
            records = store.records(part)
        yield "".join(
            chosen.write(
                Cited(
                    records[number],
                    f"{site}/articles/{records[number].id}" if site else "",
                    today,
                )
            )
            for number in part
            if number in records
        )


def manifest(export: Export, answer: "Answer", *, model: str, now: datetime) -> dict[str, Any]:
    """What was asked, how it was understood, of what, when, and what was found."""
    return {
        "asked": plain(export.request),
        "understood": plain(answer.query),
        "today": plain(export.today),
        "generation": answer.generation,
        "model": model,
        "at": now.isoformat(timespec="seconds"),
        "count": len(export.ids),
        "sha256": export.digest,
        "ids": list(export.ids),
    }


@dataclass(frozen=True, slots=True)
class Earlier:
    """What a manifest says of an earlier export: the search, the day that its relative dates
    counted from, and the ids that it found.
    """

    request: SearchRequest
    today: date
    ids: tuple[str, ...]


def collected_manifest(
    export: Export, name: str, note: str, notes: Sequence[str], *, now: datetime
) -> dict[str, Any]:
    """What a collection is called, and what is in it, each with its note."""
    return {
        "collection": name,
        "note": note,
        "at": now.isoformat(timespec="seconds"),
        "count": len(export.ids),
        "sha256": export.digest,
        "articles": [
            {"id": id_, "note": of_it} for id_, of_it in zip(export.ids, notes, strict=True)
        ],
    }


def read_manifest(text: str) -> Earlier:
    """What a manifest says. InputError if it is none."""
    try:
        stated = json.loads(text)
    except ValueError:
        stated = None
    return manifest_of(stated)


def manifest_of(stated: Any) -> Earlier:
    """What a manifest says that was read as JSON. InputError if it is none."""
    from pydantic import TypeAdapter, ValidationError

    try:
        request = TypeAdapter(SearchRequest).validate_python(stated["asked"])
        today = date.fromisoformat(stated["today"])
        ids = tuple(str(id_) for id_ in stated["ids"])
        is_whole = digest_of(ids) == stated["sha256"]
    except (ValueError, KeyError, TypeError, ValidationError) as error:
        raise InputError(
            "this is not the manifest of an export", hint="name the file that was written beside it"
        ) from error
    if not is_whole:
        raise InputError("the ids of this manifest are not those it was made with")
    return Earlier(request, today, ids)


def difference(before: Sequence[str], now: Sequence[str]) -> Difference:
    """What of two findings is in one alone, in their order."""
    known, found = set(before), set(now)
    return Difference(
        new=tuple(id_ for id_ in now if id_ not in known),
        gone=tuple(id_ for id_ in before if id_ not in found),
    )


def digest_of(ids: Iterable[str]) -> str:
    """The SHA-256 of ids, sorted, each on a line."""
    return hashlib.sha256("".join(f"{id_}\n" for id_ in sorted(ids)).encode()).hexdigest()


def _row(cells: Iterable[object]) -> str:
    out = io.StringIO()
    # Every cell in quotes: where a semicolon parts cells, none begins within one.
    csv.writer(out, quoting=csv.QUOTE_ALL).writerow([_cell(str(cell)) for cell in cells])
    return out.getvalue()


def _cell(text: str) -> str:
    """A cell that no spreadsheet takes for a formula."""
    return f"'{text}" if text.startswith(_FORMULA) else text


def _csv(cited: Cited) -> str:
    record, article = cited.record, cited.record.article
    published = article.published
    return _row(
        (
            record.id,
            record.version,
            article.title,
            article.source or "",
            published.value if published else "",
            published.precision.value if published else "",
            "; ".join(article.authors),
            article.section or "",
            article.language or "",
            "; ".join(_names(record, places=False)),
            "; ".join(_names(record, places=True)),
            article.url or "",
            cited.address,
        )
    )


def _jsonl(cited: Cited) -> str:
    record, article = cited.record, cited.record.article
    line = {
        "id": record.id,
        "version": record.version,
        "title": article.title,
        "text": article.text,
        "source": article.source,
        "published": published_json(article.published),
        "authors": list(article.authors),
        "section": article.section,
        "language": article.language,
        "actors": _names(record, places=False),
        "places": _names(record, places=True),
        "url": article.url,
        "address": cited.address or None,
    }
    return json.dumps(line, ensure_ascii=False) + "\n"


def _names(record: Record, *, places: bool) -> list[str]:
    """Labels in the order of their first mention."""
    labels = [m.label for m in record.mentions if (m.kind == "place") == places]
    return list(dict.fromkeys(labels))


FORMATS: Mapping[Form, Format] = {
    "csv": Format("CSV", "csv", "text/csv; charset=utf-8", _row(_COLUMNS), _csv),
    # Excel takes a table for one of its own country's encoding, unless it begins with a mark that
    # programs would take for a part of the first column's name.
    "excel": Format(
        "CSV for Excel", "csv", "text/csv; charset=utf-8", "\ufeff" + _row(_COLUMNS), _csv
    ),
    "jsonl": Format("JSON Lines", "jsonl", "application/x-ndjson", "", _jsonl),
    "ris": Format("RIS", "ris", "application/x-research-info-systems", "", ris, names=False),
    "bib": Format("BibTeX", "bib", "application/x-bibtex", "", bibtex, names=False),
}
