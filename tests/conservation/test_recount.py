"""The program that checks counts: what it accepts, and that no altered certificate shows more than it should."""

import copy
import json
import random
import subprocess
import sys

import pytest
import sympy
from law_counts import LETTER, MODELS, letters

from mirrortheory import count_laws
from mirrortheory.recount import Rejected, recount

CASES = [
    ("a u_j v_j, j = 1, 2", 2),
    ("a u_j v_j, j = 1, 2", "3/2"),
    ("a u_j v_j, j = 1, 2", LETTER),
    ("U v, 2 x 2", 1),
    ("U v, 2 x 2", "5/4"),
    ("U U^T, 2 x 3", 2),
    ("ReLU, the same, each active on one", "3/2"),
    ("linear net [2,2,2]", 2),
]


def certificate(name, q):
    return json.loads(json.dumps(count_laws(*MODELS[name], q).certificate))


def shows(data):
    """What a certificate shows: nothing where it is rejected."""
    try:
        return recount(data)
    except Rejected:
        return 0, len(data["weights"])


@pytest.mark.parametrize(("name", "q"), CASES)
def test_less_evidence_shows_less_and_repeated_evidence_no_more(name, q):
    data = certificate(name, q)
    at_least, at_most = recount(data)
    assert at_least == at_most
    if data["brackets"]:
        assert recount(data | {"brackets": data["brackets"][:-1]}) == (at_least, at_most + 1)
        assert recount(data | {"brackets": [*data["brackets"][:-1], *data["brackets"][:1]]}) == (at_least, at_most + 1)
    if data["laws"] and q in (1, 2):  # between, the fields are decoupled, so that the laws exist whether they are shown or not
        assert recount(data | {"laws": data["laws"][:-1]}) == (at_least - 1, at_most)
        assert recount(data | {"laws": [*data["laws"][:-1], *data["laws"][:1]]})[0] == at_least - (len(data["laws"]) > 1)


def numbers(data, path=()):
    """Yield the paths to the numbers of a certificate."""
    for key, value in data.items() if isinstance(data, dict) else enumerate(data):
        if isinstance(value, dict | list):
            yield from numbers(value, (*path, key))
        elif isinstance(value, int) or (isinstance(value, str) and value.lstrip("-").replace("/", "").isdigit()):
            yield (*path, key)


def altered(data, path, by):
    found = copy.deepcopy(data)
    *way, last = path
    inner = found
    for key in way:
        inner = inner[key]
    value = inner[last]
    inner[last] = value + by if isinstance(value, int) else str(sympy.Rational(value) + by)
    return found


@pytest.mark.parametrize(("name", "q"), CASES)
def test_a_number_that_is_altered_never_shows_more(name, q):
    data = certificate(name, q)
    at_least, at_most = recount(data)
    paths = [path for path in numbers(data) if path[0] not in ("map", "q", "damping")]  # another map is another statement
    for path in random.Random(name).sample(paths, min(60, len(paths))):
        for by in (1, -1, 2):
            low, high = shows(altered(data, path, by))
            assert low <= at_least, path
            assert high >= at_most, path


@pytest.mark.parametrize(("name", "q"), CASES)
def test_evidence_for_another_map_is_not_believed(name, q):
    """The laws and brackets of one map with the definition of another: what is shown holds for the other."""
    data = certificate(name, q)
    outputs, weights = MODELS[name]
    w = weights[0]
    for changed in ([outputs[0] + w**3, *outputs[1:]], [outputs[0] * (1 + w), *outputs[1:]]):
        true = count_laws(changed, weights, q)
        other = data | {"map": true.certificate["map"]}
        low, high = shows(json.loads(json.dumps(other)))
        assert low <= true.at_most
        assert high >= true.at_least


def test_classes_must_be_what_they_are_said_to_be():
    data = certificate("U v, 2 x 2", "3/2")
    one, other, *rest = data["classes"]
    merged = data | {"classes": [[*one, *other], *rest]}
    split = data | {"classes": [one[:1], one[1:], other, *rest]}
    missing = data | {"classes": [one, *rest]}
    twice = data | {"classes": [one, one, *rest]}
    for wrong in (merged, split, missing, twice):
        with pytest.raises(Rejected):
            recount(wrong)


def test_bases_must_be_independent():
    u, v = letters("u v")
    data = json.loads(json.dumps(count_laws([u * v, u**2], [u, v], "3/2").certificate))
    square = [["1", [[0, 2]]]]  # u^2, whose power is tied to that of u
    with pytest.raises(Rejected, match=r"coprime|square|powers|ratio|residues"):
        recount(data | {"bases": [*data["bases"], square]})


def test_a_gradient_must_be_closed():
    u, v, w = letters("u v w")
    data = json.loads(json.dumps(count_laws([u * v], [u, v, w], 2).certificate))
    one = [["1", []]]
    twisted = [[0, [["1", [[0, 1], [2, 1]]]], one], [1, [["-1", [[1, 1], [2, 1]]]], one]]  # w (u du - v dv)
    with pytest.raises(Rejected, match="not closed"):
        recount(data | {"laws": [twisted]})


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"q": "5/2"}, "q must be from 1 to 2"),
        ({"weights": []}, "weights are letters"),
        ({"weights": ["u", "u"]}, "one letter"),
        ({"map": [["sym", "z"]]}, "no weight"),
        ({"map": [["sin", ["sym", "u"]]]}, "not rational"),
        ({"brackets": [7]}, "names no field"),
        ({"brackets": ["0"]}, "is of two"),
        ({"damping": "-1"}, "momentum"),
        ({"extra": 1}, "other parts"),
    ],
)
def test_what_is_no_certificate_is_rejected_with_a_reason(change, reason):
    u, v = letters("u v")
    data = json.loads(json.dumps(count_laws([u * v], [u, v], 2).certificate))
    with pytest.raises(Rejected, match=reason):
        recount(data | change)


def test_nothing_of_the_package_is_needed():
    script = "import sys, mirrortheory.recount as r; print([m for m in ('sympy', 'numpy') if m in sys.modules], r.recount.__name__)"
    found = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True).stdout
    assert found == "[] recount\n"
