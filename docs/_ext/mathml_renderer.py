"""Formulas as MathML, which browsers set without loading anything: the converter of the report of a check."""

from __future__ import annotations

import html

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util import logging

from mirrortheory.report.mathml import mathml

_LOGGER = logging.getLogger(__name__)


def converted(latex: str, display: str, where: nodes.Node) -> str:
    """Return a formula as a ``math`` element; warn where there is none, as a formula must not be lost."""
    text = latex.strip().removeprefix("$").removesuffix("$").strip()
    if display == "block" and (r"\\" in text or "&" in text) and r"\begin{" not in text:
        text = rf"\begin{{align*}}{text}\end{{align*}}"
    found = mathml(text, display=display)
    if found is None:
        _LOGGER.warning("no MathML for %s", text, location=where)
        return f"<code>{html.escape(text)}</code>"
    return found


def _inline(self, node: nodes.math) -> None:
    self.body.append(converted(node.astext(), "inline", node))
    raise nodes.SkipNode


def _block(self, node: nodes.math_block) -> None:
    self.body.append(f'<div class="formula">{converted(node.astext(), "block", node)}</div>')
    raise nodes.SkipNode


def setup(app: Sphinx) -> dict[str, bool]:
    """Offer the renderer ``mathml``."""
    app.add_html_math_renderer("mathml", (_inline, None), (_block, None))
    return {"parallel_read_safe": True, "parallel_write_safe": True}
