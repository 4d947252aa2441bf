"""A server under all that can be asked of it while the archive changes:

    python -m tests.bench.mixed HOME [--clients 16] [--seconds 60]

Clients search, browse and export over HTTP; beside them `archive ingest` takes in new articles and
`archive rebuild` makes the index anew, again and again, each a process as a person starts it. The
home grows. An answer that is no answer, a broken export and a command that fails are errors.
"""

import argparse
import csv
import io
import json
import random
import sys
import threading
import time
import zipfile
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from http.client import HTTPConnection, HTTPException
from itertools import count, islice
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

import numpy as np

from archive.core import open_archive
from archive.export import digest_of
from archive.settings import Settings
from tests.archives import run, served
from tests.bench.load import first_answer, path_of
from tests.bench.run import queries_of

PROCESSES = 2
COMMANDS = ("ingest", "rebuild")
_TOGETHER = 25  # articles of an `archive ingest`
_PATIENCE = 120  # seconds for an answer
_SAMPLED = 3_000  # articles whose headlines are queries, and whose passages make new ones
_PASSAGES = 6  # of a new article
_SHOWN = 10  # errors that are told
Answer = dict[str, Any]


@dataclass
class Seen:
    """What a client was last shown, to go on from: an answer of the API, and its query."""

    q: str
    answer: Answer

    @property
    def hit(self) -> Answer:
        """The first article."""
        found: Answer = self.answer["hits"][0]
        return found

    def value(self, facet: str) -> str:
        """The value of a facet that most articles have."""
        found: str = self.answer["facets"][facet][0]["value"]
        return found

    def page(self, path: str, **more: object) -> str:
        """A page of the search."""
        asked = {"q": self.q, **more}
        return f"{path}?{urlencode({name: said for name, said in asked.items() if said})}"


# What a client may do next, as often as it stands here. Of a search that found nothing some of it
# cannot be asked for (IndexError): something else is done then.
STEPS: tuple[tuple[str, int, Callable[[Seen], str]], ...] = (
    ("search page", 6, lambda s: s.page("/")),
    ("search page, filtered", 3, lambda s: s.page("/", place=s.value("place"))),
    ("search page, next", 2, lambda s: s.page("/", cursor=s.answer["next"])),
    ("suggestions", 2, lambda s: f"/api/v1/suggest?{urlencode({'q': s.q[:3]})}"),
    ("article", 4, lambda s: f"/articles/{s.hit['id']}?{urlencode({'q': s.q, 'at': 1})}"),
    ("actor", 2, lambda s: f"/actors/{quote(s.value('actor'))}"),
    ("place", 2, lambda s: f"/places/{quote(s.value('place'))}"),
    ("story", 1, lambda s: f"/stories/{s.hit['id']}"),
    ("source", 1, lambda s: f"/sources/{quote(s.value('source'))}"),
    ("list of actors", 1, lambda s: s.page("/facets/actor")),
    ("list of actors, A–Z", 1, lambda s: s.page("/facets/actor", initial="m")),
    ("tree of places", 1, lambda s: s.page("/facets/place")),
    ("timeline", 1, lambda s: s.page("/timeline")),
    ("map", 1, lambda s: s.page("/map")),
    ("export, JSON Lines", 1, lambda s: s.page("/api/v1/export", format="jsonl")),
    ("export, zip of CSV", 1, lambda s: s.page("/api/v1/export", format="csv", zip="true")),
)


@dataclass
class Tally:
    """What all clients and commands met with; they share it. It is over when the time is up, and
    either command has run to its end: then clients have seen the server move to what they made.
    """

    until: float
    seconds: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    generations: set[str] = field(default_factory=set)
    commands: Counter[str] = field(default_factory=Counter)
    errors: list[str] = field(default_factory=list)
    lasted: float = 0

    @property
    def is_over(self) -> bool:
        """Whether nothing more is to be begun."""
        return time.monotonic() > self.until and len(self.commands) == len(COMMANDS)


def main() -> int:
    """Run, and print a table; 1 if there was an error."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("home", type=Path)
    options.add_argument("--clients", type=int, default=16)
    options.add_argument("--seconds", type=float, default=60)
    asked = options.parse_args()
    tally = mixed(Settings(home=asked.home), clients=asked.clients, seconds=asked.seconds)
    print(report(tally))
    return 1 if tally.errors else 0


def mixed(settings: Settings, *, clients: int, seconds: float) -> Tally:
    """Everything at once for so many seconds at least, over an archive that is not empty."""
    with open_archive(settings) as archive:
        records = list(islice(archive.store.scan(), _SAMPLED))
    queries = queries_of([record.article.title for record in records])
    passages = [record.article.text[p.start : p.end] for record in records for p in record.passages]
    with served(settings, "--processes", str(PROCESSES)) as address, TemporaryDirectory() as folder:
        first_answer(address, path_of(queries[0], {}))
        new = _new_articles(passages, Path(folder))
        began = time.monotonic()
        tally = Tally(began + seconds)
        work = [partial(_repeated, settings, command, new, tally) for command in COMMANDS]
        work += [partial(_client, address, queries, tally, seed) for seed in range(clients)]
        threads = [threading.Thread(target=one) for one in work]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        tally.lasted = time.monotonic() - began
    return tally


def _new_articles(passages: list[str], folder: Path) -> Iterator[Path]:
    """Files of articles that the archive does not have: passages of others, mixed."""
    rng = random.Random(time.time_ns())
    for number in count():
        with (file := folder / f"{number}.jsonl").open("w", encoding="utf-8") as out:
            for _ in range(_TOGETHER):
                text = "\n\n".join(rng.choice(passages) for _ in range(_PASSAGES))
                out.write(json.dumps({"title": text[:60], "text": text}) + "\n")
        yield file


def _repeated(settings: Settings, command: str, new: Iterator[Path], tally: Tally) -> None:
    while not tally.is_over:
        arguments = (str(next(new)),) if command == "ingest" else ()
        done = run(settings, command, *arguments)
        tally.commands[command] += 1
        if done.returncode:
            tally.errors.append(f"archive {command}: {done.returncode} {done.stderr[-500:]}")


def _client(address: str, queries: list[str], tally: Tally, seed: int) -> None:
    """Search by the API, look at some of what was found, and search for something else."""
    rng = random.Random(seed)
    names = [name for name, often, _ in STEPS for _ in range(often)]
    steps = {name: step for name, _, step in STEPS}
    connection = HTTPConnection(urlsplit(address).netloc, timeout=_PATIENCE)
    while not tally.is_over:
        q = rng.choice(queries)
        body = _asked(connection, "search, API", path_of(q, {}), tally)
        if body is None:
            continue
        seen = Seen(q, json.loads(body))
        tally.generations.add(seen.answer["generation"])
        for name in rng.sample(names, k=5):
            try:
                path = steps[name](seen)
            except IndexError:
                continue
            _asked(connection, name, path, tally)


def _asked(connection: HTTPConnection, name: str, path: str, tally: Tally) -> bytes | None:
    """The body of an answer; None, and an error more, if it is none."""
    started = time.perf_counter()
    try:
        connection.request("GET", path)
        response = connection.getresponse()
        body = response.read()
        fault = "" if response.status < 400 else f"{response.status} {body[-300:]!r}"
        fault = fault or _broken(name, body, response.headers.get("Archive-Ids-SHA256", ""))
    except (OSError, HTTPException) as error:
        connection.close()
        fault = repr(error)
    if fault:
        tally.errors.append(f"{name}, {path}: {fault}")
        return None
    tally.seconds[name].append(time.perf_counter() - started)
    return body


def _broken(name: str, body: bytes, digest: str) -> str:
    """What is wrong with an export: it has to hold the articles that its header names."""
    if name == "export, JSON Lines":
        ids = [json.loads(line)["id"] for line in body.splitlines()]
        return "" if digest_of(ids) == digest else f"{len(ids)} articles, but not those named"
    if name == "export, zip of CSV":
        try:
            with zipfile.ZipFile(io.BytesIO(body)) as packed:
                named = json.loads(packed.read("manifest.json"))["ids"]
                [table] = [name for name in packed.namelist() if name.endswith(".csv")]
                rows = csv.DictReader(io.TextIOWrapper(packed.open(table), "utf-8", newline=""))
                ids = [row["id"] for row in rows]
        except zipfile.BadZipFile as error:
            return repr(error)
        return "" if digest_of(ids) == digest == digest_of(named) else "its parts do not agree"
    return ""


def report(tally: Tally) -> str:
    """A table of times by what was asked, and what happened beside."""
    lines = ["| asked | answers | p50 ms | p95 ms | most ms |", "| --- | --- | --- | --- | --- |"]
    everything = [taken for several in tally.seconds.values() for taken in several]
    rows = {"search, API": tally.seconds["search, API"]}
    rows |= {name: tally.seconds[name] for name, *_ in STEPS if tally.seconds[name]}
    for name, taken in {**rows, "all": everything}.items():
        middle, high, most = np.percentile(taken, [50, 95, 100]) * 1_000
        lines.append(f"| {name} | {len(taken)} | {middle:.0f} | {high:.0f} | {most:.0f} |")
    done = ", ".join(f"{number} × archive {name}" for name, number in tally.commands.items())
    lines += [
        "",
        f"{len(everything) / tally.lasted:.1f} answers a second for {tally.lasted:.0f} s; "
        f"{len(tally.generations)} generations "
        f"answered; beside it {done}; {len(tally.errors)} errors",
        *tally.errors[:_SHOWN],
    ]
    return "\n".join(lines)


if __name__ == "__main__":
    sys.exit(main())
