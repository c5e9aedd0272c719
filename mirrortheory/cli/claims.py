"""The commands on claims that run none: ``list``, ``show``, ``cite`` and ``new-check``, and where claims are looked for."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

import mirrortheory
from mirrortheory.cli.answer import Answer, AsJson
from mirrortheory.errors import InvalidArgument

_BESIDE_PACKAGE = Path(mirrortheory.__file__).resolve().parent.parent / "proofs_checks"

Checks = Annotated[
    Path | None, typer.Option(help="Folder of theorem files (default: proofs_checks here, or else the claims that are installed).")
]


def folder_of(checks: Path | None) -> Path:
    """Return the folder of theorem files: the one that is named, or proofs_checks here, or else the claims that are installed."""
    if checks is not None:
        return checks
    here = Path("proofs_checks")
    return here if here.is_dir() else _BESIDE_PACKAGE  # in a clone, and where the package is installed


def names_of_claims(ctx: typer.Context, incomplete: str) -> list[str]:
    """Return the names of claims that begin so, for shell completion."""
    folder = folder_of(ctx.params.get("checks"))
    return sorted(path.stem for path in folder.glob("[!_]*.py") if path.stem.startswith(incomplete))


def list_claims(checks: Checks = None, as_json: AsJson = False) -> None:
    """List the claims, one a line: expected verdict, name and scope.

    Example: mirrortheory list
    """
    from mirrortheory.check.claims import find, load

    answer, claims = Answer("list", as_json=as_json), []
    for path in find(folder_of(checks)):
        claim = load(path).claim
        answer.say(f"{claim.expect!s:<9} {claim.name}  {claim.scope}")  # a name is a word, and whole, however narrow the terminal
        claims.append({"name": claim.name, "expected": str(claim.expect), "scope": claim.scope, "source": claim.source})
    answer.give(lambda: {"claims": claims})


def show(
    name: Annotated[str, typer.Argument(help="Name of the claim, as list prints it.", autocompletion=names_of_claims)],
    checks: Checks = None,
    as_json: AsJson = False,
) -> None:
    """Show one claim: statement, source, scope, explanation, mutants.

    Example: mirrortheory show balance_is_conserved_for_products
    """
    from mirrortheory.check.claims import find, load, select

    answer = Answer("show", as_json=as_json)
    (path,) = select(find(folder_of(checks)), [name])
    theorem = load(path)
    claim = theorem.claim
    lines = [claim.name, f"statement: {claim.statement}", f"source: {claim.source}", f"scope: {claim.scope}"]
    lines += [f"given, on paper: {text}" for text in claim.on_paper]
    lines += [f"expected: {claim.expect}", f"mutants: {', '.join(theorem.mutants) or 'none'}"]
    lines += [f"controls: {', '.join(theorem.controls)}"] if theorem.controls else []
    answer.say("\n".join((*lines, f"file: {path}", "", theorem.explanation)))
    answer.give(
        lambda: {
            "name": claim.name,
            "statement": claim.statement,
            "source": claim.source,
            "scope": claim.scope,
            "given": list(claim.on_paper),
            "expected": str(claim.expect),
            "file": path,
            "explanation": theorem.explanation,
            "mutants": list(theorem.mutants),
            "controls": list(theorem.controls),
        }
    )


def cite(
    names: Annotated[
        list[str] | None,
        typer.Argument(help="Claims, or files FILE.py; none for this software and its paper.", autocompletion=names_of_claims),
    ] = None,
    checks: Checks = None,
    as_json: AsJson = False,
) -> None:
    """Print BibTeX of this software and of the papers that claims rest on.

    Example: mirrortheory cite burg_entropy_comes_from_an_exponential
    """
    from mirrortheory.check.claims import find, load, select
    from mirrortheory.check.references import between_entries, paper, references, software

    answer = Answer("cite", as_json=as_json)
    entries = {"mirrortheory": software(mirrortheory.__version__)}
    claims = []
    for path in select(find(folder_of(checks)), names) if names else []:
        theorem = load(path)
        found, unknown = references(theorem)
        entries |= {reference.key: reference for reference in found}
        keys = ["mirrortheory", *(reference.key for reference in found)]
        claims.append({"name": theorem.claim.name, "source": theorem.claim.source, "keys": keys, "unknown": unknown})
        answer.say(f"% {theorem.claim.name}: {between_entries(theorem.claim.source)}")
        if unknown:
            answer.say(f"% not in the bibliography of mirrortheory: {', '.join(unknown)}")
    if not claims:
        entries |= {paper().key: paper()}
    answer.say("\n\n".join(entry.bibtex for entry in entries.values()))
    answer.give(lambda: {"claims": claims, "entries": {key: entry.bibtex for key, entry in entries.items()}})


def new_check(
    name: Annotated[str, typer.Argument(help="Name of the claim, its conclusion: small letters, digits and _.")],
    folder: Annotated[Path, typer.Option(help="Where NAME.py is written.")] = Path(),
    as_json: AsJson = False,
) -> None:
    """Write a theorem file that runs, with a word on each of its parts; an existing file is kept.

    Example: mirrortheory new-check weighted_balance_is_kept
    """
    from mirrortheory.check.template import template

    text, path = template(name), folder / f"{name}.py"
    try:
        with path.open("x", encoding="utf-8") as file:
            file.write(text)
    except FileExistsError:
        raise InvalidArgument("name", "of a new file", path, "it is kept; choose another name") from None
    except OSError as error:
        raise InvalidArgument("folder", "one that can be written to", folder, (error.strerror or "").lower()) from None
    answer = Answer("new-check", as_json=as_json)
    answer.say(f"written: {path}; now: mirrortheory check {path}")
    answer.give(lambda: {"name": name, "file": path})
