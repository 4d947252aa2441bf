"""Times in the words of a query are offered as filters, and narrow nothing by themselves."""

from dataclasses import replace
from datetime import date

import pytest

from archive.query.request import FacetFilter, SearchRequest
from archive.search.raising import Raising
from archive.search.times import period_of

TODAY = date(2025, 6, 1)


@pytest.mark.parametrize(
    ("first", "after", "period"),
    [
        (date(2024, 1, 1), date(2025, 1, 1), "2024"),
        (date(2024, 6, 1), date(2024, 7, 1), "2024-06"),
        (date(2024, 6, 1), date(2024, 6, 2), "2024-06-01"),
        (date(2024, 12, 31), date(2025, 1, 1), "2024-12-31"),
        (date(2024, 6, 3), date(2024, 6, 10), "2024-06-03..2024-06-09"),
    ],
)
def test_days_are_named_as_filters_name_them(first, after, period):
    assert period_of(first, after) == period


def offered(archive, text, today=TODAY):
    answer = archive.engine.search(SearchRequest(q=text), today=today)
    return [name for name in answer.query.names if name.facet in ("date", "mentions")]


@pytest.fixture(scope="module")
def published(invented_archive):
    """A month in which articles were published."""
    values = invented_archive.search(SearchRequest()).facets["date"]
    return next(v.value for v in values if len(v.value) == 7 and v.value != "undated")


def test_a_month_in_a_query_is_offered_with_the_articles_of_that_month(invented_archive, published):
    said = date.fromisoformat(f"{published}-01").strftime("%B %Y")
    (found,) = [n for n in offered(invented_archive, f"wages {said}") if n.facet == "date"]
    assert (found.value, found.label) == (published, said)
    chosen = SearchRequest(filters=(FacetFilter("date", published),))
    assert invented_archive.search(chosen).total == found.count


def test_last_month_counts_from_today(invented_archive, published):
    year, month = map(int, published.split("-"))
    later = date(year + month // 12, month % 12 + 1, 15)
    values = [n.value for n in offered(invented_archive, "wages last month", today=later)]
    assert published in values


def test_a_query_without_times_offers_none(invented_archive):
    assert offered(invented_archive, "wages in the harbour") == []


def test_articles_of_the_time_are_raised_where_a_setting_says_so(invented_archive):
    plain = invented_archive.engine
    raising = replace(plain, raising=Raising(names=0.5))
    asked = SearchRequest(q="a strike over wages in the harbour in 2023", size=100)
    of_2023 = {
        hit.id: bool(hit.published and hit.published.value.startswith("2023"))
        for hit in plain.search(asked, today=TODAY).hits
    }
    assert 0 < sum(of_2023.values()) < len(of_2023)
    raised = raising.search(asked, today=TODAY).hits
    assert {hit.id for hit in raised} == set(of_2023)
    assert all(hit.parts.names > 0 for hit in raised if of_2023[hit.id])
    assert any(hit.parts.names == 0 for hit in raised)
