"""Hypothesis profiles: derandomized where the environment variable CI is set, random elsewhere. One examination of each claim."""

import functools
import gc
import os

import pytest
import thinning
from hypothesis import Phase, settings
from theorems import FILES, FOLDER

from mirrortheory.check.claims import examine, load
from mirrortheory.exact import current_bits, precision

_BITS = current_bits()
_LONG, _SHOWN = 200, 40  # characters of a parameter
_FEW = 4  # workers: among more, the file that takes longest would be waited for


def pytest_configure(config):
    thinning.whole = config.option.markexpr != "not slow"
    # To explain a failure Hypothesis traces; that has hung Python 3.11 in a function that had run thousands of times untraced.
    phases = [phase for phase in Phase if phase is not Phase.explain]
    settings.register_profile("ci", derandomize=True, deadline=None, max_examples=40, phases=phases)
    settings.register_profile("dev", deadline=None, max_examples=thinning.examples(60), phases=phases)
    settings.load_profile("ci" if os.environ.get("CI") else "dev")


@pytest.fixture(autouse=True)
def outcomes_of_earlier_tests_are_not_remembered(monkeypatch, tmp_path_factory, request):
    """Each test that examines claims from the command line begins with an empty memory, which is made where something is kept."""
    monkeypatch.setenv("MIRRORTHEORY_CACHE", str(tmp_path_factory.getbasetemp() / "memory" / str(abs(hash(request.node.nodeid)))))


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_collection(session):
    """Modules and thousands of tests stay to the end: the garbage collector need not look through them again and again."""
    gc.disable()
    try:
        return (yield)
    finally:
        gc.enable()
        gc.freeze()


def pytest_make_parametrize_id(val):
    """A text of megabytes is named by its beginning: names go from worker to worker many times."""
    if not isinstance(val, str | bytes) or len(val) <= _LONG:
        return None
    begin = val[:_SHOWN] if isinstance(val, str) else val[:_SHOWN].decode("latin-1")
    return f"{begin}.. of {len(val)}"


@pytest.fixture(scope="session")
def outcome_of():
    """Examines a claim, given its name, once for all tests that look at the outcome."""

    @functools.cache
    def outcome(name):
        with precision(_BITS):  # whatever is set by the test that asks first
            return examine(load(FOLDER / f"{name}.py"), seed=7)

    return outcome


@pytest.fixture(scope="session")
def outcomes(outcome_of):
    return {path.stem: outcome_of(path.stem) for path in FILES}


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items):
    """One worker has all tests that look at outcomes of claims; no name holds an address, as workers collect the same names."""
    for item in items:
        assert " at 0x" not in item.nodeid, f"{item.nodeid}: give the parameter another name by ids=.."
        if "outcome_of" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.xdist_group("outcomes"))


def pytest_collection_finish(session):
    """Speaks up where the group is lost, as with a pytest that pytest-xdist does not know: minutes of work would be done twice."""
    if getattr(session.config.option, "loadgroup", False):
        lost = [item.nodeid for item in session.items if item.get_closest_marker("xdist_group") and "@" not in item.nodeid]
        if lost:
            raise pytest.UsageError(f"{lost[0]} has lost its group; install the versions that setup.cfg names")


@pytest.hookimpl(optionalhook=True, tryfirst=True)
def pytest_xdist_make_scheduler(config, log):
    """Few workers share tests by files: what one test of a file derives or imports, the next has, and neither worker does twice."""
    if config.getvalue("dist") != "loadgroup" or len(config.option.tx) > _FEW:
        return None
    from xdist.scheduler import LoadGroupScheduling

    class ByFiles(LoadGroupScheduling):
        def _split_scope(self, nodeid):
            group = super()._split_scope(nodeid)
            return nodeid.partition("::")[0] if group == nodeid else group

    return ByFiles(config, log)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers(config):
    """Files that are named run in this process, and so does all that is to print (-s), as workers print nothing."""
    files = any(argument.partition("::")[0].endswith(".py") for argument in config.args)
    return 0 if files or config.option.capture == "no" else None
