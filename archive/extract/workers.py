"""Articles in, what they name out, found by several processes at once where there are many."""

import os
import signal
import threading
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from multiprocessing import get_context, parent_process
from types import TracebackType
from typing import Self

from archive.extract.extractor import Extraction, Extractor
from archive.extract.places import Home
from archive.types import Article

# A process loads its own recogniser and gazetteer, some five seconds of work: about what this
# many articles take without it.
_ALONE = 150
_PIECES = 4  # per process and batch, so that none waits long for the last one

_extractor: Extractor | None = None


class Workers:
    """Extracts as an `Extractor` does, with the same results in the same order.

    The first articles of a run are extracted here; processes start when more come. They do not
    hear Ctrl-C: who started them stops them by leaving the `with` block.
    """

    def __init__(
        self,
        extractor: Callable[[], Extractor],
        *,
        model: str,
        count: int,
        alone: int = _ALONE,
    ) -> None:
        """`count` processes after `alone` articles; one is this one."""
        self._extractor = extractor
        self._model = model
        self._alone = alone
        self._count = count
        self._done = 0
        self._pool: ProcessPoolExecutor | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._pool is not None:
            self._pool.shutdown(wait=error is None, cancel_futures=True)
            self._pool = None

    def extract(
        self, articles: Sequence[Article], homes: Mapping[str, Home] | None = None
    ) -> list[Extraction]:
        """One extraction an article, in their order; `homes` are those of their sources."""
        self._done += len(articles)
        if self._count < 2 or self._done <= self._alone or len(articles) < 2 * self._count:
            return self._extractor().extract(articles, homes)
        if self._pool is None:
            self._pool = ProcessPoolExecutor(
                self._count,
                # Not forked: this process has threads and open databases.
                mp_context=get_context("spawn"),
                initializer=_begin,
                initargs=(self._model,),
            )
        size = -(-len(articles) // (self._count * _PIECES))
        pieces = [(articles[at : at + size], homes) for at in range(0, len(articles), size)]
        try:
            return [found for part in self._pool.map(_extract, pieces) for found in part]
        except BrokenProcessPool:  # killed, perhaps for its memory: go on alone
            self._pool.shutdown(cancel_futures=True)
            self._pool = None
            self._count = 1
            return self._extractor().extract(articles, homes)


def _begin(model: str) -> None:
    global _extractor  # noqa: PLW0603 - one recogniser a process, made when it starts
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    end_with_owner()
    _extractor = Extractor(model)


def end_with_owner() -> None:
    """End this process when the one that began it ends, also if that is killed: those of a pool
    would wait for work for ever.
    """

    def watch() -> None:
        if owner := parent_process():
            owner.join()
            os._exit(1)

    threading.Thread(target=watch, daemon=True).start()


def _extract(piece: tuple[Sequence[Article], Mapping[str, Home] | None]) -> list[Extraction]:
    if _extractor is None:
        raise RuntimeError("this process was not prepared for extraction")
    return _extractor.extract(*piece)
