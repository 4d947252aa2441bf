"""Results of the benchmark as a page."""

from collections.abc import Mapping
from datetime import date
from typing import Any

_FILTERS = ("none", "place", "place and month")


def page(
    found: Mapping[int, Mapping[str, Any]], *, sizes: str, real: int, machine: str, day: date
) -> str:
    """The whole page, in Markdown."""
    parts = [
        "# Speed, memory and recall of the index",
        f"Written by `make bench DATA=folder SIZES={sizes}` on {day:%Y-%m-%d} ({machine}).",
        f"The first {real:,} passages are real news; those beyond are the same ones with their "
        "words shuffled and their vectors perturbed (tests/bench/fixture.py). Queries are "
        "headlines of other articles, whole or their first two to four words. The server has a "
        "process a core (`archive serve --processes`). Times are medians "
        "of three rounds of 200 searches over HTTP, with query embedding, filters, all facets "
        "and marked passages. “place” is in about a twentieth of all articles.",
        "Aimed at for 1,000,000 passages on two cores: p50 30 ms and p95 80 ms by one client, 60 "
        "searches a second by 16, recall@10 of 0.99, 1.2 GB resident, the first answer within 3 s "
        "of a start with all files out of the system's memory, a fifth of txtai's time with a "
        "filter.",
        "## Search",
        *_searches(found),
        "## Size and start",
        *_sizes(found),
        "## Recall of the index",
        "The ten nearest articles above the cut-off, against brute force over all vectors in "
        "float32; beside it how many articles reach the cut-off over all queries, by brute force "
        "and in the archive.",
        *_recall(found),
        "## Where the time goes",
        "Median milliseconds inside one search, without HTTP.",
        *_profile(found),
    ]
    if any("txtai" in results for results in found.values()):
        parts += [
            "## txtai",
            "The same passages, vectors and queries in txtai (hybrid, content store), called in "
            "its own process without HTTP, one at a time; filters as SQL beside `similar()`. It "
            "counts no facets and no totals, and it filters what it has ranked: hits are how "
            "many of the ten it had left. The ratio is its p50 over ours (HTTP included).",
            *_txtai(found),
        ]
    return "\n\n".join(parts) + "\n"


def _table(head: list[str], rows: list[list[object]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(str(cell) for cell in line) + " |" for line in lines)


def _searches(found: Mapping[int, Mapping[str, Any]]) -> list[str]:
    head = ["passages", "filter", "clients", "p50 ms", "p95 ms", "p99 ms", "searches/s"]
    rows: list[list[object]] = []
    for size, results in found.items():
        for name in _FILTERS:
            for clients, took in results["served"][name].items():
                rows.append([f"{size:,}", name, clients, *took.values()])
    return [_table(head, rows)]


def _sizes(found: Mapping[int, Mapping[str, Any]]) -> list[str]:
    head = ["passages", "articles", "build s", "index bytes a passage", "start to first answer s"]
    head += ["resident MB at rest", "after all searches", "of its own", "peak"]
    rows: list[list[object]] = []
    for size, results in found.items():
        built, served = results["build"], results["served"]
        row = [f"{size:,}", f"{built['articles']:,}", built["build_s"]]
        row += [round(built["index_bytes"] / built["passages"]), served["first_answer_s"]]
        row += [served["at_rest"]["resident"], served["after"]["resident"]]
        rows.append([*row, served["after"]["own"], served["after"]["peak"]])
    return [_table(head, rows)]


def _recall(found: Mapping[int, Mapping[str, Any]]) -> list[str]:
    head = ["passages", "filter keeps", "recall@10", "by brute force", "in the archive"]
    rows: list[list[object]] = []
    for size, results in found.items():
        for width, got in results["recall"].items():
            rows.append([f"{size:,}", f"{float(width):.1%}", *got.values()])
    return [_table(head, rows)]


def _profile(found: Mapping[int, Mapping[str, Any]]) -> list[str]:
    stages = list(next(iter(found.values()))["profile"])
    rows = [[f"{s:,}", *(r["profile"].get(n, "") for n in stages)] for s, r in found.items()]
    return [_table(["passages", *stages], rows)]


def _txtai(found: Mapping[int, Mapping[str, Any]]) -> list[str]:
    head = ["passages", "filter", "p50 ms", "p95 ms", "p99 ms", "hits of 10", "ratio", "build s"]
    rows: list[list[object]] = []
    for size, results in found.items():
        peer = results.get("txtai")
        for name in _FILTERS if peer else ():
            ours = results["served"][name]["1"]["p50"]
            times = [peer[name][k] for k in ("p50", "p95", "p99")]
            ratio = round(peer[name]["p50"] / max(ours, 0.1), 1)
            rows.append(
                [f"{size:,}", name, *times, round(peer[name]["hits"], 1), ratio, peer["build_s"]]
            )
    return [_table(head, rows)]
