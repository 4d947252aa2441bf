"""From a request to filters: values resolved to those the archive knows, dates to days."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

from archive.errors import QueryError
from archive.query.dates import DayInterval, calendar_period, calendar_range, day_number
from archive.query.geo import BOX_FORM, CIRCLE_FORM, Area, parse_box, parse_circle
from archive.query.request import (
    CALENDARS,
    FACETS,
    MAX_FILTERS,
    MAX_PAGE,
    MAX_QUERY_CHARACTERS,
    FacetFilter,
    SearchRequest,
)
from archive.query.syntax import Query
from archive.search.answer import GroupFilter, Notice
from archive.search.expression import Evaluator
from archive.search.result_set import Filters
from indexes.generation import Generation
from indexes.types import Mask

UNDATED = "undated"
NONE = "none"
# What the articles without a period are called, by facet.
WITHOUT = {"date": UNDATED, "mentions": NONE}


@dataclass(frozen=True, slots=True)
class Plan:
    """Filters ready to be applied, and how they were understood."""

    filters: Filters
    resolved: tuple[FacetFilter, ...]
    after: date | None
    before: date | None
    published: Mask | None = None  # of `after` and `before` alone
    grouped: tuple[tuple[GroupFilter, Mask], ...] = ()


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
    if len(request.filters) > MAX_FILTERS:
        raise QueryError(
            f"there are {len(request.filters):,} filters; {MAX_FILTERS} is the limit",
            hint="leave some of them out",
            field=request.filters[-1].facet,
        )
    for chosen in request.filters:
        if chosen.facet not in FACETS:
            raise QueryError(
                f"there is no facet “{chosen.facet}”",
                hint="facets are: " + ", ".join(FACETS),
                field=chosen.facet,
            )
        if (
            chosen.facet in CALENDARS
            and chosen.value != WITHOUT[chosen.facet]
            and calendar_range(chosen.value) is None
        ):
            raise _bad_date(chosen.value, chosen.facet)
    _span(request)
    list(areas(request))


def plan(
    request: SearchRequest,
    query: Query,
    evaluator: Evaluator,
    grouped: Sequence[tuple[GroupFilter, Mask]] = (),
) -> Plan:
    """Filters of a checked request; `grouped` are those by a story or by copies."""
    generation = evaluator.generation
    always = generation.live.copy()
    for node in query.filters:
        always &= evaluator.mask(node)
    span, in_span = _span(request), None
    if span.start or span.end:
        in_span = _published(span, generation)
        always &= in_span
    for area, _ in areas(request):
        always &= evaluator.within(area)
    for _, members in grouped:
        always &= members
    filters = Filters(always=always)
    resolved = tuple(dict.fromkeys(_resolve(request.filters, evaluator)))
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
        after=span.start,
        before=span.end - timedelta(days=1) if span.end else None,
        published=in_span,
        grouped=tuple(grouped),
    )


def _resolve(chosen: Iterable[FacetFilter], evaluator: Evaluator) -> Iterable[FacetFilter]:
    """Each filter with the value it stands for; one an archive does not know stays as it is."""
    for item in chosen:
        if item.facet in CALENDARS:
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
    if chosen.facet in CALENDARS:
        return period_mask(chosen.facet, chosen.value, evaluator.generation)
    return evaluator.generation.columns[chosen.facet].having(chosen.value)


def period_mask(facet: str, value: str, generation: Generation) -> Mask:
    """The articles that were published in a period ("date") or speak of it ("mentions").
    QueryError for a value that is no period.
    """
    published = facet == "date"
    if value == WITHOUT[facet]:
        return generation.days.undated if published else generation.spoken.none
    interval = calendar_range(value)
    if interval is None:
        raise _bad_date(value, facet)
    days = generation.days if published else generation.spoken
    return days.overlapping(day_number(interval.start), day_number(interval.end))


def _published(interval: DayInterval, generation: Generation) -> Mask:
    return generation.days.overlapping(day_number(interval.start), day_number(interval.end))


def areas(request: SearchRequest) -> Iterator[tuple[Area, str]]:
    """The areas that `bbox` and `near` ask for, and how. QueryError for what is none."""
    for field, stated, area, form in (
        ("bbox", request.bbox, parse_box(request.bbox or ""), BOX_FORM),
        ("near", request.near, parse_circle(request.near or ""), CIRCLE_FORM),
    ):
        if area is not None:
            yield area, f"{field}: {stated}"
        elif stated and stated.strip():
            raise QueryError(
                f"{field}: “{stated[:60]}” is not an area", hint=f"write {form}", field=field
            )


def _span(request: SearchRequest) -> DayInterval:
    """The days that `after` and `before` leave. QueryError for what is no date, or no span."""
    after, before = _period(request.after), _period(request.before)
    for field, stated, found in (
        ("after", request.after, after),
        ("before", request.before, before),
    ):
        if stated and stated.strip() and found is None:
            raise _bad_date(stated, field)
    span = DayInterval(after.start if after else None, before.end if before else None)
    if span.start and span.end and span.start >= span.end:
        raise QueryError(
            f"after {request.after} lies later than before {request.before}",
            hint="exchange the two dates",
            field="after",
        )
    return span


def _period(text: str | None) -> DayInterval | None:
    return calendar_period((text or "").strip())


def _bad_date(text: str, field: str) -> QueryError:
    return QueryError(
        f"{field}: “{text[:40]}” is not a date",
        hint="write a day, month or year: 2024-06-01, 2024-06 or 2024",
        field=field,
    )
