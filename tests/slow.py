"""Measure what is slow and write the table into CONTRIBUTING.md: ``python tests/slow.py [PATH ..]``.

Seconds are of the processor, in the test and in the processes that it waits for. With PATHs, other rows stay as they are.
"""

import re
import sys
from collections import Counter
from os import times
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "CONTRIBUTING.md"
ROW = re.compile(r"^\| `(.+?)` \| (\d+) \| ([\d.]+) \|$", re.MULTILINE)
TABLE = re.compile(r"(<!-- begin: slow -->\n).*(<!-- end: slow -->)", re.DOTALL)


class Seconds:
    """Counts cases and seconds of each test function."""

    def __init__(self):
        self.cases, self.seconds = Counter(), Counter()

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_runtest_protocol(self, item):
        begin = sum(times()[:4])
        try:
            return (yield)
        finally:
            self.add(item.nodeid.partition("[")[0], 1, sum(times()[:4]) - begin)

    def add(self, name, cases, seconds):
        self.cases[name] += cases
        self.seconds[name] += seconds

    def table(self):
        rows = [f"| `{name}` | {self.cases[name]} | {seconds:.1f} |\n" for name, seconds in self.seconds.most_common()]
        return "| test | cases | seconds |\n|---|---|---|\n" + "".join(rows)


def main(*paths):
    measured = Seconds()
    code = pytest.main(["--quiet", "-n", "0", "-m", "slow", *paths], plugins=[measured])
    page = PAGE.read_text(encoding="utf-8")
    for name, cases, seconds in ROW.findall(page) if paths else ():
        if name not in measured.cases:
            measured.add(name, int(cases), float(seconds))
    PAGE.write_text(TABLE.sub(lambda found: found[1] + measured.table() + found[2], page), encoding="utf-8")
    return code


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
