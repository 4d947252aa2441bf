"""Judged files in, their objects out: one JSON object a line, gzip by its first bytes."""

import gzip
import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from archive.errors import InputError

_GZIP = b"\x1f\x8b"


def judged_documents(path: Path, *required: str) -> Iterator[dict[str, Any]]:
    """Every object of the file. InputError names the line that is none, or lacks a field."""
    try:
        with path.open("rb") as file:
            packed = file.read(2) == _GZIP
        with gzip.open(path) if packed else path.open("rb") as lines:
            yield from _objects(path, lines, required)
    except OSError as error:
        raise InputError(
            f"{path} cannot be read: {error.strerror or error}",
            hint="name a file of judged documents, one JSON object a line",
        ) from error


def _objects(
    path: Path, lines: Iterable[bytes], required: tuple[str, ...]
) -> Iterator[dict[str, Any]]:
    for number, line in enumerate(lines, 1):
        try:
            item = json.loads(line)
            missing = [name for name in required if name not in item]
        except (ValueError, TypeError) as error:
            raise InputError(
                f"{path}, line {number}: this is no JSON object", hint="correct the line"
            ) from error
        if missing:
            raise InputError(
                f"{path}, line {number}: there is no “{missing[0]}”",
                hint="this file is judged for something else: see docs/quality.md",
            )
        yield item


def f1(precision: float, recall: float) -> float:
    """The harmonic mean of precision and recall; 0 where both are."""
    return 2 * precision * recall / (precision + recall) if precision + recall else 0.0
