"""Outcomes of earlier runs that still hold, remembered by content.

An outcome is kept under a digest of all that it depends on: the text of its theorem file, the source of this package (the kernel
among it), the versions of the libraries and of Python, and the seed. So a change of one claim brings up that claim again, and a
change of the package all of them. Kept are outcomes that are as expected, of files that import nothing but this package, the
libraries whose versions count, and modules of the standard library that read nothing, and that name nothing which reads (``open``,
``load``, ..): what a file reads has no digest. One that hides what it reads deserves ``--fresh``.

A file of the memory begins with a checksum: one that is damaged is not believed, nor one whose certificate is of another claim or
verdict, or is rejected by the kernel. The kernel looks at as many certificates, chosen anew each time, as fit into a second; it is
part of the digest, so that it has accepted all of them before. Against somebody who writes into the folder there is no defence
here, as there is none against one who edits the package: ``--fresh`` and ``mirrortheory recheck`` do not read it.
"""

from __future__ import annotations

import ast
import hashlib
import json
import os
import platform
import random
import re
import time
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from mirrortheory.check.certificates import rejection
from mirrortheory.check.claims import Outcome, stated
from mirrortheory.check.results import as_json, digest_of, digest_of_package, from_json, write_atomically
from mirrortheory.errors import InvalidArgument

FORMAT = 1
_SECONDS, _MOST = 1.0, 5000  # that the kernel may take; files that are kept, the latest
_PURE = {"__future__", "abc", "bisect", "cmath", "collections", "copy", "dataclasses", "decimal", "enum", "fractions", "functools"}
_PURE |= {"heapq", "itertools", "math", "numbers", "operator", "random", "re", "statistics", "string", "textwrap", "typing"}
_READS = re.compile("__.*__|compile|environ|eval|exec|from_?file|genfromtxt|globals|input|memmap|vars|(open|load|read).*")


def folder() -> Path:
    """Return where outcomes are kept: $MIRRORTHEORY_CACHE or else ``mirrortheory`` in $XDG_CACHE_HOME, or in ~/.cache."""
    own = os.environ.get("MIRRORTHEORY_CACHE")
    return Path(own) if own else Path(os.environ.get("XDG_CACHE_HOME") or "~/.cache").expanduser() / "mirrortheory"


class Memory:
    """The outcomes of theorem files that are remembered.

    Args:
        paths: the theorem files of this run.
        seed: seed of the sampling.
        versions: versions of the libraries that an outcome depends on.

    Attributes:
        done: the outcomes that still hold, by theorem file.
        rechecked: of how many of them the kernel has accepted the certificate now.
        lost: why nothing can be kept, in words; empty where it can.
    """

    def __init__(self, paths: Sequence[Path], *, seed: int, versions: Mapping[str, str]) -> None:
        self._header = {"format": FORMAT, "seed": seed, "versions": {**versions, "python": platform.python_version()}}
        self._known = {*versions, *_PURE, "mirrortheory", "flint"}
        self._files = {path.stem: path for path in paths}
        if len(self._files) < len(set(paths)):
            self._files = {}  # outcomes are told apart by their names
        sources = digest_of_package()
        self._places = {name: place for name, path in self._files.items() if (place := self._place(path, sources)) is not None}
        self.done, self.rechecked, self.lost = dict[Path, Outcome](), 0, ""
        end = time.monotonic() + _SECONDS
        for name in random.sample(list(self._places), len(self._places)):
            outcome = _read(self._places[name])
            if outcome is None or outcome.claim.name != name or not _certified(outcome):
                continue
            if time.monotonic() < end:
                if rejection(outcome.certificate) is not None:
                    continue
                self.rechecked += 1
            self.done[self._files[name]] = replace(outcome, remembered=True)

    def keep(self, outcome: Outcome) -> None:
        """Keep an outcome that is as expected, unless its file, or the package, was edited since this run began.

        Args:
            outcome: what examining a theorem file gave.
        """
        name = outcome.claim.name
        place = self._places.get(name)
        if place is None or self.lost or not outcome.as_expected or outcome.certificate is None:
            return
        if place != self._place(self._files[name], digest_of_package()):
            return
        entry = json.dumps(as_json(outcome), default=str)
        try:
            place.parent.mkdir(parents=True, exist_ok=True)
            write_atomically(place, f"{_sum(entry)}\n{entry}\n")
        except (OSError, InvalidArgument) as error:
            self.lost = str(error)

    def forget_old(self) -> None:
        """Delete all files of the memory but the latest."""
        try:
            files = sorted(folder().glob("*.outcome"), key=lambda file: file.stat().st_mtime, reverse=True)
            for file in files[_MOST:]:
                file.unlink()
        except OSError as error:  # another run deletes too
            self.lost = str(error)

    def _place(self, path: Path, sources: str) -> Path | None:
        """Return the file in which the outcome of a theorem file is kept; None where it depends on more than is known."""
        try:
            names = set(_imported(ast.parse(path.read_bytes())))
        except (OSError, SyntaxError, ValueError, RecursionError, MemoryError):  # it is examined, and says so itself
            return None
        if not names <= self._known:
            return None
        parts = {**self._header, "name": path.stem, "file": digest_of(path), "sources": sources}
        return folder() / f"{_sum(json.dumps(parts, sort_keys=True))}.outcome"


def _imported(module: ast.Module) -> list[str]:
    """Return the names at the top of all modules that a file imports; "." for those beside it, and where it may read something."""
    names = []
    for node in ast.walk(module):
        if isinstance(node, ast.Import):
            names += [alias.name.split(".")[0] for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            reads = node.level or any(_READS.fullmatch(alias.name) or alias.name == "*" for alias in node.names)
            names.append("." if reads else (node.module or "").split(".")[0])
        elif isinstance(node, ast.Name | ast.Attribute):
            name = ast.unparse(node).removeprefix("sympy.")
            names += ["."] if _READS.fullmatch(name.split(".")[-1]) and name != "Interval.open" else []
    return names


def _certified(outcome: Outcome) -> bool:
    """Return whether a certificate is that of the claim and verdict of an outcome."""
    record = outcome.certificate
    return (
        isinstance(record, dict) and record.get("claim") == stated(outcome.claim) and record.get("verdict") == str(outcome.verdict)
    )


def _read(place: Path) -> Outcome | None:
    """Return what a file of the memory holds; None where there is none, or it is damaged."""
    try:
        first, _, entry = place.read_text(encoding="utf-8").partition("\n")
        record: Any = json.loads(entry) if first == _sum(entry.removesuffix("\n")) else None
        return None if record is None else from_json(record)
    except (OSError, ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return None


def _sum(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
