"""What can be wrong with an index on disk. Its remedy is always the same: build it again.

IndexUnusable
├── IndexMissing             there is no published generation
└── IndexDamaged             a file is missing, altered, or not what the manifest says
"""


class IndexUnusable(Exception):
    """The index cannot answer; the text says what was found, and where."""


class IndexMissing(IndexUnusable):
    """There is no published generation."""


class IndexDamaged(IndexUnusable):
    """A file is missing, altered, or not what the manifest says."""
