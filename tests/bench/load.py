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
    """MB that a process and its children hold together: in all (files that several have mapped
    count once), of their own (not mapped from files), and at their peaks.
    """
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text("ascii").split()

    def total(file: str, name: str) -> float:
        texts = [Path(f"/proc/{one}/{file}").read_text("ascii") for one in (pid, *children)]
        lines = [next(ln for ln in t.splitlines() if ln.startswith(name)) for t in texts]
        return round(sum(int(line.split()[1]) for line in lines) / 1_024, 1)

    return {
        "resident": total("smaps_rollup", "Pss:"),
        "own": total("smaps_rollup", "Anonymous:"),
        "peak": total("status", "VmHWM:"),
    }
