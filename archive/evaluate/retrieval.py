"""How well articles are found: a judged collection in BEIR layout, indexed as any archive is.

Layout: Thakur et al. 2021, "BEIR". Measures come from ir_measures.
"""

import csv
import gzip
import json
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from archive.chunk import passages_of
from archive.core import Archive, open_archive
from archive.errors import InputError
from archive.evaluate.bootstrap import difference, interval
from archive.query.request import MAX_QUERY_CHARACTERS, Mode, SearchRequest
from archive.settings import Settings
from archive.stream import Progress, batched, silent
from archive.text import normalise
from archive.types import Article, Enriched, RawDocument

MEASURES = ("nDCG@10", "MRR@10", "MAP", "R@10", "R@100")
# What ir_measures calls them, where it has other names.
_NAMES = {"MRR@10": "RR@10", "MAP": "AP"}
# What the runs are compared by.
_COMPARED = ("nDCG@10", "MRR@10")
_DEPTH = 1_000
_BATCH = 200
_ORIGIN = "corpus#"


def evaluate_retrieval(
    folder: Path, archive: Archive, *, progress: Progress = silent
) -> dict[str, Any]:
    """Index the collection in an empty archive and measure each mode:
    {"words": {"nDCG@10": …, "MRR@10": …, "MAP": …, "R@10": …, "R@100": …}, …, "intervals": …,
    "differences": …, "articles": n, "queries": n}.

    `intervals` has the 95 % interval of each figure, `differences` how much better both is than
    words and than meaning on the same queries, with its interval and p (`bootstrap`). Names are
    not extracted: no judgement asks for them. Queries without a relevant article are left out.
    InputError says what of the layout is missing.
    """
    judged, qrels = judged_queries(folder)
    articles = index_corpus(folder, archive, progress=progress)
    values = {mode: measured_mode(archive, mode, judged, qrels, progress=progress) for mode in Mode}
    return {
        **{mode.value: _means(values[mode]) for mode in Mode},
        "intervals": {
            mode.value: {name: interval(of) for name, of in values[mode].items()} for mode in Mode
        },
        "differences": {
            f"both - {mode.value}": {
                name: asdict(difference(values[Mode.BOTH][name], values[mode][name]))
                for name in _COMPARED
            }
            for mode in (Mode.WORDS, Mode.MEANING)
        },
        "articles": articles,
        "queries": len(judged),
    }


@contextmanager
def archive_to_measure(settings: Settings) -> Iterator[Archive]:
    """An empty archive in a temporary home. The model's graph and the vectors of texts that were
    measured before are used again: they are no result of the collection.
    """
    with tempfile.TemporaryDirectory(prefix="archive-evaluate-") as home:
        for name, kept in (("models", settings.models), ("vectors", settings.measured_vectors)):
            kept.mkdir(parents=True, exist_ok=True)
            Path(home, name).symlink_to(kept.absolute(), target_is_directory=True)
        own = settings.model_copy(update={"home": Path(home), "database_url": None})
        with open_archive(own) as archive:
            yield archive


def judged_queries(folder: Path) -> tuple[list[tuple[str, str]], dict[str, dict[str, int]]]:
    """The queries that have judgements, (id, text) each, and query → article → grade, of what
    is relevant.
    """
    queries = {q["_id"]: q["text"] for q in _lines(_file(folder, "queries.jsonl"))}
    qrels = _judgements(_file(folder, "qrels.tsv", "qrels/test.tsv"))
    return [(id_, queries[id_]) for id_ in qrels if id_ in queries], qrels


def index_corpus(folder: Path, archive: Archive, *, progress: Progress = silent) -> int:
    """Store and index every article of a collection; returns how many there are."""
    articles = _store(folder, archive, progress)
    archive.indexer.rebuild(progress=progress)
    return articles


def corpus_ids(archive: Archive) -> dict[int, str]:
    """Number → the id that judgements know an article by."""
    return {r.number: r.article.origin.removeprefix(_ORIGIN) for r in archive.store.scan()}


def measured_mode(
    archive: Archive,
    mode: Mode,
    judged: Sequence[tuple[str, str]],
    qrels: Mapping[str, Mapping[str, int]],
    *,
    progress: Progress = silent,
) -> dict[str, list[float]]:
    """Each measure's value for every query in one mode, in their order."""
    names = corpus_ids(archive)
    today = datetime.now(UTC).date()
    run: dict[str, dict[str, float]] = {}
    for at, (id_, text) in enumerate(judged, 1):
        request = SearchRequest(q=text[:MAX_QUERY_CHARACTERS], mode=mode)
        ranked = archive.engine.ranked(request, most=_DEPTH, today=today)
        run[id_] = {names[number]: float(_DEPTH - rank) for rank, number in enumerate(ranked)}
        progress(f"search by {mode}", at, len(judged))
    return measured(qrels, run, [id_ for id_, _ in judged])


def measured(
    qrels: Mapping[str, Mapping[str, int]],
    run: Mapping[str, Mapping[str, float]],
    queries: Sequence[str],
) -> dict[str, list[float]]:
    """Each measure's value for every query, in their order; one that found nothing counts as 0."""
    import ir_measures

    measures = {ir_measures.parse_measure(_NAMES.get(name, name)): name for name in MEASURES}
    values = {name: dict.fromkeys(queries, 0.0) for name in MEASURES}
    wanted = {id_: qrels[id_] for id_ in queries}
    for metric in ir_measures.iter_calc(list(measures), wanted, run):
        values[measures[metric.measure]][metric.query_id] = float(metric.value)
    return {name: list(of.values()) for name, of in values.items()}


def _means(values: Mapping[str, Sequence[float]]) -> dict[str, float]:
    return {name: round(sum(of) / len(of), 4) if of else 0.0 for name, of in values.items()}


def _store(folder: Path, archive: Archive, progress: Progress) -> int:
    """Every article of the corpus, those with the same text too: each is judged by its id."""
    done = 0
    now = datetime.now(UTC)
    for batch in batched(_lines(_file(folder, "corpus.jsonl", "corpus.jsonl.gz")), _BATCH):
        with archive.store.writing() as writer:
            for item in batch:
                article = Article(
                    title=normalise(item.get("title") or ""),
                    text=normalise(item.get("text") or "") or normalise(item.get("title") or ""),
                    origin=_ORIGIN + str(item["_id"]),
                    language="en",
                )
                raw = RawDocument(json.dumps(item).encode(), "json", article.origin)
                passages = passages_of(article, archive.embedder)
                writer.add(Enriched(article, passages=passages), raw, now=now)
        done += len(batch)
        progress("store", done, None)
    return done


def _file(folder: Path, *names: str) -> Path:
    for name in names:
        if (folder / name).is_file():
            return folder / name
    raise InputError(
        f"{folder} has no {names[0]}",
        hint="a judged collection has corpus.jsonl (or .jsonl.gz), queries.jsonl and qrels.tsv",
    )


def _lines(path: Path) -> Iterator[dict[str, Any]]:
    with path.open("rb") as opened, gzip.open(opened) if path.suffix == ".gz" else opened as file:
        for number, line in enumerate(file, 1):
            try:
                item = json.loads(line)
                item["_id"] = str(item["_id"])
            except (ValueError, KeyError, TypeError) as error:
                raise InputError(
                    f"{path}, line {number}: this is not a JSON object with an _id",
                    hint="correct the line",
                ) from error
            yield item


def _judgements(path: Path) -> dict[str, dict[str, int]]:
    """query → article → grade; only what is relevant."""
    found: dict[str, dict[str, int]] = {}
    with path.open("r", encoding="utf-8", newline="") as file:
        for number, row in enumerate(csv.reader(file, delimiter="\t"), 1):
            if number == 1 and row and not row[-1].strip().lstrip("-").isdigit():
                continue
            try:
                query, article, grade = row[0], row[-2], int(row[-1])
            except (IndexError, ValueError) as error:
                raise InputError(
                    f"{path}, line {number}: this is not query, article and grade",
                    hint="separate the three by tabs",
                ) from error
            if grade > 0:
                found.setdefault(query, {})[article] = grade
    return found
