"""Workers: a theorem file that hangs, dies or eats memory makes its claim UNDECIDED, and the others finish.

The second half kills workers and the command itself at random moments, and counts what is lost: nothing.
"""

import json
import multiprocessing.forkserver
import os
import random
import resource
import signal
import subprocess
import sys
import textwrap
import time
import uuid
from pathlib import Path

import pytest
from thinning import thinned

from mirrortheory.check.claims import unexamined
from mirrortheory.check.run import Limits, run
from mirrortheory.evidence import Verdict

GOOD = """
    import sympy
    from mirrortheory.check.claims import Claim
    from mirrortheory.domain import REALS, Domain
    from mirrortheory.evidence import Identity
    CLAIM = Claim("{name}", "x + x = 2x", source="this test", scope="all x")
    x = sympy.Symbol("x", real=True)
    def check(factor=2):
        {before}
        yield Identity(x + x, factor * x, on=Domain({{x: REALS}}))
    MUTANTS = {{"3x": {{"factor": 3}}}}
"""


def write(folder, name, before="pass"):
    path = folder / f"{name}.py"
    path.write_text(textwrap.dedent(GOOD).format(name=name, before=before), encoding="utf-8")
    return path


def test_outcomes_come_in_the_order_of_the_files(tmp_path):
    paths = [write(tmp_path, name) for name in ("b", "a", "c")]
    seen = []
    outcomes = run(paths, jobs=2, each=seen.append)
    assert [o.claim.name for o in outcomes] == ["b", "a", "c"]
    assert {o.verdict for o in outcomes} == {Verdict.PROVED}
    assert sorted(o.claim.name for o in seen) == ["a", "b", "c"]


@pytest.mark.parametrize(
    ("before", "reason"),
    [
        ("import os; os.kill(os.getpid(), 9)", "the worker died with exit code -9"),
        ("import os; os._exit(3)", "the worker died with exit code 3"),
        ("import os, time; os.closerange(3, 256); time.sleep(600)", "the worker closed its pipe"),
        ("import time; time.sleep(600)", "no verdict within 5 s"),
        ("raise KeyError('nothing there')", "KeyError: 'nothing there'"),
        ("object.__setattr__(CLAIM, 'source', x)", "its texts must be str and its verdicts Verdict; something else is among them"),
    ],
)
def test_a_broken_worker_takes_no_other_claim_with_it(tmp_path, before, reason):
    paths = [write(tmp_path, "bad", before), write(tmp_path, "good")]
    bad, good = run(paths, jobs=1, limits=Limits(seconds=5))
    assert bad.verdict is Verdict.UNDECIDED
    assert not bad.as_expected
    assert bad.broken == reason
    assert good.verdict is Verdict.PROVED
    assert good.as_expected


def test_out_of_memory_is_said(tmp_path):
    path = write(tmp_path, "greedy", "block = bytearray(4 * 2**30)")
    (outcome,) = run([path], limits=Limits(memory=2 * 2**30))
    assert outcome.verdict is Verdict.UNDECIDED
    assert "memory" in outcome.broken.lower()


def test_the_seed_reaches_the_worker(tmp_path):
    path = write(tmp_path, "seeded")
    text = path.read_text(encoding="utf-8").replace("factor=2", "factor=3").replace('"factor": 3', '"factor": 4')
    path.write_text(text, encoding="utf-8")
    witnesses = [run([path], seed=seed)[0].evidence[0].witness for seed in (1, 1, 2)]
    assert witnesses[0] == witnesses[1] != witnesses[2]


def test_what_is_done_is_not_run_again_and_keeps_its_place(tmp_path):
    paths = [write(tmp_path, name) for name in ("a", "b", "c")]
    done, seen = {paths[1]: unexamined(paths[1], "known")}, []
    outcomes = run(paths, done=done, each=seen.append)
    assert [o.claim.name for o in outcomes] == ["a", "b", "c"]
    assert outcomes[1] is done[paths[1]]
    assert [o.claim.name for o in seen] == ["a", "c"]
    assert run(paths[1:2], done=done) == [done[paths[1]]]


def test_an_exception_while_running_leaves_no_worker(tmp_path):
    paths = [write(tmp_path, "quick"), write(tmp_path, "slow", f"import time; time.sleep(600)  # {tmp_path}")]
    for failure in (KeyboardInterrupt, RuntimeError):

        def fail(outcome, failure=failure):
            raise failure

        before = time.monotonic()
        with pytest.raises(failure):
            run(paths, jobs=2, each=fail)
        assert time.monotonic() - before < 60
        assert not multiprocessing.active_children()


def test_a_claim_whose_worker_cannot_be_started_is_said_and_the_others_run(tmp_path, monkeypatch):
    start = multiprocessing.context.ForkServerProcess.start

    def refuse(process):
        if process._args[0].stem == "bad":
            raise OSError(24, "Too many open files")
        start(process)

    monkeypatch.setattr(multiprocessing.context.ForkServerProcess, "start", refuse)
    monkeypatch.setattr("mirrortheory.check.run._POLL_SECONDS", 0.01)
    bad, good = run([write(tmp_path, "bad"), write(tmp_path, "good")])
    assert bad.broken == "no worker could be started: OSError: [Errno 24] Too many open files"
    assert good.verdict is Verdict.PROVED


def test_a_worker_that_dies_while_it_sends_its_outcome_is_said(tmp_path):
    before = (
        "import gc, os; from multiprocessing.connection import Connection; gc.unfreeze(); "
        "(answer,) = [o for o in gc.get_objects() if type(o) is Connection]; "
        "os.write(answer.fileno(), bytes([0, 0, 1, 0]) + b'half'); os.kill(os.getpid(), 9)"
    )
    (outcome,) = run([write(tmp_path, "half", before)])
    assert outcome.broken == "the worker died with exit code -9"


@pytest.mark.slow
def test_a_fork_server_that_dies_costs_no_claim(tmp_path):
    paths = [write(tmp_path, name, "import time; time.sleep(0.3)") for name in "abcdef"]
    server = multiprocessing.forkserver._forkserver
    seen = []

    def kill(outcome):
        if len(seen) in (0, 3):
            os.kill(server._forkserver_pid, signal.SIGKILL)
        seen.append(outcome)

    outcomes = run(paths, jobs=2, each=kill)
    assert [o.claim.name for o in outcomes] == list("abcdef")
    assert len(seen) == 6
    assert [o.broken for o in outcomes] == [""] * 6


class Command:
    """``mirrortheory check`` in a process of its own; a mark in the environment finds whatever it leaves behind."""

    def __init__(self, folder, *arguments, before=lambda: None):
        self.mark = uuid.uuid4().hex.encode()
        self.out, self.err = folder.parent / "out.txt", folder.parent / "err.txt"
        call = [sys.executable, "-m", "mirrortheory", "check", "--checks", str(folder), "--jobs", "3", *map(str, arguments)]

        def prepare():
            signal.signal(signal.SIGINT, signal.SIG_DFL)  # a shell starts what runs in its background without it
            before()

        with self.out.open("wb") as out, self.err.open("wb") as err:
            environment = {**os.environ, "MARK": self.mark.decode()}
            options = {"cwd": folder.parent, "env": environment, "start_new_session": True, "preexec_fn": prepare}
            self.process = subprocess.Popen(call, stdout=out, stderr=err, **options)

    def living(self):
        """Its processes that are alive, as {process: parent}."""
        found = {}
        for entry in Path("/proc").iterdir():
            try:
                if entry.name.isdigit() and self.mark in (entry / "environ").read_bytes():
                    found[int(entry.name)] = int((entry / "stat").read_text().rpartition(")")[2].split()[1])
            except OSError:
                continue  # it ended meanwhile
        return found

    def workers(self):
        living = self.living()
        return [process for process, parent in living.items() if living.get(parent) == self.process.pid]

    def wait(self):
        return self.process.wait(timeout=120)

    def wait_for(self, condition, seconds=60):
        end = time.monotonic() + seconds
        while not condition():
            assert time.monotonic() < end, self.err.read_text()
            time.sleep(0.01)

    def must_vanish(self):
        self.wait_for(lambda: not self.living(), seconds=10)


def theorems(tmp_path, generator, count, longest):
    folder = tmp_path / "theorems"
    folder.mkdir()
    for number in range(count):
        write(folder, f"claim_{number:02}", f"import time; time.sleep({generator.uniform(0.05, longest):.3f})")
    return folder


def lines(journal):
    """The complete outcomes in a journal."""
    whole = journal.read_bytes().rpartition(b"\n")[0].split(b"\n") if journal.exists() else []
    return [entry["outcome"] for entry in (json.loads(line)["entry"] for line in whole if line) if "outcome" in entry]


def claims(command):
    """What the JSON that a command printed says of each claim, but for the time taken."""
    found = json.loads(command.out.read_text(encoding="utf-8"))["claims"]
    return {claim["name"]: {key: value for key, value in claim.items() if key != "seconds"} for claim in found}


def undisturbed(folder):
    command = Command(folder, "--json")
    assert command.wait() == 0
    return claims(command)


def resumed(folder, journal):
    """Run to the end from a journal; returns the claims and how many outcomes were taken from it."""
    command = Command(folder, "--journal", journal, "--resume", "--json")
    assert command.wait() == 0, command.err.read_text()
    command.must_vanish()
    found = claims(command)
    assert len(found) == len(list(folder.iterdir()))
    return found, json.loads(command.out.read_text(encoding="utf-8"))["resumed"]


@pytest.mark.slow
def test_a_memory_limit_above_that_of_the_shell_is_lowered(tmp_path):
    folder = tmp_path / "theorems"
    folder.mkdir()
    write(folder, "modest", "import resource; assert resource.getrlimit(resource.RLIMIT_AS)[0] == 4 * 2**30")
    lowered = lambda: resource.setrlimit(resource.RLIMIT_AS, (4 * 2**30, 4 * 2**30))  # noqa: E731
    command = Command(folder, "--memory", "8192", before=lowered)
    assert command.wait() == 0, command.out.read_text()


def test_limits_of_the_command_line_reach_the_worker(tmp_path):
    folder = tmp_path / "theorems"
    folder.mkdir()
    write(folder, "greedy", "block = bytearray(2**31)")
    write(folder, "hangs", "9 ** 9 ** 9")
    write(folder, "sound")
    command = Command(folder, "--seconds", "4", "--memory", "2048", "--json")
    assert command.wait() == 1
    found = claims(command)
    assert "memory" in found["greedy"]["broken"].lower()
    assert found["hangs"]["broken"] == "no verdict within 4 s"
    assert found["sound"]["verdict"] == "PROVED"


@pytest.mark.slow
@pytest.mark.parametrize("seed", [1])
def test_killed_workers_cost_their_own_claims_alone(tmp_path, seed):
    generator = random.Random(seed)
    folder, journal = theorems(tmp_path, generator, count=10, longest=0.7), tmp_path / "journal"
    whole = undisturbed(folder)
    command = Command(folder, "--journal", journal, "--json")
    kills = 0
    while command.process.poll() is None and kills < 5:
        time.sleep(generator.uniform(0.1, 0.6))
        workers = command.workers()
        if workers:
            os.kill(generator.choice(workers), signal.SIGKILL)
            kills += 1
    status = command.wait()
    command.must_vanish()
    hit = claims(command)
    lost = {name for name, claim in hit.items() if claim != whole[name]}
    assert list(hit) == list(whole)
    assert 0 < len(lost) <= kills
    assert {hit[name]["broken"] for name in lost} == {"the worker died with exit code -9"}
    assert {hit[name]["verdict"] for name in lost} == {"UNDECIDED"}
    assert status == 1
    assert len(lines(journal)) == len(whole)
    assert resumed(folder, journal) == (whole, len(whole) - len(lost))
    print(f"\nseed {seed}: {kills} workers killed, {len(lost)} claims hit, others lost: 0")


@pytest.mark.slow
@pytest.mark.parametrize("seed", [2])
def test_a_killed_command_loses_nothing_and_leaves_nobody(tmp_path, seed):
    generator = random.Random(seed)
    folder, journal = theorems(tmp_path, generator, count=10, longest=0.7), tmp_path / "journal"
    whole = undisturbed(folder)
    kills = orphans = 0
    while kills < 3 and len(lines(journal)) < len(whole) - 1:
        before = journal.read_bytes() if journal.exists() else b""
        command = Command(folder, "--journal", journal, "--resume", "--report", tmp_path / "out.html")
        command.wait_for(command.workers)
        time.sleep(generator.uniform(0.2, 1.6))
        orphans += len(command.workers())
        command.process.kill()
        assert command.wait() == -signal.SIGKILL
        command.must_vanish()
        kills += 1
        assert journal.read_bytes().startswith(before[: before.rfind(b"\n") + 1])
        assert not (tmp_path / "out.html").exists()
    kept = len(lines(journal))
    assert orphans > 0
    assert resumed(folder, journal) == (whole, kept)
    print(f"\nseed {seed}: command killed {kills} times, {orphans} workers orphaned, 0 survived, 0 of {kept} outcomes lost")


@pytest.mark.slow
def test_a_worker_deep_in_c_code_ends_with_its_killed_parent(tmp_path):
    folder = tmp_path / "theorems"
    folder.mkdir()
    started = tmp_path / "started"
    write(folder, "hangs", f"open({str(started)!r}, 'w').close(); 9 ** 9 ** 9")  # holds the interpreter's lock for hours
    command = Command(folder)
    command.wait_for(started.exists)
    time.sleep(0.2)
    assert len(command.workers()) == 1
    command.process.kill()
    command.must_vanish()
    command.wait()


@pytest.mark.slow
@pytest.mark.parametrize(("number", "wanted"), [(signal.SIGINT, 3), (signal.SIGTERM, 0)])
def test_an_interrupt_says_in_one_line_where_the_outcomes_are(tmp_path, number, wanted):
    generator = random.Random(wanted)
    folder, journal = theorems(tmp_path, generator, count=8, longest=0.5), tmp_path / "journal"
    command = Command(folder, "--journal", journal, "--report", tmp_path / "out.html")
    command.wait_for(lambda: len(lines(journal)) >= wanted and command.workers())
    time.sleep(generator.uniform(0, 0.3))
    os.killpg(command.process.pid, number)  # as a terminal does: to the command, the fork server and the workers
    assert command.wait() == 130
    command.must_vanish()
    kept = len(lines(journal))
    assert command.err.read_text().strip() == f"interrupted: {kept} of 8 outcomes are in {journal}"
    assert {path.name for path in tmp_path.iterdir()} == {"theorems", "journal", "out.txt", "err.txt"}
    found, count = resumed(folder, journal)
    assert (len(found), count) == (8, kept)


@pytest.mark.slow
def test_an_interrupt_without_a_journal_says_what_is_lost(tmp_path):
    folder = tmp_path / "theorems"
    folder.mkdir()
    write(folder, "hangs", "import time; time.sleep(600)")
    command = Command(folder)
    command.wait_for(command.workers)
    command.process.send_signal(signal.SIGINT)
    assert command.wait() == 130
    assert command.err.read_text().strip() == "interrupted: 0 of 1 outcomes are lost; use --journal"
    command.must_vanish()


@thinned(
    ("arguments", "message"),
    [
        ("--resume", "journal must be given with --resume, got nothing; add --journal FILE"),
        ("--seconds 0", "seconds must be an integer from 1 to 1000000, got 0; write"),
        ("--memory 63", "memory must be an integer from 64 to 16777216, got 63; write"),
        ("--journal .", "journal must be a plain file, got .; name another"),
        ("--journal theorems/sound.py", "journal must be a new file, got theorems/sound.py; add --resume"),
        ("--journal theorems/sound.py --resume", "journal must be an undamaged journal, got sound.py, line 1; name another"),
    ],
    every=6,
)
def test_wrong_input_gives_one_line_and_exit_2(tmp_path, arguments, message):
    folder = tmp_path / "theorems"
    folder.mkdir()
    before = write(folder, "sound").read_bytes()
    command = Command(folder, *arguments.split())
    assert command.wait() == 2
    assert command.out.read_text() == ""
    assert command.err.read_text().startswith(f"error: {message}")
    assert command.err.read_text().count("\n") == 1
    assert (folder / "sound.py").read_bytes() == before
