"""Limits of time hold in every thread, take nothing with them, and say which step was at work."""

import threading
import time

import pytest
import sympy

from mirrortheory import Flow, Lq, OutOfTime, Product, derive
from mirrortheory.errors import InvalidArgument, MirrorTheoryError
from mirrortheory.exact import current_bits, precision
from mirrortheory.theory import patience
from mirrortheory.theory.derive import STEPS
from mirrortheory.theory.patience import limited

# Where the exception comes in a callback of the garbage collector it is reported and lost, and comes again after a while.
pytestmark = pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")

LONG = 60  # seconds after which a test that hangs is given up


def forever():
    began = time.monotonic()
    while time.monotonic() < began + LONG:
        sum(range(100))
    raise AssertionError("the limit did not hold")


def given_up(answers):
    try:
        with limited(0.05):
            forever()
    except TimeoutError as error:
        answers.append(str(error))


def test_in_the_main_thread():
    answers = []
    given_up(answers)
    assert answers == ["no answer within 0.05 s"]


def test_in_other_threads_at_once():
    """Signals would reach the main thread only."""
    answers = []
    threads = [threading.Thread(target=given_up, args=(answers,)) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(LONG)
    assert answers == ["no answer within 0.05 s"] * 4


def test_what_is_in_time_is_left_alone():
    for _ in range(200):
        with limited(LONG):
            value = sum(range(10))
        assert value == 45
    before = threading.active_count()
    with limited(0.02):
        pass
    time.sleep(0.1)
    sum(range(1000))  # nothing comes late
    assert threading.active_count() <= before


def test_nothing_is_taken_back_where_nothing_was_raised(monkeypatch):
    """In Python 3.11 a profiler or a tracer hangs after an exception of a thread was taken back that was never there."""
    raised = []
    monkeypatch.setattr(patience, "_raise_in", lambda thread, exception: raised.append(exception))
    for seconds in (1000, 2000, 3000):
        with limited(seconds):
            pass
    assert raised == []


def test_an_inner_limit_is_not_an_outer_one():
    with limited(LONG), pytest.raises(TimeoutError, match=r"within 0\.05 s"), limited(0.05):
        forever()
    with pytest.raises(TimeoutError, match=r"within 0\.05 s"), limited(0.05), limited(LONG):
        forever()


def test_an_outer_limit_that_an_inner_one_took_back_comes_again(monkeypatch):
    monkeypatch.setattr(patience, "_AGAIN_AFTER", 0.05)

    def swallows():
        try:
            forever()
        except BaseException:  # noqa: BLE001 - as some libraries do
            forever()

    with pytest.raises(TimeoutError), limited(0.05):
        swallows()


def test_errors_and_settings_pass_through():
    bits = current_bits()
    with pytest.raises(ZeroDivisionError), limited(LONG):
        _ = 1 // 0
    with pytest.raises(TimeoutError), limited(0.05), precision(2 * bits):
        forever()
    assert current_bits() == bits


@pytest.mark.parametrize("step", STEPS, ids=lambda step: type(step).__name__)
def test_a_derivation_names_the_step_that_was_at_work(step, monkeypatch):
    for other in STEPS:
        monkeypatch.setattr(type(other), "refuses", lambda self, flow, start, it=step: None if self is it else "not meant")
    monkeypatch.setattr(type(step), "derive", lambda *of: forever())
    with pytest.raises(OutOfTime) as raised:
        derive(Flow(Lq(2), Product(2)), seconds=0.05)
    assert isinstance(raised.value, MirrorTheoryError)
    assert raised.value.step == step.name
    assert f"no answer within 0.05 s: {step.name} was at work" in str(raised.value)
    assert "\n" not in str(raised.value)


def test_sympy_is_cut_short_and_works_on():
    x = sympy.Symbol("x")
    with pytest.raises(TimeoutError), limited(0.1):
        sympy.expand(sympy.Add(*(x**k + k for k in range(60))) ** 60)
    assert sympy.integrate(x**2, x) == x**3 / 3
    assert derive(Flow(Lq(2), Product(2)), imbalance=(0, 3)).potential.form == "elementary"


@pytest.mark.parametrize("seconds", [0, -1, float("nan"), float("inf"), True, "30", 10**9])
def test_wrong_limits_are_refused(seconds):
    with pytest.raises(InvalidArgument, match="seconds must be a number above 0"):
        derive(Flow(Lq(2), Product(2)), seconds=seconds)
