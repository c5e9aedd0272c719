"""Theorem files: read, and examined with their mutants or controls."""

import pickle
import textwrap
from pathlib import Path

import pytest

from mirrortheory.check.claims import Claim, Outcome, examine, load, one_line, unexamined
from mirrortheory.errors import BrokenCheck, InvalidArgument
from mirrortheory.evidence import Identity, Verdict

HEADER = '''
"""A square is a sum.

Source: this project.
"""

import sympy

from mirrortheory.check.claims import Claim
from mirrortheory.domain import REALS, Domain
from mirrortheory.evidence import Identity, Inequality, Verdict

a, b = sympy.symbols("a b", real=True)
PLANE = Domain({a: REALS, b: REALS})


def claim(expect=Verdict.PROVED):
    return Claim("square", "(a + b)^2 = a^2 + 2ab + b^2", source="this project", scope="reals", expect=expect)

'''
CLAIM = "CLAIM = claim()\n"
FALSE_CLAIM = "CLAIM = claim(Verdict.REFUTED)\n"
CHECK = """
def check(factor=2, exponent=2):
    yield Identity((a + b) ** exponent, a**2 + factor * a * b + b**2, on=PLANE, part="plane")

"""
FALSE_CHECK = CHECK.replace("factor=2", "factor=1")
OPTIONAL_CHECK = """
def check(empty=False):
    yield from () if empty else [Identity(a, a, on=PLANE)]

"""
EQUAL_CHECK = """
def check(factor=1, times=1):
    yield Identity(factor * a, factor * b, on=PLANE)
    yield Inequality(times * a**2, times * a**2, on=PLANE)

"""
POWER_CHECK = """
def check(power=1):
    yield Identity(a**power, a**power, on=Domain({a: sympy.Interval(0, 1)}))

"""
EXPANDED_CHECK = """
def check(exponent=2):
    yield Identity((a + b) ** exponent, sympy.expand((a + b) ** exponent), on=PLANE)

"""
SHARED_CHECK = """
def check(factor=2, extra=0):
    yield Identity(a * b + extra, b * a, on=PLANE, part="product")
    yield Identity((a + b) ** 2, a**2 + factor * a * b + b**2, on=PLANE, part="square")

"""
LIKE_CHECK = """
class Like(Statement):
    def examine(self, *, seed):
        return Evidence("sampled", Verdict.SUPPORTED if self.value == 1 else Verdict.REFUTED, "", "by its value", data={})


@dataclass(frozen=True)
class Uncompared(Like):
    value: int = field(compare=False)


class Alike(Like):
    def __init__(self, value):
        self.value = value

    def __eq__(self, other):
        return isinstance(other, Alike)


@dataclass(frozen=True)
class Compared(Like):
    value: int


def check(value=1):
    yield KIND(value)

"""
COUNTING_CHECK = """
calls = []


def check(factor=2):
    calls.append(factor)
    yield Identity((a + b) ** 2, a**2 + (2 if FIRST else 1) * a * b + b**2, on=PLANE)

"""
RAISING_CHECK = """
def check(factor=0):
    yield Identity(a, a, on=PLANE)
    yield 1 // factor

"""
MUTANTS = 'MUTANTS = {"no cross term": {"factor": 0}, "cube": {"exponent": 3}}\n'
CONTROLS = 'CONTROLS = {"cross term twice": {"factor": 2}}\n'


@pytest.fixture
def write(tmp_path):
    """Return a function that writes a theorem file from its parts and gives its path."""

    def write(*parts, name="square"):
        path = tmp_path / f"{name}.py"
        path.write_text(HEADER + "".join(map(textwrap.dedent, parts)))
        return path

    return write


@pytest.fixture
def outcome(write):
    """Return a function that examines a theorem file written from its parts."""
    return lambda *parts: examine(load(write(*parts)))


# Examining --------------------------------------------------------------------------------------------------------------


def test_true_claim_is_as_expected_when_its_mutants_are_refuted(outcome):
    found = outcome(CLAIM, CHECK, MUTANTS)
    assert found.as_expected
    assert found.verdict is Verdict.PROVED
    assert found.neighbours == {"no cross term": Verdict.REFUTED, "cube": Verdict.REFUTED}
    assert [e.part for e in found.evidence] == ["plane"]
    assert found.explanation.startswith("A square is a sum.")
    assert found.broken == ""
    assert found.seconds > 0


@pytest.mark.parametrize(
    ("claim", "neighbours", "examined"),
    [
        (CLAIM, MUTANTS.replace("exponent", "extra"), ["product", "square", "square", "product"]),
        (CLAIM, 'MUTANTS = {"none": {"factor": 2}}\n', ["product", "square"]),
        (FALSE_CLAIM, 'CONTROLS = {"none": {}}\n', ["product", "square"]),
    ],
)
def test_what_a_neighbour_states_as_its_claim_does_is_examined_once(claim, neighbours, examined, outcome, monkeypatch):
    seen, examine_one = [], Identity.examine
    monkeypatch.setattr(Identity, "examine", lambda self, *, seed: seen.append(self.part) or examine_one(self, seed=seed))
    found = outcome(claim, SHARED_CHECK, neighbours)
    assert seen == examined
    assert found.as_expected == ("cube" in neighbours)


@pytest.mark.parametrize("kind", ["Uncompared", "Alike", "Compared"])
def test_a_mutant_that_compares_equal_to_its_claim_is_examined_unless_all_of_it_is_compared(kind, outcome):
    imports = "from dataclasses import dataclass, field\nfrom mirrortheory.evidence import Evidence, Statement\n"
    found = outcome(CLAIM, imports, LIKE_CHECK.replace("KIND", kind), 'MUTANTS = {"two": {"value": 2}}\n')
    assert found.neighbours == {"two": Verdict.REFUTED}


def test_false_claim_is_refuted_and_not_as_expected(outcome):
    found = outcome(CLAIM, FALSE_CHECK, MUTANTS)
    assert found.verdict is Verdict.REFUTED
    assert not found.as_expected
    assert found.evidence[0].witness
    assert found.broken == ""


def test_claim_expected_false_is_as_expected_when_refuted_and_its_controls_hold(outcome):
    found = outcome(FALSE_CLAIM, FALSE_CHECK, CONTROLS)
    assert found.as_expected
    assert found.verdict is Verdict.REFUTED
    assert found.neighbours == {"cross term twice": Verdict.PROVED}


def test_claim_expected_false_that_holds_is_not_as_expected(outcome):
    found = outcome(FALSE_CLAIM, EXPANDED_CHECK, 'CONTROLS = {"cube": {"exponent": 3}}\n')
    assert found.verdict is Verdict.PROVED
    assert not found.as_expected
    assert found.broken == ""


def test_weaker_verdict_than_expected_is_not_as_expected(outcome):
    weaker = """
    def check(factor=1):
        yield Identity(factor * sympy.asinh(a), sympy.log(a + sympy.sqrt(a**2 + 1)), on=PLANE)

    MUTANTS = {"twice": {"factor": 2}}
    """
    found = outcome(CLAIM, weaker)
    assert found.verdict is Verdict.SUPPORTED
    assert not found.as_expected
    assert outcome("CLAIM = claim(Verdict.SUPPORTED)\n", weaker).as_expected


BROKEN = {
    "surviving mutant": (
        (CLAIM, CHECK, 'MUTANTS = {"no cross term": {"factor": 0}, "the same": {"factor": 2}}\n'),
        "the mutant 'the same' survives: PROVED",
    ),
    "mutant without a statement": (
        (CLAIM, OPTIONAL_CHECK, 'MUTANTS = {"none": {"empty": True}}\n'),
        "the mutant 'none' survives: VACUOUS",
    ),
    "mutant that is undefined": (
        (CLAIM, POWER_CHECK, 'MUTANTS = {"pole": {"power": -1}}\n'),
        "the mutant 'pole' survives: UNDECIDED",
    ),
    "failing control": (
        (FALSE_CLAIM, FALSE_CHECK, 'CONTROLS = {"twice": {"factor": 2}, "cube": {"exponent": 3}}\n'),
        "the control 'cube' does not hold: REFUTED",
    ),
    "control without a statement": (
        (FALSE_CLAIM, OPTIONAL_CHECK, 'CONTROLS = {"none": {"empty": True}}\n'),
        "the control 'none' does not hold: VACUOUS",
    ),
    "control that is the claim itself": (
        (FALSE_CLAIM, CHECK, 'CONTROLS = {"the same": {"factor": 2}}\n'),
        "no control shows anything",
    ),
    "control with equal sides": ((FALSE_CLAIM, EQUAL_CHECK, 'CONTROLS = {"zero": {"factor": 0}}\n'), "no control shows anything"),
    "controls with equal sides or the claim's own": (
        (FALSE_CLAIM, EQUAL_CHECK, 'CONTROLS = {"zero": {"factor": 0}, "twice": {"factor": 0, "times": 2}}\n'),
        "no control shows anything",
    ),
    "check that is false from the second call on": (
        (CLAIM, COUNTING_CHECK.replace("FIRST", "len(calls) == 1"), 'MUTANTS = {"one": {"factor": 1}}\n'),
        "the check keeps state: called again, it states something else",
    ),
    "check that is true in every other call": (
        (CLAIM, COUNTING_CHECK.replace("FIRST", "len(calls) % 2 == 1"), 'MUTANTS = {"one": {"factor": 1}}\n'),
        "the check keeps state: called again, the mutant 'one' states something else",
    ),
    "check that remembers its mutant": (
        (CLAIM, COUNTING_CHECK.replace("FIRST", "set(calls) == {2}"), 'MUTANTS = {"one": {"factor": 1}}\n'),
        "the check keeps state: called again, it states something else",
    ),
    "check whose statements are used up": (
        (
            FALSE_CLAIM,
            "STATEMENTS = iter([Identity(a, b, on=PLANE)])\n",
            "def check(held=False):\n    yield from [Identity(a * (a + b), a**2 + a * b, on=PLANE)] if held else STATEMENTS\n",
            'CONTROLS = {"twice": {"held": True}}\n',
        ),
        "the check keeps state: called again, it states something else",
    ),
    "raising check": ((CLAIM, RAISING_CHECK, 'MUTANTS = {"one": {"factor": 1}}\n'), "ZeroDivisionError"),
    "raising mutant": (
        (CLAIM, CHECK, 'MUTANTS = {"no cross term": {"factor": 0}, "text": {"factor": object()}}\n'),
        "TypeError: unsupported operand",
    ),
    "check that yields no statement": (
        (CLAIM, "def check(factor=0):\n    yield factor\n", 'MUTANTS = {"one": {"factor": 1}}\n'),
        "check must yield statements, got 0; write yield Identity(..)",
    ),
    "check that returns": (
        (CLAIM, CHECK.replace("yield Identity", "return Identity"), MUTANTS),
        "check must yield statements, got Identity; write yield Identity(..)",
    ),
    "check that needs an argument": (
        (CLAIM, "def check(factor):\n    yield factor\n", 'MUTANTS = {"one": {"factor": 1}}\n'),
        "TypeError: check",
    ),
    "symbol without a range": (
        (CLAIM, 'def check(c=sympy.Symbol("c")):\n    yield Identity(c, c, on=PLANE)\n\nMUTANTS = {"b": {"c": b}}\n'),
        "on must be a domain that ranges over every symbol, got c",
    ),
}


@pytest.mark.parametrize(("parts", "reason"), BROKEN.values(), ids=BROKEN)
def test_broken_check_is_undecided_with_its_reason_and_never_refuted(outcome, parts, reason):
    found = outcome(*parts)
    assert found.broken.startswith(reason)
    assert "\n" not in found.broken
    assert found.verdict is Verdict.UNDECIDED
    assert not found.as_expected


def test_broken_check_is_not_as_expected_even_where_undecided_is_expected(outcome):
    found = outcome("CLAIM = claim(Verdict.UNDECIDED)\n", RAISING_CHECK)
    assert found.broken
    assert found.verdict is found.claim.expect is Verdict.UNDECIDED
    assert not found.as_expected


@pytest.mark.parametrize(
    ("parts", "untested"),
    [
        ((CLAIM, CHECK), "no mutants"),
        ((CLAIM, CHECK, "MUTANTS = {}\n"), "no mutants"),
        ((CLAIM, CHECK, CONTROLS), "no mutants"),
        ((FALSE_CLAIM, FALSE_CHECK), "no controls"),
        ((FALSE_CLAIM, FALSE_CHECK, MUTANTS), "no controls"),
        ((CLAIM, CHECK, MUTANTS), ""),
        ((FALSE_CLAIM, FALSE_CHECK, CONTROLS), ""),
    ],
)
def test_what_shows_that_a_check_can_fail_may_be_left_out_and_the_outcome_says_so(outcome, parts, untested):
    found = outcome(*parts)
    assert found.untested == untested
    assert found.as_expected
    assert found.certificate is not None


def test_false_claim_without_mutants_is_refuted_and_a_check_that_keeps_state_is_still_broken(outcome):
    assert outcome(CLAIM, FALSE_CHECK).verdict is Verdict.REFUTED
    found = outcome(CLAIM, COUNTING_CHECK.replace("FIRST", "len(calls) == 1"))
    assert found.broken == "the check keeps state: called again, it states something else"
    assert found.untested == ""


def test_evidence_before_a_fault_is_kept(outcome):
    found = outcome(CLAIM, RAISING_CHECK)
    assert found.broken.startswith("ZeroDivisionError")
    assert [e.verdict for e in found.evidence] == [Verdict.PROVED]


def test_seed_decides_the_points(write):
    theorem = load(write(CLAIM, FALSE_CHECK, MUTANTS))
    witnesses = [examine(theorem, seed=seed).evidence[0].witness for seed in (1, 1, 2, 3, 4)]
    assert witnesses[0] == witnesses[1]
    assert any(w != witnesses[0] for w in witnesses)


def test_outcome_can_be_pickled(outcome):
    found = outcome(CLAIM, FALSE_CHECK, MUTANTS)
    assert pickle.loads(pickle.dumps(found)) == found


def test_unexamined_file_is_undecided_with_the_reason():
    found = unexamined(Path("folder/some_theorem.py"), "no verdict within 3 s", 3.0)
    assert found == Outcome(Claim("some_theorem", "", "", ""), "", Verdict.UNDECIDED, seconds=3.0, broken="no verdict within 3 s")
    assert not found.as_expected


# Loading ----------------------------------------------------------------------------------------------------------------


def test_loaded_theorem_holds_what_the_file_says(write):
    path = write(CLAIM, CHECK, MUTANTS)
    theorem = load(path)
    assert theorem.claim.name == "square"
    assert theorem.claim.expect is Verdict.PROVED
    assert list(theorem.mutants) == ["no cross term", "cube"]
    assert theorem.controls == {}
    assert theorem.path == path
    assert theorem.explanation == "A square is a sum.\n\nSource: this project."
    assert len(list(theorem.check())) == 1


REFUSED = {
    "no claim": ((CHECK, MUTANTS), r"square\.py must define CLAIM, a Claim, and check, a function"),
    "claim of another type": (("CLAIM = 3\n", CHECK), r"square\.py must define CLAIM, a Claim"),
    "no check": ((CLAIM, MUTANTS), r"square\.py must define CLAIM, a Claim, and check"),
    "check that cannot be called": ((CLAIM, "check = 3\n"), r"square\.py must define CLAIM, a Claim, and check"),
    "another name": (
        (CLAIM.replace("claim()", 'Claim("cube", "", source="", scope="")'), CHECK),
        r"the claim of square\.py must be named square, got cube",
    ),
    "syntax error": (("def check(:\n",), r"square\.py does not run: SyntaxError: invalid syntax"),
    "error on import": (
        ("import no_such_module\n",),
        r"square\.py does not run: ModuleNotFoundError: No module named 'no_such_module'",
    ),
    "error of the package": (("from mirrortheory import Lq\nLq(3)\n",), r"square\.py does not run: q must be an exact rational"),
    "mutant with an unknown parameter": (
        (CLAIM, CHECK, 'MUTANTS = {"no cross term": {"factr": 0}}\n'),
        r"square\.py: 'no cross term' must map parameters of check to values, got {'factr': 0}; it has factor",
    ),
    "mutant that is no mapping": (
        (CLAIM, CHECK, 'MUTANTS = {"no cross term": 0}\n'),
        r"'no cross term' must map parameters of check to values, got 0",
    ),
    "control with an unknown parameter": (
        (FALSE_CLAIM, CHECK, 'CONTROLS = {"two": {"n": 2}}\n'),
        r"'two' must map parameters of check to values",
    ),
    "unknown parameter behind a control of the same name": (
        (CLAIM, CHECK, 'MUTANTS = {"two": {"n": 2}}\nCONTROLS = {"two": {"factor": 2}}\n'),
        r"'two' must map parameters of check to values",
    ),
    "mutants that are no mapping": ((CLAIM, CHECK, 'MUTANTS = ["no cross term"]\n'), "MUTANTS"),
    "exit": (("raise SystemExit(0)\n",), r"square\.py does not run: SystemExit"),
}


@pytest.mark.parametrize(("parts", "message"), REFUSED.values(), ids=REFUSED)
def test_file_that_is_no_theorem_is_refused(write, parts, message):
    path = write(*parts)
    with pytest.raises(BrokenCheck, match=message) as error:
        load(path)
    assert "\n" not in str(error.value)


def test_missing_and_foreign_files_are_refused(tmp_path):
    with pytest.raises(BrokenCheck, match=r"absent\.py does not run: FileNotFoundError"):
        load(tmp_path / "absent.py")
    foreign = tmp_path / "notes.txt"
    foreign.write_text("nothing")
    with pytest.raises(BrokenCheck, match=r"notes\.txt is no Python file"):
        load(foreign)


def test_two_files_of_one_name_do_not_mix(write, tmp_path):
    first = load(write(CLAIM, CHECK, MUTANTS))
    other = tmp_path / "other"
    other.mkdir()
    (other / "square.py").write_text(HEADER + FALSE_CLAIM + FALSE_CHECK + CONTROLS)
    second = load(other / "square.py")
    assert (first.claim.expect, second.claim.expect) == (Verdict.PROVED, Verdict.REFUTED)
    assert examine(first).as_expected
    assert examine(second).as_expected


def test_one_line_names_foreign_errors_and_joins_lines():
    assert one_line(ValueError("two\n   lines")) == "ValueError: two lines"
    assert one_line(BrokenCheck("two\nlines")) == "two lines"
    assert one_line(KeyError("key")) == "KeyError: 'key'"


@pytest.mark.parametrize("topic", ["decays", "Balance", None])
def test_a_topic_that_is_not_known_is_refused(topic):
    with pytest.raises(InvalidArgument, match=f"topic must be one of balance, .*, got .?{topic}"):
        Claim("a", "x", source="me", scope="all", topic=topic)
