"""txtai over the same passages and vectors; runs in an environment that has txtai.

Input is a folder with passages.jsonl (text, places, month), vectors.npy, queries.jsonl and
queries.npy; the last line of output is JSON.
"""

import json
import resource
import sys
import time
from pathlib import Path

import numpy as np


def main(folder: Path, place: str, month: str) -> None:
    """Index, then search as the archive is searched: no filter, place, place and month."""
    from txtai import Embeddings

    vectors = np.load(folder / "vectors.npy", mmap_mode="r")
    queries = [json.loads(line) for line in (folder / "queries.jsonl").open(encoding="utf-8")]
    known = dict(zip(queries, np.load(folder / "queries.npy"), strict=True))
    at = 0

    def transform(texts: list[str]) -> np.ndarray:
        """Vectors made before: of queries by their text, of passages in their order."""
        nonlocal at
        if all(text in known for text in texts):
            return np.stack([known[text] for text in texts])
        at += len(texts)
        return np.asarray(vectors[at - len(texts) : at], np.float32)

    def documents():
        with (folder / "passages.jsonl").open(encoding="utf-8") as lines:
            for number, line in enumerate(lines):
                text, places, published = json.loads(line)
                fields = {"text": text, "places": f"|{'|'.join(places)}|", "month": published}
                yield number, fields, None

    embeddings = Embeddings(method="external", transform=transform, content=True, hybrid=True)
    started = time.perf_counter()
    embeddings.index(documents())
    built = time.perf_counter() - started
    filters = {
        "none": "",
        "place": f" and places like '%|{place}|%'",
        "place and month": f" and places like '%|{place}|%' and month = '{month}'",
    }
    result: dict[str, object] = {"build_s": round(built, 1)}
    for name, clause in filters.items():
        taken, hits = [], 0
        for query in queries:
            asked = query.replace("'", "''")
            started = time.perf_counter()
            found = embeddings.search(
                f"select id, text, score from txtai where similar('{asked}'){clause} limit 10"
            )
            taken.append(time.perf_counter() - started)
            hits += len(found)
        p50, p95, p99 = (round(float(v) * 1e3, 1) for v in np.percentile(taken, [50, 95, 99]))
        result[name] = {"p50": p50, "p95": p95, "p99": p99, "hits": hits / len(queries)}
    result["peak_mb"] = round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1_024)
    print(json.dumps(result))


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2], sys.argv[3])
