"""How well mentions of one actor or place meet in one identity: B³ over all mentions of a file.

B³ (Bagga & Baldwin 1998) averages over the mentions: how much of the group that a mention was
put into is of its own identity (precision), and how much of its identity is in that group
(recall). The mentions are given; which identity each of them has is what is measured.
"""

from collections import Counter
from collections.abc import Hashable, Sequence
from pathlib import Path
from typing import Any

from archive.canonical import Seen, canonical
from archive.evaluate.judged import f1, judged_documents
from archive.extract.extractor import extract_names
from archive.extract.gazetteer import shared_gazetteer
from archive.extract.tagger import Tagger
from archive.stream import Progress, silent
from archive.text import slug
from archive.types import Article, Mention


def evaluate_linking(path: Path, model: str, *, progress: Progress = silent) -> dict[str, Any]:
    """`{"b3_f1": …, "b3_precision": …, "b3_recall": …, "b3_f1_same_string": …, …}`.

    A given mention has the identity of the name that we found there (of the one that shares
    most characters with it); where we found none, its own words stand for it. "Same string"
    groups mentions by their words alone. Mentions that the judges knew no identity for
    are left out.
    """
    tagger, gazetteer = Tagger(model), shared_gazetteer()
    items = list(judged_documents(path, "text", "entities"))
    found: list[tuple[Mention, ...]] = []
    for item, entities in zip(items, tagger.tag([i["text"] for i in items]), strict=True):
        article = Article(title="", text=item["text"], origin=str(item.get("id", "")))
        found.append(extract_names(article, entities, gazetteer).mentions)
        progress("linking", len(found), len(items))
    return linking_figures(items, found)


def linking_figures(
    items: Sequence[dict[str, Any]], found: Sequence[Sequence[Mention]]
) -> dict[str, Any]:
    """The figures of judged items, given the mentions found in each."""
    actors = canonical(
        Seen(at, m.value, m.kind, m.surface, m.label)
        for at, mentions in enumerate(found)
        for m in mentions
        if m.kind != "place"
    )
    gold: list[Hashable] = []
    ours: list[Hashable] = []
    strings: list[Hashable] = []
    for item, mentions in zip(items, found, strict=True):
        for entity in item["entities"]:
            if not entity["qid"]:
                continue
            surface = item["text"][entity["start"] : entity["end"]]
            gold.append(entity["qid"])
            nearest = _nearest(entity["start"], entity["end"], mentions)
            strings.append(slug(surface))
            if nearest is None:
                ours.append(slug(surface))
            elif nearest.kind == "place":
                ours.append(("place", nearest.value))
            else:
                ours.append(actors[nearest.value].value)
    precision, recall = b3(gold, ours)
    same = f1(*b3(gold, strings))
    return {
        "b3_f1": round(f1(precision, recall), 4),
        "b3_precision": round(precision, 4),
        "b3_recall": round(recall, 4),
        "b3_f1_same_string": round(same, 4),
        "mentions": len(gold),
        "articles": len(items),
    }


def b3(gold: Sequence[Hashable], groups: Sequence[Hashable]) -> tuple[float, float]:
    """B³ precision and recall of a grouping of the same things."""
    together = Counter(zip(gold, groups, strict=True))
    in_gold, in_group = Counter(gold), Counter(groups)
    total = max(len(gold), 1)
    precision = sum(n * n / in_group[group] for (_, group), n in together.items()) / total
    recall = sum(n * n / in_gold[identity] for (identity, _), n in together.items()) / total
    return precision, recall


def _nearest(start: int, end: int, mentions: Sequence[Mention]) -> Mention | None:
    """The mention in the text that shares most characters with a span."""

    def shared(mention: Mention) -> int:
        return min(end, mention.end) - max(start, mention.start)

    overlapping = [m for m in mentions if m.field == "text" and shared(m) > 0]
    return max(overlapping, key=lambda m: (shared(m), -m.start), default=None)
