"""A collection of invented articles with every kind of facet value, the same on each run."""

import random
from datetime import UTC, date, datetime, timedelta

from archive.types import Article, DateMention, Enriched, Mention, Place, Precision, PublishedDate

TOPICS = {
    "ferry": "The ferry crews and the harbour company went on with their talks about wages",
    "flood": "The river rose over its banks and rescuers brought families out of flooded streets",
    "vote": "Voters queued at polling stations and the commission counted ballots into the night",
    "launch": "The rocket carried a satellite into orbit and engineers saw its solar panels open",
    "grain": "Farmers brought in a poor harvest and the price of wheat rose at the exchange",
}
DETAILS = (
    "Officials said that more was to come",
    "Witnesses spoke of a long and restless night",
    "The mayor thanked everyone who had helped",
    "Both sides called the meeting useful",
    "Nobody could say when it would be over",
    "A spokeswoman gave no further figures",
)
PEOPLE = ("Ada Marsh", "Bruno Keller", "Chiara Lindt", "Dov Amari")
PLACES = {
    "northport.norland": ("Northport", ("norland", "europe")),
    "eastville.norland": ("Eastville", ("norland", "europe")),
    "santa-lia.merida": ("Santa Lía", ("merida", "america")),
    "norland": ("Norland", ("europe",)),
    "merida": ("Merida", ("america",)),
}
SOURCES = ("Harbour Wire", "Lakeside Courier", "The Meridian", None)
LANGUAGES = ("en", "de", None)
SECTIONS = ("World", "Economy", None)
PASSAGE_SENTENCES = 3


def published(rng: random.Random) -> PublishedDate | None:
    start = datetime(2023, 1, 1, tzinfo=UTC) + timedelta(days=rng.randrange(500))
    match rng.randrange(5):
        case 0:
            return None
        case 1:
            month = start.replace(day=1)
            after = (month + timedelta(days=32)).replace(day=1)
            return PublishedDate(f"{month:%Y-%m}", Precision.MONTH, "text", month, after)
        case 2:
            year = start.replace(month=1, day=1)
            end = year.replace(year=year.year + 1)
            return PublishedDate(f"{year:%Y}", Precision.YEAR, "url", year, end)
    end = start + timedelta(days=1)
    return PublishedDate(f"{start:%Y-%m-%d}", Precision.DAY, "meta", start, end)


def dates(article: Article) -> tuple[DateMention, ...]:
    """Times that the article is taken to speak of, at its first words: days, months, years,
    centuries, open ends, overlaps, and what has no place in the calendar.
    """
    rng = random.Random(article.origin)
    found = []
    for start in range(rng.randrange(5)):
        first = date(2021, 1, 1) + timedelta(days=rng.randrange(1_600))
        days = rng.choice((1, 1, 7, 31, 365, 36_500))
        span: tuple[date | None, date | None] = (first, first + timedelta(days=days))
        match rng.randrange(10):
            case 0:
                span = (None, None)
            case 1:
                span = (first, None)
            case 2:
                span = (None, first)
        found.append(
            DateMention(
                start=start,
                end=start + 1,
                surface=article.text[start],
                type="DURATION" if span == (None, None) else "DATE",
                value=f"P{days}D" if span == (None, None) else f"{first}",
                first=span[0],
                last=span[1],
                rule="invented",
                confidence=0.5,
            )
        )
    return tuple(found)


def places() -> dict[str, Place]:
    return {
        value: Place(value, label, 10.0, 20.0, country=value.split(".")[-1], parents=parents)
        for value, (label, parents) in PLACES.items()
    }


def invented(count: int = 90, seed: int = 7) -> list[tuple[Article, tuple[Mention, ...]]]:
    """Articles with mentions of people and places that stand in their text."""
    rng = random.Random(seed)
    gazetteer = places()
    made = []
    for at in range(count):
        topic = rng.choice(list(TOPICS))
        people = rng.sample(PEOPLE, rng.randrange(3))
        towns = rng.sample(list(PLACES), rng.randrange(3))
        named = [*people, *(gazetteer[t].label for t in towns)]
        lines = [TOPICS[topic], *rng.sample(DETAILS, 3), *(f"{n} was mentioned" for n in named)]
        text = ". ".join(lines) + f". This is report number {at}."
        mentions = [
            *(("person", name, name.lower().replace(" ", "-")) for name in people),
            *(("place", gazetteer[t].label, t) for t in towns),
        ]
        made.append(
            (
                Article(
                    title=f"{topic.title()} report {at}",
                    text=text,
                    origin=f"made/{at}",
                    key=f"https://news.example.org/{at}",
                    url=f"https://news.example.org/{at}",
                    source=rng.choice(SOURCES),
                    authors=tuple(rng.sample(("Eve Holm", "Finn Ode"), rng.randrange(3))),
                    section=rng.choice(SECTIONS),
                    language=rng.choice(LANGUAGES),
                    published=published(rng),
                ),
                tuple(
                    Mention(
                        start=text.index(label),
                        end=text.index(label) + len(label),
                        surface=label,
                        kind=kind,
                        value=value,
                        label=label,
                    )
                    for kind, label, value in mentions
                ),
            )
        )
    return made


def enriched(article: Article, mentions: tuple[Mention, ...], passages) -> Enriched:
    return Enriched(
        article=article,
        mentions=mentions,
        places=tuple(places().values()),
        reported="eastville.norland" if len(article.text) % 3 else None,
        passages=passages,
        dates=dates(article),
    )
