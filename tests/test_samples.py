"""What the sample articles promise: a small, dirty, checkable archive for a first look."""

from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

import pytest

from archive.clean import clean
from archive.errors import DocumentError
from archive.readers import read
from archive.types import Article, Precision

SAMPLES = Path(__file__).parents[1] / "archive" / "samples"
DOCS = Path(__file__).parents[1] / "docs" / "samples.md"
NOW = datetime(2025, 6, 1, tzinfo=UTC)
UNDATED = {"eclipse-espana-2026.html", "horse-on-the-roof.json", "how-eclipses-work.txt"}
CALLS = ("Read More", "Lesen Sie auch", "Lire aussi", "Leer más", "Devamını oku", "Leia mais")
# A line that stood below the article, by the file that it was left in.
STRAY = {
    "key-bridge-falls.html": "Edition C, Metro",
    "bridge-baltimore.txt": "Page 3 of 4",
    "altman-returns.txt": "Business desk 2",
    "how-eclipses-work.txt": "Supplement 7",
    "ingiltere-isci-partisi.json": "Dünya servisi",
    "schweden-fahne-nato.html": "Ausgabe Nord",
}
# The headline of another article in mid-text, by the file that it stands in.
RELATED = {
    "campeonas-del-mundo.html": "El fútbol femenino, de campos de tierra a los estadios llenos",
    "cop28-ends.html": "Who pays for the wind farms of the south?",
    "cop29-baku.json": "How the summit’s host earns its living from gas",
    "coronation-charles.html": "What a coronation oath says, and who wrote it",
    "couronnement-charles-iii.html": "Les bijoux de la Couronne, une histoire mouvementée",
    "deprem-on-il.html": "Deprem bölgesine yardım taşıyan tırlar yola çıktı",
    "eclipse-across-america.html": "Why animals behave strangely in the dark",
    "eclipse-espana-2026.html": "Las gafas para mirar al Sol: cómo reconocer las que sirven",
    "enchente-porto-alegre.html": "Como doar roupas, água e alimentos",
    "finland-joins-nato.html": "Helsinki counts the cost of a new border fence",
    "horse-on-the-roof.json": "Rice fields under water: what the floods mean for prices",
    "how-eclipses-work.txt": "Four places from which to watch the next one",
    "key-bridge-falls.html": "How ports along the East Coast share out the cargo",
    "notre-dame-reopens.html": "How oaks from every part of France became a roof",
    "openai-board-fires-altman.html": "What OpenAI’s unusual charter says",
    "paris-opening-seine.html": "Forty-five thousand police officers and one river",
    "rubiales-resigns.html": "The players’ demands, one by one",
    "sabotages-tgv.html": "À la gare Montparnasse, une matinée d’attente",
    "schweden-fahne-nato.html": "Gotland rüstet sich für eine neue Rolle",
    "smoke-new-york.html": "Which masks help against smoke, and which do not",
    "sudan-army-walks-out.html": "Chad struggles to shelter families arriving from Darfur",
    "sudan-declaration-civilians.html": "Evacuees reach safety after crossing the Red Sea",
    "sunak-calls-election.html": "The seats in which a few hundred votes decide",
}
WIRE = "baltimore-bridge-collapse.json"
EXACT_COPY = "baltimore-bridge-collapse-syndicated.json"
NEAR_COPIES = {
    "baltimore-key-bridge.html",
    "key-bridge-falls.html",
    "baltimore-bridge.json",
    "bridge-baltimore.txt",
}


@cache
def outcomes() -> tuple[Article | DocumentError, ...]:
    """Every sample, read and cleaned as an archive does it; never the same list twice."""
    return tuple(
        raw if isinstance(raw, DocumentError) else clean(raw, now=NOW) for raw in read([SAMPLES])
    )


def articles() -> list[Article]:
    return [outcome for outcome in outcomes() if isinstance(outcome, Article)]


def name(article: Article) -> str:
    return Path(article.origin.partition("#")[0]).name


def sample(file: str) -> Article:
    """The one article of a sample file."""
    (found,) = (article for article in articles() if name(article) == file)
    return found


def paragraphs(article: Article) -> list[str]:
    return article.text.split("\n\n")


def shown(articles: Sequence[Article]) -> list[str]:
    return [name(article) for article in articles]


def test_every_sample_is_accepted() -> None:
    assert [o for o in outcomes() if isinstance(o, DocumentError)] == []
    assert len(articles()) >= 44


def test_samples_are_of_the_length_of_news() -> None:
    assert shown([a for a in articles() if not 140 <= len(a.text.split()) <= 460]) == []
    assert shown([a for a in articles() if len(paragraphs(a)) < 4]) == []


def test_samples_come_in_every_format_and_no_folder_is_crowded() -> None:
    files = [path for path in SAMPLES.rglob("*") if path.is_file()]
    assert {path.suffix for path in files} == {".txt", ".html", ".json", ".jsonl"}
    assert max(Counter(path.parent for path in files).values()) <= 12


def test_samples_speak_several_languages() -> None:
    languages = Counter(article.language for article in articles())
    assert {"en", "de", "fr", "es", "tr", "pt"} <= set(languages)
    assert languages["en"] > len(articles()) / 2


def test_undated_samples_stay_undated_whatever_dates_their_text_mentions() -> None:
    assert {name(a) for a in articles() if a.published is None} == UNDATED


def test_a_date_known_to_the_month_stays_a_month() -> None:
    published = sample("chandrayaan-rover-sleeps.json").published
    assert published is not None
    assert (published.value, published.precision) == ("2023-09", Precision.MONTH)


def test_samples_are_spread_over_months() -> None:
    months = {a.published.value[:7] for a in articles() if a.published}
    assert len(months) >= 15
    assert min(months) == "2023-02"
    assert max(months) == "2024-12"


def test_every_sample_has_a_source_unless_it_is_plain_text_which_states_none() -> None:
    assert shown([a for a in articles() if not a.source and not name(a).endswith(".txt")]) == []
    assert len({a.source for a in articles() if a.source}) >= 6


def test_sources_are_domains_set_aside_for_examples() -> None:
    sites = ("example.org/", "example.net/", "example.com/")
    assert shown([a for a in articles() if a.url and not any(s in a.url for s in sites)]) == []


def test_no_sample_tells_its_reader_to_read_more() -> None:
    assert shown([a for a in articles() if any(call in a.text for call in CALLS)]) == []


def test_no_sample_keeps_a_photo_credit_or_says_a_paragraph_twice() -> None:
    marks = ("/ Photo", "/ Foto", "/ Fotoğraf")
    assert shown([a for a in articles() if any(mark in a.text for mark in marks)]) == []
    assert shown([a for a in articles() if max(Counter(paragraphs(a)).values()) > 1]) == []


@pytest.mark.parametrize(("file", "line"), STRAY.items())
def test_the_line_left_below_an_article_is_gone(file: str, line: str) -> None:
    assert line in raw_text(file)
    assert line not in sample(file).text


@pytest.mark.parametrize(("file", "headline"), RELATED.items())
def test_the_headline_of_another_article_is_gone(file: str, headline: str) -> None:
    assert headline in raw_text(file)
    assert headline not in sample(file).text


def test_nothing_that_surrounds_a_page_is_in_its_text() -> None:
    furniture = ("cookie", "Cookie", "çerez", "newsletter", "All rights reserved", "Subscribe")
    assert shown([a for a in articles() if any(word in a.text for word in furniture)]) == []


def test_a_wire_story_has_an_exact_copy_at_another_address() -> None:
    first, second = sample(WIRE), sample(EXACT_COPY)
    assert first.text == second.text
    assert first.key != second.key


@pytest.mark.parametrize("file", sorted(NEAR_COPIES))
def test_a_wire_story_has_near_copies_in_other_papers(file: str) -> None:
    wire, copy = sample(WIRE), sample(file)
    words, others = set(wire.text.split()), set(copy.text.split())
    assert copy.title != wire.title
    assert copy.text != wire.text
    assert copy.source != wire.source
    assert len(words & others) / len(words | others) > 0.7


def test_several_articles_report_ceasefire_negotiations() -> None:
    told = [a for a in articles() if "negotiations" in a.text and "Sudan" in a.title]
    assert len(told) >= 4
    assert len({a.source for a in told}) >= 3


def test_the_docs_name_every_sample_file() -> None:
    text = DOCS.read_text(encoding="utf-8")
    files = {path.name for path in SAMPLES.rglob("*") if path.is_file()}
    assert {file for file in files if file not in text} == set()


def raw_text(file: str) -> str:
    (path,) = SAMPLES.rglob(file)
    content = path.read_bytes()
    return content.decode("cp1252" if b"windows-1252" in content else "utf-8").replace("&amp;", "&")
