"""Searches of the invented collection, drawn at random."""

from hypothesis import strategies as st

from archive.query.request import Count, FacetFilter, Mode, SearchRequest, Sort

QUERIES = (
    "",
    "ferry",
    "harbour wages",
    "rescuers flooded streets families",
    "price OR harvest",
    '"polling stations"',
    "satellite -harbour",
    "ferr*",
    "title:flood",
    "place:Northport vote",
    "(ferry OR flood) NOT wages",
    "what happened to the wheat price after the bad harvest",
    "date:2023 ferry",
    "mentions:2023 ferry",
    "flood -mentions:2022..2023",
)
VALUES = {
    "actor": ("ada-marsh", "bruno-keller", "chiara-lindt"),
    "place": ("northport.norland", "norland", "merida"),
    "about": ("ada-marsh", "norland"),
    "reported": ("eastville.norland", "norland"),
    "source": ("Harbour Wire", "The Meridian"),
    "language": ("en", "de"),
    "section": ("World",),
    "author": ("Eve Holm",),
    "changed": ("headline", "text"),
    "date": ("2023", "2023-06", "2024-01", "undated", "2023-02..2023-05"),
    "mentions": ("2022", "2023-06", "2024-01-15", "none", "2024..", "..2022-03"),
}
filters = st.lists(
    st.sampled_from([(f, v) for f, values in VALUES.items() for v in values]).flatmap(
        lambda fv: st.booleans().map(lambda exclude: FacetFilter(*fv, exclude=exclude))
    ),
    max_size=3,
    unique_by=lambda f: (f.facet, f.value),
).map(tuple)
requests = st.builds(
    SearchRequest,
    q=st.sampled_from(QUERIES),
    mode=st.sampled_from(list(Mode)),
    filters=filters,
    after=st.sampled_from([None, None, "2023-03"]),
    together=st.sampled_from([False, False, True]),
    count=st.sampled_from(list(Count)),
    sort=st.sampled_from(list(Sort)),
    size=st.sampled_from([3, 10, 100]),
)
