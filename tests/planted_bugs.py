"""Bugs planted in the derivation code, one at a time: each must be noticed.

Run as a program: ``python tests/planted_bugs.py [NAME ..]`` prints a line for each bug and, last, how many were noticed by whom.

- ``check`` notices a bug when a claim earns another verdict than it expects, or its check breaks.
- ``recheck`` notices it *alone* when the statements of some claim, written with the bug in place, are rejected by the kernel
  together with the evidence and the verdict of the sound code: so nothing rests on what the engine says of them.

Each bug is a text that is replaced in one file of a copy of the package.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent

# name: (file of the package, what stands there, what is planted)
BUGS = {
    "link exponent q": ("geometries/lq.py", "** (self.q - 1)", "** self.q"),
    "link without its sign": ("geometries/lq.py", "sympy.sign(gradient) * sympy.Abs(gradient)", "sympy.Abs(gradient)"),
    "link doubled at q = 2": ("geometries/lq.py", "return gradient\n", "return 2 * gradient\n"),
    "pull subtracted": ("decays/base.py", "(geometry.link(self.link_argument(gradient, weight)) + self", "(geometry.link(self.link_argument(gradient, weight)) - self"),
    "ascent": ("decays/base.py", "return -(geometry.link", "return (geometry.link"),
    "decoupled pull without the weight": ("decays/decoupled.py", "return self.alpha * weight", "return self.alpha"),
    "coupled decay of the wrong sign": ("decays/coupled.py", "return gradient + self.alpha * weight", "return gradient - self.alpha * weight"),
    "jacobian with a factor": ("reparams/base.py", "sympy.diff(effective, w) for w", "2 * sympy.diff(effective, w) for w"),
    "jacobian of the first layer only": ("reparams/base.py", "sympy.diff(effective, w) for w in self.weights", "sympy.diff(effective, self.weights[0]) for w in self.weights"),
    "lift of another depth": ("reparams/product.py", "sympy.Rational(1, self.depth)", "sympy.Rational(1, self.depth + 1)"),
    "derivative along all weights but one": ("theory/flow.py", "for w in moving))", "for w in moving[:1]))"),
    "velocity of another weight": ("theory/flow.py", "flow.velocity[flow.weights.index(weight)]", "flow.velocity[flow.weights.index(weight) - 1]"),
    "gradient squared": ("theory/flow.py", "SLOPE * j for j", "SLOPE * j**2 for j"),
    "inverse metric of a flow without q": ("theory/flow.py", "sympy.Abs(sympy.Derivative(self.effective, w)) ** q for", "sympy.Abs(sympy.Derivative(self.effective, w)) ** 2 for"),
    "rate of a balance law doubled": ("theory/derivation.py", "candidate if holds else None", "2 * candidate if holds else None"),
    "zero rate of a balance law is one": ("theory/derivation.py", "return BalanceLaw(invariant, derivative, sympy.S.Zero)", "return BalanceLaw(invariant, derivative, sympy.S.One)"),
    "derivative of a balance law negated": ("theory/derivation.py", "derivative, candidate if", "-derivative, candidate if"),
    "density inverted": ("theory/layers.py", "power_form((1 / separation.pace).subs(at_s))", "power_form(separation.pace.subs(at_s))"),
    "density times 7 s^3": ("theory/layers.py", "power_form((1 / separation.pace).subs(at_s))", "power_form(7 * S**3 * (1 / separation.pace).subs(at_s))"),
    "metric along the curve without q": ("theory/layers.py", "(entry**flow.geometry.exponent).subs(at_s)", "entry.subs(at_s)"),
    "inverse metric in the weights without q": ("theory/derivation.py", "sympy.Abs(j) ** flow.geometry.exponent for j in flow", "sympy.Abs(j) for j in flow"),
    "imbalance halved": ("theory/layers.py", "inverse.subs(separation.charge, S + shift)", "inverse.subs(separation.charge, S + shift / 2)"),
    "layers swapped": ("theory/layers.py", "layers = zip(separation.magnitudes, separation.inverses, imbalance, strict=True)", "layers = zip(separation.magnitudes, separation.inverses, list(imbalance)[::-1], strict=True)"),
    "conjugate density without x": ("theory/layers.py", "PowerProduct.parse(power_form(effective * density), S)", "PowerProduct.parse(density, S)"),
    "invariants of the wrong sign": ("theory/layers.py", "conserved(flow, separation.integrals(flow.weights))", "tuple(sum(map(abs, e.args)) for e in separation.integrals(flow.weights))"),
    "imbalance from the largest charge": ("theory/layers.py", "charge if _is_below(charge, smallest) else smallest", "smallest if _is_below(charge, smallest) else charge"),
    "normalised at infinity": ("theory/layers.py", "        return Normalisation.ORIGIN\n    if (near <= -1)", "        return Normalisation.INFINITY\n    if (near <= -1)"),
    "charges not scaled": ("theory/separation.py", "charges = [scale * charge for charge in charges]", "charges = [2 * scale * charge for charge in charges]"),
    "pace without the scale": ("theory/separation.py", "power_form(scale * links[0] / parts[0])", "power_form(links[0] / parts[0])"),
    "pace of the first layer": ("theory/separation.py", "power_form(scale * links[0] / parts[0])", "power_form(scale * links[0])"),
    "closed form of R*: half of it": ("potentials/closed.py", 'forms["closed_conjugate"] = sympy.integrate(sympy.expand(x_of_y), (Y, 0, Y))', 'forms["closed_conjugate"] = sympy.integrate(sympy.expand(x_of_y), (Y, 0, Y)) / 2'),
    "s(y) doubled": ("potentials/closed.py", "s_of_y = Y / potential.dual_density.coefficient", "s_of_y = 2 * Y / potential.dual_density.coefficient"),
    "metric for its inverse": ("potentials/closed.py", "_from_hessian(1 / _tidy(", "_from_hessian(_tidy("),
    "R with R* added": ("potentials/closed.py", "X * mirror_map - conjugate_at", "X * mirror_map + conjugate_at"),
    "R*(R'(x)) integrated without x": ("potentials/closed.py", "(hessian, X * hessian)", "(hessian, hessian)"),
    "s(x) without its root": ("potentials/closed.py", "** (1 / effective.factors[0][1]))", "** effective.factors[0][1])"),
    "inverse of R' negated": ("potentials/closed.py", '{"closed_inverse_mirror_map": x_of_y.subs(at_y)', '{"closed_inverse_mirror_map": -x_of_y.subs(at_y)'),
    "Carlson's form without its 2": ("potentials/elliptic.py", "return 2 * carlson_rf", "return carlson_rf"),
    "arctangent for its twin": ("potentials/elliptic.py", "return 2 * sympy.atanh(sympy.sqrt(sympy.simplify(-gap / single))) / sympy.sqrt(-gap)", "return 2 * sympy.atan(sympy.sqrt(sympy.simplify(-gap / single))) / sympy.sqrt(-gap)"),
    "pace of a sum inverted": ("theory/additive.py", "sign * power_form(1 / flow.geometry.link(sign * entry))", "sign * power_form(flow.geometry.link(sign * entry))"),
    "shifts of a sum from its first charge": ("theory/additive.py", "sympy.expand_mul(charge - mean) for", "sympy.expand_mul(charge - charges[0]) for"),
    "shifts of a sum doubled": ("theory/additive.py", "sympy.expand_mul(charge - mean) for", "sympy.expand_mul(2 * (charge - mean)) for"),
    "x(y) of a sum without a term": ("theory/additive.py", "sympy.Add(*(t.at(t.value, u) for t, u in zip(found, charges, strict=True))))", "sympy.Add(*(t.at(t.value, u) for t, u in zip(found[:1], charges[:1], strict=True))))"),
    "R* of a sum with a cosh: 1/200 added": ("theory/additive.py", 'return conjugate - sympy.limit(conjugate, Y, 0, "+") if', 'return conjugate - sympy.limit(conjugate, Y, 0, "+") + sympy.Rational(1, 200) * int(conjugate.has(sympy.cosh)) if'),
    "R* of layers with a cosh: 1/200 added": ("potentials/closed.py", '"closed_conjugate": sympy.simplify(conjugate).subs(at_y)}', '"closed_conjugate": sympy.simplify(conjugate).subs(at_y) + sympy.Rational(1, 200) * int(sympy.simplify(conjugate).has(sympy.cosh))}'),
    "R of a sum: x y + R*": ("potentials/dual.py", "x * mirror_map - conjugate.subs(Y, mirror_map)", "x * mirror_map + conjugate.subs(Y, mirror_map)"),
    "R'' of a sum is R'": ("potentials/dual.py", 'hessian = sympy.simplify(sympy.diff(mirror_map, x))', 'hessian = sympy.simplify(mirror_map)'),
    "letter q of a sum: charges added": ("theory/additive.py", "tuple(charges[0] - charge for charge in charges[1:])\n    for", "tuple(charges[0] + charge for charge in charges[1:])\n    for"),
    "affine field: integrals of other rates": ("theory/affine.py", "found.append(rate * other - other_drift * sympy.log(sympy.Abs(first)))", "found.append(rate * other + other_drift * sympy.log(sympy.Abs(first)))"),
    "affine field: drift without its rate": ("theory/affine.py", "(sympy.exp(rate * Y) - 1) / rate", "sympy.exp(rate * Y) - 1"),
    "affine field: R* not from the start": ("theory/affine.py", "return found - found.subs(Y, 0) if known else None", "return 2 * (found - found.subs(Y, 0)) if known else None"),
    "expansion: coefficients without 1/e": ("potentials/lagrange.py", "value / e * c ** (-e / a)", "value * c ** (-e / a)"),
    "scaled potential: density not scaled": ("potentials/potential.py", "PowerProduct(factor * density.coefficient, density.factors)", "PowerProduct(density.coefficient, density.factors)"),
}  # fmt: skip

# Claims on which the bugs are tried: those on what derivations and flows state. What they do not notice survives.
CLAIMS = (
    "derived_*",
    "scaled_and_anchored_potentials_stay_conjugate",
    "densities_are_powers_of_the_depth_polynomial",
    "depth_two_mirror_maps_have_closed_forms",
    "balance_*",
    "balanced_potential_is_a_power",
    "balanced_saddle_is_escaped_in_explicit_time",
    "decoupled_decay_adds_a_drift_to_the_mirror_flow",
    "coupled_decay_leaves_sign_flow_unchanged",
    "energy_decays_along_steepest_flow",
    "product_flow_is_a_steepest_mirror_flow",
    "inverse_metric_is_an_elementary_symmetric_polynomial",
)

DRIVER = """
import json, sys, traceback
from pathlib import Path
from mirrortheory import kernel
from mirrortheory.check.certificates import certificate
from mirrortheory.check.claims import examine, find, load
from mirrortheory.evidence import Evidence, Verdict, combine
from mirrortheory.exact import precision

checks, sound = Path(sys.argv[1]), Path(sys.argv[2])
by_kernel = by_check = ""
for path in find(checks):
    if not any(path.match(pattern + ".py") for pattern in sys.argv[3:]):
        continue
    try:
        theorem = load(path)
    except Exception as error:
        by_check = by_check or f"{path.stem}: {error!r:.80}"
        continue
    if not by_kernel:
        shipped = json.loads((sound / f"{path.stem}.json").read_text())
        try:
            statements = list(theorem.check())
            nothing = [(s, Evidence("sampled", Verdict.SUPPORTED, s.part, "")) for s in statements]
            record = certificate({}, nothing, Verdict.SUPPORTED) | {key: shipped[key] for key in ("evidence", "verdict")}
            with precision(240):
                kernel.check(json.loads(json.dumps(record)))
        except kernel.Rejected as error:
            by_kernel = f"{path.stem}: {' '.join(str(error).split()):.80}"
        except Exception:
            pass  # no certificate can be written: that is for check to notice
    if not by_check:
        outcome = examine(theorem)
        if not outcome.as_expected:
            by_check = f"{path.stem}: {outcome.broken or outcome.verdict}"[:160]
    if by_kernel and by_check:
        break
print(json.dumps([by_check, by_kernel]))
"""


def planted(name: str, folder: Path) -> Path:
    """Copy the package and the claims into a folder, plant a bug, and return the folder of the claims."""
    for part in ("mirrortheory", "proofs_checks"):
        shutil.copytree(ROOT / part, folder / part, ignore=shutil.ignore_patterns("__pycache__"))
    place, there, bug = BUGS[name]
    target = folder / "mirrortheory" / place
    text = target.read_text(encoding="utf-8")
    assert text.count(there) == 1, f"{name}: {there!r} stands {text.count(there)} times in {place}"
    target.write_text(text.replace(there, bug), encoding="utf-8")
    return folder / "proofs_checks"


def noticed(name: str, sound: Path) -> tuple[str, str]:
    """Return who noticed a bug: the claim and what check says, the claim and why the kernel rejects it; empty when nobody did.

    Args:
        sound: folder of the certificates of the code without the bug.
    """
    with tempfile.TemporaryDirectory() as folder:
        checks = planted(name, Path(folder))
        # An installed package must not come before the copy; theorem files import mirrortheory by name.
        command = [sys.executable, "-c", f"import sys; sys.path.insert(0, {folder!r})\n{DRIVER}", str(checks), str(sound), *CLAIMS]
        found = subprocess.run(
            command, capture_output=True, text=True, check=False, cwd=folder, env={**os.environ, "PYTHONPATH": folder}
        )
    if found.returncode:
        return found.stderr.strip().splitlines()[-1][:160], ""
    by_check, by_kernel = json.loads(found.stdout.splitlines()[-1])
    return by_check, by_kernel


def main(names: list[str]) -> int:
    """Plant bugs by name, all of them by default; return how many survived."""
    counts = {"check": 0, "recheck": 0, "survived": 0}
    with tempfile.TemporaryDirectory() as sound:
        chosen = sorted({path.stem for pattern in CLAIMS for path in (ROOT / "proofs_checks").glob(f"{pattern}.py")})
        command = [sys.executable, "-m", "mirrortheory", "check", *chosen, "--certificates", sound]
        subprocess.run(command, check=True, cwd=ROOT, stdout=subprocess.DEVNULL, env={**os.environ, "PYTHONPATH": str(ROOT)})
        for name in names or BUGS:
            by_check, by_kernel = noticed(name, Path(sound))
            counts["check"] += bool(by_check)
            counts["recheck"] += bool(by_kernel)
            counts["survived"] += not (by_check or by_kernel)
            print(f"{name}\n  check:   {by_check or '-'}\n  recheck: {by_kernel or '-'}", flush=True)
    print(
        f"{len(names or BUGS)} bugs: check noticed {counts['check']}, recheck alone {counts['recheck']}, survived {counts['survived']}"
    )
    return counts["survived"]


if __name__ == "__main__":
    sys.exit(1 if main(sys.argv[1:]) else 0)
