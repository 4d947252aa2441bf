"""A whole ingest (clean, compare, find names and dates, cut, embed, index) beside txtai, which
indexes the same passages by the same model and finds nothing in them. By turns, whole processes,
each in a new home:

    python -m tests.bench.ingest FILE.jsonl(.gz) [ARTICLES]

Texts are cut to 600 words. Prints articles a second, the most memory, and where our time goes.
"""

import json
import os
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from itertools import islice
from pathlib import Path
from types import FrameType

import numpy as np

from archive.chunk import heading, passage_text
from archive.core import open_archive
from archive.evaluate.judged import judged_documents
from archive.settings import Settings, read_settings
from tests.bench.load import resident
from tests.bench.run import ROOT, _peer_packages

WORDS = 600
ROUNDS = 3
_EVERY = 0.01  # seconds between two looks at what is being done
# The innermost of these that runs is what a thread's time is spent on.
_STAGES = {
    "archive/clean.py": "clean",
    "archive/readers/": "read",
    "archive/identity/": "compare",
    "archive/extract/dates": "dates",
    "archive/extract/": "names and places",
    "archive/canonical.py": "who is who",
    "archive/chunk.py": "passages",
    "archive/store/": "record",
    "archive/embed.py": "vectors",
    "archive/graph.py": "vectors",
    "archive/vectors.py": "vectors",
    "archive/grouping.py": "stories",
    "indexes/": "index",
    "archive/rebuild.py": "index",
}


def main() -> None:
    """Measure and print."""
    file, most = Path(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 400
    cache = Path(os.environ.get("BENCH_CACHE", ROOT / "bench-cache"))
    with tempfile.TemporaryDirectory(prefix="ingest-") as name:
        folder = Path(name)
        inputs = folder / "articles.jsonl"
        inputs.write_text("".join(islice(_lines(file), most)), "utf-8")
        articles = len(inputs.read_text("utf-8").splitlines())
        ours, theirs = [], []
        for at in range(ROUNDS):
            ours.append(_run("ours", str(_home(folder / f"home-{at}")), str(inputs)))
            if not at:
                count, model = _passages(folder / "home-0", folder / "passages.jsonl")
            kept = folder / f"txtai-{at}"
            packages = str(_peer_packages(cache))
            theirs.append(
                _run("txtai", str(folder / "passages.jsonl"), model, str(kept), packages=packages)
            )
        rates = [
            articles / float(np.median([run["seconds"] for run in runs])) for runs in (ours, theirs)
        ]
        print(
            f"{articles} articles of at most {WORDS} words, {count} passages, "
            f"{len(os.sched_getaffinity(0))} cores, load {os.getloadavg()[0]:.1f}, "
            f"medians of {ROUNDS} rounds"
        )
        print(
            f"here {rates[0]:.1f} articles/s with all that is found in them, txtai {rates[1]:.1f}: "
            f"{rates[0] / rates[1]:.2f} times its rate"
        )
        print(f"most memory: here {ours[0]['peak']:.0f} MB, txtai {theirs[0]['peak']:.0f} MB")
        shares = ", ".join(f"{name} {share:.0%}" for name, share in ours[0]["shares"])
        print(f"our processor time: {shares}")


def _lines(file: Path) -> Iterator[str]:
    for at, item in enumerate(judged_documents(file, "text")):
        words = item["text"].split(" ")
        if len(words) >= WORDS:
            page = {"title": item.get("title") or f"Article {at}", "url": f"https://a.example/{at}"}
            page |= {"source": item.get("source") or "", "text": " ".join(words[:WORDS])}
            yield json.dumps(page) + "\n"


def _home(home: Path) -> Path:
    """A new home with the models of this archive: what is made once of a model counts for none."""
    home.mkdir()
    models = read_settings().models.resolve()
    models.mkdir(parents=True, exist_ok=True)
    (home / "models").symlink_to(models, target_is_directory=True)
    return home


def _passages(home: Path, target: Path) -> tuple[int, str]:
    """What we embedded, for txtai; how many, and the folder of the model."""
    count = 0
    with open_archive(Settings(home=home)) as archive, target.open("w", encoding="utf-8") as out:
        for record in archive.store.scan():
            article = record.article
            head = heading(article.title, archive.embedder)
            for p in record.passages:
                out.write(json.dumps(passage_text(head, article.text[p.start : p.end])) + "\n")
                count += 1
        return count, str(archive.embedder.folder.path)


def _run(what: str, *arguments: str, packages: str = "") -> dict[str, object]:
    """A process of its own; `seconds` are those of all of it."""
    paths = [str(ROOT), *([packages] if packages else [])]
    started = time.perf_counter()
    done = subprocess.run(
        [sys.executable, "-m", "tests.bench.ingest", f"--{what}", *arguments],
        env=os.environ | {"PYTHONPATH": os.pathsep.join(paths)},
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    seconds = time.perf_counter() - started
    return {**json.loads(done.stdout.splitlines()[-1]), "seconds": seconds}


def _ours(home: str, inputs: str) -> None:
    with open_archive(Settings(home=Path(home))) as archive, _watched() as seen:
        report = archive.ingest([Path(inputs)])
    assert not report.rejected, report.rejected[:3]
    print(json.dumps(seen))


def _txtai(passages: str, model: str, kept: str) -> None:
    from txtai import Embeddings

    with Path(passages).open(encoding="utf-8") as lines, _watched() as seen:
        texts = [json.loads(line) for line in lines]
        embeddings = Embeddings(path=model, content=True, hybrid=True)
        embeddings.index(enumerate(texts))
        embeddings.save(kept)
    print(json.dumps(seen))


@contextmanager
def _watched() -> Iterator[dict[str, object]]:
    """The most memory (MB, child processes too), and the shares of the processor time of this
    process's threads.
    """
    seen: dict[str, object] = {}
    stages: Counter[str] = Counter()
    ended = threading.Event()

    def watch() -> None:
        peak, looked = 0.0, 0.0
        used: dict[int, int] = {}
        while not ended.wait(_EVERY):
            frames = sys._current_frames()
            for thread in threading.enumerate():
                # One may end while it is looked at.
                with suppress(OSError, KeyError, TypeError):
                    spent = _spent(thread.native_id)
                    last = used.get(thread.native_id, spent)
                    stages[_stage(frames[thread.ident])] += spent - last
                    used[thread.native_id] = spent
            if time.monotonic() > looked + 0.5:
                looked = time.monotonic()
                # A process that ends while it is looked at has had its peak before.
                with suppress(OSError, StopIteration):
                    peak = max(peak, resident(os.getpid())["resident"])
        total = stages.total()
        shares = [(name, round(n / total, 3)) for name, n in stages.most_common()]
        seen.update(peak=peak, shares=shares)

    watcher = threading.Thread(target=watch, daemon=True)
    watcher.start()
    try:
        yield seen
    finally:
        ended.set()
        watcher.join()


def _spent(thread: int) -> int:
    """Processor time of a thread, in nanoseconds."""
    return int(Path(f"/proc/self/task/{thread}/schedstat").read_text("ascii").split()[0])


def _stage(frame: FrameType | None) -> str:
    while frame is not None:
        path = Path(frame.f_code.co_filename)
        if path.is_relative_to(ROOT):
            inside = path.relative_to(ROOT).as_posix()
            for begin, name in _STAGES.items():
                if inside.startswith(begin):
                    return name
        frame = frame.f_back
    return "the rest"


if __name__ == "__main__":
    if sys.argv[1] in ("--ours", "--txtai"):
        {"--ours": _ours, "--txtai": _txtai}[sys.argv[1]](*sys.argv[2:])
    else:
        main()
