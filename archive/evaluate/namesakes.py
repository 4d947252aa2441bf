"""How well two people of one name are noticed: pairs of people of an agency's tags are given one
name, as if they were namesakes, and people who are one are left as they are.
"""

from collections import Counter, defaultdict
from itertools import combinations
from pathlib import Path
from typing import Any

from archive.evaluate.judged import judged_documents
from archive.namesakes import LEAST_EACH, fall_apart, most_telling
from archive.stream import Progress, silent

_TAGS = ("people", "organisations", "places")


def evaluate_namesakes(path: Path, *, progress: Progress = silent) -> dict[str, Any]:
    """`{"marked_of_two": …, "marked_of_one": …, "two": …, "one": …}`: of the pairs that were given
    one name, and of the people with as many articles as such a pair needs, the share that is marked
    as uncertain; and how many of both there are. Pairs who meet in an article are left out.
    """
    beside: list[set[str]] = []
    articles: dict[str, set[int]] = defaultdict(set)
    for at, item in enumerate(judged_documents(path, *_TAGS)):
        beside.append({f"{of}:{tag['name']}" for of in _TAGS for tag in item[of]})
        for tag in item["people"]:
            articles[f"people:{tag['name']}"].add(at)
        progress("namesakes", at + 1, None)
    times = Counter(name for names in beside for name in names)
    most = most_telling(len(beside))

    def marked(*names: str) -> bool:
        found = {at for name in names for at in articles[name]}
        return fall_apart(
            {at: {n for n in beside[at] if n not in names and times[n] <= most} for at in found}
        )

    known = sorted(name for name, found in articles.items() if len(found) >= LEAST_EACH)
    two = [marked(*p) for p in combinations(known, 2) if not articles[p[0]] & articles[p[1]]]
    one = [marked(n) for n in known if len(articles[n]) >= 2 * LEAST_EACH]
    return {
        "marked_of_two": round(sum(two) / max(1, len(two)), 4),
        "marked_of_one": round(sum(one) / max(1, len(one)), 4),
        "two": len(two),
        "one": len(one),
        "articles": len(beside),
    }
