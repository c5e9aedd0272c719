"""The report and the site on disk: what they link to is there, whatever claims are called."""

import re
import sys
from urllib.parse import unquote

import pytest

from mirrortheory.check.claims import Claim, Outcome, unexamined
from mirrortheory.cli import main
from mirrortheory.cli.pages import write_report, write_site
from mirrortheory.errors import InvalidArgument
from mirrortheory.evidence import Verdict


@pytest.fixture
def given(tmp_path):
    """Outcomes, their theorem files, and a folder that is another one."""
    paths = [tmp_path / "checks" / f"{name}.py" for name in ("plain", "odd name? #1", "broken")]
    paths[0].parent.mkdir()
    for path in paths:
        path.write_bytes(b"\xff not UTF-8")
    claims = [Claim(path.stem, "x = x", "a source", "all x") for path in paths[:2]]
    outcomes = [Outcome(claim, "A.", Verdict.PROVED, certificate={"statement": []}) for claim in claims]
    (tmp_path / "out").mkdir()
    return [*outcomes, unexamined(paths[2], "no claim")], paths, tmp_path / "out"


def linked(page):
    """The files that a page links to."""
    found = re.findall(r'href="([^"#]*)(?:#[^"]*)?"', page.read_text(encoding="utf-8"))
    return [page.parent / unquote(target) for target in found if target and not target.startswith("https:")]


def test_report_links_to_theorem_files_and_to_certificates_that_are_written(given):
    outcomes, paths, folder = given
    write_report(folder / "report.html", outcomes, paths, folder / "certificates", versions={})
    found = [target.resolve() for target in linked(folder / "report.html")]
    assert sorted(found) == sorted([*paths, *(folder / "certificates" / f"{path.stem}.json" for path in paths[:2])])
    write_report(folder / "report.html", outcomes, paths, None, versions={})
    assert sorted(target.resolve() for target in linked(folder / "report.html")) == sorted(paths)


def test_site_holds_all_that_it_links_to(given):
    outcomes, paths, folder = given
    for _ in range(2):  # it may be written again
        write_site(folder / "site", outcomes, paths, versions={})
    pages = sorted((folder / "site").rglob("*.html"))
    assert {page.stem for page in pages} == {"index", *(path.stem for path in paths)}
    for page in pages:
        assert linked(page)
        assert all(target.is_file() for target in linked(page)), page
    assert (folder / "site" / "sources" / "broken.py").read_bytes() == paths[2].read_bytes()


def test_a_site_that_cannot_be_written_is_refused_in_one_line(given, monkeypatch, capsys):
    outcomes, paths, folder = given
    (folder / "file").write_text("mine", encoding="utf-8")
    with pytest.raises(InvalidArgument, match=r"site must be a folder that can be written, got .*; not a directory"):
        write_site(folder / "file", outcomes, paths, versions={})
    monkeypatch.setattr(sys, "argv", ["mirrortheory", "check", "energy_decays_along_steepest_flow", "--site", str(folder / "file")])
    with pytest.raises(SystemExit, match="2"):
        main()
    told = capsys.readouterr().err
    assert told.startswith("error: site must be a folder, got")
    assert len(told.splitlines()) == 1
    assert (folder / "file").read_text(encoding="utf-8") == "mine"
