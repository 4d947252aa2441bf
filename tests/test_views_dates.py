"""Pages show when articles were published beside what they speak of, and why."""

from datetime import UTC, date, datetime

from archive.query.request import FacetFilter, SearchRequest
from archive.search.answer import ArticleView, FacetValue
from archive.types import Article, DateMention, Record
from web.views.article import article_page, period_of
from web.views.histogram import histogram

NOW = datetime(2024, 6, 1, tzinfo=UTC)


def values(**counts: int) -> list[FacetValue]:
    return [FacetValue(n[1:].replace("_", "-"), n, count) for n, count in counts.items()]


def test_what_articles_speak_of_hangs_below_when_they_were_published():
    published = values(m2024=5, m2024_01=2, m2024_03=3)
    spoken = values(m2025=1, m2024_02=4, m2024_05=1, none=2)
    drawn = histogram(SearchRequest(q="ferry"), published, spoken)
    assert [(bar.label, bar.count) for bar in drawn.bars] == [
        ("Jan 2024", 2), ("Feb 2024", 0), ("Mar 2024", 3), ("Apr 2024", 0), ("May 2024", 0)
    ]  # fmt: skip
    assert [bar.count for bar in drawn.spoken] == [0, 4, 0, 0, 1]
    assert drawn.spoken[1].href == "/?q=ferry&mentions=2024-02"
    assert all(bar.y + bar.height <= drawn.axis for bar in drawn.bars)
    assert all(drawn.axis <= bar.y and bar.y + bar.height <= drawn.height for bar in drawn.spoken)


def test_a_bar_that_is_chosen_leads_back():
    published = values(m2024_01=2, m2024_02=3)
    spoken = [FacetValue("2024-01", "2024-01", 4, chosen="include")]
    request = SearchRequest(filters=(FacetFilter("mentions", "2024-01"),))
    assert histogram(request, published, spoken).spoken[0].href == "/"


def test_years_far_from_publication_do_not_stretch_the_axis():
    published = values(m2024_01=2, m2024_02=3)
    assert len(histogram(SearchRequest(), published, values(m2199_01=1)).bars) <= 36


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
