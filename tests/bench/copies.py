"""How well copies of invented texts are found, by what was done to them:
`python -m tests.bench.copies [TEXTS] [SEED]`.

A pair is right if both articles are of one text. Beside each text and its edits lies another
report of the same matter, with its people and things, a quotation and the boilerplate in common.
"""

import random
import sys
import tempfile
from itertools import combinations

from archive.store import Store
from tests.edits import EDITS, report, rewritten
from tests.test_copies import groups, store_texts

TEXTS, SEED = 200, 1


def measured(texts: int, seed: int) -> dict[str, float]:
    """Precision and recall over all pairs, and the share of each kind of edit that was found to
    be of its text.
    """
    rng = random.Random(seed)
    made: list[tuple[int, str, str]] = []
    for family in range(texts):
        lines = report(rng, rng.randrange(10, 45))
        made.append((family, "original", "\n\n".join(lines)))
        made += [(family, e.__name__, "\n\n".join(e(rng, lines))) for e in EDITS]
        made.append((texts + family, "another report", "\n\n".join(rewritten(rng, lines))))
    rng.shuffle(made)
    with tempfile.TemporaryDirectory() as folder, Store.open(f"sqlite:///{folder}/a.db") as store:
        ids = store_texts(store, [text for *_, text in made])
        found = {frozenset(p) for group in groups(store, ids) for p in combinations(group, 2)}
    family = {id_: of for id_, (of, *_) in zip(ids, made, strict=True)}
    kind = {id_: name for id_, (_, name, _) in zip(ids, made, strict=True)}
    true = {frozenset(p) for p in combinations(ids, 2) if family[p[0]] == family[p[1]]}
    result = {
        "precision": len(true & found) / len(found),
        "recall": len(true & found) / len(true),
    }
    for edit in EDITS:
        pairs = {p for p in true if {kind[i] for i in p} == {"original", edit.__name__}}
        result[edit.__name__.replace("_", " ")] = len(pairs & found) / len(pairs)
    return result


if __name__ == "__main__":
    given = [int(argument) for argument in sys.argv[1:]]
    for name, figure in measured(*(*given, *(TEXTS, SEED)[len(given) :])).items():
        print(f"{name:<16} {figure:.4f}")
