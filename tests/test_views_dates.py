"""Pages show when articles were published beside what they speak of, and why."""

from datetime import UTC, date, datetime

from archive.published import interpret
from archive.query.request import FacetFilter, SearchRequest
from archive.search.answer import ArticleView, Snippet
from archive.search.timeline import Period, Timeline
from archive.types import Article, DateMention, Mention, Record
from web.views.article import Found, article_page, period_of
from web.views.histogram import Histogram, histogram
from web.views.parts import passage, shown_moment, unsure

NOW = datetime(2024, 6, 1, tzinfo=UTC)


def drawn(request: SearchRequest, *counts: tuple[str, int, int, int]) -> Histogram:
    unit = {4: "year", 7: "month", 10: "day"}[len(counts[0][0])]
    periods = tuple(Period(*count) for count in counts)
    found = histogram(request, Timeline(unit, None, periods, undated=0, inexact=0, timeless=0))
    assert found is not None
    return found


def test_what_articles_speak_of_hangs_below_when_they_were_published():
    found = drawn(
        SearchRequest(q="ferry"), ("2024-01", 2, 0, 2), ("2024-02", 0, 4, 3), ("2024-03", 3, 0, 4)
    )
    assert [(bar.label, bar.count) for bar in found.bars] == [
        ("Jan 2024", 2), ("Feb 2024", 0), ("Mar 2024", 3)
    ]  # fmt: skip
    assert [bar.count for bar in found.spoken] == [0, 4, 0]
    assert found.spoken[1].href == "/?q=ferry&mentions=2024-02"
    assert all(bar.y + bar.height <= found.axis for bar in found.bars)
    assert all(found.axis <= bar.y and bar.y + bar.height <= found.height for bar in found.spoken)


def test_a_bar_that_is_chosen_leads_back():
    request = SearchRequest(filters=(FacetFilter("mentions", "2024-01"),))
    found = drawn(request, ("2024-01", 2, 4, 2), ("2024-02", 3, 0, 3))
    assert found.spoken[0].href == "/"


def test_a_bar_takes_the_place_of_the_period_chosen_before():
    request = SearchRequest(filters=(FacetFilter("date", "2024"), FacetFilter("source", "A")))
    found = drawn(request, ("2024-01", 2, 0, 2), ("2024-02", 3, 0, 3))
    assert found.bars[1].href == "/?source=A&date=2024-02"


def test_periods_of_which_the_archive_holds_nothing_are_told():
    found = drawn(
        SearchRequest(q="ferry"), ("2024-01", 1, 0, 9), ("2024-02", 0, 0, 0), ("2024-03", 1, 0, 2)
    )
    assert (found.gaps, found.most_held) == (1, 9)


def mention(
    value: str, first: date | None, last: date | None, surface: str = "then"
) -> DateMention:
    return DateMention(4, 8, surface, "DATE", value, first, last, rule="weekday", confidence=0.9)


def test_a_time_leads_to_what_else_speaks_of_it():
    day, after = date(2024, 6, 3), date(2024, 6, 10)
    assert period_of(mention("2024-06", date(2024, 6, 1), date(2024, 7, 1))) == "2024-06"
    assert period_of(mention("2024-W23", day, after)) == "2024-06-03..2024-06-09"
    assert period_of(mention("2024-06-03T10:00", day, date(2024, 6, 4))) == "2024-06-03"
    assert period_of(mention("2024", day, None)) == "2024"
    assert period_of(mention("X", day, None)) == "2024-06-03.."
    assert period_of(mention("P3D", None, None)) == ""


def test_an_article_tells_what_a_time_was_understood_as_and_by_which_rule():
    article = Article(title="A", text="They then left.", origin="a.txt")
    found = mention("2024-06-03", date(2024, 6, 3), date(2024, 6, 4))
    record = Record("id", 1, 1, article, NOW, NOW, dates=(DateMention(5, 9, *(
        found.surface, found.type, found.value, found.first, found.last, "text", "weekday", 0.9
    )),))  # fmt: skip
    page = article_page(ArticleView(record, copies=(), related=()))
    (piece,) = [p for p in page.paragraphs[0] if p.kind == "date"]
    assert (piece.text, piece.href) == ("then", "/?mentions=2024-06-03")
    assert "2024-06-03" in piece.title
    assert "weekday" in piece.title


def test_a_date_is_shown_with_its_zone_and_no_more_exactly_than_it_is_known():
    shown = {
        text: shown_moment(interpret(text, "meta"))
        for text in ("2024-06-01T10:30+02:00", "2024-06-01T10:30Z", "2024-06-01", "2024-06")
    }
    assert list(shown.values()) == [
        "1 Jun 2024, 10:30 UTC+02:00", "1 Jun 2024, 10:30 UTC", "1 Jun 2024", "Jun 2024"
    ]  # fmt: skip
    assert shown_moment(None) == "undated"


def test_an_uncertain_date_says_why_it_is():
    assert unsure(interpret("2024-06-01", "meta"), disagree=False) == ""
    assert "the day is not stated" in unsure(interpret("2024-06", "meta"), disagree=False)
    assert "file name" in unsure(interpret("2024-06-01", "file name"), disagree=False)
    assert "other dates" in unsure(interpret("2024-06-01", "meta"), disagree=True)


def test_words_of_the_search_are_marked_also_inside_names():
    article = Article(title="A", text="The old ferry left Old Port.", origin="a.txt")
    port = Mention(19, 27, "Old Port", "place", "old-port", "Old Port")
    record = Record("id", 1, 1, article, NOW, NOW, mentions=(port,))
    found = Found(in_text=((4, 7), (19, 22)))
    page = article_page(ArticleView(record, copies=(), related=()), found=found)
    shown = page.paragraphs[0]
    assert "".join(piece.text for piece in shown) == article.text
    assert [piece.text for piece in shown if piece.mark] == ["old", "Old Port"]
    assert ("words", "Words of the search") in page.kinds


def test_a_card_shows_the_closest_sentence_however_late_it_stands():
    text = "First things were said. " * 12 + "This is the one. And more."
    start = text.index("This")
    snippet = Snippet(text, 0, len(text), marks=((start, start + 4),), closest=(start, start + 16))
    shown = passage(snippet)
    before = "".join(p.text for p in shown).index("This is the one.")
    assert before < 180
    assert [p.text for p in shown if p.closest and p.mark] == ["This"]
    assert "".join(p.text for p in shown if p.closest) == "This is the one."
