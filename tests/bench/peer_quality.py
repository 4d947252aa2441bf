"""Hits of txtai's hybrid beside ours, on judged collections, by the same model:
`python -m tests.bench.peer_quality --data FOLDER`.

txtai gets our passages under their headlines with our vectors, and an article counts as its
best passage; and then whole articles, of which the model reads the beginning. Its weights and
normalisation are its defaults. It is installed into the cache folder, for this alone, and what was
measured of it is kept there: our own constants may change without measuring txtai again.
"""

import argparse
import json
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np

from archive.chunk import heading, passage_text
from archive.core import Archive
from archive.evaluate.bootstrap import difference, interval
from archive.evaluate.record import Table, write_tables
from archive.evaluate.retrieval import (
    archive_to_measure,
    corpus_ids,
    index_corpus,
    judged_queries,
    measured,
    measured_mode,
)
from archive.query.request import Mode
from archive.settings import read_settings
from tests.bench.run import ROOT, _peer_packages

_DEPTH = 1_000  # articles or passages asked for, as many as of ours
_SHOWN = ("MRR@10", "MAP", "R@100")


def main() -> None:
    """Measure every set of the folder and put the figures on record."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--data", type=Path, required=True)
    options.add_argument("--cache", type=Path, default=ROOT / "bench-cache")
    options.add_argument("--record", type=Path, default=ROOT / "docs" / "quality.md")
    asked = options.parse_args()
    sys.path.insert(0, str(_peer_packages(asked.cache)))
    for folder in sorted((asked.data / "retrieval").glob("*/")):
        rows = _compared(folder, asked.cache)
        for (of, row), figures in rows.items():
            print(of, row, figures, flush=True)
        write_tables(asked.record, {"txtai": rows})


def _compared(folder: Path, cache: Path) -> Table:
    judged, qrels = judged_queries(folder)
    with archive_to_measure(read_settings()) as archive:
        index_corpus(folder, archive)
        ours = measured_mode(archive, Mode.BOTH, judged, qrels)
        rows: Table = {(folder.name, "ours, both"): _row(ours)}
        for name, texts_of in (("passages", _passages), ("whole articles", _articles)):
            kept = cache / f"txtai-{folder.name}-{name.replace(' ', '-')}.json"
            if not kept.is_file():
                run = _run(archive, judged, *texts_of(archive))
                theirs = measured(qrels, run, [id_ for id_, _ in judged])
                kept.write_text(json.dumps(theirs), "utf-8")
            theirs = json.loads(kept.read_text("utf-8"))
            rows[folder.name, f"txtai, {name}"] = _row(theirs)
            found = difference(ours["nDCG@10"], theirs["nDCG@10"])
            rows[folder.name, f"ours - txtai, {name}"] = {
                "nDCG@10": f"{found.mean:+.4f}",
                "95 %": f"{found.low:+.3f} to {found.high:+.3f}, p {found.p:.4f}",
            }
    return rows


def _row(values: dict[str, list[float]]) -> dict[str, str]:
    low, high = interval(values["nDCG@10"])
    means = {name: f"{np.mean(of):.4f}" for name, of in values.items()}
    span = {"nDCG@10": means["nDCG@10"], "95 %": f"{low:.3f} to {high:.3f}"}
    return span | {name: means[name] for name in _SHOWN}


def _passages(archive: Archive) -> tuple[list[str], list[str], np.ndarray]:
    """The article, the text and the vector of each passage, as we index them."""
    generation, ids = archive.engine.generation, corpus_ids(archive)
    owners, texts = [], []
    records = {record.number: record.article for record in archive.store.scan()}
    for ordinal, number in enumerate(generation.numbers.tolist()):
        article = records[number]
        head = heading(article.title, archive.embedder)
        for passage in generation.passages_of(ordinal):
            start, end = generation.passage_spans[passage]
            owners.append(ids[number])
            texts.append(passage_text(head, article.text[start:end]))
    return owners, texts, generation.dense.vectors(np.arange(len(owners)))


def _articles(archive: Archive) -> tuple[list[str], list[str], np.ndarray]:
    """The same with one text an article; the model cuts it where it stops reading."""
    ids = corpus_ids(archive)
    records = list(archive.store.scan())
    texts = [passage_text(r.article.title, r.article.text) for r in records]
    return [ids[r.number] for r in records], texts, archive.embedder.passages(texts)


def _run(
    archive: Archive,
    judged: Sequence[tuple[str, str]],
    owners: Sequence[str],
    texts: Sequence[str],
    vectors: np.ndarray,
) -> dict[str, dict[str, float]]:
    """What txtai's hybrid finds: query → article → score of its best text."""
    from txtai import Embeddings

    transform = _known(vectors, archive)
    embeddings = Embeddings(method="external", transform=transform, hybrid=True)
    embeddings.index((at, text, None) for at, text in enumerate(texts))
    run: dict[str, dict[str, float]] = {}
    for id_, text in judged:
        found = run.setdefault(id_, {})
        for at, score in embeddings.search(text, _DEPTH):
            found[owners[at]] = max(score, found.get(owners[at], 0.0))
    embeddings.close()
    return run


def _known(vectors: np.ndarray, archive: Archive) -> Callable[[list[str]], np.ndarray]:
    """A function that gives vectors made before for the texts that are indexed, in their order;
    then those of queries. (txtai takes nothing but a plain function.)
    """
    at = 0

    def transform(texts: list[str]) -> np.ndarray:
        nonlocal at
        if at < len(vectors):
            at += len(texts)
            return vectors[at - len(texts) : at]
        return archive.embedder.queries(texts)

    return transform


if __name__ == "__main__":
    main()
