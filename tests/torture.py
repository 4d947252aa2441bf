"""Kill the archive at random moments and see that nothing was lost: `make torture`.

One archive lives through all moments. Each is an ingest (new articles, corrected ones), a rebuild,
a way back to an earlier generation or a takedown, done by a process of its own that is killed
(SIGKILL) somewhere in it. After each the archive must open, hold every article that was reported
stored, none that was taken down, and answer as an index built anew from its record.
"""

import argparse
import json
import math
import multiprocessing
import random
import shutil
import signal
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field, replace
from multiprocessing.connection import Connection
from pathlib import Path

from archive.core import Archive, open_archive
from archive.errors import ArchiveError, Gone
from archive.query.request import Mode, SearchRequest
from archive.rebuild import Indexer
from archive.search.answer import Answer
from archive.settings import Settings
from tests.collection import invented

ARTICLES, PART = 160, 8
_PRELOADED = ["archive.core", "archive.ingest", "archive.rebuild", "spacy", "onnxruntime", "torch"]
_QUERIES = ("", "harbour wages", '"report number"', "negotiat*", "rain OR strike")
# Somewhat longer than an operation takes: some moments come after its end.
_LONGEST = 1.15


@dataclass
class Torture:
    """The archive, what is known to be in it, and how long each operation takes."""

    settings: Settings
    inputs: Path
    rng: random.Random
    stored: set[str] = field(default_factory=set)  # addresses
    taken_down: set[str] = field(default_factory=set)  # ids
    addresses: dict[str, str] = field(default_factory=dict)  # of what was to be taken down
    written: int = 0
    seconds: dict[str, float] = field(default_factory=dict)
    killed: int = 0

    def moment(self) -> str:
        """One operation, killed somewhere; returns what it was. AssertionError says what is wrong
        then.
        """
        name = self.rng.choice(["new", "new", "new", "corrected", "rebuild", "back", "takedown"])
        if name != "new" and not self.stored:
            name = "new"
        operation, asked = getattr(self, f"_{name}")()
        # The first of each kind ends by itself, and tells how long they take.
        usual = self.seconds.get(name)
        limit = self.rng.uniform(0.0, usual * _LONGEST) if usual else math.inf
        if self._run(name, operation, asked, limit):
            self.killed += 1
        self._check(asked if name == "takedown" else None)
        return name

    def _new(self) -> tuple[Callable[..., None], list[Path]]:
        numbers = range(self.written, self.written + PART)
        files = [self.inputs / f"{at % ARTICLES}.json" for at in numbers]
        self.written += PART
        return _ingest, files

    def _corrected(self) -> tuple[Callable[..., None], list[Path]]:
        files = self.rng.sample(sorted(self.inputs.iterdir()), 3)
        for file in files:
            page = json.loads(file.read_text("utf-8"))
            page["text"] += f" Corrected {self.rng.random()}."
            file.write_text(json.dumps(page, ensure_ascii=False), "utf-8")
        return _ingest, files

    def _rebuild(self) -> tuple[Callable[..., None], None]:
        return _rebuild, None

    def _back(self) -> tuple[Callable[..., None], None]:
        return _go_back, None

    def _takedown(self) -> tuple[Callable[..., None], str]:
        with open_archive(self.settings) as archive:
            record = self.rng.choice(list(archive.store.scan(batch=500)))
        self.addresses[record.id] = record.article.url or ""
        return _take_down, record.id

    def _run(self, name: str, operation: Callable[..., None], asked: object, limit: float) -> bool:
        """Run an operation in a process of its own for so many seconds; whether it was killed."""
        processes = multiprocessing.get_context("forkserver")
        ours, theirs = processes.Pipe(duplex=False)
        process = processes.Process(target=_begin, args=(self.settings, operation, asked, theirs))
        process.start()
        theirs.close()
        with suppress(EOFError):
            ours.recv()  # it has begun
        began, done = time.monotonic(), 0
        while (left := limit - (time.monotonic() - began)) > 0 and process.is_alive():
            if ours.poll(min(left, 0.05)):
                try:
                    done = ours.recv()
                except EOFError:
                    break
        process.kill()
        process.join()
        killed = process.exitcode == -signal.SIGKILL
        with suppress(EOFError):
            while ours.poll(0):
                done = ours.recv()
        if not killed:
            self.seconds[name] = time.monotonic() - began
        if isinstance(asked, list):
            self.stored.update(json.loads(f.read_text("utf-8"))["url"] for f in asked[:done])
        return killed

    def _check(self, taken_down: str | None) -> None:
        with open_archive(self.settings) as archive:
            known = {record.article.url for record in archive.store.scan(batch=500)}
            if taken_down is not None:
                self._see_takedown(archive, taken_down)
            # What was taken down is read by a later ingest, too, and not stored.
            lost = self.stored - known - {self.addresses[id_] for id_ in self.taken_down}
            assert not lost, f"lost: {sorted(lost)}"
            # What the next ingest does first.
            archive.ingest([])
            assert archive.status().behind == 0
            if taken_down in self.taken_down:
                seen = archive.takedown.absence(taken_down)
                assert not seen.found, f"{taken_down} was taken down, but: {seen.found}"
            faults = [fault for kept in archive.generations(thorough=True) for fault in kept.faults]
            assert not faults, faults
            assert answers(archive) == answers(archive, anew=True)

    def _see_takedown(self, archive: Archive, id_: str) -> None:
        """An article is either there whole, or gone and remembered."""
        try:
            archive.store.get(id_)
        except Gone:
            self.taken_down.add(id_)


def answers(archive: Archive, *, anew: bool = False) -> list[object]:
    """What some searches give; `anew` asks an index that is built for it from the record alone."""
    if not anew:
        return [_told(archive.search(r)) for r in _requests()]
    with tempfile.TemporaryDirectory() as folder:
        built = Indexer(archive.store, archive.embedder, archive.vectors, Path(folder))
        built.rebuild()
        other = Archive(archive.settings.model_copy(update={"home": Path(folder)}))
        other.__dict__.update(
            store=archive.store, embedder=archive.embedder, indexer=built, vectors=archive.vectors
        )
        (Path(folder) / "generations").symlink_to(folder)
        return [_told(other.search(r)) for r in _requests()]


def _requests() -> list[SearchRequest]:
    plain = [SearchRequest(q=q, size=30) for q in _QUERIES]
    return [*plain, *(replace(r, mode=Mode.MEANING) for r in plain[1:2])]


def _told(answer: Answer) -> object:
    hits = [(hit.id, round(hit.score, 4)) for hit in answer.hits]
    counts = {
        name: [(value.value, value.count) for value in values]
        for name, values in answer.facets.items()
    }
    return answer.total, hits, counts


def _begin(
    settings: Settings, operation: Callable[..., None], asked: object, told: Connection
) -> None:
    """In a process of its own."""
    told.send(0)
    with open_archive(settings) as archive, suppress(ArchiveError):
        operation(archive, asked, told)


def _ingest(archive: Archive, files: list[Path], told: Connection) -> None:
    def progress(stage: str, done: int, total: int | None) -> None:
        if stage == "read":
            told.send(done)

    archive.ingest(files, progress=progress)


def _rebuild(archive: Archive, asked: None, told: Connection) -> None:
    archive.rebuild()


def _go_back(archive: Archive, asked: None, told: Connection) -> None:
    archive.roll_back(by="torture")
    archive.ingest([])


def _take_down(archive: Archive, id_: str, told: Connection) -> None:
    archive.takedown.take_down(id_, reason="torture", by="torture")


def torture(home: Path, moments: int, seed: int, *, models: Path, report: bool = False) -> Torture:
    """Live through so many moments in a new archive. AssertionError says what was lost."""
    multiprocessing.get_context("forkserver").set_forkserver_preload(_PRELOADED)
    inputs = home / "inputs"
    inputs.mkdir(parents=True)
    for at, (article, _) in enumerate(invented(ARTICLES)):
        # No text begins another one, and none is escaped in its file: what is stored of one article
        # could look like a piece of another one, which was taken down.
        text = f"{article.text} That is all."
        page = {"title": article.title, "text": text, "source": article.source}
        page["url"] = f"https://paper.example/{at}"
        page["date"] = f"2024-0{at % 9 + 1}-{at % 27 + 1:02}"
        (inputs / f"{at}.json").write_text(json.dumps(page, ensure_ascii=False), "utf-8")
    (home / "archive").mkdir()
    (home / "archive" / "models").symlink_to(models, target_is_directory=True)
    state = Torture(Settings(home=home / "archive", workers=1), inputs, random.Random(seed))
    for at in range(moments):
        name = state.moment()
        if report:
            sys.stdout.write(
                f"{at + 1} of {moments}: {name}, {state.killed} killed, "
                f"{len(state.stored)} reported stored, {len(state.taken_down)} taken down\n"
            )
            sys.stdout.flush()
    with open_archive(state.settings) as archive:
        for id_ in state.taken_down:
            assert not archive.takedown.absence(id_).found, f"{id_} came back"
    return state


def main() -> None:
    """From the command line."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--moments", type=int, default=200)
    options.add_argument("--seed", type=int, default=int(time.time()))
    options.add_argument("--models", type=Path, default=Path("data/models"))
    asked = options.parse_args()
    sys.stdout.write(f"seed {asked.seed}\n")
    home = Path(tempfile.mkdtemp(prefix="torture-"))
    asked.models.mkdir(parents=True, exist_ok=True)
    state = torture(home, asked.moments, asked.seed, models=asked.models.resolve(), report=True)
    shutil.rmtree(home)
    sys.stdout.write(
        f"{asked.moments} moments, {state.killed} killed in the middle, nothing lost\n"
    )


if __name__ == "__main__":
    main()
