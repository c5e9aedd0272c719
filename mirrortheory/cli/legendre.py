"""The command ``legendre``: axioms of products over q and depth, and all there is to say of a potential of the user's own."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.markup import escape

import mirrortheory
from mirrortheory.cli.answer import Answer, AsJson
from mirrortheory.cli.terminal import STYLES, plain_table
from mirrortheory.errors import BrokenCheck, InvalidArgument

if TYPE_CHECKING:
    from mirrortheory.cli.forms import Wanted
    from mirrortheory.evidence import Verdict
    from mirrortheory.laws.axioms import Axiom, LegendreReport

_LINE = "mirror_map_is_onto_up_to_the_conjugate_depth"
_DEPTHS, _EXPONENTS = "1,2,3,4,5,6", "1,5/4,4/3,3/2,2"


def legendre(
    depth: Annotated[str | None, typer.Option(help=f"Depths of the rows, such as 3 or 1,2,4 (default: {_DEPTHS}).")] = None,
    q: Annotated[
        str | None,
        typer.Option(help=f"Gradient exponents of the rows, such as 3/2 or 1,2; or the letter q (default: {_EXPONENTS})."),
    ] = None,
    smallest: Annotated[
        str | None, typer.Option(help="How many layers are smallest: balanced (all, the default), or a number from 1.")
    ] = None,
    domain: Annotated[
        str, typer.Option(help="natural (where R lives), R or half-line, that is [0, oo); of --potential also such as '0 < x < 1'.")
    ] = "natural",
    formula: Annotated[
        str | None, typer.Option("--potential", help="A potential of your own instead of products, such as 'x*log(x) - x'.")
    ] = None,
    given: Annotated[
        str | None,
        typer.Option(help="What --potential is: potential R (default), mirror-map R', hessian R'' or inverse-mirror-map x(y)."),
    ] = None,
    output: Annotated[
        str | None, typer.Option("--format", help="Of --potential: text (default), latex, python (mpmath) or numpy.")
    ] = None,
    published: Annotated[
        str | None, typer.Option("--compare", help="Of --potential: another R(x), or x(y), compared up to affine terms.")
    ] = None,
    limits: Annotated[bool, typer.Option("--limits", help="Of --potential: show leading terms of R' at 0 and oo.")] = False,
    at: Annotated[str | None, typer.Option(help="Of --potential: evaluate R'', R', R and R* at this rational x.")] = None,
    digits: Annotated[str | None, typer.Option(help="Of --potential: decimal digits of the values (default: 40).")] = None,
    seconds: Annotated[str | None, typer.Option(help="Of --potential: time limit of each step (default: 30).")] = None,
    as_json: AsJson = False,
) -> None:
    """Show which axioms of Legendre and Bregman functions hold.

    They are asked of products over q and depth, or of a potential of your own.

    Exit code 1: the comparison of --compare is refuted; 3: it stays open; 2: wrong usage.

    Example: mirrortheory legendre --q 3/2,2 --depth 2,3,4
    """
    answer = Answer("legendre", as_json=as_json)
    of_products = {"depth": depth, "q": q, "smallest": smallest}
    of_a_formula = {"given": given, "format": output, "compare": published, "limits": limits or None, "at": at, "digits": digits}
    of_a_formula["seconds"] = seconds
    if formula is None:
        _refuse(of_a_formula, "given with --potential only", "add --potential 'x*log(x) - x', for instance")
        _of_products(answer, depth or _DEPTHS, q or _EXPONENTS, smallest or "balanced", domain)
    else:
        _refuse(of_products, "absent with --potential", "it is for the rows of products")
        from mirrortheory.cli.forms import Wanted

        wanted = Wanted(output or "text", published, at, digits, limits, seconds=seconds or "30")
        _of_a_formula(answer, formula, domain, given or "potential", wanted)


def _refuse(options: Mapping[str, object], condition: str, remedy: str) -> None:
    for name, value in options.items():
        if value is not None:
            raise InvalidArgument(name, condition, value, remedy)


def _of_a_formula(answer: Answer, formula: str, domain: str, given: str, wanted: Wanted) -> None:
    from mirrortheory.laws import axioms
    from mirrortheory.potentials import own

    letter = "y" if given == "inverse-mirror-map" else "x"
    interval = {"natural": None, "half-line": f"{letter} > 0"}.get(domain, domain)
    potential = wanted.in_time("proof that the formula is a potential, and its forms", lambda: own(formula, interval, given=given))
    report = wanted.in_time("axioms", lambda: axioms.legendre(potential))
    wanted.answer(
        answer,
        potential,
        {
            "domain": report.domain,
            "dual_domain": report.dual_domain,
            "legendre": f"{report.legendre} (strictly convex and essentially smooth)",
            "axioms": [_line(axiom) for axiom in report.axioms],
        },
    )


def _line(axiom: Axiom) -> str:
    witness = next((f" ({k} = {v})" for e in axiom.evidence if e.witness for k, v in e.witness.items()), "")
    return f"{axiom.name}: {axiom.verdict}: {axiom.why}{witness}"


def _of_products(answer: Answer, depth: str, q: str, smallest: str, domain: str) -> None:
    import sympy

    from mirrortheory import reparams
    from mirrortheory.exact import integer, rational
    from mirrortheory.laws import axioms
    from mirrortheory.notation import q as q_symbol

    domains = {"natural": None, "R": sympy.S.Reals, "half-line": sympy.Interval(0, sympy.oo)}
    if domain not in domains:
        raise InvalidArgument("domain", "natural, R or half-line", domain, "write one of the three")
    depths = [integer(entry, "depth", 1, 8) for entry in depth.split(",")]
    alone = None if smallest == "balanced" else integer(smallest, "smallest", 1, 8)
    if alone is not None and alone > min(depths):
        remedy = f"write {min(depths)} or fewer, or --depth {alone} or more"
        raise InvalidArgument("smallest", f"at most the depth, which is {min(depths)} in a row", smallest, remedy)
    exponents = [q_symbol if entry == "q" else rational(entry, "q") for entry in q.split(",")]
    rows: dict[tuple[str, ...], axioms.LegendreReport] = {}
    compared = 0
    for exponent in exponents:
        conjugate = sympy.oo if exponent == 1 else exponent / (exponent - 1)
        for layers in depths:
            count = alone or layers
            flow = mirrortheory.Flow(mirrortheory.Lq(exponent), reparams.Product(layers))
            potential = mirrortheory.derive(flow, imbalance=(0,) * count + (1,) * (layers - count)).potential
            found = axioms.legendre(potential, domains[domain])
            side, p = "?", "p"
            if not conjugate.free_symbols:
                side, p = "<" if layers < conjugate else "=" if layers == conjugate else ">", str(conjugate)
                compared += 1
                if found.ends.right.slope.diverges is not bool(layers <= conjugate):
                    raise BrokenCheck(f"at q = {exponent}, L = {layers} the order of dy/ds contradicts {_LINE}")
            m_0, m_oo = mirrortheory.theory.exponents(potential)
            rows[str(exponent), f"{layers} {side} {p}", str(m_0), str(m_oo), found.domain, found.dual_domain] = found
    _print_axioms(answer, rows)
    agreeing = f" (so it is in {compared} of {len(rows)} rows)" if compared else ""
    answer.say(f"Claim: R' is unbounded at infinity iff L <= p{agreeing}.\n  mirrortheory check {_LINE}")
    answer.give(lambda: {"rows": [_row(row, report) for row, report in rows.items()]})


def _row(row: tuple[str, ...], report: LegendreReport) -> dict[str, object]:
    """Return a row as data for JSON."""
    q, depth_and_p, m_0, m_oo, domain, dual_domain = row
    depth, _, p = depth_and_p.split()
    axioms = [{"name": axiom.name, "verdict": str(axiom.verdict), "why": axiom.why} for axiom in report.axioms]
    about = {"q": q, "depth": int(depth), "p": p, "m_0": m_0, "m_oo": m_oo, "domain": domain, "dual_domain": dual_domain}
    return about | {"axioms": axioms}


def _print_axioms(answer: Answer, rows: Mapping[tuple[str, ...], LegendreReport]) -> None:
    """Print a column of verdicts for the axioms that share it, the axioms of one verdict below, and for one row all evidence."""
    reports = list(rows.values())
    groups: dict[tuple[Verdict, ...], list[str]] = {}
    for axiom in reports[0].axioms:
        groups.setdefault(tuple(report.verdict(axiom.name) for report in reports), []).append(axiom.name)
    varying = {verdicts: names for verdicts, names in groups.items() if len(set(verdicts)) > 1 or names == ["R' onto"]}
    titles = [names[0] if len(names) == 1 else f"({letter})" for letter, names in zip("abcdefgh", varying.values(), strict=False)]
    heads = ("q", "L : p", "m_0", "m_oo", "domain", "image of R'", *titles, "decided by")
    table = plain_table(*heads)
    for place, (row, report) in enumerate(rows.items()):
        cells = [f"[{STYLES.get(str(verdicts[place]), 'yellow')}]{verdicts[place]}[/]" for verdicts in varying]
        decisive = report["R' onto"].decisive or report["strict convexity"].decisive
        table.add_row(*map(escape, row), *cells, escape(decisive))
    answer.console.print(table)
    console = Console(quiet=answer.as_json)  # which folds sentences, and in a pipe at 80 columns
    for title, names in zip(titles, varying.values(), strict=True):
        if len(names) > 1:
            console.print(f"{title} {', '.join(names)}", highlight=False)
    for verdicts, names in groups.items():
        if verdicts not in varying:
            console.print(f"{verdicts[0]} in every row: {', '.join(names)}", highlight=False)
    if len(rows) == 1:
        for axiom in reports[0].axioms:
            console.print(_line(axiom), markup=False, highlight=False)
