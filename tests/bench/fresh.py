"""How soon a new article can be found in an archive of the benchmark that a server is open on:

    python -m tests.bench.fresh bench-cache/1000000/home

Seconds from the record's commit to the published generation (what `archive ingest` waits for before
it reports), and from then to the first answer of the server that has the article. The home grows by
an article a round.
"""

import argparse
import json
import time
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlencode

from archive.chunk import passages_of
from archive.core import Archive
from archive.settings import Settings
from archive.types import Article, Enriched, RawDocument
from tests.archives import served
from tests.bench.load import first_answer

ROUNDS = 5


def main() -> None:
    """Print a line a round."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("home", type=Path)
    settings = Settings(home=options.parse_args().home)
    with Archive(settings) as archive, served(settings) as address:
        first_answer(address, _search("news"))
        for _ in range(ROUNDS):
            print(json.dumps(_round(archive, address)), flush=True)


def _round(archive: Archive, address: str) -> dict[str, float]:
    now = datetime.now(UTC)
    word = f"q{time.time_ns()}"
    article = Article(title=f"Report {word}", text="The ferry sails again.", origin=word, key=word)
    passages = passages_of(article, archive.embedder)
    with archive.store.writing() as writer:
        raw = RawDocument(word.encode(), "plain", word)
        enriched = Enriched(
            article=article, mentions=(), places=(), reported=None, passages=passages, dates=()
        )
        writer.add(enriched, raw, now=now)
    stored = time.perf_counter()
    archive.indexer.refresh()
    published = time.perf_counter()
    while not first_answer(address, _search(word))["total"]:
        pass
    found = time.perf_counter()
    return {"published_s": round(published - stored, 2), "found_s": round(found - published, 2)}


def _search(query: str) -> str:
    return "/api/v1/search?" + urlencode({"q": query, "mode": "words"})


if __name__ == "__main__":
    main()
