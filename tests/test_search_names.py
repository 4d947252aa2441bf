"""Names that people type: whichever name of an actor they know, they find the actor."""

import numpy as np

from archive.query.request import SearchRequest
from archive.search.names import Names
from indexes.columns import Column
from indexes.types import Label

LABELS = {
    "ada-marsh": Label("Ada Marsh", "person", ("The Harbour Lady", "A. Marsh")),
    "harbour-union": Label("Harbour Union", "organisation", ("HU",)),
}
COLUMN = Column.build([["ada-marsh"], ["ada-marsh", "harbour-union"]], LABELS)
NAMES = Names({"actor": COLUMN}, {"actor": np.array([2, 1])})


def test_an_alias_stands_for_its_actor():
    assert NAMES.resolve("actor", "the harbour lady") == ("ada-marsh",)
    assert NAMES.resolve("actor", "hu") == ("harbour-union",)


def test_words_of_two_names_of_one_actor_name_it_once():
    assert NAMES.resolve("actor", "marsh") == ("ada-marsh",)


def test_an_alias_is_suggested_under_the_actors_name():
    [found] = NAMES.suggest("lad", 5)
    assert (found.value, found.label, found.count) == ("ada-marsh", "Ada Marsh", 2)
    assert [s.value for s in NAMES.suggest("harb", 5)] == ["ada-marsh", "harbour-union"]


def test_names_in_a_query_are_offered_as_filters_and_filter_nothing(invented_archive):
    plain = invented_archive.search(SearchRequest(q="ferry talks in Santa Lia with Ada Marsh"))
    offered = {(n.facet, n.value) for n in plain.query.names}
    assert {("place", "santa-lia.merida"), ("actor", "ada-marsh")} <= offered
    assert plain.query.filters == ()
    assert invented_archive.search(SearchRequest(q="ferry talks")).query.names == ()
