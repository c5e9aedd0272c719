"""The file that ``mirrortheory new-check`` writes: a theorem file that runs, with a word on each of its parts."""

from __future__ import annotations

import keyword
import re

from mirrortheory.errors import InvalidArgument

_TEMPLATE = '''r"""Gradient flow of x = u^2 v conserves u^2 - 2 v^2.

.. math:: \\frac{d}{dt} (u^2 - 2 v^2) = 0

The first line says in one sentence what is claimed; below it, what is not. This example holds: put your own in its place.

Source: who, year, identifier, theorem; or this project.
"""

import sympy

from mirrortheory import Claim, Flow, Identity, Lq, Separable  # Inequality, Exists, Product, Decoupled, .. are there too

# The name is that of the file. If the statement is expected to be false, add expect=Verdict.REFUTED, and CONTROLS below.
CLAIM = Claim(
    "NAME",
    r"\\frac{d}{dt} (u^2 - 2 v^2) = 0",
    source="where the statement is from",
    scope="q = 2; u, v > 0",
)

u, v = sympy.symbols("u v", positive=True)  # the weights of a map of your own; those of Product(2) are flow.weights


# Yields statements. What a mutant may change is an argument, and its default is what is claimed.
def check(factor=2):
    flow = Flow(Lq(2), Separable(u**2 * v, (u, v)))
    yield Identity(flow.derivative(u**2 - factor * v**2), 0, on=flow.domain())


# False neighbours of the formula, each of which the same check must refute: a check that cannot fail shows nothing. For a quick
# look they may be left out; the verdict then says "no mutants".
MUTANTS = {"as for two layers": {"factor": 1}, "another sign": {"factor": -2}}
'''


def template(name: str) -> str:
    """Return the text of a theorem file for the claim of this name.

    Raises:
        InvalidArgument: for a name that is none for a file of Python: small letters, digits and _.
    """
    if not re.fullmatch("[a-z][a-z0-9_]{0,99}", name) or keyword.iskeyword(name):
        remedy = "write the conclusion, such as weighted_balance_is_kept"
        raise InvalidArgument("name", "made of small letters, digits and _", name, remedy)
    return _TEMPLATE.replace("NAME", name)
