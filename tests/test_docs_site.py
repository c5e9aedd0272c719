"""The site of the documentation: it builds without a warning, leaves nothing out, and loads nothing from elsewhere."""

import re
import subprocess
import sys
from html.parser import HTMLParser

import pytest
from pages import PAGES, ROOT

import mirrortheory

pytest.importorskip("sphinx", reason="Sphinx is not installed (extra docs)")
pytest.importorskip("myst_nb", reason="MyST-NB is not installed (extra docs)")
pytest.importorskip("furo", reason="Furo is not installed (extra docs)")
pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("docs_site")]  # one build for all

LOADING = {"script": "src", "img": "src", "iframe": "src", "source": "src", "link": "href", "object": "data"}


class Seen(HTMLParser):
    """What a page loads, where it links to, which anchors it has, and the tags in it."""

    def __init__(self):
        super().__init__()
        self.loads, self.links, self.anchors, self.tags = [], [], set(), set()

    def handle_starttag(self, tag, attrs):
        found = dict(attrs)
        self.tags.add(tag)
        if tag in LOADING and found.get(LOADING[tag]):
            self.loads.append(found[LOADING[tag]])
        if tag == "a" and found.get("href"):
            self.links.append(found["href"])
        if found.get("id"):
            self.anchors.add(found["id"])


def seen(text):
    page = Seen()
    page.feed(text)
    return page


@pytest.fixture(scope="session")
def site(tmp_path_factory):
    out = tmp_path_factory.mktemp("site")
    options = ["-W", "--keep-going", "-q", "-d", str(out / "doctrees")]
    command = [sys.executable, "-m", "sphinx", "-b", "html", *options, "docs", str(out / "html")]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert [line for line in done.stderr.splitlines() if ": WARNING: " in line] == []  # the kernels of notebooks have a word to say
    return {path.relative_to(out / "html").as_posix(): path.read_text(encoding="utf-8") for path in (out / "html").rglob("*.html")}


def heads_without_text(page):
    """The heads of tables in which nothing is written, or a formula alone, which the rules of axe-core call empty."""
    heads = re.findall(r"<th\b[^>]*>(.*?)</th>", page, re.DOTALL)
    return [head for head in heads if not re.sub(r"<math.*?</math>|<[^>]*>", "", head, flags=re.DOTALL).strip()]


def test_heads_of_tables_have_text(site):
    lines = "<table><thead><tr><th>{}</th></tr></thead></table>"
    for empty in ("", "<p></p>", "<p><math><mi>x</mi></math></p>"):
        assert heads_without_text(lines.format(empty)) == [empty]
    assert heads_without_text(lines.format("<p>exponent <math><mi>q</mi></math></p>")) == []
    found = {name: heads_without_text(page) for name, page in site.items() if not name.startswith("source/")}
    assert {name: heads for name, heads in found.items() if heads} == {}


def test_each_page_is_reached_from_the_index(site):
    links = {link.partition("#")[0] for link in seen(site["index.html"]).links}
    pages = [f"{page.stem}.html" for page in PAGES if page.parent.name == "docs" and page.stem != "index"]
    assert [page for page in pages if page not in links] == []
    stories = [f"generated/notebooks/{path.stem}.html" for path in (ROOT / "notebooks").glob("*.py")]
    galleries = ["generated/claims/index.html", "generated/potentials/index.html"]
    assert [page for page in [*stories, *galleries, "generated/readme.html", "generated/api/index.html"] if page not in links] == []


def test_every_public_name_is_described(site):
    described = set().union(*(seen(text).anchors for path, text in site.items() if path.startswith("generated/api/")))
    rooms = {name for name in described if name.startswith("mirrortheory.")}
    last = {name.rpartition(".")[2] for name in rooms}
    for module in [mirrortheory, *(m for name, m in sys.modules.items() if re.fullmatch(r"mirrortheory\.\w+", name))]:
        assert sorted(set(getattr(module, "__all__", ())) - last - {"main"}) == [], module.__name__


def test_each_claim_is_in_the_gallery_with_its_verdict_and_formula(site):
    gallery = "".join(text for path, text in site.items() if path.startswith("generated/claims/"))
    for path in (ROOT / "proofs_checks").glob("[a-z]*.py"):
        assert f"source/proofs_checks/{path.name}.html" in gallery, path.name
    assert gallery.count('class="verdict ') >= len(list((ROOT / "proofs_checks").glob("[a-z]*.py")))


def test_formulas_are_mathml(site):
    for page in ("decay.html", "generated/claims/decay.html", "generated/potentials/index.html", "generated/api/reparams.html"):
        assert "math" in seen(site[page]).tags, page
    assert [
        path for path, text in site.items() if re.search(r"mathjax[^\"' ]*\.js", text.lower()) and not path.startswith("source/")
    ] == []
    assert [path for path, text in site.items() if re.search(r"<mi>&amp;</mi>", text)] == []  # of rows that were not aligned


def test_what_stories_display_is_mathematics_and_tables(site):
    stories = {path: text for path, text in site.items() if path.startswith("generated/notebooks/")}
    assert len(stories) == len(list((ROOT / "notebooks").glob("*.py")))
    for path, text in stories.items():
        outputs = "".join(re.findall(r'<div class="cell_output.*?(?=<div class="cell[ "]|<section|</section)', text, re.DOTALL))
        assert "<math" in outputs, path
        assert "<img" in outputs, path
        assert not raw(outputs), path


def raw(outputs):
    """What is left of Markdown that was not rendered: the rule under the head of a table, and TeX between dollar signs."""
    return re.findall(r"\|\s*-{3,}\s*\||\$\\\w+[^$<]*\$", outputs)


def test_what_was_not_rendered_would_be_seen():
    assert raw("| $q$ | x |\n| --- | --- |")
    assert raw(r"<p>$\dot x = 3 G^{q-1}$</p>")
    assert not raw("<p>5 $ and <math><mi>x</mi></math></p>")


def test_no_page_loads_anything_from_elsewhere(site):
    assert {path: found for path, text in site.items() if (found := elsewhere(text))} == {}


def elsewhere(text):
    return [address for address in seen(text).loads if re.match(r"(\w+:)?//", address)]


@pytest.mark.parametrize("tag", ['<script src="https://a.b/c.js">', '<img src="//a.b/c.png">', '<link href="http://a.b/c.css">'])
def test_what_is_loaded_from_elsewhere_would_be_seen(tag):
    assert elsewhere(tag)
    assert not elsewhere('<a href="https://a.b"><img src="../_static/c.png"></a>')


def test_links_inside_the_site_lead_somewhere(site):
    parsed = {path: seen(text) for path, text in site.items()}
    lost = []
    for path, page in parsed.items():
        for link in page.links:
            target, _, anchor = link.partition("#")
            if "://" in link or link.startswith(("mailto:", "#")) or not target.endswith(".html"):
                continue
            there = "/".join(resolved(path, target))
            if there not in parsed or (anchor and anchor not in parsed[there].anchors):
                lost.append(f"{path}: {link}")
    assert lost == []


def resolved(path, target):
    parts = path.split("/")[:-1]
    for part in target.split("/"):
        parts = parts[:-1] if part == ".." else [*parts, part]
    return parts
