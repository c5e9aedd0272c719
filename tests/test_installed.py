"""What is installed works anywhere: the sources are packed, the wheel is built from that and put into an environment of its own."""

import os
import re
import shutil
import subprocess
import sys
import sysconfig
import tarfile
from pathlib import Path

import pytest
from theorems import FILES

import mirrortheory

ROOT = Path(mirrortheory.__file__).resolve().parent.parent
QUICK = "energy_decays_along_steepest_flow"
LEFT_OUT = shutil.ignore_patterns(".*", "*.egg-info", "__pycache__", "build", "dist")


class Environment:
    """A fresh virtual environment; only the libraries are those of this one."""

    def __init__(self, folder):
        self.python = folder / "bin" / "python"
        self.alone = {k: v for k, v in os.environ.items() if k != "PYTHONPATH"}
        subprocess.run([sys.executable, "-m", "venv", folder], check=True)
        (found,) = folder.glob("lib/python3*/site-packages")
        (found / "libraries.pth").write_text(sysconfig.get_path("purelib") + "\n", encoding="utf-8")  # hooks in there do not run

    def run(self, *call, cwd, **more):
        done = subprocess.run(
            [self.python, *map(str, call)], cwd=cwd, capture_output=True, text=True, check=False, env=self.alone | more
        )
        assert done.returncode == 0, done.stderr
        return done.stdout


WRITTEN = ("docs/generated/", "docs/build/")  # when the site is built


@pytest.fixture(scope="module")
def installed(tmp_path_factory):
    folder = tmp_path_factory.mktemp("installed")
    sources = folder / "sources"
    shutil.copytree(ROOT, sources, ignore=LEFT_OUT)
    environment = Environment(folder / "venv")
    environment.run("-m", "pip", "install", "--quiet", "--ignore-installed", "setuptools>=68", "wheel", cwd=folder)
    environment.run("-c", f"from setuptools import build_meta; build_meta.build_sdist({str(folder)!r})", cwd=sources)
    (packed,) = folder.glob("mirrortheory-*.tar.gz")
    environment.run("-m", "pip", "wheel", "--quiet", "--no-deps", "--no-build-isolation", "-w", folder, packed, cwd=folder)
    (wheel,) = folder.glob("mirrortheory-*.whl")
    environment.run("-m", "pip", "install", "--quiet", "--no-deps", "--ignore-installed", wheel, cwd=folder)
    shutil.rmtree(sources)
    return environment, packed


@pytest.mark.slow
def test_the_sources_that_are_packed_are_whole(installed):
    with tarfile.open(installed[1]) as packed:
        names = {name.partition("/")[2] for name in packed.getnames()}
    for folder, pattern in (
        ("docs", "*.md"),
        ("docs", "*.toml"),
        ("notebooks", "*.py"),
        ("tests", "*.py"),
        ("proofs_checks", "*.py"),
    ):
        there = {str(path.relative_to(ROOT)) for path in (ROOT / folder).rglob(pattern)}
        there = {name for name in there if not name.startswith(WRITTEN)}
        assert there
        assert there <= names
    assert {"README.md", "CHANGELOG.md", "CONTRIBUTING.md", "LICENSE", "mirrortheory/report/templates/report.html"} <= names
    assert not [name for name in names if name.endswith(".pyc") or name.startswith(WRITTEN)]


@pytest.mark.slow
def test_commands_run_in_any_folder(installed, tmp_path):
    environment, _ = installed
    run = lambda *words, **more: environment.run("-m", "mirrortheory", *words, cwd=tmp_path, **more)  # noqa: E731
    shown = run("show", QUICK)
    file = re.search(r"^file: (.*)$", shown, re.MULTILINE)[1]
    assert Path(file).is_relative_to(environment.python.parents[1])
    assert len(run("list").splitlines()) == len(FILES)
    assert run("check", QUICK).splitlines()[-1] == "1 of 1 claims have the expected verdict. 1 PROVED"
    run("check", QUICK, "--certificates", "certificates", "--report", "report.html")
    assert run("recheck", "certificates") == f"accepted certificates/{QUICK}.json: PROVED\n"
    assert (tmp_path / "report.html").stat().st_size > 10_000
    assert run("--version") == f"mirrortheory {mirrortheory.__version__}\n"
    assert "mirror map R'(x): asinh(2*x/3)/2" in run("derive", "--imbalance", "0,3")


@pytest.mark.slow
def test_pytest_finds_the_plugin_and_runs_claims(installed, tmp_path):
    environment, _ = installed
    environment.run("-m", "mirrortheory", "new-check", "weighted_balance_is_kept", "--folder", ".", cwd=tmp_path)
    alone = ("-m", "pytest", "-p", "no:cacheprovider")
    found = environment.run(*alone, "--mirrortheory-checks", ".", cwd=tmp_path)
    assert "1 of 1 claims have the expected verdict. 1 PROVED" in found
    assert "--mirrortheory-checks=FOLDER" in environment.run(*alone, "--help", cwd=tmp_path)


@pytest.mark.slow
@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_shells_complete_commands_and_claims(installed, tmp_path, shell):
    environment, _ = installed
    program = environment.python.with_name("mirrortheory")
    words = {"COMP_WORDS": f"mirrortheory show {QUICK[:12]}", "COMP_CWORD": "2"}
    if shell != "bash":
        words = {"_TYPER_COMPLETE_ARGS": f"mirrortheory show {QUICK[:12]}", "_TYPER_COMPLETE_FISH_ACTION": "get-args"}
    found = environment.run(program, cwd=tmp_path, _MIRRORTHEORY_COMPLETE=f"complete_{shell}", **words)
    assert QUICK in found
    assert "_MIRRORTHEORY_COMPLETE" in environment.run(program, "--show-completion", shell, cwd=tmp_path)
