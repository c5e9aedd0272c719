"""The torch form: the values of the NumPy form, and derivatives that autograd checks."""

import functools
import math
import subprocess
import sys

import pytest
import sympy
from ulps import load

from mirrortheory import Flow, Lq, Product, derive
from mirrortheory.cli.commands import main
from mirrortheory.codegen import as_numpy, as_torch
from mirrortheory.reparams import PowerDifference

torch = pytest.importorskip("torch", reason="PyTorch is an extra: pip install 'mirrortheory[torch]'")

LAM = sympy.Symbol("lam", positive=True)
CASES = [
    (Product(3), 2, {"imbalance": (0, sympy.Rational(1, 2), 2)}, ()),
    (Product(2), 1, {"imbalance": (0, LAM)}, (2.0,)),
    (PowerDifference(3), 2, {"initial": (2, 1)}, ()),
    (PowerDifference(2), "5/4", {"initial": (2, 1)}, ()),
]


@functools.cache
def forms(number):
    reparam, q, start, symbols = CASES[number]
    derivation = derive(Flow(Lq(q), reparam), **start)
    return load(as_torch(derivation)), load(as_numpy(derivation)), symbols


@pytest.fixture(params=range(len(CASES)))
def case(request):
    return forms(request.param)


def points(*values):
    return torch.tensor(values, dtype=torch.float64, requires_grad=True)


def test_values_are_those_of_the_numpy_form(case):
    tensors, arrays, symbols = case
    x = torch.tensor([[-0.5, 1e-200], [0.0, 1.5]], dtype=torch.float64)
    for name in ("hessian", "mirror_map", "potential"):
        assert torch.equal(tensors[name](x, *symbols), torch.as_tensor(arrays[name](x.numpy(), *symbols)))
    single = tensors["potential"](x.float(), *symbols)
    assert single.dtype == torch.float64
    assert single.shape == x.shape


def test_derivatives_are_those_of_the_values(case):
    tensors, _, symbols = case
    x = points(-0.7, 0.3, 1.5)
    y = tensors["mirror_map"](x, *symbols).detach().requires_grad_()
    for name, at in (("potential", x), ("mirror_map", x), ("inverse_mirror_map", y), ("conjugate", y)):
        assert torch.autograd.gradcheck(lambda t, name=name: tensors[name](t, *symbols), (at,)), name
    x0 = points(0.4)
    assert torch.autograd.gradcheck(lambda a, b: tensors["bregman"](a, b, *symbols), (x, x0))


def test_r_has_two_derivatives_and_refuses_a_third(case):
    tensors, _, symbols = case
    x = points(-0.7, 1e-100, 1.5)
    (slope,) = torch.autograd.grad(tensors["potential"](x, *symbols).sum(), x, create_graph=True)
    assert torch.equal(slope, tensors["mirror_map"](x, *symbols))
    (bend,) = torch.autograd.grad(slope.sum(), x, create_graph=True)
    assert torch.equal(bend, tensors["hessian"](x, *symbols))
    with pytest.raises(NotImplementedError, match="differentiate R twice at most"):
        bend.sum().backward()


def test_mirror_descent_finds_its_minimum(case):
    tensors, _, symbols = case
    x, target = torch.tensor([0.3, 0.2], dtype=torch.float64), torch.tensor([0.5, -0.25], dtype=torch.float64)
    curvature = tensors["hessian"](target, *symbols).min()
    for _ in range(100):
        x = x.detach().requires_grad_()
        (gradient,) = torch.autograd.grad(((x - target) ** 2).sum() / 2, x)
        x = tensors["inverse_mirror_map"](tensors["mirror_map"](x, *symbols) - 0.5 * curvature * gradient, *symbols)
    assert torch.allclose(x, target, rtol=1e-10)


def test_command_writes_code_that_does_not_import_the_package(tmp_path, capsys, monkeypatch):
    monkeypatch.setattr(sys, "argv", ["mirrortheory", "derive", "--imbalance", "0,3", "--format", "torch"])
    with pytest.raises(SystemExit) as stopped:
        main()
    assert stopped.value.code == 0
    (tmp_path / "generated.py").write_text(capsys.readouterr().out)
    program = "import sys; sys.modules['mirrortheory'] = None; import generated; print(float(generated.mirror_map(generated.torch.ones(()))))"
    shown = subprocess.run([sys.executable, "-W", "error", "-c", program], cwd=tmp_path, capture_output=True, text=True, check=True)
    assert float(shown.stdout) == pytest.approx(math.asinh(2 / 3) / 2, rel=1e-15)


def test_a_derivative_that_is_wrong_is_caught():
    text = as_torch(derive(Flow(Lq(2), PowerDifference(3)), initial=(2, 1)))
    wrong = load(text.replace('"potential": mirror_map,', '"potential": hessian,'))
    assert not torch.autograd.gradcheck(wrong["potential"], (points(0.3),), raise_exception=False)
