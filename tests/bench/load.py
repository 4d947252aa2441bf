"""Clients that search a server over HTTP, and how long each answer took."""

import http.client
import json
import threading
import time
from collections.abc import Sequence
from pathlib import Path
from urllib.parse import urlencode, urlsplit


def path_of(query: str, filters: dict[str, str]) -> str:
    """The address of a search."""
    return "/api/v1/search?" + urlencode({"q": query, **filters})


def latencies(address: str, paths: Sequence[str], clients: int) -> tuple[list[float], float]:
    """Seconds of each answer, and answers a second; each client goes on when it is answered."""
    left, lock = list(reversed(paths)), threading.Lock()
    taken: list[float] = []
    faults: list[str] = []

    def client() -> None:
        connection = http.client.HTTPConnection(urlsplit(address).netloc, timeout=120)
        while True:
            with lock:
                if not left:
                    return
                path = left.pop()
            started = time.perf_counter()
            connection.request("GET", path)
            response = connection.getresponse()
            body = response.read()
            taken.append(time.perf_counter() - started)
            if response.status != 200:
                faults.append(f"{path}: {response.status} {body[:200]!r}")

    threads = [threading.Thread(target=client) for _ in range(clients)]
    started = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    seconds = time.perf_counter() - started
    if faults:
        raise RuntimeError(faults[0])
    return taken, len(taken) / seconds


def first_answer(address: str, path: str, *, patience: float = 60) -> dict[str, object]:
    """The first answer of a server that is starting."""
    until = time.monotonic() + patience
    while True:
        try:
            connection = http.client.HTTPConnection(urlsplit(address).netloc, timeout=patience)
            connection.request("GET", path)
            found: dict[str, object] = json.loads(connection.getresponse().read())
        except OSError:
            if time.monotonic() > until:
                raise
            time.sleep(0.01)
        else:
            return found


def resident(pid: int) -> dict[str, float]:
    """MB a process holds: in all, of its own (not files that are mapped), and at its peak."""
    rollup = Path(f"/proc/{pid}/smaps_rollup").read_text("ascii")
    status = Path(f"/proc/{pid}/status").read_text("ascii")

    def field(text: str, name: str) -> float:
        line = next(line for line in text.splitlines() if line.startswith(name))
        return round(int(line.split()[1]) / 1_024, 1)

    return {
        "resident": field(rollup, "Rss:"),
        "own": field(rollup, "Anonymous:"),
        "peak": field(status, "VmHWM:"),
    }
