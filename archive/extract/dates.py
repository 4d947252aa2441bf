"""An article in, the times that it speaks of out: TIMEX3 values, days and the rule behind each.

Rule-based, over classes of tokens (date_words, date_grammar). Relative expressions count from the
day of publication; in an undated article they resolve to nothing and are left out.
"""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from itertools import zip_longest

from archive.extract.date_context import Context
from archive.extract.date_grammar import RULES
from archive.extract.date_reading import Read, Reading, Run
from archive.extract.date_values import Days, days_of
from archive.extract.date_words import Lexed, lex
from archive.types import Article, DateMention, MentionField, Precision, PublishedDate

# Languages whose months and weekdays the rules know.
_LANGUAGES = frozenset(("en", "und"))
# "early this month", "the end of 1990", "mid-June": part of how a date is said.
_MODIFIER = re.compile(r"(?:t?m[O-]?|[BF](?=h|H))$|(?:[BF]It?)$")

_OPENS_RANGE = re.compile(r"\b(between|from)\s+(?:the\s+)?$", re.IGNORECASE)
_LONGEST_OPENER = 24
_JOINS = {"between": {"and"}, "from": {"to", "until", "till", "through"}}
_DASHES = frozenset("-–—")
_ONWARDS = re.compile(r"\s+onwards?\b", re.IGNORECASE)


def dates_of(article: Article) -> tuple[DateMention, ...]:
    """The times that an article speaks of, by field and position."""
    if article.language and article.language.split("-")[0] not in _LANGUAGES:
        return ()
    anchor = anchor_of(article.published)
    return (
        *find_dates(article.text, anchor, field="text"),
        *find_dates(article.title, anchor, field="title"),
    )


def anchor_of(published: PublishedDate | None) -> date | None:
    """The day that relative dates count from; None unless it is known to the day."""
    if published is None or published.precision not in {Precision.DAY, Precision.MINUTE}:
        return None
    return date.fromisoformat(published.value[:10])


def find_dates(
    text: str, anchor: date | None, *, field: MentionField = "text"
) -> Iterator[DateMention]:
    """The times that a text speaks of, in order; they do not overlap."""
    found = list(_mentions(text, anchor, field))
    for mention, following in zip_longest(found, found[1:]):
        yield _reaching(text, mention, following)


def _reaching(text: str, mention: DateMention, following: DateMention | None) -> DateMention:
    """The first date of a range with the days up to the end of the second ("between May and
    July"), and one that nothing ends with an open end ("from 2026 onwards").
    """
    if mention.first is None or mention.type != "DATE":
        return mention
    if _ONWARDS.match(text, mention.end):
        return replace(mention, last=None, rule=f"{mention.rule}, open")
    if following is None or following.last is None or following.last <= mention.first:
        return mention
    between = text[mention.end : following.start].strip().lower()
    opened = _OPENS_RANGE.search(text, max(0, mention.start - _LONGEST_OPENER), mention.start)
    if between in _DASHES or (opened and between in _JOINS.get(opened[1].lower(), ())):
        return replace(mention, last=following.last, rule=f"{mention.rule}, range")
    return mention


def _mentions(text: str, anchor: date | None, field: MentionField) -> Iterator[DateMention]:
    lexed = lex(text)
    context = Context(lexed, anchor)
    reached = 0
    for _, rule, read, match in sorted(_candidates(lexed), key=lambda c: c[:2]):
        if match.start() < reached:
            continue
        if "|" in lexed.classes[reached : match.start()]:
            context = context.new_paragraph()
        reading = read(Run(lexed, match), context)
        if reading is None:
            continue
        reached = match.end()
        if reading.type == "DATE":
            context = context.after(reading.value)
        yield _mention(lexed, match, RULES[rule[1]][0], reading, field)


def _candidates(
    lexed: Lexed,
) -> Iterator[tuple[int, tuple[int, int], Read, re.Match[str]]]:
    """Every run that a rule matches: first those that begin first, of these the longest."""
    for rule, (_, pattern, read) in enumerate(RULES):
        for match in pattern.finditer(lexed.classes):
            yield match.start(), (-match.end(), rule), read, match


def _mention(
    lexed: Lexed, match: re.Match[str], rule: str, reading: Reading, field: MentionField
) -> DateMention:
    first_token = match.start()
    if reading.type == "DATE" and (before := _MODIFIER.search(lexed.classes, 0, first_token)):
        first_token = before.start()
    start, end = lexed.tokens[first_token].start, lexed.tokens[match.end() - 1].end
    days: Days | tuple[None, None] = reading.days or days_of(reading.value) or (None, None)
    return DateMention(
        start=start,
        end=end,
        surface=lexed.text[start:end],
        type=reading.type,
        value=reading.value,
        first=days[0],
        last=days[1],
        field=field,
        rule=rule,
        confidence=reading.confidence,
    )
