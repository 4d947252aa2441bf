"""Judged files in, their objects out: one JSON object a line, gzip by its first bytes."""

import gzip
import hashlib
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


def halve(path: Path, folder: Path) -> tuple[Path, Path]:
    """Two files, each with half of a file's objects: those whose id has an even SHA-256,
    and the others. What is tuned on one is looked at on the other. InputError if an object has no
    id, or a file is there already.
    """
    name = path.name.removesuffix(".gz").removesuffix(".jsonl")
    halves = folder / f"{name}.a.jsonl", folder / f"{name}.b.jsonl"
    folder.mkdir(parents=True, exist_ok=True)
    try:
        with halves[0].open("x", encoding="utf-8") as a, halves[1].open("x", encoding="utf-8") as b:
            for item in judged_documents(path, "id"):
                odd = hashlib.sha256(str(item["id"]).encode()).digest()[-1] % 2
                (b if odd else a).write(json.dumps(item, ensure_ascii=False) + "\n")
    except FileExistsError as error:
        raise InputError(
            f"{error.filename} is there already", hint="name another folder, or remove it"
        ) from error
    return halves


def f1(precision: float, recall: float) -> float:
    """The harmonic mean of precision and recall; 0 where both are."""
    return 2 * precision * recall / (precision + recall) if precision + recall else 0.0
