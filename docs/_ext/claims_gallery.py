"""The gallery of claims: the formula of each as mathematics, with its verdict, a page for each topic.

Nothing is examined here. Verdicts are those of the table in ``docs/claims.md``, which a test compares with a run.
"""

from __future__ import annotations

import re

import staged

from mirrortheory.check.claims import TOPICS, Theorem, find, load

_ROW = re.compile(r"^\| \[`(\w+)`\]\([^)]*\) \| (.*?) \| ", re.MULTILINE)
_SPECIAL = re.compile(r"([\\`*_{}\[\]()#+\-.!|<>$~^&\"'])")
_ABOUT = """\
# Gallery of claims

What is checked, a formula for each claim: {count} of them, {verdicts}. The verdict is that of the last run of all claims
([table](/claims.md)); [what it means, and what not](/evidence.md). A formula is a summary. What is decided, on which domain
and at which depths, is in the scope and in the file.

```{{toctree}}
:maxdepth: 2

{topics}
```
"""


def verdicts() -> dict[str, str]:
    """Return the verdict of each claim, as the table has it."""
    found = _ROW.findall((staged.DOCS / "claims.md").read_text(encoding="utf-8").replace("\\|", "\N{BROKEN BAR}"))
    return {name: verdict.replace("\N{BROKEN BAR}", "|") for name, verdict in found}


def pages() -> dict[str, str]:
    """Return the pages in Markdown."""
    theorems = [load(path) for path in find(staged.ROOT / "proofs_checks")]
    earned = verdicts()
    found = {}
    for topic, title in TOPICS.items():
        entries = [_entry(theorem, earned[theorem.claim.name]) for theorem in theorems if theorem.claim.topic == topic]
        found[f"claims/{topic}.md"] = "\n\n".join([f"# {title}", f"{len(entries)} claims.", *entries, ""])
    plain = [verdict.partition(",")[0] for verdict in earned.values()]
    counts = ", ".join(f"{plain.count(verdict)} {verdict}" for verdict in sorted(set(plain), key=plain.count, reverse=True))
    found["claims/index.md"] = _ABOUT.format(count=len(theorems), verdicts=counts, topics="\n".join(TOPICS))
    return found


def _entry(theorem: Theorem, verdict: str) -> str:
    claim = theorem.claim
    kind, comma, given = verdict.partition(",")
    source = f"[`{claim.name}`](source:proofs_checks/{claim.name}.py)"
    facts = [f"**Scope.** {_plain(claim.scope)}.", f"**Source.** {_plain(claim.source)}.", f"**File.** {source}."]
    return "\n\n".join(
        [
            f"## {_plain(claim.name.replace('_', ' ').capitalize())}",
            f'<span class="verdict {kind.lower()}">{kind}</span>{comma}{_plain(given)}',
            f"$$\n{claim.statement}\n$$",
            " ".join(facts),
        ]
    )


def _plain(text: str) -> str:
    """Return text that Markdown leaves as it is."""
    return _SPECIAL.sub(r"\\\1", text.rstrip("."))
