"""Which place a name means: the gazetteer's candidates and the choice among them."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from archive.extract.gazetteer import Candidate, Gazetteer, key, shared_gazetteer
from archive.extract.places import Toponym, distance_km, home_of, resolve, resolve_dateline
from archive.types import Place


@pytest.fixture(scope="module")
def gazetteer() -> Gazetteer:
    return shared_gazetteer()


def meaning(gazetteer: Gazetteer, *surfaces: str, **context: str) -> dict[str, str]:
    found = resolve([Toponym(s) for s in surfaces], gazetteer, **context)  # type: ignore[arg-type]
    return {s: found[key(s)].place.value for s in surfaces if key(s) in found}


def area(gazetteer: Gazetteer, name: str) -> Candidate:
    return gazetteer.areas(name)[0]


@pytest.mark.parametrize(
    "names",
    [
        ("Turkey", "Türkiye", "Turkiye", "Republic of Türkiye"),
        ("UK", "U.K.", "Britain", "United Kingdom", "Great Britain"),
        ("US", "U.S.", "USA", "America", "United States", "the United States"),
        ("Burma", "Myanmar"),
        ("Germany", "Deutschland", "Federal Republic of Germany"),
        ("Ivory Coast", "Côte d'Ivoire", "Cote d’Ivoire"),
        ("Czech Republic", "Czechia"),
        ("Kyiv", "Kiev"),
        ("Mumbai", "Bombay"),
    ],
)
def test_names_of_one_place_meet_in_one_value(gazetteer: Gazetteer, names: tuple[str, ...]) -> None:
    assert len({meaning(gazetteer, name)[name] for name in names}) == 1


def test_value_reads_from_the_place_to_its_country(gazetteer: Gazetteer) -> None:
    assert meaning(gazetteer, "Paris", "Bavaria", "Türkiye") == {
        "Paris": "paris.france",
        "Bavaria": "bavaria.germany",
        "Türkiye": "turkiye",
    }


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("Rhineland-Palatinate", "rheinland-pfalz.germany"),  # CLDR's name for GeoNames's
        ("West Toronto", "toronto.canada"),
        ("Kerala State", "kerala.india"),
        ("South Eastern Anatolia Region", "anatolia"),
    ],
)
def test_parts_and_kinds_of_a_place_and_english_names_lead_to_it(
    gazetteer: Gazetteer, name: str, value: str
) -> None:
    assert meaning(gazetteer, name)[name].startswith(value)


@pytest.mark.parametrize("name", ["West Nowherefield", "Central", "State", "Eastern Province"])
def test_a_part_of_nothing_known_is_nowhere(gazetteer: Gazetteer, name: str) -> None:
    assert gazetteer.about(name) == ()


def test_beside_x_city_x_is_the_land_around_it(gazetteer: Gazetteer) -> None:
    town = "new-york-city.united-states"
    assert meaning(gazetteer, "New York") == {"New York": town}
    beside = meaning(gazetteer, "New York", "New York City")
    assert beside == {"New York": "new-york.united-states", "New York City": town}


def test_values_of_places_are_unique(gazetteer: Gazetteer) -> None:
    for name in ("Springfield", "Santa Cruz", "Georgetown", "Ankara", "Mexico"):
        candidates = gazetteer.candidates(name)
        assert len({c.place.value for c in candidates}) == len(candidates)


def test_what_stands_after_the_comma_decides(gazetteer: Gazetteer) -> None:
    texas = area(gazetteer, "Texas")

    found = resolve([Toponym("Paris", texas), Toponym("Paris")], gazetteer)

    assert found["paris"].place.parents[0] == "texas.united-states"


def test_abbreviated_state_is_understood_after_a_town(gazetteer: Gazetteer) -> None:
    abbreviated = gazetteer.abbreviation("Ore.")

    assert abbreviated is not None
    assert abbreviated.place.value == "oregon.united-states"
    assert gazetteer.abbreviation("W. Va.") == gazetteer.abbreviation("WV")


def test_neighbours_decide_between_namesakes(gazetteer: Gazetteer) -> None:
    beside_atlanta = meaning(gazetteer, "Georgia", "Atlanta", "Savannah")
    beside_tbilisi = meaning(gazetteer, "Georgia", "Tbilisi", "Armenia")

    assert beside_atlanta["Georgia"] == "georgia.united-states"
    assert beside_tbilisi["Georgia"] == "georgia"


def test_dateline_decides_where_nothing_else_does(gazetteer: Gazetteer) -> None:
    surfaces = ("Cambridge",)

    assert meaning(gazetteer, *surfaces)["Cambridge"] == "cambridge.united-kingdom"
    with_dateline = meaning(gazetteer, *surfaces, dateline="BOSTON, Mass. (Wire)")
    assert with_dateline["Cambridge"] == "cambridge.united-states"


@pytest.mark.parametrize(
    ("dateline", "value"),
    [
        ("GENEVA", "geneva.switzerland"),
        ("PARIS, Texas (Wire)", "paris.united-states"),
        ("Ankara", "ankara.turkiye"),
        ("NOWHEREVILLE", None),
    ],
)
def test_dateline_is_a_place(gazetteer: Gazetteer, dateline: str, value: str | None) -> None:
    place = resolve_dateline(dateline, gazetteer)

    assert (place.value if place else None) == value


def test_village_that_nothing_speaks_for_is_not_believed(gazetteer: Gazetteer) -> None:
    assert meaning(gazetteer, "Muleshoe") == {}
    assert "Muleshoe" in meaning(gazetteer, "Muleshoe", "Texas", "Lubbock")


def test_planet_is_no_town_unless_the_state_is_named(gazetteer: Gazetteer) -> None:
    stated = resolve([Toponym("Earth", area(gazetteer, "Texas"))], gazetteer)

    assert "Earth" not in meaning(gazetteer, "Earth", "Texas", "Lubbock")
    assert stated["earth"].place.value == "earth.united-states"


def test_country_is_meant_before_a_town_of_its_name(gazetteer: Gazetteer) -> None:
    lebanon = resolve([Toponym("Lebanon"), Toponym("Ohio")], gazetteer)
    stated = resolve([Toponym("Lebanon", area(gazetteer, "Ohio"))], gazetteer)

    assert lebanon["lebanon"].place.value == "lebanon"
    assert stated["lebanon"].place.parents[0] == "ohio.united-states"


def test_hint_speaks_for_others(gazetteer: Gazetteer) -> None:
    found = resolve([Toponym("Ohio", hint=True), Toponym("Dublin"), Toponym("Columbus")], gazetteer)

    assert found["columbus"].place.parents[0] == "ohio.united-states"
    assert found["dublin"].place.parents[0] == "ohio.united-states"


def test_paper_means_the_places_around_it(gazetteer: Gazetteer) -> None:
    names = [Toponym("Texas"), Toponym("Crockett")]
    other = [[r.place for r in resolve(names, gazetteer).values()]] * 8

    at_home = resolve([Toponym("Paris")], gazetteer, home=home_of("parisbugle.example", other))
    elsewhere = resolve([Toponym("Paris")], gazetteer, home=home_of("worldwire.example", ()))

    assert at_home["paris"].place.parents[0] == "texas.united-states"
    assert at_home["paris"].rule == "source"
    assert elsewhere["paris"].place.value == "paris.france"


def test_each_place_says_what_decided_it(gazetteer: Gazetteer) -> None:
    texas = area(gazetteer, "Texas")

    stated = resolve([Toponym("Paris", texas)], gazetteer)["paris"]
    alone = resolve([Toponym("Paris")], gazetteer)["paris"]
    only = resolve([Toponym("Ouagadougou")], gazetteer)["ouagadougou"]
    beside = resolve([Toponym("Georgia"), Toponym("Atlanta"), Toponym("Macon")], gazetteer)
    reported = resolve([Toponym("Cambridge")], gazetteer, dateline="BOSTON, Mass.")["cambridge"]

    rules = [r.rule for r in (stated, alone, only, beside["georgia"], reported)]
    assert rules == ["qualifier", "size", "only candidate", "other places", "dateline"]
    assert stated.confidence > 0.9


@settings(max_examples=50, deadline=None)
@given(st.lists(st.sampled_from("Springfield Paris Georgia Lebanon Ohio Oslo Nairobi".split())))
def test_confidence_is_a_probability(gazetteer: Gazetteer, surfaces: list[str]) -> None:
    found = resolve([Toponym(s) for s in surfaces], gazetteer)

    assert all(0 < r.confidence < 1 for r in found.values())


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("Polk County, Iowa", "polk-county.iowa.united-states"),
        ("County Kerry", "county-kerry.munster.ireland"),
        ("Devon", "devon.england.united-kingdom"),
        ("Caspian Sea", "caspian-sea"),
        ("NSW", "new-south-wales.australia"),
    ],
)
def test_counties_waters_and_abbreviations_are_known(
    gazetteer: Gazetteer, name: str, value: str
) -> None:
    surface, _, after = name.partition(", ")
    within = area(gazetteer, after) if after else None

    found = resolve([Toponym(surface, within)], gazetteer)

    assert found[key(surface)].place.value == value


def test_place_knows_its_kind_and_other_names(gazetteer: Gazetteer) -> None:
    def place(name: str) -> Place:
        return resolve([Toponym(name)], gazetteer)[key(name)].place

    kinds = {n: place(n).kind for n in ("Asia", "Myanmar", "Sahel", "Bavaria", "Kyiv")}
    assert list(kinds.values()) == ["continent", "country", "region", "division", "city"]
    assert "Burma" in place("Myanmar").aliases
    assert "Kiev" in place("Kyiv").aliases


def test_county_is_not_meant_where_nobody_says_county(gazetteer: Gazetteer) -> None:
    assert not any(c.kind == "county" for c in gazetteer.areas("Jackson"))
    assert any(c.kind == "county" for c in gazetteer.areas("Jackson County"))


def test_parents_lead_up_to_the_continent(gazetteer: Gazetteer) -> None:
    for name in ("Ankara", "Houston", "Bavaria", "Kenya"):
        for candidate in gazetteer.candidates(name):
            chain = [gazetteer.place(value) for value in candidate.place.parents]
            for above, below in zip(chain[1:], chain, strict=False):
                assert below.parents[0] == above.value
            assert not chain or not chain[-1].parents


def test_demonym_points_to_its_country(gazetteer: Gazetteer) -> None:
    assert gazetteer.demonym("Turkish") == "turkiye"
    assert gazetteer.demonym("Brazilians") == "brazil"
    assert gazetteer.demonym("Texans") == "texas.united-states"
    assert gazetteer.demonym("Wooden") is None


def test_english_name_of_a_town_is_a_usual_one(gazetteer: Gazetteer) -> None:
    named = {c.place.country: c for c in gazetteer.candidates("Cologne") if c.kind == "city"}
    assert named["DE"].place.value == "koln.germany"
    assert not named["DE"].alias
    assert resolve([Toponym("Cologne")], gazetteer)["cologne"].place.country == "DE"


def test_landmark_lies_amid_what_it_spans(gazetteer: Gazetteer) -> None:
    (mountains,) = gazetteer.candidates("Carpathian Mountains")
    assert mountains.kind == "region"
    assert distance_km(mountains.place, gazetteer.country("SK")) < 300


def test_every_country_has_a_name_a_point_and_a_continent(gazetteer: Gazetteer) -> None:
    for name in ("Eswatini", "South Sudan", "Kosovo", "Timor-Leste", "Saint Lucia", "Tuvalu"):
        country = next(c for c in gazetteer.areas(name) if c.kind == "country")
        assert country.place.parents
        assert -90 <= country.place.latitude <= 90 and -180 <= country.place.longitude <= 180


def test_distance_is_measured_on_the_globe(gazetteer: Gazetteer) -> None:
    found = resolve([Toponym("Paris"), Toponym("London")], gazetteer)

    assert 330 < distance_km(found["paris"].place, found["london"].place) < 360
