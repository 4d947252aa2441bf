"""One article and one request in, the reasons why it is in the result set or not out."""

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from archive.calibration import Calibration
from archive.query.request import SearchRequest
from archive.query.syntax import Query, render
from archive.search.answer import FilterVerdict, ScoreParts, Snippet, Why
from archive.search.expression import Evaluator
from archive.search.plan import Plan, areas
from archive.search.result_set import Matches, ResultSet
from archive.search.snippets import counted, marks, word_matches
from archive.types import Record
from indexes.types import Scores, Vectors

_NOT_INDEXED = "it is stored, but not indexed yet; `archive ingest` or `archive rebuild` does that"


def parts_of(matches: Matches, row: int) -> ScoreParts:
    """What adds up to the score of a match."""
    return ScoreParts(
        words=round(float(matches.from_words[row]), 6),
        meaning=round(float(matches.from_meaning[row]), 6),
        names=_raised(matches.from_names, row),
        recency=_raised(matches.from_recency, row),
        reranking=_raised(matches.from_reranking, row),
    )


def _raised(scores: Scores | None, row: int) -> float:
    return round(float(scores[row]), 6) if scores is not None else 0.0


def explain(
    record: Record,
    request: SearchRequest,
    results: ResultSet,
    planned: Plan,
    *,
    evaluator: Evaluator,
    calibration: Calibration,
    query: Query,
    vector: Vectors | None,
) -> Why:
    """Why an article is in a result set, or why not. `vector` is the query's, (dimension,), or
    None where meaning is not asked for.
    """
    generation, matches, article = results.generation, results.matches, record.article
    ordinal = int(generation.ordinals(np.array([record.number]))[0])
    in_title, in_text = (
        counted(text, matches.wanted.terms) for text in (article.title, article.text)
    )
    words = word_matches(matches.wanted.texts, in_title, in_text)
    similarity, passage = None, None
    if ordinal >= 0 and vector is not None:
        similarity, passage = _best_passage(results, ordinal, vector, article.text)
    row = int(np.searchsorted(matches.articles, ordinal)) if ordinal >= 0 else len(matches.articles)
    matched = row < len(matches.articles) and int(matches.articles[row]) == ordinal
    verdicts = tuple(_filters(ordinal, request, planned, query, evaluator)) if ordinal >= 0 else ()
    near = similarity is not None and similarity >= calibration.cutoff
    why = Why(
        id=record.id,
        title=article.title,
        is_in=matched and all(verdict.passes for verdict in verdicts),
        verdict=_NOT_INDEXED,
        filters=verdicts,
        words=words,
        similarity=round(similarity, 4) if similarity is not None else None,
        band=calibration.band(similarity) if similarity is not None and near else None,
        cutoff=calibration.cutoff if vector is not None else None,
        passage=passage,
        score=round(float(matches.scores[row]), 6) if matched else None,
        parts=parts_of(matches, row) if matched else None,
        notices=tuple(dict.fromkeys((*evaluator.notices, *matches.notices))),
    )
    return replace(why, verdict=_verdict(why, query)) if ordinal >= 0 else why


def _best_passage(
    results: ResultSet, ordinal: int, vector: Vectors, text: str
) -> tuple[float | None, Snippet | None]:
    generation = results.generation
    own = generation.passages_of(ordinal)
    if not len(own):
        return None, None
    cosines = generation.dense.vectors(own) @ vector
    best = int(np.argmax(cosines))
    start, end = (int(at) for at in generation.passage_spans[own[best]])
    asked = results.matches.wanted
    shown = text[start:end]
    snippet = Snippet(shown, start, end, marks(shown, asked.terms, asked.prefixes))
    return float(cosines[best]), snippet


def _filters(
    ordinal: int, request: SearchRequest, planned: Plan, query: Query, evaluator: Evaluator
) -> Iterator[FilterVerdict]:
    """Each filter by itself, as a person chose it."""
    for facet, mask in planned.filters.included.items():
        chosen = [f.value for f in planned.resolved if f.facet == facet and not f.exclude]
        yield FilterVerdict(f"{facet}: {' or '.join(chosen)}", bool(mask[ordinal]))
    for (facet, value), mask in planned.filters.excluded.items():
        yield FilterVerdict(f"not {facet}: {value}", not mask[ordinal])
    for node in query.filters:
        yield FilterVerdict(render(node), bool(evaluator.mask(node)[ordinal]))
    if planned.published is not None:
        span = " ".join(
            f"{name} {value}"
            for name, value in (("after", request.after), ("before", request.before))
            if value
        )
        yield FilterVerdict(f"published {span}", bool(planned.published[ordinal]))
    for area, asked in areas(request):
        yield FilterVerdict(asked, bool(evaluator.within(area)[ordinal]))
    if planned.filters.together is not None:
        passes = bool(planned.filters.together.articles()[ordinal])
        yield FilterVerdict("names and meaning in one passage", passes)
    for group, members in planned.grouped:
        yield FilterVerdict(f"{group.field}: {group.id}", bool(members[ordinal]))


def _verdict(why: Why, query: Query) -> str:
    """The sentence for an article that is indexed."""
    near = f"its best passage is near in meaning ({why.similarity})" if why.band else ""
    if why.is_in:
        if query.words is None:
            return "it passes all filters, and no words are asked for"
        found = [w.word for w in why.words if w.title or w.text]
        has = f"it has {_listed(found)}" if found else ""
        return " and ".join(filter(None, (has, near))) or "it fits the expression"
    if why.parts is not None:
        failed = [verdict.filter for verdict in why.filters if not verdict.passes]
        return f"it matches, but is filtered out by {_listed(failed)}"
    missing = [w.word for w in why.words if not w.title and not w.text]
    reasons = [f"it lacks {_listed(missing)}" if missing else "it does not fit the expression"]
    if why.similarity is not None and why.cutoff is not None:
        reasons.append(
            near
            or f"its best passage ({why.similarity}) lies "
            f"{why.cutoff - why.similarity:.4f} below the cut-off ({why.cutoff})"
        )
    return ", and ".join(reasons)


def _listed(names: list[str]) -> str:
    return ", ".join(f"“{name}”" for name in names)
