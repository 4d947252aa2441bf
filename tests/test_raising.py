"""Names of a query and being new raise articles where a setting says so, and let none in."""

from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from archive.query.request import Mode, SearchRequest
from archive.search.raising import Raising
from tests.collection import places

TODAY = date(2025, 6, 1)
ASKED = SearchRequest(q="Ada Marsh wages", size=100)


def searched(archive, raising, request=ASKED):
    return replace(archive.engine, raising=raising).search(request, today=TODAY)


@pytest.mark.parametrize("mode", Mode)
def test_raising_changes_the_order_and_never_what_is_found(invented_archive, mode):
    request = replace(ASKED, mode=mode)
    plain = searched(invented_archive, Raising(), request)
    raised = searched(invented_archive, Raising(names=0.5, recency=0.5), request)
    assert {hit.id for hit in raised.hits} == {hit.id for hit in plain.hits}
    assert raised.total == plain.total
    assert raised.facets == plain.facets


def test_nothing_is_raised_unless_it_is_set(invented_archive):
    assert invented_archive.engine.raising == Raising()
    for hit in invented_archive.search(ASKED).hits:
        assert (hit.parts.names, hit.parts.recency) == (0, 0)


def test_a_score_is_the_sum_of_its_parts(invented_archive):
    for hit in searched(invented_archive, Raising(names=0.3, recency=0.2)).hits:
        parts = hit.parts
        total = parts.words + parts.meaning + parts.names + parts.recency
        assert hit.score == pytest.approx(total, abs=1e-5)


def test_articles_about_a_name_of_the_query_come_before_others_as_good(invented_archive):
    generation = invented_archive.engine.generation
    column = generation.columns["about"]
    place = next(p for p in places().values() if column.having(p.value).any())
    about = column.having(place.value)
    asked = SearchRequest(q=f"{place.label} report", size=100)
    plain = searched(invented_archive, Raising(), asked)
    raised = searched(invented_archive, Raising(names=1.0), asked)

    def is_about(hit):
        number = invented_archive.store.get(hit.id).number
        return bool(about[generation.ordinals(np.array([number]))[0]])

    def ranks(answer):
        found = [at for at, hit in enumerate(answer.hits) if is_about(hit)]
        return sum(found) / len(found)

    assert {h.id for h in raised.hits if h.parts.names} == {
        h.id for h in raised.hits if is_about(h)
    }
    assert ranks(raised) < ranks(plain)


def test_newer_articles_are_raised_more_and_undated_ones_not_at_all(invented_archive):
    hits = searched(invented_archive, Raising(recency=0.5, half_life=60)).hits
    assert all(hit.parts.recency == 0 for hit in hits if hit.published is None)
    dated = sorted((h for h in hits if h.published), key=lambda h: h.published.start)
    shares = [hit.parts.recency for hit in dated]
    assert shares == sorted(shares)
    assert 0 < shares[-1] <= 0.5
