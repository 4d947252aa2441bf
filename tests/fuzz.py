"""Broken input by the thousand: every format's fixtures, with bytes changed at random.

    python -m tests.fuzz --inputs 20000 --seed 1

Each input is read, parsed and cleaned in a process that may use 1 GB more than it has when it
begins, for 10 s of processor time an item in it. The report is one JSON object; the exit code is 1
if anything crashed or hung.
"""

import argparse
import gzip
import io
import json
import random
import resource
import signal
import subprocess
import sys
import time
import traceback
from collections import Counter
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime

import zstandard

from archive.clean import clean
from archive.formats.input import Input, Run
from archive.readers import inside
from archive.types import Article, RawDocument
from tests import test_formats as made

NOW = datetime(2025, 6, 1, tzinfo=UTC)
SECONDS = 10
BYTES = 1_000_000_000
TOKENS = (
    b"\0 \xff\xfe \xef\xbb\xbf < > & ]]> <!-- --> <![CDATA[ <!DOCTYPE <?xml <html> </p> <rss> "
    b"&#0; &#xFFFFFFFF; { } [ ] \" ' \\ \\u0000 null 1e999 -1 99999999999999999999 , ; \t \n \r\n "
    b"--- +++ "
    b"From: Content-Length: 0 obj endobj stream xref trailer WARC/1.1 "
    b"PK\x03\x04 \x1f\x8b ../ 0000-00-00"
).split(b" ")


def seeds() -> dict[str, bytes]:
    """A sound input of every format, and some within others."""
    line = json.dumps({"title": "Bridge closed", "text": made.BODY, "date": "2024-03-04"}).encode()
    text = f"<inlineXML>{made.MARKUP}</inlineXML>"
    plain = {
        "plain": made.PLAIN,
        "markdown": b"---\ntitle: Bridge\ndate: 2024-03-04\n---\n" + made.PLAIN,
        "html": made.PAGE.encode(),
        "json": line,
        "lines": line + b"\n" + line,
        "csv": f'title,text\nBridge,"{made.BODY}"\n'.encode(),
        "rss": made.RSS.encode(),
        "atom": made.ATOM.encode(),
        "rdf": made.RDF.encode(),
        "json feed": made.JSON_FEED.encode(),
        "nitf": made.NITF.encode(),
        "newsml": made._news_item(text).encode(),
        "sitemap": b"<urlset><url><loc>https://a.example/b</loc></url></urlset>",
        "mail": made._letter("Bridge closed"),
        "mailbox": b"From a@b.example Mon Mar  4 10:30:00 2024\n" + made._letter("Bridge closed"),
        "pdf": made._pdf(["Bridge closed", "The council closed the bridge."]),
        "warc": made._crawl(),
        "parquet": _parquet(),
    }
    held = {"a.html": plain["html"], "b.jsonl": plain["lines"]}
    return plain | {
        "utf-16": made.RSS.encode("utf-16"),
        "zip": made._zip(held),
        "tar": made._tar(held),
        "gzip": gzip.compress(plain["lines"]),
        "zstd": zstandard.compress(plain["html"]),
        "warc.gz": made._crawl(gzip.compress),
        "tar.gz": gzip.compress(made._tar(held)),
    }


def _parquet() -> bytes:
    import pyarrow
    from pyarrow import parquet

    file = io.BytesIO()
    rows = [{"title": f"Report {n}", "text": made.BODY} for n in range(9)]
    parquet.write_table(pyarrow.Table.from_pylist(rows), file)
    return file.getvalue()


def mutated(content: bytes, others: list[bytes], chance: random.Random) -> bytes:
    """Bytes with some of them changed, cut, doubled, or exchanged with those of another input."""
    data = bytearray(content)
    for _ in range(chance.choice((1, 1, 2, 4, 16))):
        at = chance.randrange(len(data) + 1)
        size = chance.choice((1, 1, 2, 8, 64, 512))
        match chance.randrange(7):
            case 0 if data:
                data[min(at, len(data) - 1)] = chance.randrange(256)
            case 1:
                del data[at : at + size]
            case 2:
                data[at:at] = chance.choice(TOKENS)
            case 3:
                data[at:at] = data[at : at + size] * chance.choice((1, 2, 50, 2000))
            case 4:
                other = chance.choice(others)
                start = chance.randrange(len(other))
                data[at : at + size] = other[start : start + size]
            case 5:
                del data[at:]
            case _:
                data[at : at + size] = chance.randbytes(min(size, 16))
    return bytes(data[:5_000_000])


def taken_in(content: bytes, done: Callable[[], object] = lambda: None) -> Counter[str]:
    """What becomes of an input: how many articles are taken in, how many items are refused.
    `done` is called after each.
    """
    became: Counter[str] = Counter()
    run = Run()
    with closing(run.payloads):
        for item in inside(Input(io.BytesIO(content), "fuzz", run=run, size=len(content))):
            article = clean(item, now=NOW) if isinstance(item, RawDocument) else item
            became["taken in" if isinstance(article, Article) else "refused"] += 1
            done()
    return became


def worker(first: int, last: int, seed: int) -> None:
    """Try some inputs; a line of JSON for each, before and after."""
    known = seeds()
    names = sorted(known)
    for content in known.values():
        taken_in(content)  # what is loaded once is not the input's
    own = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    used = int(open("/proc/self/statm").read().split()[0]) * resource.getpagesize()  # noqa: SIM115, PTH123
    resource.setrlimit(resource.RLIMIT_AS, (used + BYTES, used + BYTES))
    signal.signal(signal.SIGPROF, _late)
    for number in range(first, last):
        chance = random.Random(f"{seed}/{number}")
        name = chance.choice(names)
        content = mutated(known[name], list(known.values()), chance)
        print(json.dumps({"number": number, "name": name}), flush=True)
        began, fault, became = time.process_time(), "", Counter()
        signal.setitimer(signal.ITIMER_PROF, SECONDS)
        try:
            became = taken_in(content, lambda: signal.setitimer(signal.ITIMER_PROF, SECONDS))
        except BaseException as error:
            fault = f"{type(error).__name__}: {error} in " + "; ".join(
                f"{frame.filename.rpartition('/')[2]}:{frame.lineno}"
                for frame in traceback.extract_tb(error.__traceback__)[-4:]
            )
        signal.setitimer(signal.ITIMER_PROF, 0)
        grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 - own
        seconds = time.process_time() - began
        print(
            json.dumps({"fault": fault[:400], "became": became, "s": seconds, "grown": grown}),
            flush=True,
        )


class Late(BaseException):
    """An input takes too long. Nothing that reads can take it for an error of the input."""


def _late(*_: object) -> None:
    raise Late(f"longer than {SECONDS} s")


def main() -> int:
    """Try all inputs, in processes that are replaced when they die."""
    options = argparse.ArgumentParser()
    options.add_argument("--inputs", type=int, default=20_000)
    options.add_argument("--seed", type=int, default=1)
    options.add_argument("--first", type=int, default=0)
    options.add_argument("--worker", type=int, nargs=2)
    chosen = options.parse_args()
    if chosen.worker:
        worker(*chosen.worker, chosen.seed)
        return 0
    became: Counter[str] = Counter()
    tried: Counter[str] = Counter()
    faults: list[str] = []
    slowest, grown, at = (0.0, ""), 0, chosen.first
    end = chosen.first + chosen.inputs
    while at < end:
        command = [sys.executable, "-m", "tests.fuzz", "--seed", str(chosen.seed), "--worker"]
        last = min(end, at + 1_000)
        process = subprocess.Popen(
            [*command, str(at), str(last)],
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        name = ""
        with process:
            for line in process.stdout or ():
                said = json.loads(line)
                if "name" in said:
                    at, name = said["number"] + 1, said["name"]
                    tried[name] += 1
                    continue
                became.update(said["became"])
                slowest = max(slowest, (said["s"], f"input {at - 1} ({name})"))
                grown = max(grown, said["grown"])
                if said["fault"]:
                    faults.append(f"input {at - 1} ({name}): {said['fault']}")
        if process.returncode:
            faults.append(f"input {at - 1} ({name}): the process ended with {process.returncode}")
            at = max(at, 1)
    report = {
        "inputs": sum(tried.values()),
        "seed": chosen.seed,
        "formats": len(tried),
        **became,
        "faults": len(faults),
        "slowest_s": round(slowest[0], 2),
        "slowest": slowest[1],
        "most_memory_mb": round(grown / 1e6),
    }
    print(json.dumps(report, indent=2))
    for fault in faults[:50]:
        print(fault)
    return int(bool(faults))


if __name__ == "__main__":
    sys.exit(main())
