"""Every theorem file earns the verdict it expects, has teeth, and says where its statement is from."""

import json
import re
from pathlib import Path

import pytest
from theorems import FILES, FOLDER, examined

from mirrortheory.check.claims import TOPICS, load
from mirrortheory.evidence import Verdict

REFUTED = [p for p in FILES if "expect=Verdict.REFUTED" in p.read_text()]
MAX_LINES = 90
EVIDENCE = Path(__file__).resolve().parents[2] / "docs" / "evidence.md"


def listed():
    """Return the trivial statements that docs/evidence.md lists, (claim, part)."""
    table = EVIDENCE.read_text(encoding="utf-8").split("<!-- trivial: begin -->")[1].split("<!-- trivial: end -->")[0]
    return re.findall(r"^\| `(\w+)` \| (.*?) \|", table, re.MULTILINE)


def plain(tree, meaning):
    """Return a tree of a certificate with the names put in, and the parts of sums and products in order."""
    if not isinstance(tree, list):
        return tree
    if tree[0] == "def":
        return plain(meaning[tree[1]], meaning)
    head, *parts = (plain(part, meaning) for part in tree)
    return [head, *(sorted(parts, key=json.dumps) if head in ("add", "mul") else parts)]


def each(paths):
    return [pytest.param(p, id=p.stem) for p in paths]


@pytest.mark.parametrize("path", examined(FILES))
def test_verdict_is_the_expected_one(path, outcome_of):
    outcome = outcome_of(path.stem)
    assert outcome.as_expected, outcome.broken or f"{outcome.verdict} in place of {outcome.claim.expect}"
    assert outcome.evidence
    assert outcome.neighbours


@pytest.mark.parametrize("path", examined(FILES))
def test_trivial_statements_are_those_listed(path, outcome_of):
    record = outcome_of(path.stem).certificate
    meaning = {e["name"]: e["is"] for e in record["definitions"]}
    compared = [s for s in record["statement"] if "lhs" in s]
    found = [s["part"] for s in compared if plain(s["lhs"], meaning) == plain(s["rhs"], meaning)]
    assert found == [part for claim, part in listed() if claim == path.stem]


def test_listed_trivial_statements_are_of_claims():
    assert listed()
    assert {claim for claim, _ in listed()} <= {p.stem for p in FILES}


@pytest.mark.parametrize("path", each(FILES))
def test_has_teeth(path):
    theorem = load(path)
    assert (theorem.claim.expect is Verdict.REFUTED) == (path in REFUTED)
    if path in REFUTED:
        assert len(theorem.controls) >= 1
    else:
        assert len(theorem.mutants) >= 2


@pytest.mark.parametrize("path", each(FILES))
def test_says_what_is_claimed_and_where_it_is_from(path):
    theorem = load(path)
    claim, explanation = theorem.claim, theorem.explanation
    assert claim.name == path.stem
    assert re.fullmatch(r"[a-z][a-z0-9]*(_[a-z0-9]+)+", claim.name)
    assert all((claim.statement, claim.source, claim.scope, claim.topic))
    first, blank, *_ = explanation.splitlines()
    assert first.endswith(".")
    assert blank == ""
    assert re.search(r"^Source: \S", explanation, re.MULTILINE)
    assert ".. math::" in explanation


@pytest.mark.parametrize("path", each(FILES))
def test_is_small(path):
    assert len(path.read_text().splitlines()) <= MAX_LINES


def test_false_statements_are_among_them():
    assert REFUTED


def test_each_topic_has_claims():
    assert {load(p).claim.topic for p in FILES} == set(TOPICS)


@pytest.mark.parametrize("path", each(REFUTED))
def test_false_statement_names_a_corrected_one(path):
    theorem, others = load(path), {p.stem for p in FILES} - {path.stem}
    named = set(re.findall(r"[a-z][a-z0-9_]+", theorem.explanation)) & others
    corrected = [name for name in named if load(FOLDER / f"{name}.py").claim.expect is not Verdict.REFUTED]
    assert corrected, f"the docstring of {path.name} must name a theorem file that holds instead"
    assert theorem.explanation.startswith("FALSE")


@pytest.mark.parametrize("path", each(FILES))
def test_theorem_files_that_are_named_exist(path):
    """A docstring that names another theorem file names one that exists."""
    stems = {p.stem for p in FILES}
    named = set(re.findall(r"[a-z][a-z0-9]*(?:_[a-z0-9]+){3,}", load(path).explanation))
    assert named <= stems, f"not in {FOLDER.name}: {', '.join(sorted(named - stems))}"
