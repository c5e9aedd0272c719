"""The plug-in for pytest: ``pytest --mirrortheory-checks FOLDER`` collects the claims of a folder, each as one test.

The test of a claim passes where ``mirrortheory check`` finds the expected verdict, and shows what that prints where it does not. It
is examined as there, in a worker process with limits. Without the option nothing is collected, and of the package no more than this
file is imported.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Generator, Iterator
from os.path import relpath
from pathlib import Path
from typing import Any

import pytest

_FOLDERS, _SEED = "mirrortheory_checks", "mirrortheory_seed"
_PROPERTY = "mirrortheory verdict"


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the options of the plug-in."""
    group = parser.getgroup("mirrortheory", "claims of mirrortheory")
    help_text = "Collect the claims of this folder of theorem files as tests; may be given again."
    group.addoption("--mirrortheory-checks", dest=_FOLDERS, metavar="FOLDER", action="append", default=[], help=help_text)
    help_text = "Seed of the sampling of claims (default: 0)."
    group.addoption("--mirrortheory-seed", dest=_SEED, metavar="N", type=int, default=0, help=help_text)


def pytest_configure(config: pytest.Config) -> None:
    """Add the folders of claims to what is collected, and refuse those that hold none."""
    given: list[str] = config.getoption(_FOLDERS)
    if not given:
        return
    from mirrortheory.check.claims import find
    from mirrortheory.errors import InvalidArgument
    from mirrortheory.exact import integer

    try:
        integer(config.getoption(_SEED), "seed", 0, 2**32)
        folders = {Path(name).resolve(): find(Path(name)) for name in given}
    except InvalidArgument as error:
        raise pytest.UsageError(f"--mirrortheory-{error}") from None
    asked = [Path(argument.partition("::")[0]).resolve() for argument in config.args]
    for folder, held in folders.items():  # a claim that is asked for by its path is not joined by its neighbours
        if not {folder, *(path.resolve() for path in held)}.intersection(asked):
            config.args.append(str(folder))
    if not config.pluginmanager.has_plugin(_Claims.__name__):
        files = {path.resolve() for paths in folders.values() for path in paths}
        config.pluginmanager.register(_Claims(files), _Claims.__name__)


class _Claims:
    """What is done where claims are asked for."""

    def __init__(self, files: set[Path]) -> None:
        self.files = files

    @pytest.hookimpl(hookwrapper=True)  # the older kind: every pytest that finds this file must be able to read it
    def pytest_collect_file(self, file_path: Path, parent: pytest.Collector) -> Generator[None, Any, None]:
        """Collect a theorem file as a claim, and as nothing else: what imports it would fail with a traceback."""
        collected = yield
        if file_path.resolve() in self.files:
            collected.force_result([ClaimFile.from_parent(parent, path=file_path)])

    def pytest_terminal_summary(self, terminalreporter: Any) -> None:
        """Say how much was shown: a passed test does not tell PROVED from SUPPORTED."""
        reports = [r for of_kind in terminalreporter.stats.values() for r in of_kind if isinstance(r, pytest.TestReport)]
        found = [(value, r.passed) for r in reports for name, value in r.user_properties if name == _PROPERTY and r.when == "call"]
        if found:
            counts = Counter(verdict for verdict, _ in found)
            texts = ", ".join(f"{count} {verdict}" for verdict, count in sorted(counts.items()))
            expected = sum(passed for _, passed in found)
            terminalreporter.write_line(f"{expected} of {len(found)} claims have the expected verdict. {texts}")


class ClaimFile(pytest.File):
    """A theorem file, which is not run before its test is."""

    def collect(self) -> Iterator[pytest.Item]:
        """Yield the one test of the claim."""
        yield ClaimItem.from_parent(self, name="verdict")


class ClaimItem(pytest.Item):
    """The test that a claim has the verdict that it expects, and that its check is sound."""

    def runtest(self) -> None:
        """Examine the claim as ``mirrortheory check`` does."""
        from mirrortheory.check.run import run

        seed = self.config.getoption(_SEED)
        (outcome,) = run([self.path], seed=seed)
        verdict = "BROKEN" if outcome.broken else str(outcome.verdict)
        self.user_properties.append((_PROPERTY, f"{verdict} ({outcome.untested})" if outcome.untested else verdict))
        if outcome.as_expected:
            self.add_report_section("call", "claim", f"{outcome.remark}\n")  # shown by -rP
        else:
            from mirrortheory.cli.outcomes import unexpected

            raise _Unexpected("\n".join(unexpected(outcome, checks=Path(relpath(self.path.parent)), seed=seed)))

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        """Return what ``check`` prints of an unexpected outcome, without a traceback."""
        return str(excinfo.value) if isinstance(excinfo.value, _Unexpected) else super().repr_failure(excinfo, style)

    def reportinfo(self) -> tuple[Path, None, str]:
        """Return the file, and what stands above a failure."""
        return self.path, None, f"claim {self.path.stem}"


class _Unexpected(Exception):
    """A claim has another verdict than it expects, or its check is broken."""
