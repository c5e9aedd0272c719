"""The report in a browser: it prints nothing to the console, fits narrow screens, and its filter, links and keys work."""

import json
import re
import shutil
import subprocess

import pytest

from mirrortheory.check.claims import Claim, Outcome
from mirrortheory.evidence import Evidence, Verdict
from mirrortheory.report.page import render

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
pytestmark = [pytest.mark.slow, pytest.mark.skipif(CHROMIUM is None, reason="no Chromium is installed")]

WIDE = r"\frac{d}{dt} x = " + " + ".join(f"|w_{{{i}}}|^q" for i in range(60))
# What is asked of the page, by a script that the copy under test lets run: the answer is left in the title.
PROBE = """
addEventListener("load", () => setTimeout(() => {
  const shown = () => [...document.querySelectorAll(".claim")].filter((c) => c.offsetParent).map((c) => c.id);
  const set = (id, value) => { const e = document.getElementById(id); e.value = value; e.dispatchEvent(new Event("input", {bubbles: true})); };
  const found = {all: shown()};
  set("words", "loses   BALANCE"); found.words = shown(); found.told = document.getElementById("shown").textContent; set("words", "");
  set("verdict", "REFUTED"); found.refuted = shown(); set("verdict", "");
  set("topic", "decay"); found.decay = shown(); found.sections = [...document.querySelectorAll(".topic")].filter((s) => !s.hidden).length;
  set("words", "nothing of the kind"); found.none = shown();
  location.hash = "#claim-third";
  setTimeout(() => {
    found.hash = shown(); found.open = document.querySelector("#claim-third details").open;
    found.keys = [...document.querySelectorAll(".formula")].filter((f) => f.tabIndex === 0).length;
    found.over = document.documentElement.scrollWidth - innerWidth;
    document.title = JSON.stringify(found);
  }, 200);
}, 200));
"""


def claims():
    witness = Evidence("sampled", Verdict.REFUTED, "depth 2", "they differ", {"w1": "1", "lhs": "1", "rhs": "2"})
    first = Claim("first", "x = 1", "a source", "all x", topic="balance")
    second = Claim("second", "x = 2", "a source", "all x", expect=Verdict.REFUTED, topic="decay")
    third = Claim("third", WIDE, "a source", "all x", topic="decay")
    return [
        Outcome(first, "It keeps the balance.", Verdict.PROVED),
        Outcome(second, "FALSE: it loses the balance.", Verdict.REFUTED, (witness,)),
        Outcome(third, "It is wide.", Verdict.PROVED),
    ]


def browsed(path, *, width):
    """Return the page after its scripts have run, and what the browser printed to the console."""
    options = ["--headless", "--no-sandbox", "--disable-gpu", "--enable-logging=stderr", f"--window-size={width},900"]
    call = [
        CHROMIUM,
        *options,
        f"--user-data-dir={path.parent / 'profile'}",
        "--virtual-time-budget=3000",
        "--dump-dom",
        path.as_uri(),
    ]
    finished = subprocess.run(call, capture_output=True, text=True, timeout=120, check=True)
    return finished.stdout, [line for line in finished.stderr.splitlines() if "CONSOLE" in line]


def test_filter_links_and_keys_work_and_the_console_is_empty(tmp_path):
    path = tmp_path / "report.html"
    page = render(claims(), versions={"mirrortheory": "1"}, date="today")
    path.write_text(page, encoding="utf-8")
    assert browsed(path, width=500)[1] == []
    open_to_probe = re.sub(r"script-src [^\"]*", "script-src 'unsafe-inline'", page)
    path.write_text(open_to_probe.replace("</body>", f"<script>{PROBE}</script></body>"), encoding="utf-8")
    shown, console = browsed(path, width=500)
    assert console == []
    found = json.loads(re.search(r"<title>(.*?)</title>", shown)[1])
    first, second, third = "claim-first", "claim-second", "claim-third"
    assert found["all"] == [first, third, second]
    assert found["words"] == found["refuted"] == [second]
    assert found["told"] == "1 of 3 claims"
    assert found["decay"] == [third, second]
    assert found["sections"] == 2
    assert found["none"] == []
    assert found["hash"] == [first, third, second]  # a link to a claim that is filtered away shows all
    assert found["open"]
    assert found["keys"] == 1  # the wide formula
    assert found["over"] <= 0


def test_all_is_there_without_scripts(tmp_path):
    path = tmp_path / "report.html"
    page = render(claims(), versions={}, date="today")
    path.write_text(re.sub(r"<script>.*?</script>", "", page, flags=re.DOTALL), encoding="utf-8")
    shown, console = browsed(path, width=1200)
    assert console == []
    assert shown.count('class="claim"') == 3
    assert re.search(r'<form id="filter"[^>]* hidden', shown)
