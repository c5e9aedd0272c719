"""What claims cite is in the bibliography, under the right names, and what is not there is said."""

import re

import pytest
from commandline import ROOT, answered
from theorems import FILES

import mirrortheory
from mirrortheory.check.claims import load
from mirrortheory.check.references import bibliography, cited, paper, references

CLAIM = "burg_entropy_comes_from_an_exponential"


def keys(text):
    return [reference.key for reference in cited(text)[0]]


@pytest.fixture(scope="module")
def of_claims():
    return {path.stem: references(load(path)) for path in FILES}


def test_all_that_claims_cite_is_in_the_bibliography_and_all_of_it_is_cited(of_claims):
    assert [(name, unknown) for name, (_, unknown) in of_claims.items() if unknown] == []
    assert {reference.key for found, _ in of_claims.values() for reference in found} == {entry.key for entry in bibliography()}


def test_a_claim_that_names_others_rests_on_them(of_claims):
    alone = [path.stem for path in FILES if not of_claims[path.stem][0]]
    assert {load(path).claim.source for path in FILES if path.stem in alone} <= {
        "this project",
        "the inequality of means; this project",
        "the inequality of arithmetic and geometric means",
    }


def test_authors_beside_an_identifier_are_those_of_its_entry():
    beside = re.compile(r"((?:[A-Z][\w-]+(?:, | and )?){2,}) \(\d{4}\),\s+(arXiv:[\d.]+\d|doi:[^\s,;\"]+[^\s.,;\"])")
    families = {name: entry.families for entry in bibliography() for name in entry.names}
    seen = set()
    for path in FILES:
        for authors, identifier in beside.findall(path.read_text(encoding="utf-8")):
            assert tuple(re.split(r", | and ", authors)) == families[identifier], path.stem
            seen.add(identifier)
    assert len(seen) > 10


@pytest.mark.parametrize(
    ("text", "found", "unknown"),
    [
        ("this project", [], []),
        ("Woodworth et al. (2020), arXiv:2002.09277, cf. Theorem 3", ["woodworth2020kernel"], []),
        ("Jacobs and Burkholz (2024), arXiv:2408.09966 (v1)", ["jacobs2025mask"], []),
        ("Karush (1939), Kuhn and Tucker (1951)", ["karush1939minima", "kuhn1951nonlinear"], []),
        ("Tibshirani (1996), (2013), arXiv:1206.0313", ["tibshirani1996regression", "tibshirani2013lasso"], []),
        ("DLMF 19.29.4; Filippov's inclusion", ["dlmf", "filippov1988differential"], []),
        ("arXiv:2002.10487v2", ["amid2020reparameterizing"], []),
        ("Nobody, arXiv:math/0601001", [], ["arXiv:math/0601001"]),
        ("Bregman (1968)", [], ["Bregman (1968)"]),
        ("Warmuth (2020); arXiv:2002.1048", [], ["Warmuth (2020)", "arXiv:2002.1048"]),
        ("doi:10.1000/182, and XDLMF", [], ["doi:10.1000/182"]),
    ],
)
def test_what_a_text_cites(text, found, unknown):
    assert sorted(keys(text)) == sorted(found)
    assert cited(text)[1] == unknown


def test_entries_are_whole_and_each_name_is_of_one():
    names = [name for entry in bibliography() for name in entry.names if "et al." not in name]
    assert len(names) == len(set(names))
    text = (ROOT / "mirrortheory" / "check" / "references.bib").read_text(encoding="utf-8")
    assert len(bibliography()) == text.count("@")
    assert [len(re.findall(r"^  \w+ = ", chunk, re.MULTILINE)) for chunk in text.split("\n\n")] == [
        len(entry.fields) for entry in bibliography()
    ]
    for entry in bibliography():
        assert {"author", "title"} <= set(entry.fields)
        assert entry.bibtex.count("{") == entry.bibtex.count("}")
        assert "known_as" not in entry.bibtex


def test_the_command_prints_each_entry_once():
    code, out, err = answered("cite", CLAIM, "two_sided_exponentiated_gradient_is_a_hyperbolic_mirror_flow", CLAIM)
    assert (code, err) == (0, "")
    found = re.findall(r"^@\w+\{(\w+),", out, re.MULTILINE)
    assert len(found) == len(set(found))
    assert {"mirrortheory", "amid2020reparameterizing", "ghai2020exponentiated"} <= set(found)
    assert f"% {CLAIM}: Amid and Warmuth (2020), arXiv:2002.10487\n" in out


def test_without_a_name_it_is_the_software_and_its_paper():
    out = answered("cite")[1]
    assert re.findall(r"^@\w+\{(\w+),", out, re.MULTILINE) == ["mirrortheory", paper().key]
    assert f"version = {{{mirrortheory.__version__}}}" in out


def test_what_is_not_in_the_bibliography_is_said(tmp_path):
    source = (ROOT / "proofs_checks" / f"{CLAIM}.py").read_text(encoding="utf-8").replace("2002.10487", "2999.99999")
    path = tmp_path / f"{CLAIM}.py"
    path.write_text(source, encoding="utf-8")
    out = answered("cite", path)[1]
    assert "% not in the bibliography of mirrortheory: arXiv:2999.99999" in out


def test_a_source_begins_no_entry_of_its_own(tmp_path):
    """BibTeX reads an entry wherever an @ stands, behind a % too."""
    path = tmp_path / f"{CLAIM}.py"
    source = (ROOT / "proofs_checks" / f"{CLAIM}.py").read_text(encoding="utf-8")
    path.write_text(source.replace('source="', 'source="mine,\\n@misc{me, title = {T}}, '), encoding="utf-8")
    out = answered("cite", path)[1]
    assert "% burg_entropy_comes_from_an_exponential: mine, (at)misc{me, title = {T}}, Amid" in out
    assert "@misc" not in out


def test_a_claim_that_is_not_there_is_told_in_one_line():
    code, _, err = answered("cite", "burg_entropy")
    assert code == 2
    assert err.startswith("error: claim must be the name of a theorem file, got burg_entropy; did you mean ")
    assert err.count("\n") == 1


def test_the_citation_file_says_the_same():
    text = (ROOT / "CITATION.cff").read_text(encoding="utf-8")
    assert f"\nversion: {mirrortheory.__version__}\n" in text
    assert f"title: {paper().fields['title']}\n" in text
    assert re.findall(r"family-names: (\w+)", text) == list(paper().families)
    assert "arXiv:2603.02064" in text


def test_the_page_shows_what_is_printed():
    page = (ROOT / "docs" / "citing.md").read_text(encoding="utf-8")
    assert f"```text\n{answered('cite', CLAIM)[1]}```" in page
