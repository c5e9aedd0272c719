"""The report says everything that was found, loads nothing, and lets no text act as markup."""

import math
import subprocess
import sys
from collections import Counter
from html.parser import HTMLParser
from pathlib import Path

import pytest

from mirrortheory.check.claims import Claim, Outcome, examine, load, unexamined
from mirrortheory.evidence import Curve, Evidence, Verdict
from mirrortheory.report.page import _blocks, _formula, render

CHECKS = Path(__file__).resolve().parents[2] / "proofs_checks"
VERSIONS = {"mirrortheory": "0.1.0", "sympy": "1.14.0"}
VOID = {"br", "meta", "wbr"}
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
    return Page(render(outcomes, versions=VERSIONS))


@pytest.fixture(scope="module")
def examined():
    return examine(load(CHECKS / "balance_is_conserved_for_products.py"))


class TestPage:
    def test_is_sound_and_self_contained(self, examined):
        refuted = Evidence("sampled", Verdict.REFUTED, "", "lhs and rhs differ", {"x": "1/2", "lhs": "1", "rhs": "2"})
        text = render(
            [examined, outcome(evidence=(refuted,)), outcome(), unexamined(Path("odd name.py"), "no claim")], versions=VERSIONS
        )
        read = Page(text)
        assert len(read.ids) == len(set(read.ids))
        for target in read.values("href", "xlink:href"):
            assert target.startswith("#")
            assert target[1:] in read.ids
        assert set(" ".join(read.values("aria-labelledby")).split()) <= set(read.ids)
        assert not read.values("src", "srcset", "action", "data")
        assert not {"script", "link", "img", "iframe", "base"} & set(read.tags)
        assert "@import" not in text
        assert "default-src 'none'" in text
        namespaces = read.values("xmlns", "xmlns:xlink")
        assert text.count("http://") + text.count("https://") == len(namespaces)
        assert ("lang", "en") in read.attributes

    def test_shows_each_claim_and_verdict(self):
        found = page(*(outcome(f"claim_{v.value.lower()}", v, expect=v) for v in Verdict))
        for verdict in Verdict:
            assert f"claim-claim_{verdict.value.lower()}" in found.ids
            assert f"claim_{verdict.value.lower()}" in found.text
            assert found.attributes.count(("class", f"verdict {verdict}")) == 3  # legend, table, section
        assert "6 claims: 6 as expected, 0 not as expected, 0 with a broken check." in found.text
        assert found.text.count("a source") == 12
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
        assert render(outcomes, versions=VERSIONS) == render(outcomes, versions=dict(reversed(VERSIONS.items())))

    def test_names_versions(self):
        assert "mirrortheory 0.1.0, sympy 1.14.0" in page().text

    def test_keeps_claims_of_one_name_apart(self):
        assert {"claim-a_claim", "claim-a_claim.2"} <= set(page(outcome(), outcome()).ids)

    def test_links_names_of_other_claims(self):
        found = page(outcome(explanation="See other_claim and no_claim."), outcome("other_claim"))
        assert found.values("href").count("#claim-other_claim") == 2  # table, explanation

    @pytest.mark.parametrize("attack", [ATTACK, '"><img src=x onerror=alert(1)>', "{{ 7 * 7 }} &lt;b&gt; </style>"])
    def test_escapes_text(self, attack):
        witness = {attack: attack}
        evidence = (
            Evidence(attack, Verdict.REFUTED, attack, attack, witness),
            Evidence("simulated", Verdict.SUPPORTED, attack, attack, curve=curve(label=attack)),
        )
        claim = Claim(attack, attack, source=attack, scope=attack)
        hostile = Outcome(claim, attack, Verdict.REFUTED, evidence, {attack: Verdict.REFUTED}, broken=attack)
        found = Page(render([hostile], versions={attack: attack}))
        assert not {"script", "img", "b"} & set(found.tags)
        assert not found.values("src", "onerror")
        assert found.tags["style"] == 1
        assert found.text.count(attack) >= 12

    def test_shows_a_witness(self):
        refuted = Evidence("sampled", Verdict.REFUTED, "depth 3", "they differ", {"w1": "-7/3", "lhs": "1.5 +/- 2e-24"})
        found = page(
            outcome(verdict=Verdict.REFUTED, expect=Verdict.REFUTED, evidence=(refuted,), neighbours={"q = 2": Verdict.PROVED})
        )
        for shown in ("Witness, depth 3", "w1", "-7/3", "1.5 +/- 2e-24", "Controls", "q = 2"):
            assert shown in found.text

    def test_says_which_neighbour_breaks_the_check(self):
        found = page(outcome(neighbours={"dead": Verdict.REFUTED, "alive": Verdict.SUPPORTED}))
        assert "Mutants" in found.text
        assert found.text.count("as it must be") == found.text.count("this breaks the check") == 1

    @pytest.mark.parametrize(("expect", "words"), [(Verdict.PROVED, "no mutants"), (Verdict.REFUTED, "no controls")])
    def test_says_where_nothing_shows_that_the_check_can_fail(self, expect, words):
        assert page(outcome(verdict=expect, expect=expect, neighbours={})).text.count(words) == 2  # table, section
        assert words not in page(outcome(verdict=expect, expect=expect, neighbours={"one": Verdict.REFUTED})).text


class TestEvidence:
    def test_is_grouped_with_its_count(self):
        pieces = [Evidence("ring", Verdict.PROVED, f"part {i}", "zero in a ring") for i in range(392)]
        found = page(outcome(evidence=tuple(pieces)))
        assert found.tags["details"] == 1
        assert found.text.count("zero in a ring") == 1
        assert "ring\N{NO-BREAK SPACE}392" in found.text
        assert "part 0" in found.text
        assert "part 391" in found.text

    @pytest.mark.parametrize("verdict", [Verdict.REFUTED, Verdict.UNDECIDED, Verdict.VACUOUS])
    def test_is_never_folded_away_when_it_does_not_hold(self, verdict):
        good = [Evidence("ring", Verdict.PROVED, "good", "zero in a ring")]
        bad = [Evidence("sampled", verdict, f"bad {i}", "hm") for i in range(50)]
        found = page(outcome(evidence=(*good, *bad)))
        assert not found.tags["details"]
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
            altered = render([outcome(evidence=(simulated(curve()),))], versions={})
            assert matplotlib.rcParams["font.size"] == 31.0
        assert altered == render([outcome(evidence=(simulated(curve()),))], versions={})


class TestFormula:
    @pytest.mark.parametrize("path", sorted(CHECKS.glob("[!_]*.py")), ids=lambda path: path.stem)
    def test_converts_each_formula_of_the_checks(self, path):
        theorem = load(path)
        formulas = [text for kind, text in _blocks(theorem.explanation) if kind == "math"]
        assert formulas
        for latex in (theorem.claim.statement, *formulas):
            assert _formula(latex), latex

    @pytest.mark.parametrize(
        ("latex", "mathml"),
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
    def test_says_what_the_latex_says(self, latex, mathml):
        assert mathml in (_formula(latex) or "")

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
        assert _formula(latex) is None
        found = page(outcome(statement=latex, explanation=""))
        assert not found.tags["math"]
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
