"""How well names are recognised: exact span and type, beside the bare recogniser's figures.

Convention of CoNLL-2003 (Tjong Kim Sang & De Meulder 2003): a name counts when its span and
its type are both right.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from archive.evaluate.judged import f1, judged_documents
from archive.extract.extractor import DEMONYM, extract_names
from archive.extract.gazetteer import shared_gazetteer
from archive.extract.governments import RULE as GOVERNMENT
from archive.extract.tagger import Tagger
from archive.stream import Progress, batched, silent
from archive.types import Article

_TYPES = {"PER": "person", "ORG": "organisation", "LOC": "place"}
# OntoNotes' labels as CoNLL's types; pipelines trained on CoNLL have these already.
_BARE = {"PERSON": "PER", "GPE": "LOC", "FAC": "LOC"}
_BATCH = 32
_STEPS = 10  # of confidence, in the table that shows how far it can be trusted

Judged = tuple[int, int, str]  # start, end, type


def evaluate_names(path: Path, model: str, *, progress: Progress = silent) -> dict[str, Any]:
    """`{"f1_person": …, "f1_organisation": …, "f1_place": …, "bare_f1_person": …, …}`; and
    under "confidence" how many people and organisations were found with each tenth of it, and
    the share of those that are right.
    """
    tagger, gazetteer = Tagger(model), shared_gazetteer()
    ours, bare = Tally(), Tally()
    steps: dict[int, list[bool]] = defaultdict(list)
    done = 0
    for batch in batched(judged_documents(path, "text", "entities"), _BATCH):
        tagged = tagger.tag([item["text"] for item in batch])
        for item, entities in zip(batch, tagged, strict=True):
            gold = {(e["start"], e["end"], e["type"]) for e in item["entities"]}
            article = Article(title="", text=item["text"], origin=str(item.get("id", "")))
            found = extract_names(article, entities, gazetteer).mentions
            types = {kind: type_ for type_, kind in _TYPES.items()}
            # The judges keep demonyms apart from places, and offices are no names.
            named = [m for m in found if m.rule not in (DEMONYM, GOVERNMENT)]
            ours.add(gold, {(m.start, m.end, types.get(m.kind, "")) for m in named})
            for m in named:
                if m.kind in ("person", "organisation"):
                    right = (m.start, m.end, types[m.kind]) in gold
                    steps[min(int(m.confidence * _STEPS), _STEPS - 1)].append(right)
            bare.add(gold, {(e.start, e.end, _BARE.get(e.label, e.label)) for e in entities})
        done += len(batch)
        progress("names", done, None)
    return {
        **ours.figures(""),
        **bare.figures("bare_"),
        "articles": done,
        "confidence": {
            f"{step / _STEPS:.1f}": [len(right), round(sum(right) / len(right), 3)]
            for step, right in sorted(steps.items())
        },
    }


class Tally:
    """What was found and what was there, by type."""

    def __init__(self) -> None:
        self._right: Counter[str] = Counter()
        self._found: Counter[str] = Counter()
        self._gold: Counter[str] = Counter()

    def add(self, gold: Iterable[Judged], found: Iterable[Judged]) -> None:
        """One document."""
        gold, found = set(gold), set(found)
        for counter, names in (
            (self._right, gold & found),
            (self._found, found),
            (self._gold, gold),
        ):
            counter.update(type_ for _, _, type_ in names)

    def figures(self, prefix: str) -> Mapping[str, float]:
        """F1, precision and recall of each type."""
        figures = {}
        for type_, kind in _TYPES.items():
            precision = self._right[type_] / max(self._found[type_], 1)
            recall = self._right[type_] / max(self._gold[type_], 1)
            figures[f"{prefix}f1_{kind}"] = round(f1(precision, recall), 4)
            figures[f"{prefix}precision_{kind}"] = round(precision, 4)
            figures[f"{prefix}recall_{kind}"] = round(recall, 4)
        return figures
