"""One name, one identity: the rules, with the recogniser's spans given by hand."""

import pytest

from archive.extract.actors import Names, actor_value, identify
from archive.extract.gazetteer import Gazetteer, shared_gazetteer
from archive.extract.spans import Span, tokens, trim
from archive.extract.tagger import Entity
from archive.extract.trust import confidence_of


@pytest.fixture(scope="module")
def gazetteer() -> Gazetteer:
    return shared_gazetteer()


def spans(text: str, *tagged: tuple[str, str]) -> list[Span]:
    """The spans of names that stand in the text in this order."""
    found, position = [], 0
    for surface, label in tagged:
        start = text.index(surface, position)
        position = start + len(surface)
        found += list(trim(text, Entity(start, position, label)))
    return found


def names(text: str, gazetteer: Gazetteer, *tagged: tuple[str, str]) -> Names:
    return identify(text, spans(text, *tagged), tokens(text), gazetteer)


def found(text: str, gazetteer: Gazetteer, *tagged: tuple[str, str]) -> list[tuple[str, str, str]]:
    return [
        (text[n.start : n.end], n.name.kind, n.name.value)
        for n in names(text, gazetteer, *tagged).mentions
    ]


def surfaces(text: str, surface: str, label: str) -> list[str]:
    return [text[s.start : s.end] for s in spans(text, (surface, label))]


@pytest.mark.parametrize(
    ("surface", "label", "name"),
    [
        ("the World Health Organization's", "ORG", "World Health Organization"),
        ("President Amara Diallo", "PERSON", "Amara Diallo"),
        ("Gov. Lucy Hale’s", "PERSON", "Lucy Hale"),
        ("“Omar Said”,", "PERSON", "Omar Said"),
        ("former Prime Minister Anders Lund", "PERSON", "Anders Lund"),
        ("U.S. Rep. Carla Ruiz", "ORG", "Carla Ruiz"),
        ("University of", "ORG", ""),
        ("Monday", "ORG", ""),
        ("@harbour_news", "ORG", ""),
        ("the", "ORG", ""),
        ("Sammy Davis Jr.", "PERSON", "Sammy Davis Jr."),
        ("the U.S.", "GPE", "U.S."),
    ],
)
def test_name_is_stripped_of_what_does_not_belong_to_it(
    surface: str, label: str, name: str
) -> None:
    text = f"It was said that {surface} would come."

    assert surfaces(text, surface, label) == ([name] if name else [])


def test_owner_and_institution_are_two_names() -> None:
    text = "He runs Chile's Central Reserve now."

    assert surfaces(text, "Chile's Central Reserve", "ORG") == ["Chile", "Central Reserve"]


def test_hospital_named_after_a_person_is_no_person(gazetteer: Gazetteer) -> None:
    text = "She works at the Nora K. Fielding Hospital now."

    mentions = found(text, gazetteer, ("Nora K. Fielding Hospital", "PERSON"))

    assert [m[1] for m in mentions] == ["organisation"]


def test_photographer_and_agency_are_two_names() -> None:
    text = "Photo by Jane Roe/Wirephoto on Friday."

    assert sorted(surfaces(text, "Jane Roe/Wirephoto", "PERSON")) == ["Jane Roe", "Wirephoto"]


def test_headline_in_capitals_names_nobody() -> None:
    text = "HARBOUR BOARD BACKS NEW FERRY PLAN\n\nThe board met."

    assert surfaces(text, "NEW FERRY PLAN", "ORG") == []


def test_surname_follows_the_person_whatever_it_was_taken_for(gazetteer: Gazetteer) -> None:
    text = "Ilse Brandvold arrived. Brandvold spoke. Reporters asked Brandvold twice."

    mentions = found(text, gazetteer, ("Ilse Brandvold", "PERSON"), ("Brandvold", "GPE"))

    assert [m[1:] for m in mentions] == [("person", "ilse-brandvold")] * 3


def test_shared_surname_follows_whoever_was_named_last(gazetteer: Gazetteer) -> None:
    text = "Per Dahl sang. Dahl left. Anna Dahl came. Dahl danced."
    tagged = [("Per Dahl", "PERSON"), ("Dahl", "PERSON"), ("Anna Dahl", "PERSON")]

    mentions = found(text, gazetteer, *tagged, ("Dahl", "PERSON"))

    assert [m[2] for m in mentions] == ["per-dahl", "per-dahl", "anna-dahl", "anna-dahl"]


def test_relative_does_not_take_over_the_surname(gazetteer: Gazetteer) -> None:
    text = "Lindqvist spoke first. Then came his wife, Eva Lindqvist. Lindqvist smiled."
    tagged = [("Lindqvist", "PERSON"), ("Eva Lindqvist", "PERSON"), ("Lindqvist", "PERSON")]

    mentions = found(text, gazetteer, *tagged)

    assert [m[2] for m in mentions] == ["lindqvist", "eva-lindqvist", "lindqvist"]


def test_country_stays_a_country_beside_a_person_of_that_surname(gazetteer: Gazetteer) -> None:
    text = "Sara Jordan flew to Jordan. In Jordan she met officials."
    tagged = [("Sara Jordan", "PERSON"), ("Jordan", "GPE"), ("Jordan", "GPE")]

    mentions = found(text, gazetteer, *tagged)

    assert [m[1] for m in mentions] == ["person", "place", "place"]


def test_a_bracket_that_a_name_opens_is_closed_or_left_out() -> None:
    text = "The Grain Union (United) and the Port Authority (PAN) met Ada Marsh (left, in red)."
    assert surfaces(text, "Grain Union (United", "ORG") == ["Grain Union (United)"]
    assert surfaces(text, "Port Authority (PAN", "ORG") == ["Port Authority"]
    assert surfaces(text, "Ada Marsh (left", "PERSON") == ["Ada Marsh"]


def test_acronym_is_learnt_from_the_bracket(gazetteer: Gazetteer) -> None:
    text = "The Fisheries Review Board (FIREB) met. FIREB will decide. Nobody trusts FIREB."

    mentions = found(text, gazetteer, ("Fisheries Review Board", "ORG"), ("FIREB", "PERSON"))

    assert {m[2] for m in mentions} == {"fisheries-review-board"}
    assert len(mentions) == 4


def test_acronym_is_learnt_from_the_initials(gazetteer: Gazetteer) -> None:
    text = "The Coastal Heritage Trust was pleased. The CHT owns the pier."

    mentions = found(text, gazetteer, ("Coastal Heritage Trust", "ORG"), ("CHT", "ORG"))

    assert mentions[1] == ("CHT", "organisation", "coastal-heritage-trust")


def test_acronym_is_not_found_in_a_word_of_the_same_letters(gazetteer: Gazetteer) -> None:
    text = "The World Aid Society (WAS) was late. It was cold."

    mentions = found(text, gazetteer, ("World Aid Society", "ORG"))

    assert [m[0] for m in mentions] == ["World Aid Society", "WAS"]


def test_royal_title_is_part_of_the_name(gazetteer: Gazetteer) -> None:
    text = "Queen Ingeborg opened the bridge. Ingeborg wore blue."

    names_found = names(text, gazetteer, ("Queen Ingeborg", "PERSON"), ("Ingeborg", "PERSON"))

    assert {n.name.label for n in names_found.mentions} == {"Queen Ingeborg"}
    assert text[names_found.mentions[0].start :].startswith("Ingeborg")


def test_missed_name_is_found_again_but_not_inside_a_longer_one(gazetteer: Gazetteer) -> None:
    text = "Omar Tafesse won. But Tafesse was tired. The crowd filled Tafesse Street."

    mentions = found(text, gazetteer, ("Omar Tafesse", "PERSON"))

    assert [m[0] for m in mentions] == ["Omar Tafesse", "Tafesse"]


def test_members_are_a_group_and_a_quality_is_none(gazetteer: Gazetteer) -> None:
    text = "The Democrats met. A Democratic senator left. Finnish voters stayed."
    tagged = [("Democrats", "NORP"), ("Democratic", "NORP"), ("Finnish", "NORP")]

    assert found(text, gazetteer, *tagged) == [("Democrats", "group", "democrats")]


def test_unknown_place_that_speaks_is_a_person(gazetteer: Gazetteer) -> None:
    text = "Quillanby said the pier would open. Quillanby smiled."

    assert {m[1] for m in found(text, gazetteer, ("Quillanby", "GPE"))} == {"person"}


@pytest.mark.parametrize(
    ("one", "other", "kind"),
    [
        ("İpek Kılıç", "Ipek Kilic", "person"),
        ("The Northwind Trading Co.", "Northwind Trading", "organisation"),
        ("Northwind, Inc.", "NORTHWIND", "organisation"),
        ("U.N.", "UN", "organisation"),
    ],
)
def test_spellings_of_one_actor_share_a_value(one: str, other: str, kind: str) -> None:
    assert actor_value(one, kind) == actor_value(other, kind)  # type: ignore[arg-type]


def test_each_mention_says_what_made_it(gazetteer: Gazetteer) -> None:
    text = (
        "Mr. Ivo Brandt of the Northern Fisheries Union spoke first. Brandt left early. Later the "
        "NFU thanked Lena Okafor, and Okafor thanked it. Ivo Brandt came back."
    )
    found = names(
        text,
        gazetteer,
        ("Ivo Brandt", "PERSON"),
        ("Northern Fisheries Union", "ORG"),
        ("Brandt", "ORG"),
        ("NFU", "ORG"),
        ("Lena Okafor", "PERSON"),
    )
    assert [(text[n.start : n.end], n.rule) for n in found.mentions] == [
        ("Ivo Brandt", "title"),
        ("Northern Fisheries Union", "recogniser"),
        ("Brandt", "full name"),
        ("NFU", "acronym"),
        ("Lena Okafor", "recogniser"),
        ("Okafor", "found again"),
        ("Ivo Brandt", "found again"),
    ]


def test_what_stands_by_a_title_is_trusted_more_than_a_guess_at_its_kind() -> None:
    assert confidence_of("title", "person") > confidence_of("recogniser", "person")
    assert confidence_of("recogniser", "person") > confidence_of("other kind", "person")
