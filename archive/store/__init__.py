"""The store: the record in SQL, and the only truth. Rows stay in here; nouns go in and out."""

from archive.store.store import Changes, Known, Store, StoreCounts
from archive.store.writer import Writer

__all__ = ["Changes", "Known", "Store", "StoreCounts", "Writer"]
