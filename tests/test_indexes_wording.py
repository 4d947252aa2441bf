"""Words are written the same by a process of their own, which never outlives the one it serves."""

import filecmp
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from indexes.lexical import Lexical
from indexes.wording import WordsBeside, WordsWriter
from tests.archives import gone

ARTICLES = [(n, f"Ferry {n}", f"The {'old ' * n}ferry sails at {n} o’clock.") for n in range(300)]


def written(writer, postings: Path):
    for article in ARTICLES:
        writer.add(*article)
    writer.delete(7)
    writer.finish(postings)
    writer.wait()


def test_a_process_of_its_own_writes_the_same(tmp_path):
    for name, kind in (("here", WordsWriter), ("beside", WordsBeside)):
        (tmp_path / name).mkdir()
        written(kind(tmp_path / name / "lexical"), tmp_path / name / "words")
    here, beside = tmp_path / "here" / "words", tmp_path / "beside" / "words"
    files = [p.name for p in here.iterdir() if p.is_file()]
    assert files
    assert filecmp.cmpfiles(here, beside, files, shallow=False)[1:] == ([], [])
    found = Lexical(tmp_path / "beside" / "lexical")
    assert found.articles == len(ARTICLES) - 1
    assert sorted(found.matching(found.phrase("ferry sails")).tolist()) == [
        n for n, *_ in ARTICLES if n != 7
    ]


def test_its_errors_are_raised_where_it_was_begun(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(NotADirectoryError):
        written(WordsBeside(tmp_path / "file" / "lexical"), tmp_path / "words")


def test_its_death_is_told(tmp_path):
    writer = WordsBeside(tmp_path / "lexical")
    os.kill(writer.pid, signal.SIGKILL)
    with pytest.raises(OSError, match="was killed"):
        written(writer, tmp_path / "words")
    writer.abandon()  # as one does who hears of an error


def test_it_ends_with_the_process_that_began_it(tmp_path):
    program = (
        "import sys, time; from pathlib import Path; from indexes.wording import WordsBeside;"
        "writer = WordsBeside(Path(sys.argv[1])); print(writer.pid, flush=True); time.sleep(60)"
    )
    began = subprocess.Popen(
        [sys.executable, "-c", program, str(tmp_path / "lexical")],
        stdout=subprocess.PIPE,
        text=True,
    )
    assert began.stdout is not None
    pid = int(began.stdout.readline())
    assert not gone(pid, seconds=0)
    began.kill()
    began.communicate()
    assert gone(pid)
