"""The command line, and problem files and names as people write them."""

from mirrortheory.cli.commands import main

__all__ = ["main"]
