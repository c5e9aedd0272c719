"""Generated code of potentials of the user's own stands alone and agrees with certified balls."""

import itertools

import mpmath
import numpy as np
import pytest
from own_formulas import ACCEPTED, NAMES, of
from thinning import thinned

from mirrortheory.codegen import as_numpy, as_python
from mirrortheory.errors import NoClosedForm, NotEvaluable
from mirrortheory.exact import points
from mirrortheory.potentials import own
from mirrortheory.potentials.numeric import values

FUNCTIONS = ("hessian", "mirror_map", "potential")


def load(text):
    """The names that the generated text defines; it is our own text, no user's."""
    names = {}
    exec(compile(text, "generated", "exec"), names)
    return names


def seen(potential):
    for place in itertools.islice(points(*potential.region, depth=4), 15):
        try:
            yield place, values(potential, place, digits=40)
        except NotEvaluable:  # R'' is infinite there, or jumps
            assert place == 0


@thinned(("case", "name"), list(zip(ACCEPTED, NAMES, strict=True)), every=24)
def test_numpy_form(case, name):
    potential = of(case)
    if name == "hessian exp(x**2)":
        with pytest.raises(NoClosedForm, match="numpy form failed"):
            as_numpy(potential)
        return
    names = load(as_numpy(potential))
    for place, exact in seen(potential):
        x = float(place)
        for function in FUNCTIONS:
            assert names[function](x) == pytest.approx(float(getattr(exact, function).mid()), rel=1e-12, abs=1e-12), (function, x)
        y = float(exact.mirror_map.mid())
        assert names["inverse_mirror_map"](y) == pytest.approx(x, rel=1e-10, abs=1e-10)
        assert names["conjugate"](y) == pytest.approx(float(exact.conjugate.mid()), rel=1e-10, abs=1e-10)
        assert names["bregman"](x, x) == 0
    grid = np.array([[x, x] for x in map(float, sorted(place for place, _ in seen(potential)))])
    assert names["mirror_map"](grid).shape == grid.shape
    assert (np.diff(names["mirror_map"](grid)[:, 0]) > 0).all()
    assert np.isnan(names["potential"](float(potential.region[0]) if potential.region[0].is_finite else np.nan))


@thinned(("case", "name"), list(zip(ACCEPTED, NAMES, strict=True)), every=12)
def test_python_form(case, name):
    potential = of(case)
    names = load(as_python(potential))
    with mpmath.workdps(40):
        for place, exact in itertools.islice(seen(potential), 5):
            x = mpmath.mpf(int(place.p)) / int(place.q)
            y = mpmath.mpf(exact.mirror_map.mid().str(45, radius=False))
            pairs = [(names[function](x), getattr(exact, function)) for function in FUNCTIONS]
            pairs += [(names["conjugate"](y), exact.conjugate), (names["inverse_mirror_map"](y), exact.x)]
            for got, ball in pairs:
                wanted = mpmath.mpf(ball.mid().str(45, radius=False))
                assert abs(got - wanted) < mpmath.mpf(10) ** -30 * (1 + abs(wanted)), (name, place)


def test_text_says_what_it_is_of():
    assert as_numpy(own("cosh(x)")).startswith('"""Mirror potential of the formula R(x) = cosh(x).\n')
    assert as_python(own("y**3 + y", given="inverse-mirror-map")).startswith(
        '"""Mirror potential of the formula x(y) = y**3 + y.\n'
    )
