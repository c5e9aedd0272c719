"""TOML files: their text, their entries with decimals as they were typed, and keys that are not known."""

from __future__ import annotations

import difflib
import re
import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from mirrortheory.errors import InvalidArgument

_MOST_BYTES = 2**26


class Typed(float):
    """A float that remembers how it was typed."""

    def __new__(cls, text: str) -> Typed:
        value = super().__new__(cls, text)
        value.text = text.replace("_", "")
        return value

    text: str


def text_of(path: Path) -> str:
    """Return the text of a TOML file.

    Raises:
        InvalidArgument: for a file that cannot be read, is too large, or is no text in UTF-8.
    """
    try:
        with path.open("rb") as file:
            data = file.read(_MOST_BYTES + 1)
    except OSError as error:
        reason = (error.strerror or "unreadable").lower()
        raise InvalidArgument(str(path), "a readable TOML file", reason, "check its name and rights") from None
    if len(data) > _MOST_BYTES:
        raise InvalidArgument(str(path), f"of at most {_MOST_BYTES} bytes", f"{len(data)} or more", "leave out data")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        raise InvalidArgument(str(path), "text in UTF-8", f"another byte in line {line}", "save it as UTF-8") from None


def parsed(text: str, file: str) -> dict[str, Any]:
    """Return the entries of a TOML text, decimals as :class:`Typed`.

    Raises:
        InvalidArgument: where it is no TOML, with the place.
    """
    try:
        return tomllib.loads(text, parse_float=Typed)
    except tomllib.TOMLDecodeError as error:
        message = str(error)
        place = re.search(r" \(at (line \d+, column \d+)\)$", message)
        last = text.split("\n")  # an error at the end comes without a place
        where = place[1] if place else f"line {len(last)}, column {len(last[-1]) + 1}"
        reason = message[: place.start()] if place else message.removesuffix(" (at end of document)")
        raise InvalidArgument(file, "TOML", where, f"{reason[:1].lower()}{reason[1:]}".replace("\n", " ")) from None
    except (ValueError, RecursionError):  # a number of thousands of digits; thousands of brackets
        raise InvalidArgument(file, "TOML of moderate size", "too long a number or too deep a nest", "write less") from None


def no_strangers(file: str, what: str, entries: Mapping[str, object], known: Sequence[str]) -> None:
    """Refuse keys that are not known, with the nearest one.

    Raises:
        InvalidArgument: naming the first of them.
    """
    for key in entries:
        if key not in known:
            near = difflib.get_close_matches(key, known, n=1, cutoff=0.5)
            remedy = f"did you mean {near[0]}?" if near else "leave it out"
            raise InvalidArgument(f"{file}: {what}", f"among {', '.join(known)}", key, remedy)
