"""How many passages a second are embedded here and by sentence-transformers as it comes, same model
and texts, by turns; and how far the vectors are apart.

Usage: python -m tests.bench.embed FILE.jsonl(.gz) [PASSAGES]; the default model is measured.
"""

import os
import sys
from itertools import islice
from pathlib import Path
from time import perf_counter

import numpy as np
from sentence_transformers import SentenceTransformer

from archive.chunk import heading, passage_text, passages_of
from archive.embed import DEFAULT_MODEL, Embedder, load_embedder
from archive.evaluate.judged import judged_documents
from archive.settings import Settings
from archive.types import Article

ROUNDS = 3


def main() -> None:
    """Measure and print."""
    count = int(sys.argv[2]) if len(sys.argv) > 2 else 600
    embedder = load_embedder(DEFAULT_MODEL, Settings().models)
    texts = list(islice(passages(Path(sys.argv[1]), embedder), count))
    reference = SentenceTransformer(str(embedder.folder.path))
    ours, theirs = [], []
    embedder.passages(texts[:32])
    reference.encode(texts[:32])
    for _ in range(ROUNDS):
        started = perf_counter()
        fast = embedder.passages(texts)
        ours.append(len(texts) / (perf_counter() - started))
        started = perf_counter()
        plain = reference.encode(texts, normalize_embeddings=True)
        theirs.append(len(texts) / (perf_counter() - started))
    cosine = (fast * plain).sum(axis=1)
    print(
        f"{len(texts)} passages of {np.mean([len(t.split()) for t in texts]):.0f} words, "
        f"{len(os.sched_getaffinity(0))} cores, load {os.getloadavg()[0]:.1f}, {embedder.key}"
    )
    print(f"here {np.median(ours):.0f} passages/s, sentence-transformers {np.median(theirs):.0f}")
    print(f"{np.median(ours) / np.median(theirs):.2f} times as many")
    print(f"cosine to its vectors: mean {cosine.mean():.4f}, least {cosine.min():.4f}")


def passages(path: Path, embedder: Embedder):
    """Passages of judged documents as ingest cuts them."""
    for item in judged_documents(path, "text"):
        article = Article(item.get("title") or "", item["text"], "bench")
        head = heading(article.title, embedder)
        for passage in passages_of(article, embedder):
            yield passage_text(head, article.text[passage.start : passage.end])


if __name__ == "__main__":
    main()
