"""What is wrong with an index is found by asking it, even where every file is as it was written."""

from dataclasses import replace

import numpy as np

from archive.checks import disagreements
from indexes.generation import Generation


def faults(archive, generation):
    return list(disagreements(generation, archive.store, cutoff=0.3))


def nothing(*_):
    return np.zeros(0, np.int64), np.zeros(0, np.float32)


def test_an_index_that_is_right_has_no_disagreements(invented_archive):
    assert [g.faults for g in invented_archive.generations(thorough=True) if g.current] == [()]


def test_an_index_that_answers_wrongly_is_told(invented_archive):
    def opened():
        return Generation(invented_archive.engine.generation.folder)

    fewer = opened()
    fewer.manifest = replace(fewer.manifest, articles=3)
    assert ["the record" in fault for fault in faults(invented_archive, fewer)] == [True]

    wordless = opened()
    wordless.words.scored = nothing
    told = faults(invented_archive, wordless)
    assert told
    assert all("headline" in fault for fault in told)

    blind = opened()
    blind.dense.similar = nothing
    assert ["near to others" in fault for fault in faults(invented_archive, blind)] == [True]
