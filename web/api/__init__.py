"""The JSON API, version 1, one room a subject."""
