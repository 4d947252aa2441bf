"""From a request to filters: values resolved to those the archive knows, dates to days."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

import numpy as np

from archive.errors import QueryError
from archive.query.dates import DayInterval, calendar_period, day_number
from archive.query.request import (
    FACETS,
    MAX_PAGE,
    MAX_QUERY_CHARACTERS,
    FacetFilter,
    SearchRequest,
)
from archive.query.syntax import Query
from archive.search.answer import Notice
from archive.search.expression import Evaluator
from archive.search.result_set import Filters
from indexes.types import Mask

UNDATED = "undated"
_CALENDAR_PERIOD = re.compile(r"\d{4}(-\d{2}(-\d{2})?)?", re.ASCII)


@dataclass(frozen=True, slots=True)
class Plan:
    """Filters ready to be applied, and how they were understood."""

    filters: Filters
    resolved: tuple[FacetFilter, ...]
    after: date | None
    before: date | None


def check(request: SearchRequest) -> None:
    """QueryError for a request that no archive could answer; names the field at fault."""
    if len(request.q) > MAX_QUERY_CHARACTERS:
        raise QueryError(
            f"the query has {len(request.q):,} characters; {MAX_QUERY_CHARACTERS:,} is the limit",
            hint="shorten it to the words that matter",
        )
    if not 1 <= request.size <= MAX_PAGE:
        raise QueryError(
            f"size is {request.size}; it must be from 1 to {MAX_PAGE}",
            hint="ask for further results with the cursor",
            field="size",
        )
    for chosen in request.filters:
        if chosen.facet not in FACETS:
            raise QueryError(
                f"there is no facet “{chosen.facet}”",
                hint="facets are: " + ", ".join(FACETS),
                field=chosen.facet,
            )


def plan(request: SearchRequest, query: Query, evaluator: Evaluator) -> Plan:
    """Filters of a checked request. QueryError for a date that cannot be read."""
    generation = evaluator.generation
    always = generation.live.copy()
    for node in query.filters:
        always &= evaluator.mask(node)
    after = _day(request.after, "after")
    before = _day(request.before, "before")
    if after or before:
        start = after.start if after else None
        end = before.end if before else None
        if start and end and start >= end:
            raise QueryError(
                f"after {request.after} lies later than before {request.before}",
                hint="exchange the two dates",
                field="after",
            )
        always &= generation.days.overlapping(day_number(start), day_number(end))
    filters = Filters(always=always)
    resolved = tuple(_resolve(request.filters, evaluator))
    for chosen in resolved:
        mask = _mask(chosen, evaluator)
        if chosen.exclude:
            filters.excluded[chosen.facet, chosen.value] = mask
        else:
            known = filters.included.get(chosen.facet, np.zeros_like(mask))
            filters.included[chosen.facet] = known | mask
    return Plan(
        filters=filters,
        resolved=resolved,
        after=after.start if after else None,
        before=_last_day(before),
    )


def _resolve(chosen: Iterable[FacetFilter], evaluator: Evaluator) -> Iterable[FacetFilter]:
    """Each filter with the value it stands for; one an archive does not know stays as it is."""
    for item in chosen:
        if item.facet == "date":
            yield item
            continue
        values = evaluator.names.resolve(item.facet, item.value)
        if not values:
            evaluator.notices.append(
                Notice(f"the archive knows no {item.facet} “{item.value}”", field=item.facet)
            )
        for value in values or (item.value,):
            yield FacetFilter(item.facet, value, item.exclude)


def _mask(chosen: FacetFilter, evaluator: Evaluator) -> Mask:
    generation = evaluator.generation
    if chosen.facet != "date":
        return generation.columns[chosen.facet].having(chosen.value)
    if chosen.value == UNDATED:
        return generation.days.undated
    if not _CALENDAR_PERIOD.fullmatch(chosen.value):
        raise _bad_date(chosen.value, "date")
    interval = _day(chosen.value, "date")
    if interval is None:
        raise _bad_date(chosen.value, "date")
    return generation.days.overlapping(day_number(interval.start), day_number(interval.end))


def _day(text: str | None, field: str) -> DayInterval | None:
    if text is None or not text.strip():
        return None
    interval = calendar_period(text.strip()) if _CALENDAR_PERIOD.fullmatch(text.strip()) else None
    if interval is None:
        raise _bad_date(text, field)
    return interval


def _bad_date(text: str, field: str) -> QueryError:
    return QueryError(
        f"{field}: “{text[:40]}” is not a date",
        hint="write a day, month or year: 2024-06-01, 2024-06 or 2024",
        field=field,
    )


def _last_day(interval: DayInterval | None) -> date | None:
    if interval is None or interval.end is None:
        return None
    return date.fromordinal(interval.end.toordinal() - 1)
