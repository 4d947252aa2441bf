"""The words of articles, written into postings and tantivy's index: where there are many, by a
process of their own, while the caller goes on with what else an article has.
"""

import errno
import os
import pickle
import signal
import subprocess
import sys
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import IO

from indexes.lexical import LexicalWriter
from indexes.postings import PostingsWriter
from indexes.terms import TITLE_WEIGHT, Pieces

# Articles handed over at a time.
_TOGETHER = 250

Change = tuple[int, str, str] | int  # an article's number, title and text; or one to take out


class WordsWriter:
    """Writes the words of new articles. `finish` begins the last of the work, `wait` ends it."""

    def __init__(self, lexical: Path) -> None:
        """`lexical` is the folder of tantivy's index, a new one or one that is already there."""
        self._lexical = LexicalWriter(lexical)
        self._postings = PostingsWriter()
        self._pieces = Pieces()

    def add(self, number: int, title: str, text: str) -> None:
        """Add one article; a word of the title counts as several (BM25F)."""
        head, body = self._pieces.of(title), self._pieces.of(text)
        self._postings.add(head * TITLE_WEIGHT + body)
        stemmed, spelt = self._pieces.stemmed, self._pieces.spelt
        title, text = (" ".join([stemmed[piece] for piece in part]) for part in (head, body))
        # How often a word is spelt so is not asked.
        plain = " ".join([spelt[piece] for piece in dict.fromkeys(head + body)])
        self._lexical.add(number, title, [title] * TITLE_WEIGHT + [text], plain)

    def delete(self, number: int) -> None:
        """Take an article out of tantivy's index."""
        self._lexical.delete(number)

    def finish(self, postings: Path | None) -> None:
        """Write all that is left; the postings of the articles added into a new folder."""
        if postings is not None:
            self._postings.build(self._pieces.stemmed).save(postings)
        self._lexical.close()

    def wait(self) -> None:
        """Until everything is on disk."""

    def abandon(self) -> None:
        """Leave what was written as it is."""


class WordsBeside:
    """A `WordsWriter` in a process of its own, which ends with this one, however that ends. Its
    errors are raised here.
    """

    def __init__(self, lexical: Path) -> None:
        # A program of its own, not a fork: this process may have threads and open databases.
        self._process = subprocess.Popen(
            [sys.executable, "-P", "-m", "indexes.wording", str(lexical)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)},
        )
        # Both are pipes, as was asked.
        self._told: IO[bytes] = self._process.stdin  # type: ignore[assignment]
        self._answer: IO[bytes] = self._process.stdout  # type: ignore[assignment]
        self._changes: list[Change] = []

    @property
    def pid(self) -> int:
        """The process."""
        return self._process.pid

    def add(self, number: int, title: str, text: str) -> None:
        """As `WordsWriter.add`."""
        self._change((number, title, text))

    def delete(self, number: int) -> None:
        """As `WordsWriter.delete`."""
        self._change(number)

    def finish(self, postings: Path | None) -> None:
        """As `WordsWriter.finish`, but goes on meanwhile."""
        self._tell(self._changes)
        self._tell(postings)

    def wait(self) -> None:
        """Until everything is on disk."""
        try:
            error = pickle.load(self._answer)
        except (EOFError, OSError, pickle.UnpicklingError):
            error = OSError(errno.EPIPE, "the process that writes words was killed")
        self.abandon()
        if error is not None:
            raise error

    def abandon(self) -> None:
        """End the process."""
        self._process.kill()
        self._process.communicate()

    def _change(self, change: Change) -> None:
        self._changes.append(change)
        if len(self._changes) == _TOGETHER:
            self._tell(self._changes)
            self._changes = []

    def _tell(self, message: Sequence[Change] | Path | None) -> None:
        try:
            pickle.dump(message, self._told)
            self._told.flush()
        except OSError:  # it has ended, and perhaps said why
            self.wait()


def _write(lexical: Path, told: IO[bytes]) -> Exception | None:
    """What the process does; `told` are the changes, and where the postings are to be written."""
    try:
        writer = WordsWriter(lexical)
        while isinstance(changes := pickle.load(told), list):
            for change in changes:
                if isinstance(change, int):
                    writer.delete(change)
                else:
                    writer.add(*change)
        writer.finish(changes)
    except (OSError, RuntimeError, ValueError) as error:
        return error
    return None


if __name__ == "__main__":
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # it ends with the process that began it
    with suppress(EOFError):
        pickle.dump(_write(Path(sys.argv[1]), sys.stdin.buffer), sys.stdout.buffer)
