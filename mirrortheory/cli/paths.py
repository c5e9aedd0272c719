"""Where a command writes: a path that cannot be written is refused before any work is done."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from mirrortheory.errors import InvalidArgument


def must_be_writable(name: str, path: Path | None, suffixes: Sequence[str] = (), example: str = "") -> None:
    """Refuse a file that cannot be written, or that has another suffix; None is no file.

    Raises:
        InvalidArgument: naming the option and the path.
    """
    if path is None:
        return
    if path.is_dir():
        raise InvalidArgument(name, "a file", path, "this is a folder; name a file in it")
    if suffixes and path.suffix.lower() not in suffixes:
        kinds = " or ".join((*([", ".join(suffixes[:-1])] if suffixes[:-1] else []), suffixes[-1]))
        raise InvalidArgument(name, f"a file {kinds}", path, f"write for example {example}")
    _must_have_a_folder(name, path)
    if path.exists() and not os.access(path, os.W_OK):
        raise InvalidArgument(name, "a file that can be written", path, "change its rights, or name another")


def must_be_a_writable_folder(name: str, path: Path | None) -> None:
    """Refuse a folder that can neither be made nor written to; None is no folder.

    Raises:
        InvalidArgument: naming the option and the path.
    """
    if path is None:
        return
    if path.exists() and not path.is_dir():
        raise InvalidArgument(name, "a folder", path, "this is a file; name a folder, which is made if it is not there")
    if not path.exists():
        _must_have_a_folder(name, path)
    elif not os.access(path, os.W_OK):
        raise InvalidArgument(name, "a folder that can be written to", path, "change its rights, or name another")


def _must_have_a_folder(name: str, path: Path) -> None:
    folder = path.resolve().parent
    if not folder.is_dir():
        raise InvalidArgument(name, "in an existing folder", path, "make the folder first")
    if not path.exists() and not os.access(folder, os.W_OK):
        raise InvalidArgument(name, "in a folder that can be written to", path, "change its rights, or name another")
