"""Dates in text, measured as TempEval-3 does (UzZaman et al. 2013) on texts with TIMEX3 spans."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from archive.errors import InputError
from archive.extract.dates import find_dates
from archive.types import DateMention


@dataclass
class _Tally:
    """Sums over texts: dates judged and found, and how many of those found agree."""

    judged: int = 0
    found: int = 0
    same_span: int = 0
    overlap: int = 0
    same_value: int = 0

    def f1(self, agreeing: int) -> float:
        """Twice what agrees over all that was judged or found."""
        total = self.judged + self.found
        return round(2 * agreeing / total, 4) if total else 0.0


def evaluate_dates(path: Path) -> dict[str, Any]:
    """Scores for a JSON Lines file of texts (`text`, `dct`, `timex`: `start`, `end`, `value`).

    Strict detection wants the same span, relaxed an overlap, and value F1 an overlap with the
    same value. InputError names the line that is not such a text.
    """
    tally = _Tally()
    texts = 0
    for text, anchor, judged in _texts(path):
        texts += 1
        _add(tally, list(find_dates(text, anchor)), judged)
    return {
        "detection_f1_strict": tally.f1(tally.same_span),
        "detection_f1_relaxed": tally.f1(tally.overlap),
        "value_f1": tally.f1(tally.same_value),
        "texts": texts,
        "dates": tally.judged,
    }


def _add(tally: _Tally, found: list[DateMention], judged: list[Mapping[str, Any]]) -> None:
    """Each judged date agrees with one that was found at most."""
    tally.judged += len(judged)
    tally.found += len(found)
    spans = {(t["start"], t["end"]) for t in judged}
    tally.same_span += sum((m.start, m.end) in spans for m in found)
    left = sorted(judged, key=lambda t: t["start"])
    for mention in found:
        for truth in left:
            if mention.start < truth["end"] and truth["start"] < mention.end:
                tally.overlap += 1
                tally.same_value += mention.value == truth["value"]
                left.remove(truth)
                break


def _texts(path: Path) -> Iterator[tuple[str, date, list[Mapping[str, Any]]]]:
    try:
        lines = path.read_text("utf-8").rstrip().split("\n")
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"{path} cannot be read: {error}") from error
    for number, line in enumerate(lines, start=1):
        try:
            item = json.loads(line)
            yield item["text"], date.fromisoformat(item["dct"][:10]), item["timex"]
        except (ValueError, KeyError, TypeError) as error:
            raise InputError(
                f"{path}, line {number}: this is no text with dates",
                hint="a line is an object with text, dct (a day) and timex (start, end, value)",
            ) from error
