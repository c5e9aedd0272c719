"""The files of the recipes run as they stand on the page, and print what is shown there."""

import io
import re
import runpy
from contextlib import redirect_stdout

import pytest
from commandline import command
from pages import ROOT

PAGE = (ROOT / "docs" / "recipes.md").read_text(encoding="utf-8")
FILES = dict(re.findall(r"<!-- file: (\S+) -->\n```python\n(.*?)```", PAGE, re.DOTALL))
RUNS = dict(re.findall(r"<!-- run: (\S+) -->\n```sh\n.*?\n```\n\n```text\n(.*?)```", PAGE, re.DOTALL))


@pytest.fixture
def folder(tmp_path):
    for name, text in FILES.items():
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return tmp_path


def test_there_are_three_recipes():
    assert len(FILES) == len(RUNS) == 3


@pytest.mark.parametrize("name", [pytest.param("sinh_map.py", marks=pytest.mark.slow), "modes.py"])
def test_a_file_prints_what_is_shown(folder, name):
    with redirect_stdout(io.StringIO()) as printed:
        runpy.run_path(str(folder / name), run_name="__main__")
    assert printed.getvalue() == RUNS[name]


@pytest.mark.slow
def test_the_claim_earns_what_is_shown(folder):
    done = command("check", "--checks", "my_claims", cwd=folder)
    assert done.returncode == 0
    assert timeless(done.stdout) == timeless(RUNS["check"])


def timeless(printed):
    return "".join(f"{re.sub(r'[0-9]+[.][0-9]', '0.0', line).rstrip()}\n" for line in printed.splitlines())


def test_the_laws_fail_a_map_whose_lift_is_no_inverse(folder):
    text = FILES["sinh_map.py"].replace("sympy.asinh(x)", "sympy.asinh(2 * x)")
    (folder / "false_map.py").write_text(text, encoding="utf-8")
    module = runpy.run_path(str(folder / "false_map.py"))
    verdicts = [law.examine(seed=0).verdict.name for law in module["reparam_laws"](module["Sinh"]())]
    assert verdicts[0] == "REFUTED"
