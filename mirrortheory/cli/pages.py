"""The report of a check, and its site, on disk: with links to theorem files and certificates."""

from __future__ import annotations

import json
import os.path
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from urllib.parse import quote

from mirrortheory.check.claims import Outcome
from mirrortheory.check.results import replacing, write_atomically
from mirrortheory.errors import InvalidArgument
from mirrortheory.report.page import render, site
from mirrortheory.report.theorems import as_theorems

_SOURCE, _CERTIFICATE = "source file", "certificate"


def write_report(
    target: Path, outcomes: Sequence[Outcome], paths: Sequence[Path], certificates: Path | None, *, versions: Mapping[str, str]
) -> None:
    """Write the page of a check, or for FILE.tex its claims as theorem environments.

    Args:
        target: the file.
        outcomes: what examining each claim gave.
        paths: their theorem files, in the same order, to which the page links from where it lies.
        certificates: the folder of the certificates that are written besides, if any.
        versions: name and version of the software that was used.
    """
    if target.suffix.lower() == ".tex":
        write_atomically(target, as_theorems(outcomes, versions=versions))
        return
    files = {}
    for outcome, path in zip(outcomes, paths, strict=True):
        found = {_SOURCE: path}
        if certificates is not None and outcome.certificate is not None:
            found[_CERTIFICATE] = certificates / f"{outcome.claim.name}.json"
        files[outcome.claim.name] = {what: quote(os.path.relpath(where, target.parent)) for what, where in found.items()}
    write_atomically(target, render(outcomes, versions=versions, date=_today(), files=files))


def write_site(folder: Path, outcomes: Sequence[Outcome], paths: Sequence[Path], *, versions: Mapping[str, str]) -> None:
    """Write the site of a check, which holds all that it links to: pages, theorem files and certificates.

    Args:
        folder: where; made when there is none.
        outcomes: what examining each claim gave.
        paths: their theorem files, in the same order.
        versions: name and version of the software that was used.

    Raises:
        InvalidArgument: when it cannot be written.
    """
    try:
        for room in ("claims", "sources", "certificates"):
            (folder / room).mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise InvalidArgument("site", "a folder that can be written", folder, f"{error.strerror or error}".lower()) from None
    files = {}
    for outcome, path in zip(outcomes, paths, strict=True):
        files[outcome.claim.name] = {_SOURCE: f"../sources/{quote(path.name)}"}
        with replacing(folder / "sources" / path.name) as beside:
            beside.write_bytes(path.read_bytes())
        if outcome.certificate is not None:
            name = f"{outcome.claim.name}.json"
            files[outcome.claim.name][_CERTIFICATE] = f"../certificates/{quote(name)}"
            write_atomically(folder / "certificates" / name, json.dumps(outcome.certificate) + "\n")
    for where, text in site(outcomes, versions=versions, date=_today(), files=files):
        write_atomically(folder / where, text)


def _today() -> str:
    today = date.today()
    return f"{today.day} {today:%B %Y}"
