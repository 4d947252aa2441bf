"""What a reader sees of an article's names, with the packaged model and the whole gazetteer."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from archive.errors import ModelError
from archive.extract.extractor import Extraction, Extractor
from archive.types import Article

REPORT = (
    "LISBON (Wire) – The Portuguese finance minister, Marta Figueiredo, said on Tuesday that talks "
    "with the European Investment Bank (EIB) in Luxembourg would continue.\n\n"
    "Figueiredo told reporters that the EIB had agreed to fund two rail projects near Porto. "
    "“We are grateful,” said Figueiredo, who flew home from Brussels with President Tomas Varga "
    "of Hungary.\n\n"
    "Varga's spokesman declined to comment. Figueiredo's deputy, Dr. Henrik Olsen, will meet "
    "officials from Germany and Türkiye next month."
)


@pytest.fixture(scope="module")
def extractor() -> Extractor:
    return Extractor()


def article(text: str, title: str = "", language: str | None = None) -> Article:
    return Article(title=title, text=text, origin="test", language=language)


def values(found: Extraction, kind: str) -> set[str]:
    return {m.value for m in found.mentions if m.kind == kind}


def labels(found: Extraction, kind: str) -> set[str]:
    return {m.label for m in found.mentions if m.kind == kind}


def test_report_names_its_actors_and_places(extractor: Extractor) -> None:
    found = extractor.extract([article(REPORT)])[0]

    assert {"Marta Figueiredo", "Tomas Varga", "Henrik Olsen"} <= labels(found, "person")
    assert "European Investment Bank" in labels(found, "organisation")
    assert {"lisbon.portugal", "porto.portugal", "brussels.belgium"} <= values(found, "place")
    assert {"luxembourg", "hungary", "germany", "turkiye"} <= values(found, "place")


def test_every_place_comes_with_its_parents(extractor: Extractor) -> None:
    found = extractor.extract([article(REPORT)])[0]

    places = {place.value: place for place in found.places}
    assert {"portugal", "europe", "asia"} <= set(places)
    assert all(parent in places for place in found.places for parent in place.parents)
    assert places["porto.portugal"].parents[-2:] == ("portugal", "europe")


def test_surname_and_acronym_follow_their_full_form(extractor: Extractor) -> None:
    found = extractor.extract([article(REPORT)])[0]

    by_surface = {(m.surface, m.value) for m in found.mentions}
    assert ("Figueiredo", "marta-figueiredo") in by_surface
    assert ("Varga", "tomas-varga") in by_surface
    assert ("EIB", "european-investment-bank") in by_surface


def test_headline_names_only_what_the_text_knows(extractor: Extractor) -> None:
    title = "FIGUEIREDO Praises Bank Deal As Slovenia Waits"

    found = extractor.extract([article(REPORT, title)])[0]

    in_title = {(m.surface, m.value) for m in found.mentions if m.field == "title"}
    assert in_title == {("FIGUEIREDO", "marta-figueiredo"), ("Slovenia", "slovenia")}


def test_agency_of_the_dateline_does_not_act(extractor: Extractor) -> None:
    text = "OSLO (NTB) – The Norwegian parliament met on Monday, said speaker Kari Moen."

    found = extractor.extract([article(text)])[0]

    assert "oslo.norway" in values(found, "place")
    assert "ntb" not in values(found, "organisation")


def test_demonym_is_no_actor_but_speaks_of_its_country(extractor: Extractor) -> None:
    text = "Turkish and Norwegian officials met in Oslo on Monday."

    found = extractor.extract([article(text)])[0]

    assert values(found, "place") == {"oslo.norway", "turkiye", "norway"}
    assert {m.surface for m in found.mentions if m.rule == "demonym"} == {"Turkish", "Norwegian"}
    assert not labels(found, "group")


def test_place_inside_an_institution_is_no_place_of_the_article(extractor: Extractor) -> None:
    text = "Researchers at Ohio State University published a study of soil on Tuesday."

    found = extractor.extract([article(text)])[0]

    assert values(found, "place") == set()
    assert [(m.surface, p.value) for m, p in found.nested] == [("Ohio", "ohio.united-states")]


def test_article_is_reported_from_its_dateline(extractor: Extractor) -> None:
    text = "The two sides met again in Geneva."
    report = Article(title="", text=text, origin="test", dateline="CAIRO (Wire)")

    found = extractor.extract([report])[0]

    assert found.reported_from is not None
    assert found.reported_from.value == "cairo.egypt"
    assert values(found, "place") == {"geneva.switzerland"}


def test_long_article_is_read_to_its_end(extractor: Extractor) -> None:
    filler = "The weather was mild and the harbour was quiet all week. " * 3_000
    text = f"{filler}\n\nLater, Ingrid Solheim of the World Bank arrived in Nairobi, Kenya."

    found = extractor.extract([article(text)])[0]

    assert "ingrid-solheim" in values(found, "person")
    assert "nairobi.kenya" in values(found, "place")


def test_language_of_another_pipeline_gets_certain_places_only(extractor: Extractor) -> None:
    text = "Le ministre Jean Valmont a quitté Paris pour la Norvège, puis Deutschland et France."

    found = extractor.extract([article(text, language="fr")])[0]

    assert {m.kind for m in found.mentions} == {"place"}
    assert values(found, "place") == {"germany", "france"}


def test_same_name_in_other_spellings_is_one_value(extractor: Extractor) -> None:
    one = "Aylin Yıldız spoke in Ankara. Aylin Yıldız is an economist at the World Bank."
    other = "Aylin Yildiz spoke in Ankara. Aylin Yildiz is an economist at the World Bank."

    found = extractor.extract([article(one), article(other)])

    assert "aylin-yildiz" in values(found[0], "person") & values(found[1], "person")


def test_articles_do_not_learn_from_one_another(extractor: Extractor) -> None:
    alone = extractor.extract([article(REPORT)])
    together = extractor.extract([article("Nothing here."), article(REPORT), article("")])

    assert together[1] == alone[0]
    assert together[2] == Extraction((), ())


def test_missing_pipeline_says_what_to_do() -> None:
    with pytest.raises(ModelError) as error:
        Extractor("xx_no_such_pipeline")

    assert "xx_no_such_pipeline" in error.value.message
    assert "ARCHIVE_SPACY_MODEL" in error.value.hint


WORDS = st.sampled_from(
    "Kofi Mensah Mensah's (GSO) Ghana Statistics Office Accra, Tex. Paris U.S. US$ PRESIDENT Mr. "
    "said in the – / . \n \n\n 5 “ ” ’ İzmir Łódź Nov. of and Queen St.".split(" ")
)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(WORDS, max_size=60), st.lists(WORDS, max_size=12))
def test_mentions_are_exact_ordered_and_apart(
    extractor: Extractor, body: list[str], head: list[str]
) -> None:
    text, title = " ".join(body).strip(), " ".join(head).replace("\n", " ").strip()

    found = extractor.extract([article(text, title)])[0]

    places = {place.value for place in found.places}
    assert list(found.mentions) == sorted(found.mentions, key=lambda m: (m.field, m.start))
    for m in found.mentions:
        source = title if m.field == "title" else text
        assert source[m.start : m.end] == m.surface.strip() != ""
        assert m.value and m.label and "\n\n" not in m.surface
        assert m.kind != "place" or m.value in places
    for before, after in zip(found.mentions, found.mentions[1:], strict=False):
        assert before.field != after.field or before.end <= after.start


def test_country_acts_through_its_government(extractor: Extractor) -> None:
    text = (
        "Norway's parliament voted on Monday. The Portuguese government protested, "
        "and officials in Lisbon said that Norway would lose trade."
    )

    found = extractor.extract([article(text)])[0]

    assert labels(found, "country") == {"Norway", "Portugal"}
    assert {"norway", "lisbon.portugal"} <= values(found, "place")
