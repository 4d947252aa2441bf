"""Measure search at several sizes, against brute force and against txtai: `make bench`.

Every stage keeps its result in the cache folder, so a run that was stopped goes on where it was;
delete the folder of a size to measure it anew.
"""

import argparse
import json
import os
import platform
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np

from archive.core import Archive, open_archive
from archive.query.request import FacetFilter, Mode, SearchRequest
from archive.settings import Settings
from indexes.terms import content_words
from tests.bench.fixture import REAL, Piece, fill, pieces_up_to, real_pieces
from tests.bench.load import first_answer, latencies, path_of, resident

ROOT = Path(__file__).parents[2]
QUERIES = 200  # a round; all different
ROUNDS = 3
CLIENTS = 16
WIDTHS = (1.0, 0.1, 0.01, 0.001)
RECALL_QUERIES = 60
PEER_QUERIES = 40
_SERVE = ("serve", "--port", "0", "--processes", str(len(os.sched_getaffinity(0))))
_OFTEN = 0.05  # the place that filters is in about so many articles


def main() -> None:
    """Run what is not measured yet, and write the results."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--data", type=Path, required=True)
    options.add_argument("--cache", type=Path, default=ROOT / "bench-cache")
    options.add_argument("--sizes", default="50000,250000,1000000")
    options.add_argument("--peer-sizes", default=None, help="sizes at which txtai is measured")
    options.add_argument("--real", type=int, default=REAL)
    options.add_argument("--out", type=Path, default=ROOT / "docs" / "bench.md")
    asked = options.parse_args()
    sizes = [int(size) for size in asked.sizes.split(",")]
    peers = asked.peer_sizes if asked.peer_sizes is not None else asked.sizes
    asked.cache.mkdir(parents=True, exist_ok=True)
    found = {}
    for size in sizes:
        bench = Bench(size, asked.data, asked.cache, asked.real)
        bench.run(peer=str(size) in peers.split(","))
        found[size] = bench.results
    asked.out.write_text(report(found, asked), "utf-8")
    print(f"written: {asked.out}")


class Bench:
    """The stages of one size."""

    def __init__(self, size: int, data: Path, cache: Path, real: int) -> None:
        self.size, self.data, self.cache, self.real = size, data, cache, real
        self.folder = cache / str(size)
        self.folder.mkdir(exist_ok=True)
        self._file = self.folder / "results.json"
        self.results: dict[str, Any] = (
            json.loads(self._file.read_text("utf-8")) if self._file.is_file() else {}
        )
        home = self.folder / "home"
        home.mkdir(exist_ok=True)
        if not (home / "models").exists():
            (cache / "models").mkdir(exist_ok=True)
            (home / "models").symlink_to(cache / "models", target_is_directory=True)
        self.settings = Settings(home=home)

    def run(self, *, peer: bool) -> None:
        """All stages that have no result yet."""
        self._stage("build", self._build)
        self._stage("plan", self._plan)
        self._stage("served", self._served)
        self._stage("recall", self._recall)
        self._stage("profile", self._profile)
        if peer:
            self._stage("txtai", self._txtai)

    def _stage(self, name: str, measure: Callable[[], Any]) -> None:
        if name in self.results:
            return
        print(f"{self.size:,} passages: {name} …", flush=True)
        started = time.perf_counter()
        self.results[name] = measure()
        self._file.write_text(json.dumps(self.results, indent=1), "utf-8")
        print(f"  {time.perf_counter() - started:.0f} s", flush=True)

    def _pieces(self, archive: Archive) -> tuple[Iterator[Piece], list[str]]:
        real, headlines = real_pieces(archive, self.data, self.cache, most=self.real)
        return pieces_up_to(real, self.size), headlines

    def _build(self) -> dict[str, Any]:
        home = self.settings.home
        for path in (*home.glob("archive.db*"), home / "generations", home / "vectors"):
            shutil.rmtree(path) if path.is_dir() else path.unlink(missing_ok=True)
        with open_archive(self.settings) as archive:
            pieces, headlines = self._pieces(archive)
            fill(archive, pieces)
            built = archive.rebuild()
        indexes = sum(p.stat().st_size for p in (home / "generations").rglob("*") if p.is_file())
        return {
            "articles": built.articles,
            "passages": built.passages,
            "build_s": built.seconds,
            "index_bytes": indexes,
            "store_bytes": (home / "archive.db").stat().st_size,
            "headlines": headlines,
        }

    def _plan(self) -> dict[str, Any]:
        """Queries that no article of the archive has as its headline, and filters."""
        queries = queries_of(self.results["build"]["headlines"])
        with open_archive(self.settings) as archive:
            generation = archive.engine.generation
            column = generation.columns["place"]
            shares = column.counts(generation.live) / generation.live.sum()
            widths = {}
            for width in WIDTHS[1:]:
                code = int(np.argmin(np.abs(shares - width)))
                widths[str(width)] = [column.values[code], round(float(shares[code]), 5)]
            often = int(np.argmin(np.abs(shares - _OFTEN)))
            months = generation.days.periods(column.having(column.values[often]), "M")
            month = max(months, key=lambda m: m[1])[0]
            return {
                "queries": queries,
                "widths": widths,
                "place": column.values[often],
                "place_share": round(float(shares[often]), 4),
                "month": month,
                "cutoff": archive.engine.calibration.cutoff,
                "values": {f: len(c.values) for f, c in generation.columns.items()},
            }

    @property
    def _filters(self) -> dict[str, dict[str, str]]:
        plan = self.results["plan"]
        place = {"place": plan["place"]}
        return {"none": {}, "place": place, "place and month": place | {"date": plan["month"]}}

    def _served(self) -> dict[str, Any]:
        queries: list[str] = self.results["plan"]["queries"]
        measured: dict[str, Any] = {}
        _forget(self.settings.generations)
        started = time.perf_counter()
        with _server(self.settings) as (process, address):
            first_answer(address, path_of(queries[-1], {}))
            measured["first_answer_s"] = round(time.perf_counter() - started, 2)
            for query in queries[-20:]:
                latencies(address, [path_of(query, {})], 1)
            measured["at_rest"] = resident(process.pid)
            for name, filters in self._filters.items():
                measured[name] = {}
                for clients in (1, CLIENTS):
                    rounds = []
                    for _ in range(ROUNDS):
                        # Far more queries than the server remembers come between two askings.
                        paths = [path_of(query, filters) for query in queries[:QUERIES]]
                        rounds.append(latencies(address, paths, clients))
                    measured[name][str(clients)] = _summary(rounds)
            measured["after"] = resident(process.pid)
        return measured

    def _recall(self) -> dict[str, Any]:
        """The archive's ten against brute force over the same vectors, in float32."""
        queries: list[str] = self.results["plan"]["queries"][:RECALL_QUERIES]
        with open_archive(self.settings) as archive:
            engine = archive.engine
            generation, cutoff = engine.generation, engine.calibration.cutoff
            asked = archive.embedder.queries(queries)
            best = _best_of_articles(generation, asked)
            result: dict[str, Any] = {}
            for width in WIDTHS:
                filters: tuple[FacetFilter, ...] = ()
                mask = generation.live
                if width < 1:
                    value = self.results["plan"]["widths"][str(width)][0]
                    filters = (FacetFilter("place", value),)
                    mask = generation.columns["place"].having(value)
                found = wanted = members = total = 0
                for query, scores in zip(queries, best, strict=True):
                    request = SearchRequest(q=_plain(query), mode=Mode.MEANING, filters=filters)
                    answer = archive.search(request)
                    near = np.flatnonzero(mask & (scores >= cutoff))
                    top = near[np.argsort(-scores[near], kind="stable")[:10]]
                    least = scores[top[-1]] if len(top) else 2.0
                    numbers = engine.ranked(request, most=10, today=date.today())
                    places = generation.ordinals(np.array(numbers, np.int64))
                    found += int((scores[places] >= least - 1e-4).sum()) if len(top) else 0
                    wanted += len(top)
                    members += len(near)
                    total += answer.total
                result[str(width)] = {
                    "recall@10": round(found / max(wanted, 1), 4),
                    "members_by_brute_force": members,
                    "members": total,
                }
        return result

    def _profile(self) -> dict[str, Any]:
        """Milliseconds of each stage of a search, medians."""
        laps: dict[str, list[float]] = {}
        with open_archive(self.settings) as archive:
            for query in self.results["plan"]["queries"][:QUERIES]:
                answer = archive.search(SearchRequest(q=query))
                for name, value in (answer.milliseconds or {}).items():
                    laps.setdefault(name, []).append(value)
        return {name: round(float(np.median(values)), 2) for name, values in laps.items()}

    def _txtai(self) -> dict[str, Any]:
        plan = self.results["plan"]
        folder = self.folder / "peer"
        folder.mkdir(exist_ok=True)
        queries = plan["queries"][:PEER_QUERIES]
        with open_archive(self.settings) as archive:
            pieces, _ = self._pieces(archive)
            np.save(folder / "queries.npy", archive.embedder.queries(queries))
            rows = []
            with (folder / "passages.jsonl").open("w", encoding="utf-8") as out:
                for piece in pieces:
                    assert piece.article.published
                    month = piece.article.published.value[:7]
                    rows.append(piece.vectors.astype(np.float16))
                    for start, end in piece.spans:
                        text = piece.article.text[start:end]
                        out.write(json.dumps([text, piece.places, month]) + "\n")
            np.save(folder / "vectors.npy", np.concatenate(rows))
        with (folder / "queries.jsonl").open("w", encoding="utf-8") as out:
            out.writelines(json.dumps(query) + "\n" for query in queries)
        environment = os.environ | {"PYTHONPATH": str(_peer_packages(self.cache))}
        done = subprocess.run(
            [
                sys.executable,
                str(Path(__file__).with_name("peer.py")),
                str(folder),
                plan["place"],
                plan["month"],
            ],
            env=environment,
            stdout=subprocess.PIPE,
            text=True,
            check=True,
        )
        shutil.rmtree(folder)
        measured: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
        return measured


def queries_of(headlines: list[str]) -> list[str]:
    """Whole headlines and two or three words of others, by turns."""
    queries: list[str] = []
    for at, headline in enumerate(headlines):
        words = content_words(headline)
        if len(words) < 4:
            continue
        short = " ".join(words[: 2 + at % 3])
        queries.append(_plain(headline) if at % 2 else short)
    return list(dict.fromkeys(queries))


def _plain(text: str) -> str:
    """Words alone: a colon or a quotation mark would be an operator."""
    return " ".join(re.findall(r"[\w.']+", text)).replace("'", "")


def _best_of_articles(generation: Any, asked: np.ndarray) -> np.ndarray:
    """The cosine of each article's best passage, (queries, articles)."""
    articles, owners = len(generation.numbers), generation.passage_articles
    best = np.full((len(asked), articles), -1.0, np.float32)
    for start in range(0, len(owners), 50_000):
        block = np.arange(start, min(start + 50_000, len(owners)))
        scores = asked @ generation.dense.vectors(block).T
        for row, values in zip(best, scores, strict=True):
            np.maximum.at(row, owners[block], values)
    return best


@contextmanager
def _server(settings: Settings) -> Iterator[tuple[subprocess.Popen[str], str]]:
    process = subprocess.Popen(
        [sys.executable, "-c", "from archive.cli import main; main()", *_SERVE],
        env=os.environ | {"ARCHIVE_HOME": str(settings.home), "NO_COLOR": "1", "COLUMNS": "120"},
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        assert process.stderr is not None
        match = re.search(r"http://\S+", process.stderr.readline())
        assert match
        yield process, match[0]
    finally:
        process.terminate()
        process.wait(30)


def _forget(folder: Path) -> None:
    """Have the system drop files from its memory, as after a start of the machine."""
    os.sync()
    for path in folder.rglob("*"):
        if path.is_file():
            handle = os.open(path, os.O_RDONLY)
            os.posix_fadvise(handle, 0, 0, os.POSIX_FADV_DONTNEED)
            os.close(handle)


def _summary(rounds: list[tuple[list[float], float]]) -> dict[str, float]:
    """Medians of the rounds, in milliseconds and answers a second."""
    spread = np.median([np.percentile(taken, [50, 95, 99]) for taken, _ in rounds], axis=0) * 1e3
    rate = float(np.median([rate for _, rate in rounds]))
    return {
        **{name: round(float(v), 1) for name, v in zip(("p50", "p95", "p99"), spread, strict=True)},
        "per_s": round(rate, 1),
    }


def _peer_packages(cache: Path) -> Path:
    """A folder with txtai and what only it needs; everything else is installed already."""
    folder = cache / "txtai"
    if not (folder / "txtai").is_dir():
        pip = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--target", folder]
        subprocess.run([*pip, "txtai", "msgpack"], check=True)
    return folder


def report(found: dict[int, dict[str, Any]], asked: argparse.Namespace) -> str:
    """docs/bench.md."""
    from tests.bench.report import page

    machine = f"{platform.processor() or platform.machine()}, {os.cpu_count()} cores"
    return page(found, sizes=asked.sizes, real=asked.real, machine=machine, day=date.today())


if __name__ == "__main__":
    main()
