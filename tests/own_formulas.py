"""Formulas of potentials that people write down: the formula, its domain, and what is given by it."""

from mirrortheory.potentials import own

ACCEPTED = [
    ("x**4/4", None, "potential"),
    ("cosh(x)", None, "potential"),
    ("-sqrt(x)", None, "potential"),
    ("-sqrt(-x)", "x < 0", "potential"),
    ("3*abs(x)**(4/3)/4", None, "potential"),
    ("abs(x)**3/3", None, "potential"),
    ("x*log(x) - x", "x > 0", "potential"),
    ("-log(x)", "x > 0", "potential"),
    ("3*log(cosh(x)) + x", None, "potential"),
    ("x*asinh(x/2) - sqrt(x**2 + 4)", None, "potential"),
    ("x*log(x) + (1 - x)*log(1 - x)", "0 < x < 1", "potential"),
    ("log(1 + exp(x))", None, "potential"),
    ("sqrt(1 + x**2)", None, "potential"),
    ("x*atan(x) - log(1 + x**2)/2", None, "potential"),
    ("exp(x)", None, "potential"),
    ("x**2/2 + x**4", None, "potential"),
    ("x**2 + x*abs(x)/2", None, "potential"),
    ("abs(x)*log(1 + abs(x))", None, "potential"),
    ("-log(cos(x))", "-pi/2 < x < pi/2", "potential"),
    ("-log(1 - x**2)", "-1 < x < 1", "potential"),
    ("x**x", "x > 0", "potential"),
    ("1/x", "x > 0", "hessian"),
    ("1", "R", "hessian"),
    ("1/sqrt(x**2 + 4)", "R", "hessian"),
    ("exp(x**2)", "-2 < x < 3", "hessian"),
    ("abs(x)**(-1/2)", "R", "hessian"),
    ("x**(-1/2)", "x > 0", "hessian"),
    ("sign(x)*abs(x)**(1/3)", "R", "mirror-map"),
    ("tanh(x)", "R", "mirror-map"),
    ("asinh(x)", "R", "mirror-map"),
    ("x**3/3 + x", "R", "mirror-map"),
    ("(1 - y)**(-3) - (1 + y)**(-3)", "-1 < y < 1", "inverse-mirror-map"),
    ("sin(y)/cos(y)**3", "-pi/2 < y < pi/2", "inverse-mirror-map"),
    ("sinh(2*y)/2", "R", "inverse-mirror-map"),
    ("y/(1 - y**2)**2", "-1 < y < 1", "inverse-mirror-map"),
    ("exp(y)", "R", "inverse-mirror-map"),
]
NAMES = [f"{given} {formula}" for formula, _, given in ACCEPTED]


def of(case):
    formula, domain, given = case
    return own(formula, domain, given=given)
