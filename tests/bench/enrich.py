"""How many articles a second names are found in, by one process and by one a core, and how much
processor time an article takes, which other work on the machine changes little.

Usage: python -m tests.bench.enrich FILE.jsonl(.gz) [ARTICLES]; texts are cut to 600 words.
"""

import os
import sys
from itertools import pairwise
from pathlib import Path
from time import perf_counter, process_time

from archive.evaluate.judged import judged_documents
from archive.extract import Extractor, Workers
from archive.extract.extractor import extract_names
from archive.extract.gazetteer import shared_gazetteer
from archive.settings import Settings
from archive.types import Article

WORDS = 600
BATCH = 64


def main() -> None:
    texts = (item["text"].split(" ") for item in judged_documents(Path(sys.argv[1]), "text"))
    long_enough = (words for words in texts if len(words) >= WORDS)
    count = int(sys.argv[2]) if len(sys.argv) > 2 else 400
    articles = [
        Article("", " ".join(words[:WORDS]), f"bench/{at}")
        for at, words in zip(range(count), long_enough, strict=False)
    ]
    model = str(Settings.model_fields["spacy_model"].default)
    extractor = Extractor(model)
    extractor.extract(articles[:2])  # the gazetteer is loaded
    print(
        f"{len(articles)} articles of {WORDS} words, {os.cpu_count()} cores, "
        f"load {os.getloadavg()[0]:.1f}"
    )
    used = [process_time()]
    entities = extractor.entities(articles)
    used.append(process_time())
    for article, found in zip(articles, entities, strict=True):
        extract_names(article, found, shared_gazetteer())
    used.append(process_time())
    recogniser, rules = (1000 * (b - a) / len(articles) for a, b in pairwise(used))
    print(f"processor time: recogniser {recogniser:.1f} ms, rules {rules:.1f} ms an article")
    print(f"one process: {rate(extractor, articles):.1f} articles/s")
    cores = os.cpu_count() or 1
    with Workers(lambda: extractor, model=model, count=cores, alone=0) as workers:
        workers.extract(articles[:BATCH])  # the processes have started
        print(f"one a core: {rate(workers, articles):.1f} articles/s")


def rate(extractor: Extractor | Workers, articles: list[Article]) -> float:
    """Articles a second, in batches as ingest takes them."""
    started = perf_counter()
    for at in range(0, len(articles), BATCH):
        extractor.extract(articles[at : at + BATCH])
    return len(articles) / (perf_counter() - started)


if __name__ == "__main__":
    main()
