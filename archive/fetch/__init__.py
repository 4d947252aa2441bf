"""The web, read with care: addresses in, what lies there out."""
