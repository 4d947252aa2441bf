"""Rules of how dates are said in English: a pattern over classes of tokens, and its reading.

A rule's pattern finds a run of tokens; its reading says what the run means here (`Context`: the
day of publication, what was spoken of before, the tense of the sentence), or None if it is no
date after all. Where rules overlap, the earliest and then the longest run that has a reading wins.
"""

import re

from archive.extract.date_calendar import (
    bare_year,
    century,
    day_range,
    decade,
    fiscal,
    holiday,
    iso,
    month_alone,
    month_day,
    month_year,
    numbered,
    quarter_code,
    quarter_of_year,
    season,
    slashed,
    spoken_year,
    two_years,
    week_of,
    weekend,
)
from archive.extract.date_reading import Read
from archive.extract.date_relative import (
    ago,
    at_noon,
    before_or_after,
    clock,
    counted_span,
    current,
    day_word,
    daypart,
    directed_unit,
    every,
    from_a_day,
    how_long,
    indefinite,
    long,
    noon,
    often,
    period,
    quarters,
    recent,
    the_future,
    the_past,
    the_unit,
    these_days,
    vague,
    weekday_alone,
    year_ago,
)

# "two", "a hundred and fifty", "two and a half", "half a dozen", "2 1/2", "a few".
_WORDS = r"a?w(?:-?w)*(?:&w(?:-?w)*)?"
_HALF = r"-?&-?[aw]-?Z"
_N = rf"(?:(?:Z-?)?{_WORDS}(?:{_HALF})?|[nf](?:{_HALF})?|a?qO?|a)"
# "a year and a half", and no "half hour" after it.
_AND_A_HALF = r"&[aw]-?Z(?!-?a?[wuU])"
# "5:30", "5 p.m.", "5 o'clock", "1730 GMT"; after it its zone, or the same time in another one.
_CLOCK = (
    r"(?P<c>:|[nw](?=[pC])|[fY](?=y))(?P<p>p)?(?P<o>C)?"
    r"(?:(?P<zone>y)|[(](?P<zone2>y)[)]|[(][fY:]y[)])?"
)
# A day that other days may be counted from.
_DAY = r"(?:(?P<way>[lxh])?(?P<wd>D)|(?P<day>T)|(?P<m>M)(?P<d>[no])(?:,?(?P<y>Y))?|(?P<h>R))"
_DAY_FIRST = r"(?P<d>[no])O?(?P<m>M)(?:,?(?P<y>Y))?"

RULES: tuple[tuple[str, re.Pattern[str], Read], ...] = tuple(
    (name, re.compile(pattern), read)
    for name, pattern, read in (
        ("ISO date", r"(?P<all>!)", iso),
        ("date in digits", r"(?P<all>/)", slashed),
        (
            "day and month",
            r"(?:D,?t?|(?P<way>[lxh]))?(?P<m>M)(?P<d>[no])(?![-~:][no])(?:,?(?P<y>Y))?",
            month_day,
        ),
        ("day and month", r"(?:D,?t?)?(?:(?P<d>[no])O?)(?P<m>M)(?:,?(?P<y>Y))?", month_day),
        ("day and month", r"t(?P<d>r)O(?P<m>M)(?:,?(?P<y>Y))?", month_day),
        ("week of a day", r"t?(?P<u>U)O(?P<m>M)(?P<d>[no])(?:,?(?P<y>Y))?", week_of),
        ("days of a month", r"(?P<m>M)(?P<d>[no])[-~](?P<d2>[no])(?:,?(?P<y>Y))?", day_range),
        ("month and year", r"(?P<m>M),?O?(?P<y>[YJ])", month_year),
        (
            "month",
            r"(?P<way>[lxh])?(?P<m>M)(?:,?O(?P<way2>[lxh])(?P<u>U))?",
            month_alone,
        ),
        ("years", r"(?P<y>Y)[-~](?P<y2>[Yn])", two_years),
        ("year", r"(?:tU|U)?(?P<y>Y)", bare_year),
        ("year in words", r"(?P<m>M)?(?P<c>w)(?P<r>w(?:-?w)?)(?![-\w]*[Uu])", spoken_year),
        ("decade", r"t?(?P<e>E)", decade),
        ("decade", r"t(?:mO?)?(?P<d>d)", decade),
        ("century", r"t?(?P<r>o|(?:w-)?r)-?(?P<u>U)", century),
        ("holiday", r"(?P<h>R)(?:(?P<u>U)|D)?(?:,?(?P<y>Y))?", holiday),
        ("weekday", r"(?:(?P<way>[lxhX])|t(?P<x>[LX]))?(?P<wd>D)(?P<p>P)?", weekday_alone),
        ("day word", r"(?:(?P<p0>P))?(?P<day>T)(?P<p>P)?", day_word),
        ("part of a day", r"(?P<the>t(?=x))?(?P<way>[hHlx])(?P<p>P)", daypart),
        (
            "time of day",
            rf"{_CLOCK}(?:,?I?(?:(?P<wd>D)(?:,?(?P<m>M)(?P<d>n)(?:,?(?P<y>Y))?)?|(?P<day>T)))?",
            clock,
        ),
        ("time of day", rf"{_CLOCK},?I?(?P<m>M)(?P<d>n)(?:,?(?P<y>Y))?", clock),
        ("time of day", r"(?<=I)(?P<p>P)", at_noon),
        ("time of day", r"(?P<p>P)I?(?:(?P<wd>D)|(?P<day>T))", noon),
        ("ago", rf"(?P<n>{_N})j?-?(?P<u>[Uu])(?P<half>{_AND_A_HALF})?-?b", ago),
        ("ago", r"a?(?P<n>Z)-?(?:O?a)?(?P<u>[Uu])-?b", ago),
        ("a year ago", r"t?(?P<u>U)(?:-?b|-B)(?P<r>r)?-?(?P<what>U|G)?", year_ago),
        (
            "before or after",
            rf"(?P<n>{_N})-?(?P<u>U)(?P<half>{_AND_A_HALF})?-?(?P<side>[BF])",
            before_or_after,
        ),
        ("before or after", r"(?P<n>t)(?P<u>U)(?P<side>[BF])(?!t)", before_or_after),
        ("before or after", rf"(?P<n>t|{_N})-?(?P<u>U)(?P<side>[BF]){_DAY}", from_a_day),
        ("before or after", rf"(?P<n>t|{_N})-?(?P<u>U)(?P<side>[BF]){_DAY_FIRST}", from_a_day),
        ("unit", r"(?P<the>t)?(?P<way>[lLxXhHc])z?(?P<u>U)", directed_unit),
        (
            "units on end",
            rf"t?(?P<way>[lLxXr])j?(?P<n>{_N})(?:[N&](?:w|n))?j?(?P<u>[Uu])",
            counted_span,
        ),
        (
            "duration",
            rf"(?P<n>{_N})(?:[N&](?:w|n|aw))?j?-?j?(?P<u>[Uu])(?:(?P<old>-k)|-K)?",
            how_long,
        ),
        ("duration", rf"(?P<n>a|{_WORDS}|n)(?P<u>[Uu])(?P<half>{_AND_A_HALF})", how_long),
        ("duration", r"a?-?(?P<n>Z)-?(?:O?a)?-?(?P<u>[Uu])(?:-K)?", how_long),
        (
            "duration",
            rf"(?:(?P<n>a|{_WORDS}|n)-?)?(?P<quarters>U)(?:-|O?a-?)?(?P<u>[Uu])",
            quarters,
        ),
        ("duration", r"(?<=I)(?P<u>[Uu])", indefinite),
        ("duration", r"(?P<u>U)-?K", long),
        ("recent", r"i(?P<u>U)", recent),
        ("the unit", r"t(?:j|z)?(?P<u>U)", the_unit),
        ("the period", r"t?jG|t(?:_)?G", period),
        (
            "part of a year",
            r"t?(?:(?P<way>[lxh])(?:U|Y)s?)?z?-?(?P<r>r|o)-?z?-?(?:(?P<u>U)|(?P<half>Z))"
            r"(?:[OI,]?t?z?U?(?P<y>Y))?",
            numbered,
        ),
        (
            "part of a year",
            r"t?(?P<y>Y)z?(?P<r>r)-?(?:(?P<u>U)|(?P<half>Z))",
            numbered,
        ),
        ("part of a year", r"(?P<q>Q)(?:[,O]?(?P<y>Y))?", quarter_code),
        ("part of a year", r"t?(?P<y>Y)(?:G|U)", quarter_of_year),
        ("fiscal year", r"t?zU?(?P<y>Y)", fiscal),
        (
            "season",
            r"(?:(?P<the>t)|(?P<way>[lxhcX])|(?P<t2>t)(?P<way2>[LX]))?(?P<s>S)(?:[O,]?(?P<y>Y))?",
            season,
        ),
        ("weekend", r"(?:t|(?P<way>[lxhLX]))?(?P<w>W)", weekend),
        (
            "every",
            r"e(?P<n>w|n|r|o)?(?:(?P<u>[Uu])|(?P<m>M)|(?P<s>S)|(?P<wd>D)|(?P<p>P))",
            every,
        ),
        ("every", r"(?P<all>V)", often),
        ("now and then", r"(?P<all>v)", vague),
        ("current", r"c(?!U)", current),
        ("these days", r"_U", these_days),
        ("the future", r"t_?_", the_future),
        ("the past", r"tL(?![UwnqadP])", the_past),
    )
)
