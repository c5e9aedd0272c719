"""Statements through their certificates, for the tests of kinds: what the engine earns, and what the kernel makes of it."""

import copy
import json

import pytest

from mirrortheory import kernel
from mirrortheory.check.certificates import certificate
from mirrortheory.exact import precision


def certify(statement, *, seed=3):
    """Return the evidence on a statement and its certificate, as read from a file."""
    found = statement.examine(seed=seed)
    return found, json.loads(json.dumps(certificate({"name": "t"}, [(statement, found)], found.verdict)))


def recheck(data):
    """Return the verdict of the kernel at its own precision."""
    with precision(240):
        return kernel.check(data)


def assert_earns(statement, verdict):
    """Engine and kernel agree on a verdict, and the kernel on no stronger one."""
    found, data = certify(statement)
    assert found.verdict.name == verdict, found.detail
    assert recheck(data) == verdict
    if verdict in ("PROVED", "REFUTED"):
        assert_rejected(data, lambda entry, evidence: None, verdict="REFUTED" if verdict == "PROVED" else "PROVED")
    return found, data


def assert_rejected(data, tamper, *, verdict=None):
    """The kernel rejects a certificate once ``tamper`` has changed its statement and evidence in place."""
    data = copy.deepcopy(data)
    tamper(data["statement"][0], data["evidence"][0])
    if verdict:
        data["verdict"] = data["evidence"][0]["verdict"] = verdict
    with pytest.raises(kernel.Rejected) as refusal:
        recheck(data)
    assert "\n" not in str(refusal.value)
