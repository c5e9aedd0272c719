"""Links of pages that are also read on a forge: to README and notebooks, which are copied, and to sources, which get pages.

A link is relative to the file that it is written in. Here it is made relative to the site, before Markdown is parsed:
``[how](../mirrortheory/theory/decay_law.py)`` leads to a page that shows this file.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote

import staged
from docutils import nodes
from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexers import get_lexer_for_filename
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment

_LINK = re.compile(r"(?<=\]\()([^)\s]+)(?=\))")
_FENCED = re.compile(r"(^```.*?^```$|^~~~.*?^~~~$)", re.DOTALL | re.MULTILINE)
_SCHEME = "source:"


def relative_to_the_site(text: str, origin: Path) -> str:
    """Return Markdown whose links to files of the repository hold on the site; what stands in code is left as it is."""
    parts = _FENCED.split(text)
    return "".join(part if i % 2 else _LINK.sub(lambda found: _target(found[1], origin), part) for i, part in enumerate(parts))


def _target(link: str, origin: Path) -> str:
    path, mark, anchor = unquote(link).partition("#")
    there = Path(os.path.normpath(origin.parent / path))
    leads_elsewhere = "://" in link or link.startswith(_SCHEME) or not path or not there.is_file()
    if leads_elsewhere or not there.is_relative_to(staged.ROOT) or there.is_relative_to(staged.GENERATED):
        return link
    if there in staged.PAGE_OF:
        return f"/{staged.PAGE_OF[there]}{mark}{anchor}"
    if there.parent == staged.DOCS and there.suffix in (".md", ".png", ".svg"):
        return f"/{there.name}{mark}{anchor}"
    return f"{_SCHEME}{there.relative_to(staged.ROOT).as_posix()}"


def _read(_app: Sphinx, docname: str, source: list[str]) -> None:
    source[0] = relative_to_the_site(source[0], staged.origin(docname))


def _resolve(app: Sphinx, doctree: nodes.document, docname: str) -> None:
    for node in doctree.findall(nodes.literal_block):  # a doctest ends with an empty line, which says nothing to a reader
        text = node.astext().rstrip()
        node.rawsource, node.children = text, []
        node += nodes.Text(text)
    for node in doctree.findall(nodes.reference):
        if node.get("refuri", "").startswith(_SCHEME):
            path = node["refuri"].removeprefix(_SCHEME)
            node["refuri"] = app.builder.get_relative_uri(docname, f"source/{path}")
            node["internal"] = True
            app.env.shown_sources.setdefault(docname, set()).add(path)


def _show(app: Sphinx) -> Iterator[tuple[str, dict[str, str], str]]:
    """Yield a page for each source that is linked."""
    for path in sorted(set().union(*app.env.shown_sources.values())):
        text = (staged.ROOT / path).read_text(encoding="utf-8")
        code = highlight(text, get_lexer_for_filename(path), HtmlFormatter(nowrap=True))
        body = f'<h1 class="path">{path}</h1><div class="highlight"><pre>{code}</pre></div>'
        yield f"source/{path}", {"title": path, "body": body}, "page.html"


def _begin(_app: Sphinx, env: BuildEnvironment, _docnames: list[str]) -> None:
    if not hasattr(env, "shown_sources"):
        env.shown_sources = {}


def setup(app: Sphinx) -> dict[str, bool]:
    """Rewrite links as pages are read, and show the sources that they lead to."""
    app.connect("env-before-read-docs", _begin)
    app.connect("source-read", _read)
    app.connect("doctree-resolved", _resolve)
    app.connect("html-collect-pages", _show)
    return {"parallel_read_safe": True, "parallel_write_safe": False}
