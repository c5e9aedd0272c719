"""The adversarial corpus: no false statement passes, no true one is refuted."""

from collections import Counter

import pytest
from corpus import false_cases, true_rewrites

from mirrortheory.evidence import Verdict

PASSES = {Verdict.PROVED, Verdict.DERIVED, Verdict.SUPPORTED}


@pytest.mark.slow
def test_no_false_statement_passes():
    rules, verdicts, passed = Counter(), Counter(), []
    for case in false_cases(per_statement=2):
        verdict = case.statement.examine(seed=0).verdict
        rules[case.rule] += 1
        verdicts[verdict.value] += 1
        if verdict in PASSES:
            passed.append(case)
    print(f"false statements: {sum(rules.values())}, {dict(rules)}, {dict(verdicts)}")
    assert passed == []
    assert sum(rules.values()) >= 300
    assert len(rules) >= 8


@pytest.mark.slow
def test_no_true_statement_is_refuted():
    rules, verdicts, refuted = Counter(), Counter(), []
    for case in true_rewrites():
        verdict = case.statement.examine(seed=0).verdict
        rules[case.rule] += 1
        verdicts[verdict.value] += 1
        if verdict is Verdict.REFUTED:
            refuted.append(case)
    print(f"true statements rewritten: {sum(rules.values())}, {dict(rules)}, {dict(verdicts)}")
    assert refuted == []
    assert sum(rules.values()) >= 100
    assert sum(verdicts[v.value] for v in PASSES) >= 0.9 * sum(verdicts.values())
