"""What made an actor's mention in, how far it is to be trusted out."""

from collections.abc import Mapping
from typing import Literal

# recogniser: a span of the recogniser's, with the kind that it said
# title:      the same, and it stands after a title, or the name says things
# full name:  a part of a name that stands whole in the article ("Haddock")
# acronym:    the initials of a name of the article, or beside it in brackets
# other kind: a span of the recogniser's, with the kind that the rest of the article gives it
# found again: the recogniser missed it; elsewhere in the article the same words are a name
# headline:   a name of the text in the title
NameRule = Literal[
    "recogniser", "title", "full name", "acronym", "other kind", "found again", "headline"
]

# How often span and kind were right where people judged the names of newswire, by what made them
# (right + 1 of mentions + 2: one half of CoNLL-2003's testa; docs/actors.md has the other).
_MEASURED: Mapping[tuple[NameRule, str], float] = {
    ("acronym", "organisation"): 0.88,
    ("found again", "organisation"): 0.68,
    ("found again", "person"): 0.68,
    ("full name", "organisation"): 0.67,
    ("full name", "person"): 0.98,
    ("other kind", "organisation"): 0.25,
    ("other kind", "person"): 0.2,
    ("recogniser", "organisation"): 0.57,
    ("recogniser", "person"): 0.78,
    ("title", "person"): 0.92,
}
_UNMEASURED = 0.5


def confidence_of(rule: NameRule, kind: str) -> float:
    """From 0 to 1; groups, which nobody judged, are trusted as organisations are."""
    rule = "found again" if rule == "headline" else rule
    return _MEASURED.get((rule, "organisation" if kind == "group" else kind), _UNMEASURED)
