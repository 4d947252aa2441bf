"""A facet of a result set in; the list of all its values, found and ordered as asked, out.

A facet may have hundreds of thousands of values: they are found and ordered by their codes, and
only those that are shown are looked up.
"""

import numpy as np

from archive.query.request import FacetList, ListOrder
from indexes.names import Codes, fold
from indexes.types import Ordinals
from indexes.values import Values


def listed(
    values: Values, counts: Ordinals, chosen: Codes, asked: FacetList, found: Codes
) -> tuple[Codes, tuple[str, ...]]:
    """The codes of those `found` that are asked for, in the order asked for: by count, those chosen
    first, or by label. And the letters that they begin with, whichever is asked for.
    """
    if asked.kinds:
        found = found[np.any([values.is_kind(kind)[found] for kind in asked.kinds], axis=0)]
    if asked.find:
        found = np.intersect1d(found, values.containing(fold(asked.find)))
    alphabet = values.alphabet
    ranks = alphabet.ranks[found]
    order = np.argsort(ranks)
    ordered, ranks = found[order], ranks[order]
    initials = tuple(letter for letter in alphabet.initials(ranks) if letter.isalpha())
    if asked.initial:
        start, end = alphabet.beginning(fold(asked.initial))
        ordered = ordered[(ranks >= start) & (ranks < end)]
    if asked.order is ListOrder.COUNT:
        ordered = ordered[np.lexsort((-counts[ordered], ~np.isin(ordered, chosen)))]
    return ordered, initials
