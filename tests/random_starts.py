"""Random maps, exponents and starts of the kind that people type; run as a program, it derives them one after the other.

``python tests/random_starts.py SEED FIRST LAST`` prints one JSON object a line for each draw: what it is, what came of it, seconds.
"""

import json
import random
import sys
import time
from dataclasses import dataclass
from fractions import Fraction

from mirrortheory import Flow, Lq, Mask, PowerDifference, PowersProduct, Product, Separable, derive
from mirrortheory.errors import MirrorTheoryError
from mirrortheory.exact import expression
from mirrortheory.reparams import Exp, LogDifference, Square, Tempered

EXPONENTS = ("1", "2", "3/2", "4/3", "5/4", "101/100", "1001/1000", "1000001/1000000", "1999999/1000000", "7/5")
TERMS = ("{}**2", "{}**3", "{}**4", "exp({})", "log({})", "sqrt({})", "{}**2 + {}", "{}", "{}**(1/3)", "2*{}**5/7", "exp(3*{}/2)")
QUADRATIC = ("u*v + v**2", "u**2 + u*v", "(u + v)*w", "u*v + u*w", "u*v + 2*v**2 + u", "u*v + v*w + u*w", "u**2 - v**2 + 3*u", "u*v/3 + u")
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
        if self.name in NAMED:
            reparam = NAMED[self.name]()
        else:
            reparam = _separable(self.name)
        return derive(Flow(Lq(self.q), reparam), **{"imbalance" if self.imbalance else "initial": self.start})


def _separable(formula):
    import sympy

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


def main(seed, first, last):
    from mirrortheory.report.describe import as_mapping, as_text

    for number in range(first, last):
        case = drawn(f"{seed}, {number}")
        what = f"{case.name}; q = {case.q}; {'imbalance' if case.imbalance else 'from'} {', '.join(map(str, case.start))}"
        print(json.dumps({"number": number, "what": what}), flush=True)
        began, characters = time.monotonic(), 0
        try:
            found = case.derive()
            outcome = found.potential.form
            characters = len(as_text(as_mapping(found)))
        except MirrorTheoryError as error:
            outcome = f"{type(error).__name__}: {error}"
        seconds = round(time.monotonic() - began, 2)
        print(json.dumps({"number": number, "outcome": outcome, "seconds": seconds, "characters": characters}), flush=True)


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
