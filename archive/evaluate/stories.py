"""How well articles on one event meet in one story: judged articles, taken in as any are.

Measured by B³ (Bagga & Baldwin 1998) over articles; `event` names the one that judges saw.
"""

import json
from pathlib import Path
from typing import Any

from archive.core import Archive
from archive.errors import InputError
from archive.evaluate.judged import f1, judged_documents
from archive.evaluate.linking import b3
from archive.ingest import Ingester
from archive.stream import Progress, silent
from archive.types import RawDocument

_ORIGIN = "judged#"


def evaluate_stories(
    path: Path, archive: Archive, *, progress: Progress = silent
) -> dict[str, Any]:
    """Take the articles into an empty archive: `{"b3_f1": …, "b3_precision": …, "b3_recall": …,
    "articles": n, "events": n, "stories": n}`.

    InputError if one was not taken in: what is not there cannot be told from the others.
    """
    events: dict[str, str] = {}
    documents = []
    for at, item in enumerate(judged_documents(path, "text", "event")):
        origin = f"{_ORIGIN}{at}"
        events[origin] = str(item["event"])
        # Each is judged, also one with the text of another: an id of its own keeps it.
        content = json.dumps({**item, "event": None, "id": f"{at}"}).encode()
        documents.append(RawDocument(content, "json", origin))
    ingester = Ingester(archive.store, lambda: archive.extractor, lambda: archive.indexer)
    report = ingester.ingest(documents, progress=progress)
    if report.rejected:
        fault = report.rejected[0]
        raise InputError(f"{path}: {fault.origin}: {fault.reason}", hint="correct the line")
    archive.indexer.rebuild(progress=progress)
    generation = archive.engine.generation
    stories = generation.groups["stories"].first[generation.live]
    numbers = generation.numbers[generation.live].tolist()
    records = archive.store.records(numbers)
    gold = [events[records[number].article.origin] for number in numbers]
    precision, recall = b3(gold, stories.tolist())
    return {
        "b3_f1": round(f1(precision, recall), 4),
        "b3_precision": round(precision, 4),
        "b3_recall": round(recall, 4),
        "articles": len(gold),
        "events": len(set(gold)),
        "stories": len(set(stories.tolist())),
    }
