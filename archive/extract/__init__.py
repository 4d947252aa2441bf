"""Articles in; the actors and places that they name out."""

from archive.extract.extractor import Extraction, Extractor

__all__ = ["Extraction", "Extractor"]
