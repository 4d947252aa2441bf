"""Articles in; the actors and places that they name out."""

from archive.extract.extractor import Extraction, Extractor
from archive.extract.workers import Workers

__all__ = ["Extraction", "Extractor", "Workers"]
