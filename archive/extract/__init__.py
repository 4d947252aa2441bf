"""Articles in; the actors and places that they name out (`extractor.Extractor`)."""
