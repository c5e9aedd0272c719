"""Theorem files: found in folders, selected by name or path, and written from the template."""

from pathlib import Path

import pytest

from mirrortheory.check.claims import examine, find, load, select
from mirrortheory.check.template import template
from mirrortheory.errors import InvalidArgument
from mirrortheory.evidence import Verdict


def test_theorem_files_are_found_in_order_of_name(tmp_path):
    for name in ("b.py", "a.py", "_private.py", "__init__.py", "notes.md", "c.pyc"):
        (tmp_path / name).touch()
    assert [p.name for p in find(tmp_path)] == ["a.py", "b.py"]


def test_folder_is_no_theorem_file(tmp_path):
    (tmp_path / "folder.py").mkdir()
    (tmp_path / "a.py").touch()
    assert [p.name for p in find(tmp_path)] == ["a.py"]


def test_missing_folder_is_refused(tmp_path):
    with pytest.raises(InvalidArgument, match=r"checks must be a readable folder, got .*; no such file or directory"):
        find(tmp_path / "absent")


def test_file_in_place_of_a_folder_is_refused(tmp_path):
    (tmp_path / "a.py").touch()
    with pytest.raises(InvalidArgument, match=r"checks must be a readable folder, got .*; not a directory"):
        find(tmp_path / "a.py")


def test_unreadable_folder_is_refused(tmp_path, monkeypatch):
    def refuse(self):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "iterdir", refuse)
    with pytest.raises(InvalidArgument, match=r"checks must be a readable folder, got .*; permission denied"):
        find(tmp_path)


def test_empty_folder_is_refused(tmp_path):
    (tmp_path / "_private.py").touch()
    with pytest.raises(InvalidArgument, match=r"checks must be a folder with theorem files \(\*\.py\)"):
        find(tmp_path)


PATHS = [Path(f"{name}.py") for name in ("balance_is_conserved", "balance_decays", "metric_is_positive")]


def test_selection_keeps_the_order_of_the_names_without_repetition():
    assert select(PATHS, []) == PATHS
    assert select(PATHS, ["metric_is_positive", "balance_decays", "metric_is_positive"]) == [PATHS[2], PATHS[1]]


def test_files_are_selected_by_their_paths(tmp_path):
    path = tmp_path / "square.py"
    path.touch()
    assert select(PATHS, [str(path), "metric_is_positive"]) == [path, PATHS[2]]
    with pytest.raises(InvalidArgument, match=r"claim must be a theorem file, got .*; no such file; mirrortheory new-check"):
        select(PATHS, [str(path.with_name("cube.py"))])


@pytest.mark.parametrize("name", ["square", "weighted_balance_is_kept", "q_2"])
def test_template_runs_as_it_is_and_its_mutants_bite(tmp_path, name):
    path = tmp_path / f"{name}.py"
    path.write_text(template(name), encoding="utf-8")
    found = examine(load(path))
    assert found.as_expected
    assert set(found.neighbours.values()) == {Verdict.REFUTED}


@pytest.mark.parametrize("name", ["", "Square", "a-b", "lambda", "../x", "2a"])
def test_template_is_refused_for_what_names_no_file(name):
    with pytest.raises(InvalidArgument, match="name must be made of small letters, digits and _, got"):
        template(name)


@pytest.mark.parametrize(
    ("name", "remedy"),
    [
        ("balance_is_conserved_", r"did you mean balance_is_conserved\b"),
        ("balance_decay", r"did you mean balance_decays\b"),
        ("metric", r"did you mean metric_is_positive\?"),
        ("METRIC", r"did you mean metric_is_positive\?"),
        ("zzzzzz", "see mirrortheory list"),
    ],
)
def test_unknown_name_is_refused_with_the_nearest_ones(name, remedy):
    with pytest.raises(InvalidArgument, match=f"claim must be the name of a theorem file, got {name}; {remedy}"):
        select(PATHS, ["balance_decays", name])
