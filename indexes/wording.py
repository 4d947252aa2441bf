"""The words of articles, written into postings and tantivy's index: where there are many, by a
process of their own, while the caller goes on with what else an article has.
"""

import errno
import signal
from collections.abc import Sequence
from contextlib import suppress
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path

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
        # Not forked: this process may have threads and open databases.
        processes = get_context("spawn")
        self._pipe, theirs = processes.Pipe()
        self._process = processes.Process(target=_write, args=(theirs, lexical), daemon=True)
        self._process.start()
        theirs.close()
        self._changes: list[Change] = []

    @property
    def pid(self) -> int:
        """The process."""
        return self._process.pid or 0

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
            error = self._pipe.recv()
        except (EOFError, OSError):
            error = OSError(errno.EPIPE, "the process that writes words was killed")
        self.abandon()
        if error is not None:
            raise error

    def abandon(self) -> None:
        """End the process."""
        self._process.kill()
        self._process.join()
        self._pipe.close()

    def _change(self, change: Change) -> None:
        self._changes.append(change)
        if len(self._changes) == _TOGETHER:
            self._tell(self._changes)
            self._changes = []

    def _tell(self, message: "Sequence[Change] | Path | None") -> None:
        try:
            self._pipe.send(message)
        except OSError:  # it has ended, and perhaps said why
            self.wait()


def _write(pipe: Connection, lexical: Path) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # it ends with the process that began it
    error: Exception | None = None
    with suppress(EOFError):
        try:
            writer = WordsWriter(lexical)
            while isinstance(changes := pipe.recv(), list):
                for change in changes:
                    if isinstance(change, int):
                        writer.delete(change)
                    else:
                        writer.add(*change)
            writer.finish(changes)
        except (OSError, RuntimeError, ValueError) as fault:
            error = fault
        pipe.send(error)
