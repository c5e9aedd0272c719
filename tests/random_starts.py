"""Random maps, exponents and starts of the kind that people type; run as a program, it derives and verifies one after the other.

``python tests/random_starts.py SEED FIRST LAST`` prints one JSON object a line for each draw: what it is, what came of it, seconds
of the processor.
What is verified is made from the weights alone: x, 1/R'' = sum |dg/dw|^q and y at the start, in balls, against every form.
"""

import json
import random
import subprocess
import sys
import threading
import time
from dataclasses import dataclass
from fractions import Fraction

import sympy

from mirrortheory import Flow, Lq, Mask, PowerDifference, PowersProduct, Product, Separable, derive
from mirrortheory.errors import MirrorTheoryError
from mirrortheory.exact import Ball, BallFunction, ball, compare, expression, precision
from mirrortheory.reparams import Exp, LogDifference, Square, Tempered
from mirrortheory.theory import DualPotential, S, X, Y
from mirrortheory.theory.additive import charges
from mirrortheory.theory.separation import separate

_START = 20  # seconds that a process may take until it is at work
_GIVE_UP = 120  # of a derivation: processor seconds are what is told, which do not depend on who else is at work
EXPONENTS = ("1", "2", "3/2", "4/3", "5/4", "101/100", "1001/1000", "1000001/1000000", "1999999/1000000", "7/5")
TERMS = ("{}**2", "{}**3", "{}**4", "exp({})", "log({})", "sqrt({})", "{}**2 + {}", "{}", "{}**(1/3)", "2*{}**5/7", "exp(3*{}/2)")
QUADRATIC = (
    "u*v + v**2",
    "u**2 + u*v",
    "(u + v)*w",
    "u*v + u*w",
    "u*v + 2*v**2 + u",
    "u*v + v*w + u*w",
    "u**2 - v**2 + 3*u",
    "u*v/3 + u",
)
MONOTONE = ("u*v + v**3", "u*v + w", "u*v*w + u**2", "u*v**2 + v", "u + u*v**3", "u/v")
NAMED = {
    "Square": Square,
    "Exp": Exp,
    "LogDifference": LogDifference,
    "Mask": Mask,
    "Tempered 1/2": lambda: Tempered("1/2"),
    "Tempered 7/5": lambda: Tempered("7/5"),
    **{f"PowerDifference {n}": lambda n=n: PowerDifference(n) for n in (2, 3, 4, 5)},
    **{f"PowersProduct {a}, {b}": lambda a=a, b=b: PowersProduct(a, b) for a, b in ((2, 3), (1, 4))},
    **{f"Product {n}": lambda n=n: Product(n) for n in (1, 2, 3, 4, 5)},
}


@dataclass(frozen=True)
class Draw:
    """A map by its name or its formula, an exponent, and initial weights or an imbalance."""

    name: str
    q: str
    start: tuple[Fraction, ...]
    imbalance: bool

    def derive(self):
        reparam = NAMED[self.name]() if self.name in NAMED else _separable(self.name)
        return derive(Flow(Lq(self.q), reparam), **{"imbalance" if self.imbalance else "initial": self.start}, seconds=_GIVE_UP)


def _separable(formula):
    names = [name for name in "uvw" if name in formula.replace("exp", "").replace("sqrt", "")]
    symbols = sympy.symbols(names, positive=True)
    return Separable(expression(formula, dict(zip(names, symbols, strict=True))), symbols)


def size(draw):
    """A positive number as people type them, or as programs print them."""
    digits = draw.randint(1, 17)
    mantissa = Fraction(draw.randint(1, 10**digits))
    match draw.choice(("decimal", "decimal", "double", "scaled", "short")):
        case "decimal":
            return mantissa / 10 ** draw.randint(0, digits)
        case "double":
            return Fraction(draw.lognormvariate(0, 1))
        case "scaled":
            return mantissa / 10 ** (digits - 1) * Fraction(10) ** draw.randint(-300, 300)
    return Fraction(draw.randint(1, 9), draw.randint(1, 4))


def drawn(seed):
    """The draw of a seed."""
    draw = random.Random(seed)
    q = draw.choice((*EXPONENTS, f"{1 + Fraction(draw.randint(1, 999), 1000)}"))
    kind, count = draw.choice(("sum", "sum", "named", "named", "quadratic", "monotone")), 0
    if kind == "sum":
        count = draw.choice((1, 2, 2, 2, 3))
        terms = [draw.choice(TERMS).replace("{}", name) for name in "uvw"[:count]]
        name = terms[0] + "".join(f" {draw.choice('+-')} ({term})" for term in terms[1:])
    elif kind == "named":
        name = draw.choice(tuple(NAMED))
        count = {"Square": 1, "Exp": 1, "Tempered 1/2": 1, "Tempered 7/5": 1}.get(name, 2)
        count = int(name[-1]) if name.startswith("Product") else count
    else:
        name = draw.choice(QUADRATIC if kind == "quadratic" else MONOTONE)
        count = 3 if "w" in name else 2
        q = "2" if kind == "quadratic" else "1"
    start = [size(draw) for _ in range(count)]
    if count > 1 and draw.random() < 0.25:  # weights that nearly cancel
        start[-1] = start[0] * (1 + draw.choice((-1, 1)) * Fraction(1, 10 ** draw.randint(1, 60)))
    imbalance = name.startswith("Product ") and draw.random() < 0.5
    if imbalance:
        start[draw.randrange(count)] = Fraction(0)
    return Draw(name, q, tuple(start), imbalance)


def verified(found):
    """Whether the forms agree with the weights at the start; None where balls do not tell."""
    for bits in (256, 1024, 4096, 16384):
        with precision(bits):
            ratios = _ratios(found)
        if all(r.is_finite() and r.rad() < Ball(10) ** -12 for r in ratios):
            return all(r.contains(1) for r in ratios)
        if any(r.is_finite() and not r.contains(1) for r in ratios):
            return False
    return None


def _ratios(found):
    """What the forms give at the start over what the weights give."""
    flow, potential = found.flow, found.potential
    if found.initial is not None:
        weights = [abs(ball(w)) if not w.is_positive else ball(w) for w in found.initial]
    else:
        charge_to_weight = [BallFunction(e, (separate(flow).charge,)) for e in separate(flow).inverses]
        weights = [f(1 + BallFunction(shift, ())()) for f, shift in zip(charge_to_weight, found.imbalance, strict=True)]

    def of_weights(expr):
        return BallFunction(expr, flow.weights)(*weights)

    x, metric = of_weights(flow.effective), of_weights(found.inverse_metric)
    if isinstance(potential, DualPotential):
        y = Ball(0) if potential.at_start else sum(map(of_weights, charges(flow)), Ball(0)) / len(weights)
        pairs = [(potential.closed_inverse_mirror_map, Y, y, x), (potential.inverse_metric, Y, y, metric)]
        pairs += [(potential.closed_hessian, potential.symbol, x, 1 / metric)]
        pairs += [(sympy.diff(potential.closed_conjugate, Y), Y, y, x)] if potential.closed_conjugate is not None else []
        if potential.closed_mirror_map is not None and not potential.at_start:
            pairs += [(potential.closed_mirror_map, potential.symbol, x, y)]
        if potential.closed_potential is not None:
            pairs += [(sympy.diff(potential.closed_potential, potential.symbol, 2), potential.symbol, x, 1 / metric)]
    else:
        layers = zip(separate(flow).charges, separate(flow).magnitudes, weights, strict=True)
        s = next(BallFunction(c, (a,))(w) for (c, a, w), e in zip(layers, found.imbalance, strict=True) if e == 0)
        pairs = [(potential.effective.expression(S), S, s, x), (potential.inverse_metric, S, s, metric)]
        pairs += [(potential.closed_hessian, X, x, 1 / metric)]
        pairs += [(sympy.diff(potential.closed_mirror_map, X), X, x, 1 / metric)] if potential.closed_mirror_map is not None else []
    return [BallFunction(form, (symbol,))(at) / wanted for form, symbol, at, wanted in pairs if form is not None and wanted != 0]


def within(found):
    """Whether x at the start is in the region for which the forms are stated."""
    if not isinstance(found.potential, DualPotential):
        return True
    left, right = found.potential.region
    return compare(left, found.x0) < 0 < compare(right, found.x0)


def main(seed, first, last):
    from mirrortheory.report.describe import as_mapping, as_text

    for number in range(first, last):
        case = drawn(f"{seed}, {number}")
        what = f"{case.name}; q = {case.q}; {'imbalance' if case.imbalance else 'from'} {', '.join(map(str, case.start))}"
        print(json.dumps({"number": number, "what": what}), flush=True)
        began, told = time.process_time(), {}
        try:
            found = case.derive()
            told["characters"] = len(as_text(as_mapping(found)))
            told["outcome"] = found.potential.form
        except MirrorTheoryError as error:
            found, told["outcome"] = None, f"{type(error).__name__}: {error}"
        told["seconds"] = round(time.process_time() - began, 2)
        if found is not None:
            told["verified"] = verified(found)
            try:
                told["within"] = found.initial is None or within(found)
            except MirrorTheoryError as error:
                told["within"] = f"{error}"
        print(json.dumps({"number": number, **told}), flush=True)


def outcomes(seed, count, seconds):
    """Yield what came of each draw of a seed, in a process of its own, which ends after so many seconds at one draw."""
    number = 0
    while number < count:
        command = [sys.executable, __file__, str(seed), str(number), str(count)]
        with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
            told = {"number": number}
            while True:
                end = threading.Timer(_START + seconds, process.kill)
                end.start()
                line = process.stdout.readline()
                end.cancel()
                if not line:
                    break
                told |= json.loads(line)
                if "outcome" in told:
                    yield told
                    number, told = told["number"] + 1, {"number": told["number"] + 1}
            last = process.stderr.read().strip().splitlines()
        if number < count:
            yield told | {
                "outcome": f"BROKEN: {last[-1] if last else f'no answer in {seconds} s, or an abort'}",
                "seconds": seconds,
            }
            number += 1


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
