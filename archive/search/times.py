"""Times in the words of a query ("floods last June"), as filters that could be chosen."""

from collections.abc import Iterator
from datetime import date, timedelta

from archive.extract.dates import find_dates
from archive.query.dates import calendar_period, day_number
from archive.search.answer import Suggestion
from indexes.generation import Generation


def times_in(text: str, today: date, generation: Generation) -> Iterator[Suggestion]:
    """The times named in a text, counted from today, in its order: each as a period that articles
    were published in ("date") and one that they speak of ("mentions"), where there are any.
    """
    for mention in find_dates(text, today):
        if mention.type != "DATE" or mention.first is None or mention.last is None:
            continue
        value = period_of(mention.first, mention.last)
        first, last = day_number(mention.first), day_number(mention.last)
        for facet, times in (("date", generation.days), ("mentions", generation.spoken)):
            count = int((times.overlapping(first, last) & generation.live).sum())
            if count:
                yield Suggestion(facet, value, mention.surface, count)


def period_of(first: date, after: date) -> str:
    """Days from the first up to, but not including, another as filters name them: a year, month or
    day, if they are one, else a range.
    """
    for form in ("%Y", "%Y-%m", "%Y-%m-%d"):
        period = calendar_period(first.strftime(form))
        if period and (period.start, period.end) == (first, after):
            return first.strftime(form)
    return f"{first.isoformat()}..{(after - timedelta(days=1)).isoformat()}"
