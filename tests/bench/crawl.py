"""How fast the pages of an invented crawl are read, beside FastWARC:
`python -m tests.bench.crawl [PAGES] [DAMAGED]`.

FastWARC is measured where it is installed; nothing else needs it. Both unpack each page; beside the
rate stands the most memory that the process had. Of DAMAGED small crawls with bytes changed at
random it is told how often one of the two gives more pages.
"""

import contextlib
import gzip
import importlib.util
import io
import multiprocessing
import random
import resource
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import IO

from archive.errors import InputError
from archive.formats.input import Input, Run
from archive.formats.warc import read_warc
from archive.types import RawDocument
from tests import test_formats as made
from tests.fuzz import mutated

PAGES, DAMAGED, SEED = 6_000, 3_000, 1
OK = 200


def write_crawl(path: Path, pages: int) -> None:
    """Pages of some 30 kB, a third of them packed, between pictures; one record a member."""
    rng = random.Random(SEED)
    words = ["".join(rng.choices("abdeghilmnorstu", k=rng.randint(2, 9))) for _ in range(20_000)]

    def page() -> bytes:
        links = "".join(
            f"<link rel=preload href='/{rng.getrandbits(256):x}.js'>" for _ in range(120)
        )
        text = "".join(f"<p>{' '.join(rng.choices(words, k=60))}.</p>" for _ in range(14))
        return made.PAGE.replace("<article>", f"{links}<article>{text}").encode()

    with path.open("wb") as file:
        for at in range(pages):
            packed = at % 3 == 0
            body = gzip.compress(page()) if packed else page()
            coding = ["Content-Encoding: gzip"] if packed else []
            file.write(gzip.compress(made._record("response", f"/{at}", body, *coding)))
            picture = made._record("request", f"/{at}.jpg", rng.randbytes(15_000))
            file.write(gzip.compress(picture))


def ours(file: IO[bytes]) -> int:
    """How many pages our reader gives before it is done, or stopped by damage."""
    found = 0
    run = Run()
    with contextlib.closing(run.payloads), contextlib.suppress(InputError):
        for item in read_warc(Input(file, "crawl", run=run)):
            found += isinstance(item, RawDocument)
    return found


def fastwarc(file: IO[bytes]) -> int:
    """The same by FastWARC."""
    from fastwarc.warc import ArchiveIterator, WarcRecordType

    found, seen = 0, set()
    kinds = WarcRecordType.response | WarcRecordType.revisit
    with contextlib.suppress(OSError, ValueError):
        for record in ArchiveIterator(file, record_types=kinds, auto_decode="all"):
            digest = record.headers.get("WARC-Payload-Digest")
            if record.record_type == WarcRecordType.revisit:
                found += digest in seen
            elif record.http_headers is None or record.http_headers.status_code == OK:
                found += bool(record.reader.read())
                seen.add(digest)
    return found


def _measure(read: Callable[[IO[bytes]], int], path: Path) -> None:
    begun = time.process_time()
    with path.open("rb") as file:
        found = read(file)
    taken = time.process_time() - begun
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"{read.__name__:<9} {found / taken:>7,.0f} pages/s of processor time, {most:.0f} MB")


def _in_a_process(read: Callable[[IO[bytes]], int], path: Path) -> None:
    process = multiprocessing.get_context("spawn").Process(target=_measure, args=(read, path))
    process.start()
    process.join()


def compared(inputs: int) -> Counter[str]:
    """Which of the two gives more pages of damaged crawls."""
    rng = random.Random(SEED)
    sound = [made._crawl(), made._crawl(gzip.compress)]
    told: Counter[str] = Counter()
    for _ in range(inputs):
        crawl = mutated(rng.choice(sound), sound, rng)
        with contextlib.redirect_stderr(io.StringIO()):
            one, other = ours(io.BytesIO(crawl)), fastwarc(io.BytesIO(crawl))
        told["ours" if one > other else "FastWARC" if other > one else "neither"] += 1
    return told


if __name__ == "__main__":
    given = [int(argument) for argument in sys.argv[1:]]
    pages, damaged = (*given, *(PAGES, DAMAGED)[len(given) :])
    readers = [ours, fastwarc] if importlib.util.find_spec("fastwarc") else [ours]
    with tempfile.TemporaryDirectory() as folder:
        crawl = Path(folder, "crawl.warc.gz")
        write_crawl(crawl, pages)
        print(f"{pages:,} pages in {crawl.stat().st_size / 1e6:,.0f} MB")
        for read in readers:
            _in_a_process(read, crawl)
    if fastwarc in readers:
        more = compared(damaged)
        print(", ".join(f"{name} {more[name]:,}" for name in ("ours", "FastWARC", "neither")))
