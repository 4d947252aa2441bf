"""Which articles are the same: one by its key or its text (exact), one text printed in several
places (copies), one event told by several (stories). Three questions, kept apart.
"""

from archive.identity.copies import AGREEING, families, is_copy, shingles, sketch
from archive.identity.exact import (
    KnownArticle,
    Status,
    Verdict,
    bars,
    changes_between,
    content_hash,
    digests,
    judge,
)

__all__ = [
    "AGREEING",
    "KnownArticle",
    "Status",
    "Verdict",
    "bars",
    "changes_between",
    "content_hash",
    "digests",
    "families",
    "is_copy",
    "judge",
    "shingles",
    "sketch",
]
