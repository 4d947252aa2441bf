"""How well pages are cleaned: judged pages against what the archive makes of them.

Layout: `gold.jsonl` (`file`, `url`, `title`, `authors`, `published` by day, `text`; null where
nobody judged) and `pages/` with the files it names, plain or compressed with gzip.
"""

import gzip
import json
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from archive.clean import clean
from archive.errors import InputError
from archive.stream import Progress, silent
from archive.types import Article, RawDocument
from indexes.names import fold

_SHINGLE = 4
_WORD = re.compile(r"\w+")
# Ways to write several authors in one field.
_BETWEEN = re.compile(r"\s*(?:;|,|\||&|\band\b)\s*")


def evaluate_html(folder: Path, *, progress: Progress = silent) -> dict[str, Any]:
    """{"body_f1": …, "title_accuracy": …, "date_accuracy": …, "author_f1": …, "pages": n,
    "missed": n}, and how many pages stand behind each ("body_judged" …); a measure that no
    page was judged for is None.

    body_f1 is the mean over pages of the F1 of 4-word shingles; title and date count equal
    ones (a missing or wider date is wrong); author_f1 is over all names of all pages. A page
    that was refused has nothing right. InputError says what of the layout is missing.
    """
    rows = _judged(folder)
    now = datetime.now(UTC)
    scores: dict[str, list[float]] = {"body_f1": [], "title_accuracy": [], "date_accuracy": []}
    names: Counter[str] = Counter()
    missed = 0
    for done, row in enumerate(rows, 1):
        path = folder / "pages" / str(row["file"])
        raw = RawDocument(_content(path), "html", str(path))
        article = clean(raw, now=now)
        found = article if isinstance(article, Article) else None
        missed += found is None
        if row.get("text") is not None:
            scores["body_f1"].append(shingle_f1(row["text"], found.text if found else ""))
        if row.get("title") is not None:
            same = found is not None and _bare(found.title) == _bare(row["title"])
            scores["title_accuracy"].append(float(same))
        if row.get("published") is not None:
            day = found.published.value[:10] if found and found.published else None
            scores["date_accuracy"].append(float(day == row["published"]))
        if row.get("authors") is not None:
            gold = _names(row["authors"])
            told = _names(found.authors if found else ())
            names.update(right=len(gold & told), gold=len(gold), told=len(told))
        progress("clean", done, len(rows))
    both = names["gold"] + names["told"]
    return {
        **{name: _mean(values) for name, values in scores.items()},
        "author_f1": round(2 * names["right"] / both, 4) if both else None,
        "pages": len(rows),
        "missed": missed,
        **{f"{name.partition('_')[0]}_judged": len(values) for name, values in scores.items()},
    }


def shingle_f1(gold: str, found: str) -> float:
    """F1 of the runs of four words that two texts have, each as often as it stands there."""
    wanted, given = _shingles(gold), _shingles(found)
    if not wanted or not given:
        return float(wanted == given)
    return 2 * (wanted & given).total() / (wanted.total() + given.total())


def _shingles(text: str) -> Counter[tuple[str, ...]]:
    words = _WORD.findall(text.casefold())
    size = min(_SHINGLE, len(words))
    return Counter(zip(*(words[at:] for at in range(size)), strict=False))


def _bare(text: str) -> str:
    return "".join(_WORD.findall(fold(text)))


def _names(stated: str | Iterable[str]) -> set[str]:
    parts = [stated] if isinstance(stated, str) else list(stated)
    return {_bare(name) for part in parts for name in _BETWEEN.split(part) if _bare(name)}


def _mean(values: list[float]) -> float | None:
    return round(sum(values) / len(values), 4) if values else None


def _judged(folder: Path) -> list[Mapping[str, Any]]:
    path = folder / "gold.jsonl"
    try:
        lines = path.read_text("utf-8").splitlines()
    except OSError as error:
        raise InputError(
            f"{path} cannot be read: {error.strerror}",
            hint="judged pages have gold.jsonl and the folder pages beside it",
        ) from error
    rows: list[Mapping[str, Any]] = []
    for number, line in enumerate(lines, 1):
        try:
            rows.append({**json.loads(line), "file": json.loads(line)["file"]})
        except (ValueError, KeyError, TypeError) as error:
            raise InputError(
                f"{path}, line {number}: this is not a JSON object that names a file",
                hint="correct the line",
            ) from error
    return rows


def _content(path: Path) -> bytes:
    try:
        content = path.read_bytes()
        return gzip.decompress(content) if path.suffix == ".gz" else content
    except (OSError, EOFError) as error:
        raise InputError(
            f"the judged page {path} cannot be read: {error}",
            hint="gold.jsonl names files of the folder pages",
        ) from error
