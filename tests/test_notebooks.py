"""Each notebook is a story: it asks a question first, uses public names only, runs from top to bottom, and shows what it found."""

import ast
import importlib
import re
from pathlib import Path

import jupytext
import nbformat
import pytest
from nbclient import NotebookClient

FOLDER = Path(__file__).resolve().parent.parent / "notebooks"
STORIES = sorted(FOLDER.glob("*.py"))
NAMES = [
    "balance_under_decay",
    "check_your_own_conjecture",
    "from_a_product_to_its_mirror_potential",
    "learning_order_and_features",
    "never_saddle",
    "what_survives_for_matrices",
    "where_does_the_flow_end",
]
MOST_LINES, MOST_COLUMNS = 26, 88  # of a cell; the site shows so many columns without a scroll bar
SECONDS = 120

each = pytest.mark.parametrize("path", STORIES, ids=lambda path: path.stem)


def code(notebook):
    return [cell.source for cell in notebook.cells if cell.cell_type == "code"]


def faults(notebook):
    """What is wrong with the shape of a notebook, in words; nothing for one that is a story."""
    first, last = notebook.cells[0], notebook.cells[-1]
    title = first.source.splitlines()[0] if first.source else ""
    if first.cell_type != "markdown" or not re.fullmatch("# .+", title):
        yield "the first cell is no title"
    if "**Question.**" not in first.source or "?" not in first.source.partition("**Question.**")[2]:
        yield "the first cell asks no question"
    if last.cell_type != "markdown" or "## Answer" not in last.source:
        yield "the last cell is no answer"
    for source in code(notebook):
        if len(source.splitlines()) > MOST_LINES:
            yield f"a long cell: {source.splitlines()[0]}"
        yield from (f"a wide line: {line.strip()[:20]}" for line in source.splitlines() if len(line) > MOST_COLUMNS)
        yield from private(ast.parse(source))
    for cell in notebook.cells:
        yield from (
            f"an absolute path: {found}" for found in re.findall(r"(?<![\w.])/(?:home|tmp|usr|work|root|Users)/\S*", cell.source)
        )


def private(tree):
    """The names that a cell takes from the package and that their module does not list as public."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (f"imports {name.name}" for name in node.names if name.name.partition(".")[0] == "mirrortheory")
        if isinstance(node, ast.ImportFrom) and (node.module or "").partition(".")[0] == "mirrortheory":
            public = getattr(importlib.import_module(node.module), "__all__", ())
            yield from (f"{node.module} has no public {name.name}" for name in node.names if name.name not in public)


def test_there_are_six_stories():
    assert [path.stem for path in STORIES] == NAMES


@each
def test_a_notebook_has_the_shape_of_a_story(path):
    assert list(faults(jupytext.read(path))) == []


STORY = """\
# %% [markdown]
# # A title
#
# **Question.** Why?

# %%
from mirrortheory import Flow

# %% [markdown]
# ## Answer
#
# So.
"""


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ("# # A title\n#\n", "", "the first cell is no title"),
        ("Why?", "Because.", "the first cell asks no question"),
        ("## Answer", "## More", "the last cell is no answer"),
        ("import Flow", "import Flow\n" + "x = 1\n" * MOST_LINES, "a long cell: from mirrortheory import Flow"),
        ("import Flow", "import Flow\nfound = " + "1 + " * 22 + "1", "a wide line: found = 1 + 1 + 1 + "),
        ("import Flow", "import Velocity", "mirrortheory has no public Velocity"),
        ("from mirrortheory import Flow", "from mirrortheory.kernel import check", "mirrortheory.kernel has no public check"),
        ("from mirrortheory import Flow", "import mirrortheory.flows.field", "imports mirrortheory.flows.field"),
        ("So.", "See /tmp/there.", "an absolute path: /tmp/there."),
    ],
)
def test_a_notebook_of_another_shape_is_noticed(old, new, fault):
    assert list(faults(jupytext.reads(STORY, fmt="py:percent"))) == []
    assert old in STORY
    assert list(faults(jupytext.reads(STORY.replace(old, new), fmt="py:percent"))) == [fault]


def lacking(notebook):
    """What the outputs of a notebook that was run lack, in words."""
    outputs = [output for cell in notebook.cells if cell.cell_type == "code" for output in cell.outputs]
    shown = [output.get("data", {}) for output in outputs]
    text = "".join(output.text for output in outputs if output.output_type == "stream" and output.name == "stdout")
    text += "".join(str(data.get(kind, "")) for data in shown for kind in ("text/plain", "text/markdown", "text/html"))
    yield from (f"{output.ename}: {output.evalue}" for output in outputs if output.output_type == "error")
    yield from (f"a warning: {output.text}" for output in outputs if output.output_type == "stream" and output.name == "stderr")
    if not any("image/png" in data for data in shown):
        yield "no picture"
    if not any("$" in data.get(kind, "") for data in shown for kind in ("text/latex", "text/markdown")):
        yield "no formula"
    yield from (f"no statement is {verdict}" for verdict in ("PROVED", "REFUTED") if not re.search(rf"\b{verdict}\b", text))


def test_what_an_output_lacks_is_noticed():
    output, data = nbformat.v4.new_output, {"text/markdown": "$x$ **PROVED**", "image/png": "iVBO"}
    good = [output("display_data", data=data), output("stream", name="stdout", text="REFUTED")]
    cell = nbformat.v4.new_code_cell("1", outputs=good)
    notebook = nbformat.v4.new_notebook(cells=[cell])
    assert list(lacking(notebook)) == []
    cell.outputs = [good[0], output("stream", name="stderr", text="slow"), output("error", ename="E", evalue="no")]
    assert list(lacking(notebook)) == ["E: no", "a warning: slow", "no statement is REFUTED"]
    cell.outputs = []
    assert list(lacking(notebook)) == ["no picture", "no formula", "no statement is PROVED", "no statement is REFUTED"]


@pytest.mark.slow
@each
@pytest.mark.filterwarnings("ignore::DeprecationWarning")  # raised inside the Jupyter client, not by our code
def test_a_notebook_runs(path):
    notebook = jupytext.read(path)
    NotebookClient(notebook, timeout=SECONDS, resources={"metadata": {"path": str(FOLDER)}}).execute()
    assert list(lacking(notebook)) == []
