"""The report says everything that was found, loads nothing, and lets no text act as markup."""

import base64
import hashlib
import math
import subprocess
import sys
from collections import Counter
from html.parser import HTMLParser
from pathlib import Path

import pytest

from mirrortheory.check.claims import Claim, Outcome, examine, load, unexamined
from mirrortheory.evidence import Curve, Evidence, Verdict
from mirrortheory.report.mathml import mathml
from mirrortheory.report.page import _blocks, render, site

CHECKS = Path(__file__).resolve().parents[2] / "proofs_checks"
VERSIONS = {"mirrortheory": "0.1.0", "sympy": "1.14.0"}
DATE = "29 November 2026"
VOID = {"br", "input", "meta", "wbr"}
FOLDED = 3  # verdicts, notation, and the evidence of one claim
ATTACK = '<script>alert("x")</script>'


class Page(HTMLParser):
    """A page read strictly: what it holds, and that each element is closed where it must be."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: Counter[str] = Counter()
        self.attributes: list[tuple[str, str]] = []
        self.text = ""
        self._open: list[str] = []
        self.feed(text)
        self.close()
        assert not self._open
        self.ids = [value for name, value in self.attributes if name == "id"]

    def handle_starttag(self, tag, attrs):
        self.handle_startendtag(tag, attrs)
        if tag not in VOID:
            self._open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.tags[tag] += 1
        self.attributes.extend((name, value or "") for name, value in attrs)

    def handle_endtag(self, tag):
        assert self._open.pop() == tag

    def handle_data(self, data):
        self.text += data

    def values(self, *names):
        return [value for name, value in self.attributes if name in names]


def outcome(name="a_claim", verdict=Verdict.PROVED, *, statement="x = x", expect=Verdict.PROVED, **rest):
    claim = Claim(name, statement, source="a source", scope="a scope", expect=expect)
    return Outcome(claim, rest.pop("explanation", "One line."), verdict, **rest)


def curve(values=(1.0, 0.5), law=(1.0, 0.5), band=(1e-13, 1e-13), label="w1**2"):
    return Curve(label, tuple(float(i) for i in range(len(values))), values, law, band)


def simulated(shown, part="depth 2"):
    return Evidence("simulated", Verdict.SUPPORTED, part, "within the estimate", curve=shown, essential=False)


def page(*outcomes):
    return Page(render(outcomes, versions=VERSIONS, date=DATE))


@pytest.fixture(scope="module")
def examined():
    return examine(load(CHECKS / "balance_is_conserved_for_products.py"))


@pytest.fixture(scope="module")
def refuted():
    return examine(load(CHECKS / "balance_decays_under_coupled_decay.py"))


class TestPage:
    def test_is_sound_and_self_contained(self, examined):
        refuted = Evidence("sampled", Verdict.REFUTED, "", "lhs and rhs differ", {"x": "1/2", "lhs": "1", "rhs": "2"})
        outcomes = [examined, outcome(evidence=(refuted,)), outcome(), unexamined(Path("odd name.py"), "no claim")]
        text = render(outcomes, versions=VERSIONS, date=DATE)
        read = Page(text)
        assert len(read.ids) == len(set(read.ids))
        for target in read.values("href", "xlink:href"):
            assert target[1:] in read.ids or target.startswith("https://arxiv.org/abs/")
        assert set(" ".join(read.values("aria-labelledby")).split()) <= set(read.ids)
        assert not read.values("src", "srcset", "action", "data")
        assert not {"link", "img", "iframe", "base"} & set(read.tags)
        assert read.tags["script"] == 1
        assert "@import" not in text
        assert "default-src 'none'" in text
        namespaces, links = read.values("xmlns", "xmlns:xlink"), [t for t in read.values("href") if t.startswith("https:")]
        assert text.count("http://") + text.count("https://") == len(namespaces) + len(links)
        assert ("lang", "en") in read.attributes

    def test_shows_each_claim_and_verdict(self):
        found = page(*(outcome(f"claim_{v.value.lower()}", v, expect=v) for v in Verdict))
        for verdict in Verdict:
            assert f"claim-claim_{verdict.value.lower()}" in found.ids
            assert f"claim_{verdict.value.lower()}" in found.text
            assert found.attributes.count(("class", f"verdict {verdict}")) == 2  # legend, claim
        assert "6 claims: 6 as expected, 0 not as expected, 0 with a broken check." in found.text
        assert found.text.count("a source") == 6
        assert found.text.count("a scope") == 6

    def test_counts_what_is_not_as_expected(self):
        found = page(
            outcome(),
            outcome("weak", Verdict.SUPPORTED),
            outcome("bad", Verdict.UNDECIDED, broken="the mutant 'm' survives: PROVED"),
        )
        assert "3 claims: 1 as expected, 1 not as expected, 1 with a broken check." in found.text
        assert "expected PROVED, got SUPPORTED" in found.text
        assert "The check is broken: the mutant 'm' survives: PROVED" in found.text

    def test_may_be_empty(self):
        assert "0 claims" in page().text

    def test_is_deterministic(self):
        outcomes = [outcome(evidence=(simulated(curve()),), seconds=1.25)]
        assert render(outcomes, versions=VERSIONS, date=DATE) == render(
            outcomes, versions=dict(reversed(VERSIONS.items())), date=DATE
        )

    def test_names_versions(self):
        assert "mirrortheory 0.1.0, sympy 1.14.0" in page().text

    def test_keeps_claims_of_one_name_apart(self):
        assert {"claim-a_claim", "claim-a_claim.2"} <= set(page(outcome(), outcome()).ids)

    def test_groups_claims_by_topic_and_has_a_place_for_all(self):
        false = Claim("false", "x", "a source", "a scope", expect=Verdict.REFUTED, topic="decay")
        true = Claim("true", "x", "a source", "a scope", topic="balance")
        found = page(Outcome(false, "A.", Verdict.REFUTED), Outcome(true, "B.", Verdict.PROVED), outcome("nameless"))
        assert [i for i in found.ids if i.startswith("topic-") and "." not in i] == [
            "topic-balance",
            "topic-other",
            "topic-corrected",
        ]
        assert found.values("data-topics") == ["balance", "other", "decay corrected"]
        assert "Weight decay (1)" in found.text  # in the filter, where the false claim has both topics

    def test_says_what_it_is_whose_theory_and_when(self):
        for shown in ("Mirror flows", "Jacobs, Zhou, Burkholz", "arXiv:2603.02064", DATE, "mirrortheory 0.1.0"):
            assert shown in page().text

    def test_runs_its_own_script_only(self):
        text = render([], versions={}, date=DATE)
        script = text.split("<script>")[1].split("</script>")[0]
        digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
        assert f"script-src &#39;sha256-{digest}&#39;" in text or f"script-src 'sha256-{digest}'" in text

    def test_links_files(self):
        files = {"a_claim": {"source file": "checks/a%20b.py", 'a"><b>': "c.json"}}
        found = Page(render([outcome()], versions={}, date=DATE, files=files))
        assert {"checks/a%20b.py", "c.json"} <= set(found.values("href"))
        assert not found.tags["b"]

    def test_shows_both_sides_the_domain_and_the_witness_beside_them(self, refuted):
        text = render([refuted], versions={}, date=DATE)
        decided = text.split('class="decided"')[1]
        for shown in ("<mi>ϕ</mi>", "for nonzero", "nonnegative", "Witness, depth 2", "left side", "right side"):
            assert shown in decided

    def test_links_names_of_other_claims(self):
        found = page(outcome(explanation="See other_claim and no_claim."), outcome("other_claim"))
        assert found.values("href").count("#claim-other_claim") == 1

    @pytest.mark.parametrize("attack", [ATTACK, '"><img src=x onerror=alert(1)>', "{{ 7 * 7 }} &lt;b&gt; </style>"])
    def test_escapes_text(self, attack):
        witness = {attack: attack}
        evidence = (
            Evidence(attack, Verdict.REFUTED, attack, attack, witness),
            Evidence("simulated", Verdict.SUPPORTED, attack, attack, curve=curve(label=attack)),
        )
        claim = Claim(attack, attack, source=attack, scope=attack)
        hostile = Outcome(claim, attack, Verdict.REFUTED, evidence, {attack: Verdict.REFUTED}, broken=attack)
        found = Page(render([hostile], versions={attack: attack}, date=attack))
        assert not {"img", "b"} & set(found.tags)
        assert not found.values("src", "onerror")
        assert found.tags["style"] == found.tags["script"] == 1
        assert "".join(found.text.split()).count("".join(attack.split())) >= 8

    def test_shows_a_witness(self):
        refuted = Evidence("sampled", Verdict.REFUTED, "depth 3", "they differ", {"w1": "-7/3", "lhs": "1.5 +/- 2e-24"})
        found = page(
            outcome(verdict=Verdict.REFUTED, expect=Verdict.REFUTED, evidence=(refuted,), neighbours={"q = 2": Verdict.PROVED})
        )
        for shown in ("Witness, depth 3", "-7/3", "1.5 ± 2e-24", "Controls"):
            assert shown in found.text

    @pytest.mark.parametrize(("expect", "words"), [(Verdict.PROVED, "no mutants"), (Verdict.REFUTED, "no controls")])
    def test_says_where_nothing_shows_that_the_check_can_fail(self, expect, words):
        assert page(outcome(verdict=expect, expect=expect)).text.count(words) == 1
        assert words not in page(outcome(verdict=expect, expect=expect, neighbours={"one": Verdict.REFUTED})).text

    def test_says_which_neighbour_breaks_the_check(self):
        found = page(outcome(neighbours={"dead": Verdict.REFUTED, "alive": Verdict.SUPPORTED}))
        assert "Mutants" in found.text
        assert found.text.count("this breaks the check") == 1


class TestSite:
    def test_has_a_page_for_each_claim_under_its_name(self, refuted):
        other = outcome("odd name", explanation=f"As {refuted.claim.name} says.")
        pages = dict(site([refuted, other], versions=VERSIONS, date=DATE, files={"odd name": {"certificate": "../c.json"}}))
        assert set(pages) == {"index.html", f"claims/{refuted.claim.name}.html", "claims/odd name.html"}
        index, own = Page(pages["index.html"]), Page(pages["claims/odd name.html"])
        assert {f"claims/{refuted.claim.name}.html", "claims/odd%20name.html"} <= set(index.values("href"))
        assert {f"{refuted.claim.name}.html", "../index.html", "../c.json"} <= set(own.values("href"))
        assert Page(pages[f"claims/{refuted.claim.name}.html"]).text.count("Witness") == len(refuted.evidence)

    def test_says_where_a_formula_is_too_long_to_be_read(self):
        certificate = {"statement": [], "domain": [{"ranges": {}, "conditions": []}], "flows": [], "definitions": []}
        sums = [["add", *(["sym", f"x{i}"] for i in range(terms))] for terms in (20, 120, 400)]
        certificate["statement"] = [{"relation": "eq", "lhs": s, "rhs": ["num", "0"], "domain": 0} for s in sums]
        pieces = tuple(Evidence(f"kind {i}", Verdict.PROVED, f"part {i}", "") for i in range(3))
        found = outcome(evidence=pieces, certificate=certificate)
        assert page(found).text.count("characters, in the certificate") == 2
        assert dict(site([found], versions={}, date=DATE))["claims/a_claim.html"].count("characters, in the certificate") == 1

    def test_shows_every_statement_where_the_report_shows_the_first_of_a_kind(self):
        pieces = tuple(Evidence("ring", Verdict.PROVED, f"part {i}", f"zero in a ring with {i} generators") for i in range(5))
        found = outcome(evidence=pieces)
        assert page(found).attributes.count(("class", "decided")) == 1
        assert dict(site([found], versions={}, date=DATE))["claims/a_claim.html"].count('class="decided"') == 5


class TestEvidence:
    def test_is_grouped_with_its_count(self):
        pieces = [Evidence("ring", Verdict.PROVED, f"part {i}", "zero in a ring") for i in range(392)]
        found = page(outcome(evidence=tuple(pieces)))
        assert found.tags["details"] == 1 + FOLDED
        assert found.text.count("zero in a ring") == 1
        assert "in 392 parts" in found.text
        assert "part 0" in found.text
        assert "part 391" in found.text

    @pytest.mark.parametrize("verdict", [Verdict.REFUTED, Verdict.UNDECIDED, Verdict.VACUOUS])
    def test_is_never_folded_away_when_it_does_not_hold(self, verdict):
        good = [Evidence("ring", Verdict.PROVED, "good", "zero in a ring")]
        bad = [Evidence("sampled", verdict, f"bad {i}", "hm") for i in range(50)]
        found = page(outcome(evidence=(*good, *bad)))
        assert found.tags["details"] == FOLDED
        assert found.text.index("bad 49") < found.text.index("zero in a ring")


class TestPlot:
    def test_is_drawn_once_per_curve(self, examined):
        curves = sum(e.curve is not None for e in examined.evidence)
        found = page(examined)
        assert curves == found.tags["svg"] == found.attributes.count(("role", "img")) == 2
        assert not page(outcome()).tags["svg"]

    def test_names_its_axes_and_describes_itself(self):
        found = page(outcome(evidence=(simulated(curve()),)))
        for shown in ("t (dimensionless)", "quantity", "error estimate", "|quantity - law|"):
            assert shown in found.text
        assert any(label.startswith("Plot of depth 2: w1**2 along") for label in found.values("aria-label"))

    @pytest.mark.parametrize(
        ("values", "law", "band"),
        [
            ((0.0, 0.0), (0.0, 0.0), (0.0, 0.0)),
            ((1.0, math.inf), (1.0, math.nan), (0.0, math.inf)),
            ((1.0, 1.0 + 1e-15), (1.0, 1.0), (5e-324, 1e-13)),
            ((2.0,), (1.0,), (1.0,)),
            ((), (), ()),
        ],
    )
    def test_survives_odd_numbers(self, values, law, band):
        assert page(outcome(evidence=(simulated(curve(values, law, band)),))).tags["svg"] == 1

    def test_changes_no_setting(self):
        import matplotlib

        with matplotlib.rc_context({"font.size": 31.0, "svg.fonttype": "path"}):
            altered = render([outcome(evidence=(simulated(curve()),))], versions={}, date=DATE)
            assert matplotlib.rcParams["font.size"] == 31.0
        assert altered == render([outcome(evidence=(simulated(curve()),))], versions={}, date=DATE)


class TestFormula:
    @pytest.mark.parametrize("path", sorted(CHECKS.glob("[!_]*.py")), ids=lambda path: path.stem)
    def test_converts_each_formula_of_the_checks(self, path):
        theorem = load(path)
        formulas = [text for kind, text in _blocks(theorem.explanation) if kind == "math"]
        assert formulas
        for latex in (theorem.claim.statement, *formulas):
            assert mathml(latex), latex

    @pytest.mark.parametrize(
        ("latex", "expected"),
        [
            ("R''", "<msup><mi>R</mi><mi>″</mi></msup>"),
            (r"\phi_q", "<msub><mi>ϕ</mi><mi>q</mi></msub>"),
            ("|x|^q", '<msup><mo stretchy="false" lspace="0" rspace="0">|</mo><mi>q</mi></msup>'),
            (r"\operatorname*{argmin}_v", "<munder><mo movablelimits"),
            ("= -x", '<mo form="prefix">\N{MINUS SIGN}</mo><mi>x</mi>'),
            ("a - x", "<mo>\N{MINUS SIGN}</mo><mi>x</mi>"),
            ("|a| - x", "<mo>\N{MINUS SIGN}</mo><mi>x</mi>"),
            ("a < b", "<mo>&lt;</mo>"),
            (r"\text{<b>}", "<mtext>&lt;b&gt;</mtext>"),
        ],
    )
    def test_says_what_the_latex_says(self, latex, expected):
        assert expected in (mathml(latex) or "")

    @pytest.mark.parametrize(
        "latex",
        [
            "",
            r"\nosuchcommand x",
            r"\frac{1}",
            "x_a_b",
            r"\left( x",
            "x}",
            r"\href{javascript:alert(1)}{x}",
            r"\style{color:red}{x}",
        ],
    )
    def test_falls_back_to_the_source(self, latex):
        assert mathml(latex) is None
        found = page(outcome(statement=latex, explanation=""))
        assert found.tags["math"] == page().tags["math"]  # the notation
        assert latex in found.text
        assert found.tags["pre"] == bool(latex)


@pytest.mark.parametrize(
    ("docstring", "blocks"),
    [
        ("", []),
        ("One line.", [("text", "One line.")]),
        ("A.\n\nB\nb.\nSource: S.", [("text", "A."), ("text", "B b."), ("text", "Source: S.")]),
        ("A.\n\n.. math:: x\n          = y\n\nB.", [("text", "A."), ("math", "x = y"), ("text", "B.")]),
        ("A.\n\n.. math::\n\n    x\n    = y\n\n    z\nB.", [("text", "A."), ("math", "x = y"), ("math", "z"), ("text", "B.")]),
        (".. math:: x\n.. math:: y", [("math", "x"), ("math", "y")]),
    ],
)
def test_docstring_is_read_in_blocks(docstring, blocks):
    assert list(_blocks(docstring)) == blocks


def test_import_is_cheap():
    program = "import sys, mirrortheory.report.page; print({'matplotlib', 'latex2mathml', 'scipy'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"
