"""Derived search structures: ids, texts, vectors and values in, ids and scores out."""
