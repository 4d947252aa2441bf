"""All articles made anew from what is stored: from their raw input, or their passages alone.

How far a run has come is noted in a file, so one that was stopped goes on from there. What people
decided is laid over articles when they are indexed, so it holds for what is found anew.
"""

import json
import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from archive.chunk import CHUNKER_VERSION, passages_of
from archive.clean import CLEANER_VERSION, clean
from archive.embed import Embedder
from archive.ingest import Ingester
from archive.store import Store
from archive.stream import Progress, silent
from archive.types import Article

_BATCH = 64


@dataclass(frozen=True)
class Reprocessor:
    """A run over all articles. `marker` is where it notes how far it has come."""

    store: Store
    embedder: Embedder
    marker: Path

    def from_raw(self, ingester: Ingester, *, names: str, progress: Progress = silent) -> None:
        """Clean, enrich and cut all articles anew from their raw input. One that cannot be read
        any more stays as it is. `names` says what finds names: another one starts anew.
        """

        def batch(after: int) -> int | None:
            found = self.store.raws(after=after, most=_BATCH)
            now = datetime.now(UTC)
            made = [(record, raw, clean(raw, now=now)) for record, raw in found]
            read = [(r, raw, a) for r, raw, a in made if isinstance(a, Article)]
            articles = ingester.without_repeats([(raw, article) for _, raw, article in read])
            enriched = ingester.enrich([article for _, article in articles])
            with self.store.writing() as writer:
                for (record, _, _), new in zip(read, enriched, strict=True):
                    writer.redo(record.number, new)
            return found[-1][0].number if found else None

        self._run(["raw", CLEANER_VERSION, names], batch, progress)

    def passages(self, *, progress: Progress = silent) -> None:
        """Cut all articles anew for the model."""

        def batch(after: int) -> int | None:
            found = self.store.raws(after=after, most=_BATCH)
            cut = [passages_of(record.article, self.embedder) for record, _ in found]
            with self.store.writing() as writer:
                for (record, _), passages in zip(found, cut, strict=True):
                    writer.cut(record.number, passages)
            return found[-1][0].number if found else None

        self._run(["passages"], batch, progress)

    def finish(self) -> None:
        """Forget how far the run came: its result is published."""
        self.marker.unlink(missing_ok=True)

    def _run(
        self, what: Sequence[object], batch: Callable[[int], int | None], progress: Progress
    ) -> None:
        """Batches from where a run that does the same was stopped; each takes the number of the
        last article done and gives the next.
        """
        recipe = [*what, CHUNKER_VERSION, self.embedder.key]
        done: int | None = self._noted(recipe)
        total = self.store.counts().articles
        while done is not None:
            self._note(recipe, done)
            progress("reprocess", min(done, total), total)
            done = batch(done)
        progress("reprocess", total, total)

    def _noted(self, recipe: Sequence[object]) -> int:
        try:
            noted = json.loads(self.marker.read_text("utf-8"))
            return int(noted["done"]) if noted["recipe"] == list(recipe) else 0
        except (OSError, ValueError, KeyError, TypeError):
            return 0

    def _note(self, recipe: Sequence[object], done: int) -> None:
        self.marker.parent.mkdir(parents=True, exist_ok=True)
        beside = self.marker.with_name(f"{self.marker.name}.{secrets.token_hex(4)}")
        beside.write_text(json.dumps({"recipe": list(recipe), "done": done}), "utf-8")
        beside.replace(self.marker)
