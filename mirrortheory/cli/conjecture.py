"""The command ``conjecture``: a formula and a relation, typed or in a TOML file, to a verdict (docs/conjectures.md)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from mirrortheory.cli import choice
from mirrortheory.cli.answer import STATUS, Answer, AsJson
from mirrortheory.errors import InvalidArgument, NoClosedForm
from mirrortheory.exact import integer, rational

if TYPE_CHECKING:
    import sympy

    from mirrortheory.conjecture import Conjecture
    from mirrortheory.theory import Flow

_LISTS = ("where", "powers", "weights", "imbalance", "initial")
_KEYS = (
    *("formula", "conserved", "rate", "equals", "at-most", "where", "reparam", "depth", "tau", "powers", "map", "weights", "q"),
    *("decay", "alpha", "imbalance", "initial", "seed", "seconds"),
)
_EXAMPLES = {
    "depth": "--depth 3",
    "tau": "--tau 1/2",
    "powers": "--powers 2,3",
    "map": "--map 'u**2*v'",
    "weights": "--weights u,v",
    "decay": "--decay decoupled or --decay coupled",
    "alpha": "--alpha 1/10",
}
_EXAMPLES_IN_A_FILE = {
    "depth": "depth = 3",
    "tau": 'tau = "1/2"',
    "powers": "powers = [2, 3]",
    "map": 'map = "u**2*v"',
    "weights": 'weights = ["u", "v"]',
    "decay": 'decay = "decoupled" or decay = "coupled"',
    "alpha": 'alpha = "1/10"',
}


def conjecture(
    what: Annotated[
        str, typer.Argument(help="A formula such as 'abs(w1)**q - abs(w2)**q', or a file FILE.toml with the same keys.")
    ],
    conserved: Annotated[bool, typer.Option("--conserved", help="It is constant along the flow.")] = False,
    rate: Annotated[str | None, typer.Option(help="Its derivative along the flow is this; the slope of the loss is slope.")] = None,
    equals: Annotated[str | None, typer.Option(help="It is equal to this formula.")] = None,
    at_most: Annotated[str | None, typer.Option(help="It is at most this formula.")] = None,
    where: Annotated[list[str] | None, typer.Option(help="A condition such as 'w1 > w2' or '0 < x < 1'; may be repeated.")] = None,
    reparam: Annotated[str | None, typer.Option(help="Map: product, mask, power-difference, .. (default: product).")] = None,
    depth: Annotated[str | None, typer.Option(help="Number of layers, 1 to 8, of maps with layers (default: 2).")] = None,
    tau: Annotated[str | None, typer.Option(help="Temperature of tempered, a rational in [0, 2).")] = None,
    powers: Annotated[str | None, typer.Option(help="Exponents of powers-product: 2,3.")] = None,
    formula: Annotated[str | None, typer.Option("--map", help="A map of your own, such as 'u**2*v'; needs --weights.")] = None,
    weights: Annotated[str | None, typer.Option(help="Weights in --map, positive: u,v.")] = None,
    q: Annotated[
        str | None, typer.Option(help="Gradient exponent in [1, 2], such as 3/2 (default: the letter q, all of them).")
    ] = None,
    decay: Annotated[str | None, typer.Option(help="none (default), decoupled or coupled.")] = None,
    alpha: Annotated[str | None, typer.Option(help="Rate of the decay, such as 1/10 (default: the letter alpha >= 0).")] = None,
    imbalance: Annotated[
        str | None, typer.Option(help="Of potential, mirror_map and hessian in the formula: 0,3 (default: balanced).")
    ] = None,
    initial: Annotated[str | None, typer.Option(help="Initial weights instead of the imbalance: 1,1/2.")] = None,
    seed: Annotated[str | None, typer.Option(help="Seed of the sampling (default: 0).")] = None,
    seconds: Annotated[str | None, typer.Option(help="Time limit of each step (default: 60).")] = None,
    as_json: AsJson = False,
) -> None:
    """Bring a conjecture to a verdict; if it is refuted, show the smallest witness found and what is true instead.

    Exit code 0: it holds; 1: it is refuted; 2: wrong usage; 3: it stays open.

    Example: mirrortheory conjecture 'abs(w1)**q / abs(w2)**q' --conserved
    """
    from mirrortheory.conjecture import examine

    answer = Answer("conjecture", as_json=as_json)
    typed: dict[str, Any] = {"conserved": conserved or None, "rate": rate, "equals": equals, "at-most": at_most, "where": where}
    typed |= {"reparam": reparam, "depth": depth, "tau": tau, "powers": powers, "map": formula, "weights": weights, "q": q}
    typed |= {"decay": decay, "alpha": alpha, "imbalance": imbalance, "initial": initial, "seed": seed, "seconds": seconds}
    given = {name: value for name, value in typed.items() if value is not None}
    if what.endswith(".toml"):
        for name in given:
            raise InvalidArgument(name, "absent with a file", given[name], f"write it in {what}")
        with _named(what):
            given = _read(Path(what))
            seed_of, limit, found = _settings(given, _EXAMPLES_IN_A_FILE)
    else:
        given = {n: v.split(",") if n in _LISTS and isinstance(v, str) else v for n, v in given.items()}
        seed_of, limit, found = _settings({"formula": what, **given}, _EXAMPLES)
    finding = examine(found, seed=seed_of, seconds=limit)
    answer.say(finding.as_text())
    answer.give(finding.as_json)
    raise typer.Exit(STATUS[finding.holds])


def _settings(given: Mapping[str, Any], examples: Mapping[str, str]) -> tuple[int, int, Conjecture]:
    """Return seed, seconds and the conjecture."""
    from mirrortheory.conjecture import conjecture as stated

    seed, seconds = integer(given.get("seed", 0), "seed", 0, 2**32), integer(given.get("seconds", 60), "seconds", 1, 10**6)
    flow = _flow(given, examples)
    relation = {name: given.get(name) for name in ("rate", "equals")} | {"at_most": given.get("at-most")}
    forms = _forms(flow, given, seconds)
    where = given.get("where", ())
    return (
        seed,
        seconds,
        stated(flow, given["formula"], conserved=bool(given.get("conserved")), **relation, where=where, forms=forms),
    )


def _flow(given: Mapping[str, Any], examples: Mapping[str, str]) -> Flow:
    from mirrortheory.conjecture import plain
    from mirrortheory.geometries import Lq
    from mirrortheory.notation import q as letter
    from mirrortheory.theory import Flow

    name = choice.named(given.get("reparam"), given)
    options = {key: given.get(key) for key in ("depth", "tau", "powers", "map", "weights")}
    if isinstance(options["map"], str):
        options["map"] = plain(options["map"], given.get("weights", ()), "map")
    if options["depth"] is None and "depth" in choice.options_of(name):
        options["depth"] = "2"
    decay = given.get("decay", "none")
    alpha = given.get("alpha", None if decay == "none" else "alpha")
    q = given.get("q", "q")
    exponent = letter if q == "q" else rational(q, "q")
    return Flow(Lq(exponent), choice.reparam(name, options, examples), choice.decay(decay, alpha, examples))


def _forms(flow: Flow, given: Mapping[str, Any], seconds: int) -> dict[str, sympy.Expr]:
    """Return the functions of the derived potential that are named in the formulas; nothing is derived where none is."""
    from mirrortheory.conjecture import FORMS
    from mirrortheory.theory import derive

    texts = [given["formula"], given.get("equals"), given.get("at-most"), *given.get("where", ())]
    named = [name for name in FORMS if any(isinstance(t, str) and re.search(rf"\b{name}\b", t) for t in texts)]
    start = {name: given[name] for name in ("imbalance", "initial") if name in given}
    for name in () if named else start:
        remedy = f"name one of {', '.join(FORMS)} in a formula, or leave it out"
        raise InvalidArgument(name, "absent where no potential is named", ",".join(map(str, start[name])), remedy)
    if not named or any(given.get(name) is not None for name in ("conserved", "rate")):
        return {}
    if "imbalance" in start:
        start["imbalance"] = choice.shifts(start["imbalance"])
    potential = derive(flow, seconds=seconds, **start).potential
    forms = {name: getattr(potential, f"closed_{name}") for name in named}
    for name, form in forms.items():
        if form is None:
            raise NoClosedForm(name, f"it is known along a curve only ({potential.form}); give numbers by --q and --imbalance")
    return forms


def _read(file: Path) -> dict[str, Any]:
    """Return the entries of a file: true or false for conserved, lists where there may be several, else text or numbers."""
    from mirrortheory.cli.toml_text import Typed, no_strangers, parsed, text_of

    entries = parsed(text_of(file), str(file))
    no_strangers(str(file), "keys", entries, _KEYS)
    if "formula" not in entries:
        raise InvalidArgument("formula", "given", "nothing", 'add for example formula = "abs(w1)**q - abs(w2)**q"')
    found: dict[str, Any] = {}
    for name, value in entries.items():
        if name == "conserved" and not isinstance(value, bool):
            raise InvalidArgument(name, "true or false, without quotes", value, "write conserved = true")
        values = [v.text if isinstance(v, Typed) else v for v in (value if isinstance(value, list) else [value])]
        if (isinstance(value, list) and name not in _LISTS) or not all(isinstance(v, str | int) for v in values):
            raise InvalidArgument(name, "text or a number", value, f'write for example {name} = "2"')
        if name != "conserved" and any(isinstance(v, bool) for v in values):
            raise InvalidArgument(name, "text or a number", value, "leave it out, or give its value")
        found[name] = values if name in _LISTS else values[0]
    return found


@contextmanager
def _named(file: str) -> Iterator[None]:
    """Have errors about what a file says name the file."""
    try:
        yield
    except InvalidArgument as error:
        if error.name.startswith(file):
            raise
        raise InvalidArgument(f"{file}: {error.name}", error.condition, error.value, error.remedy) from None
