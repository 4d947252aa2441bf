"""The command line: `archive --help` tells it all."""

from archive.cli.app import main

__all__ = ["main"]
