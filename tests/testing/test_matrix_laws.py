"""The laws of matrix geometries hold for both of ours, and each is broken by a link that is nearly right."""

import numpy as np
import pytest
import sympy

from mirrortheory import InvalidArgument, Lq, Schatten
from mirrortheory.errors import LawBroken
from mirrortheory.evidence import Verdict
from mirrortheory.geometries import Entrywise, MatrixGeometry, newton_schulz
from mirrortheory.testing import check_matrix_geometry

EXPONENTS = ["1", "9/8", "3/2", "2"]


class Own(MatrixGeometry):
    """Schatten(q) but for its link."""

    def __init__(self, q, link):
        self.inner, self.link = Schatten(q), link

    @property
    def exponent(self):
        return self.inner.exponent

    def sizes(self, matrix):
        return self.inner.sizes(matrix)

    def link_of(self, gradient):
        return self.link(self.inner.link_of(gradient), gradient)

    def apart(self, before, after, floor):
        return self.inner.apart(before, after, floor)

    def __str__(self):
        return "Own()"


@pytest.mark.parametrize("q", EXPONENTS)
def test_both_geometries_obey_the_laws(q):
    for geometry, isotropic in ((Schatten(q), True), (Entrywise(q), False)):
        assert check_matrix_geometry(geometry, isotropic=isotropic, seed=4).verdict is Verdict.SUPPORTED


def test_gradient_flow_alone_is_isotropic_entry_by_entry():
    assert check_matrix_geometry(Entrywise(2), isotropic=True).verdict is Verdict.SUPPORTED
    with pytest.raises(LawBroken, match="commutes with orthogonal matrices: REFUTED"):
        check_matrix_geometry(Entrywise("3/2"), isotropic=True)


@pytest.mark.parametrize(
    ("broken", "link"),
    [
        ("odd", lambda sign, g: sign * (1 + (g.sum() > 0))),
        ("homogeneous", lambda sign, g: sign * np.tanh(np.linalg.norm(g))),
        ("steepest", lambda sign, g: 0.99 * sign),
        ("steepest", lambda sign, g: sign[::-1]),
        (r"<G, Phi\(G\)>", lambda sign, g: newton_schulz(g)),
        (r"\|Phi\(G\)\|_p", lambda sign, g: g / np.linalg.norm(g) if g.any() else g),
        ("block by block", lambda sign, g: sign * (g.shape[0] + 1) ** 0.5),
        ("phi_q on diagonal", lambda sign, g: 0.999 * sign),
        ("odd", lambda sign, g: sign[:1]),
    ],
)
def test_a_link_that_is_nearly_right_is_refuted(broken, link):
    with pytest.raises(LawBroken, match=f"{broken}.*REFUTED at G = "):
        check_matrix_geometry(Own(1, link))


def test_what_is_no_matrix_geometry():
    for wrong in (Lq(1), Schatten, None):
        with pytest.raises(InvalidArgument, match="geometry must be a MatrixGeometry"):
            check_matrix_geometry(wrong)
    with pytest.raises(InvalidArgument, match="q must be a number"):
        check_matrix_geometry(Schatten(sympy.Symbol("q", positive=True)))
