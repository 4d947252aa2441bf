"""Tables of articles, one a row: CSV in its dialects, and Parquet."""

import csv
import io
import json
from collections.abc import Iterable, Iterator
from datetime import date, datetime
from typing import Any

from archive.errors import DocumentError, InputError
from archive.formats.decode import guess
from archive.formats.input import Format, Found, Head, Input
from archive.formats.record import holds_body, renamed
from archive.types import RawDocument

_DELIMITERS = ",;\t|"
_LONGEST_CELL = 5_000_000  # characters
_ROWS = 256  # of a Parquet file that are in memory at once
_LARGEST_GROUP = 1_000_000_000  # bytes of a row group of Parquet


def _is_table(head: Head) -> bool:
    """Whether the first line names columns, the body of an article among them."""
    names = _header(head)
    return len(names) > 1 and holds_body(name.strip() for name in names)


def _header(head: Head) -> list[str]:
    line, _, rest = head.text.partition(b"\n")
    if not rest.strip():
        return []
    text = line.decode("utf-8", "replace").strip()
    return _cells(text, _delimiter(text))


def _cells(line: str, delimiter: str) -> list[str]:
    try:
        return next(csv.reader([line], delimiter=delimiter), [])
    except csv.Error:
        return []


def _delimiter(header: str) -> str:
    return max(_DELIMITERS, key=header.count)


def read_csv(source: Input) -> Iterator[Found]:
    """The rows of a table as JSON objects; a file of any size, a row at a time."""
    csv.field_size_limit(_LONGEST_CELL)
    head = source.head
    sample = head.raw[: head.raw.rfind(b"\n") + 1] or head.raw
    encoding = _encoding(sample)
    text = io.TextIOWrapper(source.file, encoding, errors="replace", newline="")
    try:
        yield from _rows(text, source)
    finally:
        text.detach()  # else the file is closed with it


def _rows(text: io.TextIOWrapper, source: Input) -> Iterator[Found]:
    header = next((line for line in text if line.strip()), "").lstrip("\ufeff")
    delimiter = _delimiter(header)
    names = [name.strip() for name in _cells(header.strip("\r\n"), delimiter)]
    rows = csv.reader(text, delimiter=delimiter, strict=True)
    number = 1
    while True:
        number += 1
        origin = f"{source.origin}#{number}"
        try:
            row = next(rows)
        except StopIteration:
            return
        except csv.Error as error:
            yield DocumentError(origin, f"the row is broken: {error}", "check its quotation marks")
        else:
            if any(row):
                yield _document(zip(names, row, strict=False), origin, source)


def _encoding(sample: bytes) -> str:
    """The encoding of a table, told from its first rows."""
    if sample.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "utf-16"
    try:
        sample.decode("utf-8")
    except UnicodeDecodeError:
        return guess(sample) or "cp1252"
    return "utf-8-sig"


def read_parquet(source: Input) -> Iterator[Found]:
    """The rows of a Parquet file as JSON objects, some of them in memory at once."""
    import pyarrow
    from pyarrow.parquet import ParquetFile

    try:
        with source.seekable() as file:
            yield from _groups(ParquetFile(file), source)
    except (pyarrow.ArrowException, OSError, ValueError, OverflowError, MemoryError) as error:
        reason = str(error).split("\n", 1)[0][:200]
        raise InputError(f"the Parquet file is damaged: {reason}", hint="write it again") from error


def _groups(table: Any, source: Input) -> Iterator[Found]:
    for group in range(table.metadata.num_row_groups):
        if table.metadata.row_group(group).total_byte_size > _LARGEST_GROUP:
            raise InputError(
                f"a row group of it has more than {_LARGEST_GROUP / 1e9:.0f} GB",
                hint="write it with smaller row groups",
            )
    number = 0
    for batch in table.iter_batches(batch_size=_ROWS):
        for row in batch.to_pylist():
            number += 1
            yield _document(row.items(), f"{source.origin}#{number}", source)


def _document(cells: Iterable[tuple[str, Any]], origin: str, source: Input) -> RawDocument:
    item = renamed(
        {name: _plain(v) for name, v in cells if name and v not in (None, "")}, source.run.columns
    )
    plain = json.dumps(item, ensure_ascii=False, default=str).encode("utf-8", "surrogatepass")
    return RawDocument(plain, "json", origin)


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date | datetime) else value


CSV = Format("csv", _is_table, read_csv)
PARQUET = Format("parquet", lambda head: head.raw.startswith(b"PAR1"), read_parquet)
