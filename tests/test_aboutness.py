"""Main subjects and mentions in passing."""

from archive.aboutness import main_subjects
from archive.types import Mention, Place

NORLAND = Place("norland", "Norland", 60.0, 10.0, "NO", ("europe",))
HARBOUR = Place("harbour.norland", "Harbour", 60.0, 11.0, "NO", ("norland", "europe"))
EUROPE = Place("europe", "Europe", 50.0, 10.0)
PLACES = {p.value: p for p in (NORLAND, HARBOUR, EUROPE)}


def mention(value: str, start: int, *, title: bool = False, place: bool = False) -> Mention:
    return Mention(
        start=start,
        end=start + 4,
        surface="Name",
        kind="place" if place else "person",
        value=value,
        label=value,
        field="title" if title else "text",
    )


def test_headline_makes_a_main_subject() -> None:
    assert main_subjects([mention("ada", 0, title=True)], {}) == {"ada"}


def test_one_mention_far_down_is_in_passing() -> None:
    mentions = [*(mention("ada", at) for at in range(0, 900, 100)), mention("ben", 3000)]

    assert main_subjects(mentions, {}) == {"ada"}


def test_two_leaders_are_both_main_subjects() -> None:
    mentions = [mention(v, at) for at in range(0, 600, 100) for v in ("ada", "ben")]

    assert main_subjects(mentions, {}) == {"ada", "ben"}


def test_towns_speak_for_their_country_but_not_for_the_continent() -> None:
    mentions = [mention("harbour.norland", 10, place=True), mention("norland", 2000, place=True)]

    assert main_subjects(mentions, PLACES) == {"norland"}


def test_article_that_names_nobody_is_about_nobody() -> None:
    assert main_subjects([], {}) == frozenset()
