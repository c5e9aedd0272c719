"""Muon against torch.optim.Muon, with and without its bfloat16; along a product of matrices; and what is refused."""

import numpy as np
import pytest

from mirrortheory import InvalidArgument, MatrixFlow, MatrixProduct, Product, Quadratic, Schatten
from mirrortheory.flows import GradientDescent, Muon, descend
from mirrortheory.geometries import CUBIC, newton_schulz

NO_TORCH = "torch is not installed: python -m pip install '.[torch]'"
CASES = [
    Muon(0.02),
    Muon(0.05, momentum=0.0, weight_decay=0.0),
    Muon(0.01, 0.5, nesterov=False, adjust="match_rms_adamw"),
    Muon(0.1, 0.9, ns_steps=3, weight_decay=0.5, coefficients=(1.5, -0.5, 0.0)),
]
ONE_STEP_IN_BFLOAT16 = 0.05  # of eta r, in an entry: measured at most 0.04


def gradients(shape, steps, seed=0):
    rng = np.random.default_rng(seed)
    return rng.normal(size=shape), rng.normal(size=(steps, *shape)) * 10 ** rng.uniform(-3, 1)


def ours_along(ours, w, given):
    path, state = [w], ours.start(w)
    for gradient in given:
        w, state = ours.step(w, gradient, state)
        path.append(w)
    return np.array(path)


def torch_along(torch, ours, w, given):
    parameter = torch.nn.Parameter(torch.tensor(w))
    theirs = torch.optim.Muon(
        [parameter],
        lr=ours.eta,
        momentum=ours.momentum,
        nesterov=ours.nesterov,
        ns_steps=ours.ns_steps,
        weight_decay=ours.weight_decay,
        ns_coefficients=tuple(map(float, ours.coefficients)),
        eps=ours.eps,
        adjust_lr_fn=ours.adjust,
    )
    path = [w]
    for gradient in given:
        parameter.grad = torch.tensor(gradient)
        theirs.step()
        path.append(parameter.detach().numpy().copy())
    return np.array(path)


@pytest.fixture
def torch():
    found = pytest.importorskip("torch", reason=NO_TORCH)
    if not hasattr(found.optim, "Muon"):
        pytest.skip("this torch has no Muon: 2.9 has")
    return found


@pytest.mark.parametrize("shape", [(3, 5), (5, 3), (4, 4), (8, 2)])
@pytest.mark.parametrize("ours", CASES, ids=str)
def test_a_hundred_steps_agree_with_torch_in_doubles(torch, monkeypatch, ours, shape):
    """All of torch's own code, but for the one call that rounds the gradient to bfloat16."""
    monkeypatch.setattr(torch.Tensor, "bfloat16", torch.Tensor.clone)
    w, given = gradients(shape, 100)
    assert np.abs(ours_along(ours, w, given) - torch_along(torch, ours, w, given)).max() < 1e-12


@pytest.mark.parametrize("shape", [(3, 5), (5, 3), (4, 4), (8, 2)])
def test_what_bfloat16_costs(torch, shape):
    worst = 0.0
    for seed in range(4):
        w, given = gradients(shape, 1, seed)
        muon = Muon(1.0, adjust="original")
        worst = max(worst, np.abs(ours_along(muon, w, given) - torch_along(torch, muon, w, given)).max())
    print(f"{shape}: one step in bfloat16 is off by {worst:.3f} eta")
    assert 1e-4 < worst < ONE_STEP_IN_BFLOAT16 * max(1.0, (shape[0] / shape[1]) ** 0.5)


def test_defaults_are_those_of_torch(torch):
    theirs = torch.optim.Muon([torch.nn.Parameter(torch.zeros(2, 2))], lr=0.01).defaults
    ours = Muon(0.01)
    for name in ("momentum", "nesterov", "ns_steps", "weight_decay", "eps"):
        assert theirs[name] == getattr(ours, name)
    assert theirs["ns_coefficients"] == tuple(map(float, ours.coefficients))


def test_steps_by_hand():
    w, (first, second) = gradients((2, 3), 2)
    muon = Muon(0.1, 0.75, weight_decay=0.5)
    mean = 0.25 * first
    moved = 0.95 * w - 0.1 * newton_schulz(0.75 * mean + 0.25 * first)
    mean = 0.75 * mean + 0.25 * second
    again = 0.95 * moved - 0.1 * newton_schulz(0.75 * mean + 0.25 * second)
    assert ours_along(muon, w, (first, second))[1:] == pytest.approx(np.array([moved, again]), abs=1e-14)
    exact = Muon(0.1, 0.0, ns_steps=None, weight_decay=0.0)
    cubic = Muon(0.1, 0.0, ns_steps=50, weight_decay=0.0, coefficients=CUBIC)
    sign = w - 0.1 * Schatten(1).link_of(first)
    for each in (exact, cubic):
        assert ours_along(each, w, (first,))[1] == pytest.approx(sign, abs=1e-12)


def test_without_memory_it_is_the_first_order_step_of_the_spectral_flow():
    product = MatrixProduct(2, 3, 2)
    rng = np.random.default_rng(7)
    start = [rng.normal(size=shape) for shape in product.shapes]
    problem = Quadratic(rng.normal(size=(3, 4)), rng.normal(size=3))
    path = descend(Muon(0.01, 0.0, ns_steps=None, weight_decay=0.0, adjust="none"), product, problem, start, 20, record=7)
    assert path.steps.tolist() == [0, 7, 14, 20]
    assert path.t == pytest.approx([0, 0.07, 0.14, 0.2])
    factors, flow = tuple(start), MatrixFlow(Schatten(1), product)
    for _ in range(20):
        velocity = flow.velocity(factors, problem.slope(product.effective(factors).ravel()).reshape(2, 2))
        factors = tuple(w + 0.01 * v for w, v in zip(factors, velocity, strict=True))
    assert all(np.allclose(ours[-1], w, atol=1e-12) for ours, w in zip(path.factors, factors, strict=True))
    assert path.loss[-1] == problem.value(path.X[-1].ravel()) < path.loss[0]
    assert path.singular_values().shape == (4, 2)


def test_other_optimizers_run_along_matrices_too():
    product, problem = MatrixProduct(2, 2), Quadratic(np.eye(4), np.ones(4))
    path = descend(GradientDescent(0.5), product, problem, [np.zeros((2, 2))], 3)
    assert path.X[-1].ravel() == pytest.approx(np.full(4, 1 - 0.5**3))


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: Muon(0.0), "eta must be a finite step > 0"),
        (lambda: Muon(0.1, 1.0), r"momentum must be in \[0, 1\)"),
        (lambda: Muon(0.1, weight_decay=-1.0), "weight_decay must be a finite number >= 0"),
        (lambda: Muon(0.1, ns_steps=-1), "ns_steps must be"),
        (lambda: Muon(0.1, coefficients=(1.0,)), "coefficients must be three numbers"),
        (lambda: Muon(0.1, adjust="rms"), "adjust must be one of original, match_rms_adamw, none, got rms"),
        (lambda: Muon(0.1).start(np.zeros((2, 2, 2))), r"w must be a matrix, got \(2, 2, 2\)"),
        (lambda: descend(Muon(0.1), Product(2), Quadratic([[1.0]], [1.0]), [1.0, 1.0], 1), "reparam must be a MatrixProduct for Muon"),
        (lambda: descend(Muon(0.1), MatrixProduct(2, 2), Quadratic([[1.0]], [1.0]), [np.eye(2)], 1), "problem must be of dimension 4"),
        (lambda: descend(GradientDescent(1e200), MatrixProduct(1, 1, 1), Quadratic([[1.0]], [1.0]), [[[2.0]], [[1.0]]], 5), "eta must be small"),
    ],
)  # fmt: skip
def test_what_is_refused(make, message):
    with pytest.raises(InvalidArgument, match=message):
        make()
