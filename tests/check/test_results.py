"""The journal: what goes in comes out, a torn last line costs itself alone, and only what still holds is reused."""

import json
import os
import resource
import time
from dataclasses import replace
from pathlib import Path

import pytest
import sympy
from hypothesis import given
from hypothesis import strategies as st
from thinning import thinned

from mirrortheory.check import results
from mirrortheory.check.claims import TOPICS, Claim, Outcome, examine, load, unexamined
from mirrortheory.check.results import Journal, as_json, can_be_written, from_json, write_atomically
from mirrortheory.errors import InvalidArgument
from mirrortheory.evidence import Curve, Evidence, Verdict

CHECKS = Path(__file__).resolve().parents[2] / "proofs_checks"
VERSIONS = {"sympy": "1", "numpy": "2"}
NAMES = ("a", "b", "c")

texts = st.text(max_size=12)
verdicts = st.sampled_from(Verdict)
floats = st.lists(st.floats(allow_nan=False, allow_infinity=False), max_size=4).map(tuple)
json_data = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**70), 2**70) | texts,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3),
    max_leaves=8,
)
evidences = st.builds(
    Evidence,
    kind=texts,
    verdict=verdicts,
    part=texts,
    detail=texts,
    witness=st.none() | st.dictionaries(texts, texts, max_size=3),
    curve=st.none() | st.builds(Curve, label=texts, times=floats, values=floats, law=floats, band=floats),
    essential=st.booleans(),
)
outcomes = st.builds(
    Outcome,
    claim=st.builds(
        Claim, name=texts, statement=texts, source=texts, scope=texts, expect=verdicts, topic=st.sampled_from(("", *TOPICS))
    ),
    explanation=texts,
    verdict=verdicts,
    evidence=st.lists(evidences, max_size=3).map(tuple),
    neighbours=st.dictionaries(texts, verdicts, max_size=3),
    seconds=st.floats(0, 1e6),
    broken=texts,
    certificate=json_data,
)


def expecting(verdict):
    """A claim that expects what is no verdict: a theorem file may set anything after the claim is made."""
    claim = Claim("a", "", "", "")
    object.__setattr__(claim, "expect", verdict)
    return claim


def bare(outcome):
    """The outcome without what a journal does not keep."""
    return replace(outcome, evidence=tuple(replace(e, data={}) for e in outcome.evidence))


def read_back(outcome):
    return from_json(json.loads(json.dumps(as_json(outcome), default=str)))


def sound(name, detail="ganz genau: ½ ≤ q ≤ 2, 日本 \U0001d53c \u2028"):
    witness = {"q": "3/2", "lhs": "0.1 +/- 1e-30"}
    curve = Curve("balance\n", (0.0, 0.1), (1 / 3, -0.0), (5e-324, 1.7976931348623157e308), (2**-1074, 0.30000000000000004))
    evidence = (Evidence("simulated", Verdict.REFUTED, "depth 2", detail, witness, curve, essential=False),)
    claim = Claim(name, r"\frac{a}{b}", "ü 2026", "all x", Verdict.REFUTED)
    return Outcome(claim, "why", Verdict.REFUTED, evidence, {"no decay": Verdict.PROVED}, 0.1 + 0.2, "", {"version": 1})


@pytest.fixture
def paths(tmp_path):
    made = [tmp_path / f"{name}.py" for name in NAMES]
    for path in made:
        path.write_text(f"theorem {path.stem}", encoding="utf-8")
    return made


@pytest.fixture
def file(tmp_path):
    return tmp_path / "journal.jsonl"


def opened(file, paths, **options):
    return Journal(file, paths, **{"seed": 0, "versions": VERSIONS, "resume": True} | options)


def written(file, paths, names=NAMES, **options):
    """Write a journal with a sound outcome for each name."""
    with opened(file, paths, **options) as journal:
        for name in names:
            journal.append(sound(name))
    return file.read_bytes()


def reused(file, paths, **options):
    with opened(file, paths, **options) as journal:
        return sorted(path.stem for path in journal.done)


@given(outcomes)
def test_an_outcome_comes_back_equal(outcome):
    assert read_back(outcome) == outcome
    assert can_be_written(outcome)


@pytest.mark.parametrize(
    "wrong",
    [
        {"claim": expecting("PROVED")},
        {"claim": expecting(None)},
        {"claim": Claim("a", "", sympy.Symbol("x"), "")},
        {"claim": Claim("a", "", "\udc80", "")},
        {"verdict": "PROVED"},
        {"neighbours": {3: Verdict.REFUTED}},
        {"neighbours": {sympy.Symbol("x"): Verdict.REFUTED}},
        {"evidence": (Evidence("ring", Verdict.PROVED, 3 * sympy.Symbol("x"), ""),)},
        {"evidence": (Evidence("ring", None, "", ""),)},
        {"evidence": (Evidence("simulated", Verdict.PROVED, "", "", curve=Curve("", (float("nan"),), (), (), ())),)},
        {"certificate": {"boxes": (1, 2)}},
    ],
)
def test_an_outcome_that_would_come_back_different_is_noticed(wrong):
    assert can_be_written(sound("a"))
    assert not can_be_written(replace(sound("a"), **wrong))


@thinned(
    "name",
    ["balance_decays_under_coupled_decay", "balanced_saddle_is_escaped_in_explicit_time", "gradient_integral_is_bounded"],
    every=3,
)
def test_the_outcome_of_a_theorem_comes_back_equal_but_for_the_data_of_its_certificate(name):
    outcome = examine(load(CHECKS / f"{name}.py"))
    assert outcome.certificate is not None
    assert read_back(outcome) == bare(outcome)
    assert repr(read_back(outcome)) == repr(bare(outcome))
    assert can_be_written(outcome)


def test_a_journal_gives_back_its_outcomes_and_grows(file, paths):
    written(file, paths, ("a", "c"), resume=False)
    with opened(file, paths) as journal:
        assert journal.done == {paths[0]: sound("a"), paths[2]: sound("c")}
        assert journal.count == 2
        journal.append(sound("b"))
        assert journal.count == 3
    assert reused(file, paths) == ["a", "b", "c"]
    assert file.read_bytes().count(b'"format"') == 1


def test_each_line_is_on_the_disk_when_append_returns(file, paths, monkeypatch):
    synced = []
    monkeypatch.setattr(os, "fsync", lambda number: synced.append(file.read_bytes()))
    with opened(file, paths) as journal:
        for done, name in enumerate(NAMES, start=1):
            journal.append(sound(name))
            assert synced[-1].count(b"\n") == done + 1


@pytest.mark.parametrize("wait", ["write", "fsync"])
def test_an_interrupt_while_a_line_is_written_leaves_count_true(file, paths, monkeypatch, wait):
    def interrupt(*arguments):
        raise KeyboardInterrupt

    with opened(file, paths) as journal:
        journal.append(sound("a"))
        if wait == "write":
            monkeypatch.setattr(journal, "_write", interrupt)
        else:
            monkeypatch.setattr(os, "fsync", interrupt)
        with pytest.raises(KeyboardInterrupt):
            journal.append(sound("b"))
        monkeypatch.undo()
        assert journal.count == (1 if wait == "write" else 2)
        journal.append(sound("c"))
    with opened(file, paths) as journal:
        assert journal.count == len(journal.done) == (2 if wait == "write" else 3)


def test_a_torn_last_line_costs_itself_alone_wherever_it_is_torn(file, paths, monkeypatch):
    monkeypatch.setattr(os, "fsync", lambda number: None)  # hundreds of journals
    data = written(file, paths)
    ends = [place + 1 for place, byte in enumerate(data) if byte == ord("\n")]
    for cut in sorted(
        {*range(12), *range(12, len(data), 13), *(end + by for end in ends[:-1] for by in (-1, 0, 1)), len(data) - 1}
    ):
        file.write_bytes(data[:cut])
        complete = max(0, sum(end <= cut for end in ends) - 1)
        with opened(file, paths) as journal:
            assert sorted(p.stem for p in journal.done) == list(NAMES[:complete])
            for name in NAMES[complete:]:
                journal.append(sound(name))
        assert file.read_bytes() == data


@pytest.mark.parametrize("line", range(4))
@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"REFUTED", b"PROVED"),
        (b'"seed": 0', b'"seed": 1'),
        (b'"sum": "', b'"sum": "0'),
        (b"}\n", b"\n"),
        (b"{", b"["),
        (b'"entry"', b'"entri"'),
        (b'{"sum"', b'\xff{"sum"'),
        (b'{"sum"', b'\n{"sum"'),
        (b'{"sum"', b"[" * 100_000),
    ],
)
def test_a_whole_line_that_was_changed_is_refused_wherever_it_is(file, paths, line, old, new):
    lines = written(file, paths).splitlines(keepends=True)
    if old not in lines[line]:
        assert (line == 0) != (old == b'"seed": 0')  # only a header has a seed, and it has no verdict
        return
    lines[line] = lines[line].replace(old, new)
    file.write_bytes(b"".join(lines))
    with pytest.raises(InvalidArgument) as refusal:
        opened(file, paths)
    assert str(refusal.value).startswith(f"journal must be an undamaged journal, got journal.jsonl, line {line + 1}; ")
    assert file.read_bytes() == b"".join(lines)


@pytest.mark.parametrize(
    ("content", "condition"),
    [
        (b"some notes of mine, without a line end", "an undamaged journal, got journal.jsonl, line 1;"),
        (b'{"claims": []}\n', "an undamaged journal, got journal.jsonl, line 1;"),
        (b'{"sum": "0", "entry": {"file": null}}\n', "an undamaged journal, got journal.jsonl, line 1;"),
        (b'{"entry": {"format": 2}, "anything": 0}\n', "of format 1, got format 2;"),
    ],
)
def test_a_file_that_is_no_journal_of_this_format_is_refused_and_left_alone(file, paths, content, condition):
    file.write_bytes(content)
    with pytest.raises(InvalidArgument) as refusal:
        opened(file, paths)
    assert str(refusal.value).startswith(f"journal must be {condition} ")
    assert "\n" not in str(refusal.value)
    assert file.read_bytes() == content


def test_an_entry_without_a_header_is_refused_though_its_checksum_is_right(file, paths):
    file.write_bytes(written(file, paths).split(b"\n", 1)[1])
    with pytest.raises(InvalidArgument, match="line 1"):
        opened(file, paths)


def test_a_journal_with_entries_is_never_overwritten(file, paths):
    data = written(file, paths)
    with pytest.raises(InvalidArgument, match=r"journal must be a new file, got .*; add --resume"):
        opened(file, paths, resume=False)
    assert file.read_bytes() == data


def test_a_journal_is_written_by_one_run_at_a_time(file, paths):
    with opened(file, paths), pytest.raises(InvalidArgument, match="journal must be used by one run at a time"):
        opened(file, paths)
    assert reused(file, paths) == []


@pytest.mark.parametrize("place", [".", "nowhere/journal", "/dev/zero", "a.py/journal"])
def test_a_place_that_cannot_be_written_is_refused_in_one_line(tmp_path, paths, place):
    with pytest.raises(InvalidArgument) as refusal:
        opened(tmp_path / place, paths)
    assert str(refusal.value).startswith("journal must be ")
    assert "\n" not in str(refusal.value)


def test_a_full_disk_is_one_line_and_costs_only_what_did_not_fit(file, paths):
    size = len(written(file, paths, ("a", "b")))
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    with opened(file, paths) as journal:
        resource.setrlimit(resource.RLIMIT_FSIZE, (size + 50, before[1]))
        try:
            with pytest.raises(InvalidArgument, match="journal must be a file that can be written"):
                journal.append(sound("c"))
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, before)
        assert journal.count == 2
    assert file.stat().st_size == size + 50
    assert reused(file, paths) == ["a", "b"]


def test_files_of_one_name_are_refused(file, paths):
    with pytest.raises(InvalidArgument, match="paths must be files of different names"):
        opened(file, [*paths, Path("elsewhere/a.py")])


def test_an_outcome_is_reused_only_for_the_same_file_seed_versions_and_package(file, paths, monkeypatch):
    written(file, paths)
    assert reused(file, paths) == ["a", "b", "c"]
    assert reused(file, paths[:2]) == ["a", "b"]
    paths[1].write_bytes(paths[1].read_bytes() + b" ")
    assert reused(file, paths) == ["a", "c"]
    paths[2].unlink()
    assert reused(file, paths) == ["a"]
    for changed in ({"seed": 1}, {"versions": VERSIONS | {"sympy": "1.1"}}, {"versions": {}}):
        assert reused(file, paths, **changed) == []
    monkeypatch.setattr(results, "digest_of_package", lambda: "another package")
    assert reused(file, paths) == []
    monkeypatch.undo()
    monkeypatch.setattr(results.platform, "python_version", lambda: "3.99")
    assert reused(file, paths) == []
    monkeypatch.undo()
    assert reused(file, paths) == ["a"]  # nothing was lost by the runs between


def test_a_renamed_file_is_another_theorem(file, paths):
    written(file, paths)
    renamed = paths[0].rename(paths[0].with_name("d.py"))
    assert reused(file, [renamed, *paths[1:]]) == ["b", "c"]


def test_outcomes_of_two_seeds_share_a_journal(file, paths):
    written(file, paths, ("a",), seed=0)
    written(file, paths, ("b",), seed=1)
    written(file, paths, ("c",), seed=0)
    assert reused(file, paths, seed=0) == ["a", "c"]
    assert reused(file, paths, seed=1) == ["b"]


def test_a_broken_outcome_is_kept_but_never_reused(file, paths):
    with opened(file, paths) as journal:
        journal.append(unexamined(paths[0], "no verdict within 1 s", 1.0))
        journal.append(sound("b"))
        assert journal.count == 2
    assert b"no verdict within 1 s" in file.read_bytes()
    assert reused(file, paths) == ["b"]
    written(file, paths, ("a",))
    assert reused(file, paths) == ["a", "b"]


def test_a_file_edited_between_start_and_outcome_is_run_again(file, paths, monkeypatch):
    with opened(file, paths) as journal:
        before = paths[0].read_bytes()
        paths[0].write_bytes(b"edited while a worker was at it")
        journal.append(sound("a"))
        journal.append(sound("b"))
    assert reused(file, paths) == ["b"]
    paths[0].write_bytes(before)
    assert reused(file, paths) == ["b"]
    with opened(file, paths) as journal:
        monkeypatch.setattr(results, "digest_of_package", lambda: "the package was edited")
        journal.append(sound("c"))
        monkeypatch.undo()
    assert reused(file, paths) == ["b"]


def test_the_digest_of_the_package_sees_every_source_file(tmp_path, monkeypatch):
    for name in ("one.py", "inner/two.py"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("x = 1\n", encoding="utf-8")
    monkeypatch.setattr(results, "__file__", str(tmp_path / "check" / "results.py"))
    seen = {results.digest_of_package()}
    (tmp_path / "inner" / "two.py").write_text("x = 2\n", encoding="utf-8")
    seen.add(results.digest_of_package())
    (tmp_path / "inner" / "two.py").rename(tmp_path / "inner" / "three.py")
    seen.add(results.digest_of_package())
    assert len(seen) == 3


def test_a_digest_sees_an_edit_that_keeps_size_and_time(tmp_path, monkeypatch):
    monkeypatch.setattr(results, "_FRESH_SECONDS", 0.0)  # as if the file were old, and its digest remembered
    file = tmp_path / "one.py"
    digests = set()
    for text in ("x = 1\n", "x = 2\n"):
        file.write_text(text, encoding="utf-8")
        os.utime(file, (1e9, 1e9))
        digests |= {results.digest_of(file), results.digest_of(file)}
        time.sleep(0.02)  # more than a tick of the clock of the file system
    assert len(digests) == 2


def test_a_digest_sees_an_edit_within_a_tick_of_the_clock(tmp_path):
    file = tmp_path / "one.py"
    digests = set()
    for number in range(10):
        file.write_text(f"x = {number}\n", encoding="utf-8")
        digests.add(results.digest_of(file))
    assert len(digests) == 10


def test_the_digest_sees_other_rooms_than_its_own(monkeypatch):
    seen = []
    monkeypatch.setattr(results, "digest_of", seen.append)
    results.digest_of_package()
    assert {"theory", "evidence", "exact", "check"} <= {Path(path).parent.name for path in seen}


def test_write_atomically_replaces_the_whole_and_leaves_nothing_beside(tmp_path):
    target = tmp_path / "out.json"
    for text in ("ein längerer Text ½", "kurz"):
        write_atomically(target, text)
        assert target.read_text(encoding="utf-8") == text
    plain = tmp_path / "plain"
    plain.write_text("", encoding="utf-8")
    assert target.stat().st_mode == plain.stat().st_mode
    link = tmp_path / "link.json"
    link.symlink_to(target)
    write_atomically(link, "through the link")
    assert link.is_symlink()
    assert target.read_text(encoding="utf-8") == "through the link"
    assert {p.name for p in tmp_path.iterdir()} == {"out.json", "plain", "link.json"}


@pytest.mark.parametrize("failure", [KeyboardInterrupt(), OSError(28, "No space left on device")])
@pytest.mark.parametrize("moment", ["fsync", "replace"])
def test_an_interrupted_write_leaves_the_old_file(tmp_path, monkeypatch, failure, moment):
    def fail(*arguments, **options):
        raise failure

    target = tmp_path / "out.json"
    target.write_text("old", encoding="utf-8")
    monkeypatch.setattr(*(os, "fsync") if moment == "fsync" else (Path, "replace"), fail)
    with pytest.raises((KeyboardInterrupt, InvalidArgument)) as raised:
        write_atomically(target, "new")
    assert isinstance(failure, KeyboardInterrupt) or str(raised.value).endswith("; no space left on device")
    assert target.read_text(encoding="utf-8") == "old"
    assert [p.name for p in tmp_path.iterdir()] == ["out.json"]


def test_devices_are_written_to_and_folders_refused(tmp_path):
    write_atomically(Path("/dev/null"), "gone")
    assert Path("/dev/null").is_char_device()
    with pytest.raises(InvalidArgument, match=r"output must be a file that can be written, got .*; is a directory"):
        write_atomically(tmp_path, "text")
