"""Results on disk: a journal of outcomes that survives a kill at any moment, and files that are never half written.

A journal has one JSON object a line, ``{"sum": checksum, "entry": ...}``. An entry is a header (format, seed, versions,
digest of this package's source) or an outcome with the digest of its theorem file; it belongs to the last header before
it. A kill costs at most the line being written; such a torn last line is cut off when the journal is opened again.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import platform
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, replace
from functools import lru_cache
from pathlib import Path
from typing import Any

from mirrortheory.check.claims import Claim, Outcome
from mirrortheory.errors import InvalidArgument
from mirrortheory.evidence import Curve, Evidence, Verdict

FORMAT = 1
_FRESH_SECONDS = 2.0  # a file edited twice within one tick of the clock may keep its stamp
_START = b'{"sum": "'


class Journal:
    """A journal open for appending, by one run at a time; use it in a ``with`` statement.

    Args:
        path: the file; made when there is none, and refused when it has entries and ``resume`` is not set.
        paths: the theorem files of this run, of different names.
        seed: seed of the sampling.
        versions: versions of the libraries that an outcome depends on.
        resume: whether to go on from what the file holds.

    Attributes:
        done: the outcomes that still hold, by theorem file: same file, package, versions and seed, and not broken.

    Raises:
        InvalidArgument: when the file cannot be used, is damaged, of another format, or in use by another run.
    """

    def __init__(self, path: Path, paths: Sequence[Path], *, seed: int, versions: Mapping[str, str], resume: bool = False) -> None:
        self._path, self._files = path, {p.stem: p for p in paths}
        if len(self._files) < len(set(paths)):
            raise InvalidArgument("paths", "files of different names", ", ".join(map(str, paths)), "rename one")
        # Digests are taken before any worker starts, and again when an outcome arrives, to notice an edit between.
        self._digests = {name: digest_of(p) for name, p in self._files.items()}
        versions = {**versions, "python": platform.python_version()}
        self._header = {"format": FORMAT, "seed": seed, "versions": versions, "sources": digest_of_package()}
        if path.exists() and not path.is_file():
            raise InvalidArgument("journal", "a plain file", path, "name another")  # a device may have no end to read
        try:
            self._file = path.open("a+b", buffering=0)
        except OSError as error:
            raise _unusable("journal", path, error) from None
        try:
            self.done = self._resumed(resume)
        except BaseException:
            self._file.close()
            raise
        self._lines_before = self._lines()

    @property
    def count(self) -> int:
        """How many outcomes of this run are in the file, those of ``done`` included; counted there, so always true."""
        return len(self.done) + self._lines() - self._lines_before

    def __enter__(self) -> Journal:
        return self

    def __exit__(self, *exception: object) -> None:
        self._file.close()

    def append(self, outcome: Outcome) -> None:
        """Write an outcome and return once it is on the disk.

        Raises:
            InvalidArgument: when it cannot be written, for example because the disk is full.
        """
        digest = self._digests[outcome.claim.name]
        if digest != digest_of(self._files[outcome.claim.name]) or self._header["sources"] != digest_of_package():
            digest = None  # edited meanwhile: nobody knows which text the worker read
        self._write({"file": digest, "outcome": as_json(outcome)})

    def _lines(self) -> int:
        self._file.seek(0)  # where lines are appended does not depend on it
        data: bytes = self._file.read()
        return data.count(b"\n")

    def _resumed(self, resume: bool) -> dict[Path, Outcome]:
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            self._file.seek(0)
            data = self._file.read()
        except BlockingIOError:
            raise InvalidArgument("journal", "used by one run at a time", self._path, "name another") from None
        except OSError as error:
            raise _unusable("journal", self._path, error) from None
        if data and not resume:
            raise InvalidArgument("journal", "a new file", self._path, "add --resume to go on from it, or name another")
        whole = data[: data.rfind(b"\n") + 1]
        lines = whole.split(b"\n")[:-1] or ([] if data.startswith(_START[: len(data)]) else [data])
        header, done = None, dict[Path, Outcome]()
        for number, line in enumerate(lines, start=1):
            try:
                entry = _entry(line)
                if "format" in entry:
                    header = entry
                elif header is None:
                    raise ValueError("an outcome before any header")
                elif header == self._header and not (outcome := from_json(entry["outcome"])).broken:
                    name = outcome.claim.name
                    if entry["file"] is not None and entry["file"] == self._digests.get(name):
                        done[self._files[name]] = outcome
            except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
                if isinstance(error, InvalidArgument):
                    raise
                where = f"{self._path.name}, line {number}"
                raise InvalidArgument("journal", "an undamaged journal", where, "name another") from None
        self._file.truncate(len(whole))
        if header != self._header:
            self._write(self._header)
        return done

    def _write(self, entry: Mapping[str, Any]) -> None:
        line = memoryview(json.dumps({"sum": _sum(entry), "entry": entry}, default=str).encode() + b"\n")
        try:
            while line:
                line = line[self._file.write(line) :]
            os.fsync(self._file.fileno())
        except OSError as error:
            raise _unusable("journal", self._path, error) from None


def _entry(line: bytes) -> dict[str, Any]:
    record = json.loads(line)
    entry: dict[str, Any] = record["entry"]
    found = entry.get("format", FORMAT)
    if found != FORMAT:
        raise InvalidArgument("journal", f"of format {FORMAT}", f"format {found}", "name another")
    if record["sum"] != _sum(entry):
        raise ValueError("another checksum")
    return entry


def _sum(entry: Mapping[str, Any]) -> str:
    return hashlib.sha256(json.dumps(entry, default=str).encode()).hexdigest()


def digest_of(path: str | Path) -> str | None:
    """Return a digest of the content of a file; None where it cannot be read.

    Args:
        path: the file.
    """
    try:
        stamp = os.stat(path)
        state = stamp.st_ino, stamp.st_size, stamp.st_mtime_ns, stamp.st_ctime_ns
        fresh = time.time() - max(stamp.st_mtime, stamp.st_ctime) < _FRESH_SECONDS
        return (_digest_in.__wrapped__ if fresh else _digest_in)(str(path), state)
    except OSError:
        return None


@lru_cache(maxsize=4096)  # hundreds of files for each outcome
def _digest_in(path: str, state: tuple[int, ...]) -> str:  # noqa: ARG001 - the file is in that state
    return hashlib.sha256(Path(path).read_bytes()).hexdigest()


def digest_of_package() -> str:
    """Return a digest of the source of the whole package: an outcome may change with any room of it."""
    package = str(Path(__file__).parents[1])
    files = sorted(f"{folder}/{name}" for folder, _, names in os.walk(package) for name in names if name.endswith(".py"))
    return hashlib.sha256("".join(f"{file.removeprefix(package)} {digest_of(file)}\n" for file in files).encode()).hexdigest()


def as_json(outcome: Outcome) -> dict[str, Any]:
    """Return an outcome as data for ``json.dumps(..., default=str)``, without ``Evidence.data``."""
    return {**asdict(replace(_bare(outcome), certificate=None)), "certificate": outcome.certificate}


def from_json(record: Mapping[str, Any]) -> Outcome:
    """Return the outcome that :func:`as_json` gave, equal to the original but for ``Evidence.data``."""
    claim = Claim(
        **{**record["claim"], "expect": Verdict(record["claim"]["expect"]), "on_paper": tuple(record["claim"]["on_paper"])}
    )
    evidence = tuple(_evidence(found) for found in record["evidence"])
    neighbours = {name: Verdict(verdict) for name, verdict in record["neighbours"].items()}
    read = {"claim": claim, "verdict": Verdict(record["verdict"]), "evidence": evidence, "neighbours": neighbours}
    return Outcome(**{**record, **read})


def can_be_written(outcome: Outcome) -> bool:
    """Return whether an outcome comes back equal; not so when its file put a number or nothing where a text belongs."""
    try:
        text = json.dumps(as_json(outcome), default=str, ensure_ascii=False).encode().decode()
        return from_json(json.loads(text)) == _bare(outcome)
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return False


def _bare(outcome: Outcome) -> Outcome:
    return replace(outcome, evidence=tuple(replace(e, data={}) for e in outcome.evidence))


def _evidence(record: Mapping[str, Any]) -> Evidence:
    curve = record["curve"]
    if curve is not None:
        sequences = {name: tuple(values) for name, values in curve.items() if name != "label"}
        curve = Curve(curve["label"], **sequences)
    return Evidence(**{**record, "verdict": Verdict(record["verdict"]), "curve": curve})


def write_atomically(path: Path, text: str) -> None:
    """Write a text file so that at any moment, whatever happens, it is the old one or the new one in full.

    Raises:
        InvalidArgument: when it cannot be written.
    """
    with replacing(path) as beside:
        beside.write_text(text, encoding="utf-8")


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """Give the path of a new file with the same suffix, which takes the place of ``path`` when it is written in full.

    Raises:
        InvalidArgument: when it cannot be written.
    """
    try:
        if path.exists() and not path.is_file():
            yield path  # a device or a pipe is written to, never replaced
            return
        target = path.resolve()  # what a link points to is replaced, not the link
        beside = target.with_name(f".{os.getpid()}.{target.name}")
        try:
            yield beside
            with beside.open("r+b") as file:
                os.fsync(file.fileno())
            beside.replace(target)
        finally:
            beside.unlink(missing_ok=True)
    except OSError as error:
        raise _unusable("output", path, error) from None


def _unusable(name: str, path: Path, error: OSError) -> InvalidArgument:
    return InvalidArgument(name, "a file that can be written", path, f"{error.strerror or error}".lower())
