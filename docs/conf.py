"""The site of the documentation: ``python -m sphinx -W --keep-going -b html docs docs/build/html``.

The pages beside this file are read on a forge as well, so they are plain Markdown. What stands only on the site is written into
``docs/generated`` when a build begins: the API, the galleries, copies of README and notebooks (:mod:`staged`). Nothing that a page
needs is loaded from elsewhere: formulas are MathML (:mod:`mathml_renderer`), and sources are shown on pages of their own
(:mod:`links`). Notebooks are executed, unless ``-D nb_execution_mode=off`` says otherwise.
"""

import sys
from pathlib import Path

DOCS = Path(__file__).resolve().parent
sys.path[:0] = [str(DOCS / "_ext"), str(DOCS.parent)]

import mirrortheory  # noqa: E402 - of this checkout

project = "mirrortheory"
author = "the mirrortheory developers"
copyright = "2026 the mirrortheory developers"
release = version = mirrortheory.__version__

extensions = [
    "myst_nb",
    "sphinx.ext.autodoc",
    "sphinx.ext.napoleon",
    "mathml_renderer",
    "staged",
    "api_pages",
    "links",
    "prose_formulas",
    "references",
]
exclude_patterns = ["build", "_ext", "conf.py", "**.ipynb_checkpoints"]
nitpicky = True
# Annotations name these, and no module of the index has them.
nitpick_ignore = [("py:class", name) for name in ("ArrayLike", "Axes", "Figure", "Fraction", "SearchStrategy")]
smartquotes = False
root_doc = "index"

# Markdown and notebooks
myst_enable_extensions = ["dollarmath", "amsmath"]
myst_heading_anchors = 4
myst_update_mathjax = False
myst_url_schemes = {"http": None, "https": None, "mailto": None, "source": None}
nb_custom_formats = {".py": ["jupytext.reads", {"fmt": "py:percent"}]}
nb_execution_mode = "force"
nb_execution_timeout = 120
nb_execution_raise_on_error = True
nb_merge_streams = True
nb_render_image_options = {"alt": "What the code above draws"}
nb_render_markdown_format = "myst"  # what a cell displays has formulas and tables too
nb_mime_priority_overrides = [("html", "text/latex", 1), ("html", "image/svg+xml", 2), ("html", "image/png", 3)]

# Docstrings
autodoc_member_order = "bysource"
autodoc_typehints = "none"  # they are written as in the source: api_pages
autodoc_preserve_defaults = True
napoleon_numpy_docstring = False
napoleon_use_ivar = True
add_module_names = False
python_use_unqualified_type_names = True

# HTML
html_theme = "furo"
html_title = "mirrortheory"
html_static_path = ["_static"]
html_css_files = ["site.css"]
html_js_files = ["site.js"]
html_math_renderer = "mathml"
html_copy_source = False
html_show_sphinx = False
