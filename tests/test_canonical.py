"""Who is the same across the archive: what one article calls an actor, and another calls it."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.canonical import Seen, canonical
from archive.text import slug
from archive.types import Actor, MentionKind


def person(article: int, name: str) -> Seen:
    return Seen(article, slug(name), "person", name)


def organisation(article: int, name: str, value: str = "") -> Seen:
    return Seen(article, value or slug(name), "organisation", name)


def actor(name: str, *seen: Seen) -> Actor:
    return canonical(seen)[slug(name)]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Kim Sol Mi", "Sol Mi Kim"),
        ("Abd al-Rahman Khoury", "Abdalrahman Khoury"),
        ("Vera L. Hastings", "Vera Hastings"),
        ("Vera Hastings", "Vera Lynn Hastings"),
        ("Robert Quill", "Bob Quill"),
        ("Mohammed Qassemi", "Mohamed Kassemi"),
        ("Martin Oduya", "M. Oduya"),
        ("Otis Grange Jr.", "Otis Grange"),
    ],
)
def test_one_person_under_two_spellings_is_one_actor(one: str, other: str) -> None:
    found = canonical([person(1, one), person(2, other), person(1, "Ida"), person(2, "Ida")])

    assert found[slug(one)] == found[slug(other)]
    assert {one, other} <= {found[slug(one)].label, *found[slug(one)].aliases}


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Ann B. Cole", "Ann D. Cole"),
        ("Jon Marsh", "Jan Marsh"),
        ("Li Wen", "Lee Wen"),
        ("Hassan Odeh", "Hussein Odeh"),
    ],
)
def test_two_people_of_like_names_stay_two(one: str, other: str) -> None:
    found = canonical([person(1, one), person(2, other)])

    assert found[slug(one)] != found[slug(other)]


def test_two_named_side_by_side_are_two() -> None:
    together = [person(1, "Robert Quill"), person(1, "Bob Quill")]

    assert canonical(together)["robert-quill"] != canonical(together)["bob-quill"]


def test_short_form_of_several_people_is_nobodys_and_is_marked() -> None:
    seen = [person(1, "Ann B. Cole"), person(2, "Ann D. Cole"), person(3, "Ann Cole")]

    found = canonical(seen)

    assert found["ann-cole"].value == "ann-cole"
    assert found["ann-cole"].uncertain
    assert not found["ann-b-cole"].uncertain


def test_surname_alone_means_the_one_who_bears_it_and_is_an_alias_of_nobody() -> None:
    seen = [person(at, "Petra Lund") for at in range(3)] + [person(9, "Lund")]

    found = canonical(seen)

    assert found["lund"] == found["petra-lund"]
    assert found["lund"].label == "Petra Lund"


def test_surname_borne_by_several_stays_alone() -> None:
    seen = [person(1, "Petra Lund"), person(2, "Nils Lund"), person(3, "Lund")]

    found = canonical(seen)

    assert found["lund"].value == "lund"
    assert found["lund"].uncertain


def test_acronym_explained_in_one_article_is_understood_in_another() -> None:
    full = "harbour-safety-board"
    seen = [
        organisation(1, "Harbour Safety Board"),
        organisation(1, "HSB", full),
        organisation(2, "HSB"),
    ]

    found = canonical(seen)

    assert found["hsb"] == found[full]
    assert "HSB" in found[full].aliases


def test_acronym_that_means_two_things_stays_alone() -> None:
    seen = [
        organisation(1, "HSB", "harbour-safety-board"),
        organisation(2, "HSB", "highland-ski-bureau"),
        organisation(3, "HSB"),
    ]

    found = canonical(seen)

    assert found["hsb"].value == "hsb"
    assert found["hsb"].uncertain


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Department of Fish and Game", "Fish and Game Department"),
        ("U.S. Treasury Department", "US Department of the Treasury"),
        ("Center for River Studies", "Centre for River Studies"),
    ],
)
def test_institution_under_two_forms_of_its_name_is_one(one: str, other: str) -> None:
    found = canonical([organisation(1, one), organisation(2, other)])

    assert found[slug(one)] == found[slug(other)]


def test_university_of_a_place_is_not_the_places_university() -> None:
    found = canonical([organisation(1, "University of Ohio"), organisation(2, "Ohio University")])

    assert found["university-of-ohio"] != found["ohio-university"]


def test_name_taken_for_two_kinds_has_the_commoner_one_and_is_marked() -> None:
    seen = [organisation(1, "Varga"), organisation(2, "Varga"), person(3, "Varga")]

    found = actor("Varga", *seen)

    assert (found.kind, found.uncertain) == ("organisation", True)


SPELLINGS = """Ann Cole|Ann B. Cole|Ann D. Cole|Cole|A. Cole|Bob Quill|Robert Quill|Quill
Mohammed Qassemi|Mohamed Kassemi|Harbour Safety Board|HSB|Kim Sol Mi|Sol Mi Kim|Otis Grange"""
NAMES = st.sampled_from(SPELLINGS.replace("\n", "|").split("|"))
KINDS: list[MentionKind] = ["person", "organisation", "group"]


@given(
    st.lists(st.tuples(st.integers(0, 6), NAMES, st.sampled_from(KINDS)), max_size=40),
    st.randoms(use_true_random=False),
)
def test_order_of_the_articles_makes_no_difference(
    drawn: list[tuple[int, str, MentionKind]], shuffled: random.Random
) -> None:
    seen = [Seen(article, slug(name), kind, name) for article, name, kind in drawn]
    other = list(seen)
    shuffled.shuffle(other)

    found = canonical(seen)

    assert found == canonical(other)
    assert set(found) == {item.value for item in seen}
    for value, one in found.items():
        assert found[one.value] == one, value


def place(article: int, value: str) -> Seen:
    return Seen(article, value, "place", value.title())


def namesake(*company: str) -> list[Seen]:
    """Articles that name one Ivo Brandt, each beside one of these; those of an article are joined
    by “+”."""
    return [
        seen
        for at, names in enumerate(company)
        for seen in (person(at, "Ivo Brandt"), *(person(at, name) for name in names.split("+")))
    ]


def test_a_person_whose_articles_share_nobody_may_be_two() -> None:
    chess = ["Lena Okafor+Raj Mehta", "Lena Okafor", "Raj Mehta"]
    fishing = ["Petra Lund", "Petra Lund"]

    assert actor("Ivo Brandt", *namesake(*chess, *fishing)).uncertain
    assert not actor("Ivo Brandt", *namesake(*chess, *fishing, "Petra Lund+Raj Mehta")).uncertain
    assert not actor("Ivo Brandt", *namesake(*chess, "Petra Lund")).uncertain  # one is no habit


def test_articles_about_one_place_are_about_one_person() -> None:
    seen = namesake("Lena Okafor", "Lena Okafor", "Petra Lund", "Petra Lund")

    assert actor("Ivo Brandt", *seen).uncertain
    assert not actor("Ivo Brandt", *seen, place(1, "merida"), place(3, "merida")).uncertain


def test_a_place_is_no_actor() -> None:
    assert canonical([place(1, "merida"), person(1, "Ivo Brandt")]).keys() == {"ivo-brandt"}
