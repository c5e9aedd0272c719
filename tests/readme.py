"""The generated parts of the README: table of claims, worked example. Run this file to rewrite them."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from mirrortheory.claims import Outcome, find
from mirrortheory.run import run

ROOT = Path(__file__).resolve().parent.parent
README = ROOT / "README.md"


def claims_table(outcomes: Sequence[Outcome]) -> str:
    """Return the table of claims as Markdown."""
    rows = ["| claim | verdict | scope | source |", "|---|---|---|---|"]
    for outcome in outcomes:
        claim = outcome.claim
        name = f"[`{claim.name}`](proofs_checks/{claim.name}.py)"
        scope = claim.scope.replace("|", "\\|")
        rows.append(f"| {name} | {outcome.verdict} | {scope} | {claim.source} |")
    return "\n".join(rows)


def between(text: str, mark: str) -> str:
    """Return what stands between the marks ``<!-- mark: begin -->`` and ``<!-- mark: end -->``."""
    found = re.search(f"<!-- {mark}: begin -->\n(.*?)\n?<!-- {mark}: end -->", text, re.DOTALL)
    assert found is not None, f"README.md has no marks for {mark}"
    return found[1]


def example(text: str) -> tuple[list[str], str]:
    """Return the worked example: the arguments of its command, and the output printed under it."""
    found = re.search(r"<!-- example: derive -->\n```sh\nmirrortheory (.*?)\n```\n\n```text\n(.*?)```", text, re.DOTALL)
    assert found is not None, "README.md has no worked example"
    return found[1].split(), found[2]


def output_of(arguments: Sequence[str]) -> str:
    """Return what the command line prints."""
    command = [sys.executable, "-m", "mirrortheory", *arguments]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout


def main() -> None:
    """Rewrite the generated parts."""
    text = README.read_text(encoding="utf-8")
    outcomes = run(find(ROOT / "proofs_checks"), jobs=2)
    begin, end = "<!-- claims: begin -->\n", "<!-- claims: end -->"
    before, rest = text.split(begin)
    text = f"{before}{begin}{claims_table(outcomes)}\n{end}{rest.split(end)[1]}"
    arguments, printed = example(text)
    text = text.replace(f"```text\n{printed}```", f"```text\n{output_of(arguments)}```", 1)
    README.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
