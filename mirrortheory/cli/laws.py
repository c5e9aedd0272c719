"""The command ``laws``: how many conservation laws a map has, whatever the loss."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from mirrortheory.cli.answer import Answer, AsJson
from mirrortheory.cli.paths import must_be_writable


def laws(
    outputs: Annotated[str, typer.Argument(help="The outputs of x = g(w), such as 'a*u; a*v'.")],
    weights: Annotated[str, typer.Option(help="Names of the weights, such as a,u,v.")],
    q: Annotated[str, typer.Option("--q", help="Gradient exponent from 1 to 2, or q for all between.")] = "2",
    at: Annotated[
        str | None, typer.Option(help="A point in whose cell of signs is counted, such as 1,-2,3.", show_default=False)
    ] = None,
    damping: Annotated[
        str | None, typer.Option(help="At q = 2: the laws of w'' + gamma w' = -grad, for this gamma >= 0.", show_default=False)
    ] = None,
    certificate: Annotated[Path | None, typer.Option(help="Write what the count rests on as JSON.", show_default=False)] = None,
    as_json: AsJson = False,
) -> None:
    """Count the conservation laws of a map with any number of outputs, from below and from above, whatever the loss.

    Example: mirrortheory laws 'a*u; a*v' --weights a,u,v --q 2
    """
    import sympy

    from mirrortheory.cli.choice import symbols
    from mirrortheory.conservation import count_laws
    from mirrortheory.exact import expression

    answer = Answer("laws", as_json=as_json)
    must_be_writable("certificate", certificate)
    letters = [sympy.Symbol(w.name, real=True) for w in symbols(weights.split(","))]
    known = {w.name: w for w in letters}
    parts = [expression(part, known, "outputs") for part in outputs.split(";")]
    exponent = sympy.Symbol("q", positive=True) if q == "q" else q
    found = count_laws(parts, letters, exponent, at=None if at is None else at.split(","), damping=damping)
    at_least, at_most = found.recheck()
    answer.say(str(found))
    for law in found.laws:
        answer.say(f"  {law}")
    if found.count is None:
        answer.say(f"At least {found.at_least} are known to exist; brackets leave room for {found.at_most}.")
    elif found.count > len(found.laws):
        answer.say(f"{found.count - len(found.laws)} more exist by Frobenius's theorem, as the fields commute; they are not shown.")
    answer.say(f"Counted again from the certificate by a program that shares no code: {at_least} to {at_most}.")
    if certificate is not None:
        certificate.write_text(json.dumps(found.certificate, indent=1) + "\n", encoding="utf-8")
    answer.give(
        lambda: {
            "q": exponent,
            "letters": found.letters,
            "laws": found.laws,
            "at_least": found.at_least,
            "at_most": found.at_most,
            "cell": found.cell,
            "rechecked": [at_least, at_most],
        }
    )
