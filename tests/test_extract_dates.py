"""Times that a text speaks of are found and understood from the day of publication."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from archive.extract.date_values import days_of, shift
from archive.extract.dates import dates_of, find_dates
from archive.types import Article, Precision, PublishedDate

WEDNESDAY = date(2024, 6, 12)


def found(text: str, anchor: date | None = WEDNESDAY) -> list[tuple[str, str]]:
    return [(m.surface, m.value) for m in find_dates(text, anchor)]


@pytest.mark.parametrize(
    ("text", "surface", "value"),
    [
        ("The bridge opened on 3 March 2019.", "3 March 2019", "2019-03-03"),
        ("It fell on Sept. 4, 1998, in a storm.", "Sept. 4, 1998", "1998-09-04"),
        ("The log begins 2021-07-09 at sea.", "2021-07-09", "2021-07-09"),
        ("Signed 10/30/1989 in Oslo.", "10/30/1989", "1989-10-30"),
        ("Crews arrived on Monday.", "Monday", "2024-06-10"),
        ("The ferry will sail on Monday.", "Monday", "2024-06-17"),
        ("It sank last Friday.", "last Friday", "2024-06-07"),
        ("They met Tuesday evening.", "Tuesday evening", "2024-06-11TEV"),
        ("The port closes at 5 p.m. Thursday.", "5 p.m. Thursday", "2024-06-06T17:00"),
        ("Prices fell yesterday.", "yesterday", "2024-06-11"),
        ("He resigned this morning.", "this morning", "2024-06-12TMO"),
        ("Rain came in April.", "April", "2024-04"),
        ("The vote will be held in January.", "January", "2025-01"),
        ("It was built in June 1931.", "June 1931", "1931-06"),
        ("They moved two weeks ago.", "two weeks ago", "2024-W22"),
        ("It burned three years ago.", "three years ago", "2021"),
        ("Exports grew last month.", "last month", "2024-05"),
        ("The harvest will be poor next year.", "next year", "2025"),
        ("Sales rose in the third quarter of 2022.", "the third quarter of 2022", "2022-Q3"),
        ("Sales rose in the first quarter.", "the first quarter", "2024-Q1"),
        ("Output doubled in Q2 2023.", "Q2 2023", "2023-Q2"),
        ("It was common in the 1990s.", "the 1990s", "199X"),
        ("A canal of the 19th century.", "the 19th century", "18XX"),
        ("The drought began last summer.", "last summer", "2023-SU"),
        ("The dam will open next spring.", "next spring", "2025-SP"),
        ("The talks lasted three days.", "three days", "P3D"),
        ("He spent a couple of hours there.", "a couple of hours", "PT2H"),
        ("The council meets every week.", "every week", "P1W"),
        ("Boats leave every Sunday.", "every Sunday", "XXXX-WXX-7"),
        ("The mill is now a museum.", "now", "PRESENT_REF"),
        ("She recently moved.", "recently", "PAST_REF"),
        ("Nobody can know the future.", "the future", "FUTURE_REF"),
        ("Rents rose over the past three months.", "the past three months", "P3M"),
        ("Shops will close on Christmas.", "Christmas", "2024-12-25"),
        ("The lease ends early next year.", "early next year", "2025"),
    ],
)
def test_a_time_is_found_and_understood(text, surface, value):
    assert (surface, value) in found(text)


@pytest.mark.parametrize(
    ("said", "value"),
    [
        ("two and a half years", "P2Y6M"),
        ("three-and-a-half years", "P3Y6M"),
        ("five and one-half years", "P5Y6M"),
        ("5 1/2 hours", "PT5H30M"),
        ("2-1/2 years", "P2Y6M"),
        ("6½ months", "P6.5M"),
        ("1.5 days", "P1DT12H"),
        ("2 1/2-hour", "PT2H30M"),
        ("a year and a half", "P1Y6M"),
        ("two days and a half", "P2DT12H"),
        ("a minute and a half", "PT1M30S"),
        ("a week and a half", "P1.5W"),
        ("half a century", "P50Y"),
        ("2 1/3 years", "P2Y4M"),
        ("a half-century", "P50Y"),
        ("half a decade", "P5Y"),
        ("half a year", "P6M"),
        ("half an hour", "PT30M"),
        ("a half hour", "PT30M"),
        ("a quarter of an hour", "PT15M"),
        ("three quarters of an hour", "PT45M"),
        ("a quarter-century", "P25Y"),
        ("half a dozen years", "P6Y"),
        ("a hundred and fifty years", "P150Y"),
        ("two hundred and one days", "P201D"),
        ("five or six weeks", "P5W"),
        ("between five and six weeks", "P5W"),
        ("two decades", "P20Y"),
        ("2.0 years", "P2Y"),
    ],
)
def test_fractions_and_other_ways_of_saying_how_many_are_understood(said, value):
    [(surface, read)] = found(f"The work took {said} in all.")
    assert (surface, read) == (said.removeprefix("between "), value)


@pytest.mark.parametrize(
    ("said", "value"),
    [
        ("two and a half years ago", "2021-12"),
        ("a year and a half ago", "2022-12"),
        ("1 1/2 years ago", "2022-12"),
        ("half a century ago", "1974"),
        ("a hundred and fifty years ago", "1874"),
    ],
)
def test_what_lies_a_fraction_back_is_counted_in_whole_parts_of_it(said, value):
    assert found(f"It was built {said}.") == [(said, value)]


@pytest.mark.parametrize(
    ("text", "surface", "value"),
    [
        ("The fair fills the week of March 6.", "the week of March 6", "2024-W10"),
        ("It was the day before last Tuesday.", "the day before last Tuesday", "2024-06-10"),
        ("Shops opened two days before Christmas.", "two days before Christmas", "2023-12-23"),
        ("They will sail the day after tomorrow.", "the day after tomorrow", "2024-06-14"),
        ("It hit a week after 3 May 2020.", "a week after 3 May 2020", "2020-W19"),
        ("The bell rang at noon.", "noon", "2024-06-12T12:00"),
        ("It burned until midnight.", "midnight", "2024-06-12T24:00"),
        ("It shook at 10:35 a.m. (0735 GMT) Friday.", "10:35 a.m. (0735 GMT) Friday",
         "2024-06-07T10:35"),
        ("The kick-off is at 1830 GMT.", "1830 GMT", "2024-06-12T18:30"),
        ("It ended a decades-long feud.", "decades-long", "PXE"),
    ],
)  # fmt: skip
def test_a_time_may_hang_on_another_one(text, surface, value):
    assert found(text) == [(surface, value)]


def test_the_next_day_is_the_one_after_the_day_spoken_of():
    text = "It sank on 3 May 2020. Divers came the next morning and left the next day."
    assert found(text)[1:] == [
        ("the next morning", "2020-05-04TMO"),
        ("the next day", "2020-05-04"),
    ]


def test_a_year_beside_a_word_that_is_a_zone_is_a_year():
    assert ("2015", "2015") in found("Voters chose 2015 local councils, and in 2015 others.")


def test_the_last_year_and_a_half_covers_its_days():
    [mention] = find_dates("Prices rose over the past two and a half years.", WEDNESDAY)
    assert (mention.value, mention.first) == ("P2Y6M", date(2021, 12, 12))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("He spent a day and a half dozen people came.", [("a day", "P1D")]),
        ("They waited a year and a half hour more.", [("a year", "P1Y"), ("a half hour", "PT30M")]),
        ("The 1/2/98 ledger is lost.", [("1/2/98", "1998-01-02")]),
        ("Sales rose in the first half of 2022.", [("the first half of 2022", "2022-H1")]),
        ("Profit fell in the third quarter.", [("the third quarter", "2023-Q3")]),
    ],
)
def test_a_half_of_something_else_is_no_half_of_a_time(text, expected):
    assert found(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "You may go, and they march on.",
        "It cost $1990 and 1,999 people paid.",
        "The 12-year-old boy is 5 feet tall.",
        "They fall in spring water and sit on a second wall.",
        "The Sun shone and Mar Lodge stood.",
        "About 1,000 GMT workers went home.",
    ],
)
def test_what_only_looks_like_a_time_is_none(text):
    assert found(text) == []


def test_later_expressions_count_from_the_date_spoken_of():
    text = "It opened in May 2001 and closed two years later. The following year it burned."
    assert found(text) == [
        ("May 2001", "2001-05"),
        ("two years later", "2003"),
        ("The following year", "2004"),
    ]


def test_an_undated_article_has_only_dates_that_stand_alone():
    text = "On Friday, two weeks ago and next month they spoke of 4 July 1976."
    assert found(text, None) == [("two weeks ago", "PAST_REF"), ("4 July 1976", "1976-07-04")]


def test_a_date_covers_the_days_of_its_value():
    spans = {m.surface: (m.first, m.last) for m in find_dates("In 2019 and May 2020.", WEDNESDAY)}
    assert spans == {
        "2019": (date(2019, 1, 1), date(2020, 1, 1)),
        "May 2020": (date(2020, 5, 1), date(2020, 6, 1)),
    }


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("Shut between May 2020 and July 2020.", (date(2020, 5, 1), date(2020, 8, 1))),
        ("He ruled from 1990 to 1995.", (date(1990, 1, 1), date(1996, 1, 1))),
        ("The 1990-95 drought.", (date(1990, 1, 1), date(1996, 1, 1))),
        ("It runs May 5-7, 2021.", (date(2021, 5, 5), date(2021, 5, 8))),
        ("Banned from 2026 onwards.", (date(2026, 1, 1), None)),
        ("Seen in 1990 and 1995.", (date(1990, 1, 1), date(1991, 1, 1))),
    ],
)
def test_a_range_covers_all_days_from_its_first_to_its_last(text, days):
    first, *_ = find_dates(text, WEDNESDAY)
    assert (first.first, first.last) == days


def test_dates_are_found_in_the_title_too_and_point_into_their_field():
    day = datetime(2024, 6, 12, tzinfo=UTC)
    published = PublishedDate("2024-06-12", Precision.DAY, "text", day, day + timedelta(days=1))
    article = Article(
        title="Bridge shut since Monday", text="It opened in 1931.", origin="a", published=published
    )
    mentions = dates_of(article)
    assert {(m.field, m.value) for m in mentions} == {("title", "2024-06-10"), ("text", "1931")}
    for m in mentions:
        assert getattr(article, m.field)[m.start : m.end] == m.surface


def test_an_article_in_a_language_that_the_rules_do_not_know_has_no_dates():
    article = Article(title="", text="Wir treffen uns am 3 May 2019.", origin="a", language="de")
    assert dates_of(article) == ()


WORDS = st.sampled_from(
    "the last next this Friday June 2019 3 third quarter of year years ago two a few - , . May "
    "early day before after week 10:30 p.m. every '90s 1990s 31 February past following Q3 fiscal "
    "century decade half in to until spring 99 2100 0 Christmas Easter nineteen ninety noon "
    "1,000 7.5 1730 zero GMT EST o'clock at".split()
)


@settings(max_examples=300, deadline=None)
@given(
    words=st.lists(WORDS, max_size=14),
    anchor=st.none() | st.dates(min_value=date(1605, 1, 1), max_value=date(2999, 12, 31)),
)
def test_any_text_gives_ordered_spans_that_do_not_overlap(words, anchor):
    text = " ".join(words)
    end = 0
    for m in find_dates(text, anchor):
        assert end <= m.start < m.end
        assert text[m.start : m.end] == m.surface
        assert m.first is None or m.last is None or m.first < m.last
        assert 0 < m.confidence <= 1
        end = m.end


@given(st.dates(min_value=date(1000, 1, 1), max_value=date(9000, 1, 1)))
def test_a_value_covers_the_day_it_was_made_of(day):
    week = f"{day.isocalendar()[0]:04}-W{day.isocalendar()[1]:02}"
    for value in (day.isoformat(), day.isoformat()[:7], day.isoformat()[:4], week):
        first, last = days_of(value)
        assert first <= day < last


@given(st.dates(min_value=date(1900, 1, 1), max_value=date(2100, 1, 1)), st.integers(-60, 60))
def test_months_on_and_back_stay_in_the_month(day, count):
    moved = shift(day, count)
    assert (moved.year * 12 + moved.month) - (day.year * 12 + day.month) == count
    assert moved.day <= day.day
