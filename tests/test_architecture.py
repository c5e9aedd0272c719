"""Imports point one way, each heavy library enters through one module, and modules stay small and documented."""

import ast
import functools
import importlib
import inspect
import pkgutil
import subprocess
import sys
from pathlib import Path

import pytest

import mirrortheory

PACKAGE = Path(mirrortheory.__file__).parent
CHECKS = PACKAGE.parent / "proofs_checks"
SOURCES = sorted(PACKAGE.rglob("*.py"))
CHECK_FILES = sorted(CHECKS.glob("*.py"))
TESTS = sorted(Path(__file__).parent.rglob("*.py"))

# Each layer imports only from the layers before it. A new module is given its place here.
LAYERS = (
    {"errors"},
    {"drawing"},
    {"exact"},
    {"definitions"},
    {"domain"},
    {"geometries", "reparams"},
    {"decays"},
    {"potentials"},
    {"theory"},
    {"notation"},
    {"matrices"},
    {"flows"},
    {"bias", "saddles"},
    {"features"},
    {"evidence"},
    {"laws"},
    {"check"},
    {"conservation"},
    {"conjecture"},
    {"report"},
    {"codegen"},
    {"cli"},
    {"testing"},
    {"__main__"},
)
STANDALONE = {"kernel": "check", "recount": "conservation"}  # imports nothing of the package; the one room that imports it
RANK = {name: rank for rank, layer in enumerate(LAYERS) for name in layer}

# Where a library that is slow to import, or that only one task needs, may be imported.
ENTRANCES = {
    "flint": {"exact", "kernel", "conservation", "recount"},
    "scipy": {"flows", "bias"},
    "heyoka": {"flows"},
    "matplotlib": {"drawing", "report"},
    "jinja2": {"report"},
    "markupsafe": {"report"},
    "latex2mathml": {"report"},
    "pandas": {"flows"},
    "typer": {"cli"},
    "rich": {"cli"},
    "numpy": {
        *("exact", "geometries", "potentials", "matrices", "flows", "bias", "features", "conservation", "evidence", "codegen"),
        *("report", "testing"),
    },
    "mpmath": {"codegen"},
    "hypothesis": {"testing"},
    "pytest": {"testing"},  # in its plug-in alone, see below
}
MOST_LINES = 500


@functools.cache
def parsed(path):
    return ast.parse(path.read_text(encoding="utf-8"))


def unit(path):
    """The module or subpackage of the package that a file belongs to; the package's own __init__ is ''."""
    first = path.relative_to(PACKAGE).parts[0]
    return "" if first == "__init__.py" else first.removesuffix(".py")


@functools.cache
def imported(path):
    """Every module that a file imports, with what it takes from it, wherever in the file the import stands."""
    found = []
    for node in ast.walk(parsed(path)):
        if isinstance(node, ast.Import):
            found += ((alias.name, None) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path.name} has a relative import"
            found += ((node.module, alias.name) for alias in node.names)
    return found


def units_imported(path):
    for module, name in imported(path):
        parts = module.split(".")
        if parts[0] == "mirrortheory":
            inner = parts[1:] or ([name] if name in RANK or name in STANDALONE else [])
            yield inner[0] if inner else ""


def faults(paths, of):
    """One line, with the file, for each fault that ``of`` yields for a file: a test of hundreds of files says all that is wrong."""
    return [f"{path.relative_to(PACKAGE.parent)}: {fault}" for path in paths for fault in of(path)]


def test_every_module_has_a_place():
    assert {unit(p) for p in SOURCES} - {""} == set(RANK) | set(STANDALONE)


def imports_of_the_wrong_way(path):
    own = unit(path)
    for other in sorted(set(units_imported(path)) - ({own} - set(STANDALONE))):
        if own in STANDALONE:
            yield f"imports {other}, and is run by itself"
        elif other in STANDALONE:
            if own != STANDALONE[other]:
                yield f"imports {other}, which is run by itself"
        elif other == "":
            if own != "cli":
                yield "imports the package itself"
        elif own != "" and RANK[other] >= RANK[own]:
            yield f"imports {other}"


def test_imports_point_one_way():
    assert faults(SOURCES, imports_of_the_wrong_way) == []


@functools.cache
def libraries(path):
    return {module.split(".")[0] for module, _ in imported(path)}


def libraries_out_of_place(path):
    for library in sorted(libraries(path)):
        known = library in ("sympy", "mirrortheory") or library in sys.stdlib_module_names
        if not (unit(path) in ENTRANCES[library] if library in ENTRANCES else known):
            yield f"imports {library}"


def test_libraries_enter_where_they_may():
    assert faults(SOURCES, libraries_out_of_place) == []


@pytest.mark.parametrize("library", sorted(name for name, units in ENTRANCES.items() if units))
def test_entrances_are_used(library):
    users = {unit(p) for p in SOURCES if library in libraries(p)}
    assert users == ENTRANCES[library]


def test_pytest_is_imported_by_its_plugin_alone():
    """It is no library that the package installs: who has no pytest uses all of the package but the plug-in."""
    assert [path.name for path in SOURCES if "pytest" in libraries(path)] == ["plugin.py"]
    assert [path.name for path in SOURCES if "hypothesis" in libraries(path)] == ["strategies.py"]


def test_theorem_files_import_the_package_sympy_and_itertools_only():
    assert faults(CHECK_FILES, lambda path: libraries(path) - {"mirrortheory", "sympy", "itertools", "__future__"}) == []


def test_there_are_theorem_files():
    assert len(CHECK_FILES) > 10


def test_the_package_never_imports_theorem_files():
    assert faults(SOURCES, lambda path: libraries(path) & {"proofs_checks"}) == []


# The kernel's lines are lines of code, counted in test_kernel.py; it imports no part of the package.
def test_modules_are_small():
    counts = {path: len(path.read_text(encoding="utf-8").splitlines()) for path in (*SOURCES, *CHECK_FILES, *TESTS)}
    del counts[PACKAGE / "kernel.py"]
    assert {str(path): count for path, count in counts.items() if count > MOST_LINES} == {}


def test_files_are_documented():
    assert [str(path) for path in (*SOURCES, *CHECK_FILES) if not ast.get_docstring(parsed(path))] == []


def test_no_module_is_a_heap():
    assert [str(path) for path in SOURCES if path.stem in {"utils", "util", "helpers", "common", "core", "misc"}] == []


def modules():
    names = [m.name for m in pkgutil.walk_packages(mirrortheory.__path__, "mirrortheory.")]
    return [importlib.import_module(name) for name in names if not name.endswith("__main__")]


def public_objects(module):
    for name, value in vars(module).items():
        own = getattr(value, "__module__", None) == module.__name__
        if not name.startswith("_") and own and (inspect.isclass(value) or inspect.isfunction(value)):
            yield name, value
            if inspect.isclass(value):
                yield from public_members(name, value)


def public_members(prefix, cls):
    for name, member in vars(cls).items():
        documented = inspect.isfunction(member) or isinstance(member, property | classmethod | staticmethod)
        if not name.startswith("_") and documented:
            yield f"{prefix}.{name}", getattr(cls, name)


def test_everything_public_has_a_docstring():
    """A method that overrides one of its base class inherits its docstring."""
    documented = [module for module in modules() if module.__name__.removeprefix("mirrortheory.") not in STANDALONE]
    objects = [(f"{module.__name__}.{name}", value) for module in documented for name, value in public_objects(module)]
    assert [name for name, value in objects if not inspect.getdoc(value)] == []


def test_public_objects_are_found():
    assert len([name for module in modules() for name, _ in public_objects(module)]) > 100


def test_everything_exported_exists():
    for module in [mirrortheory, *modules()]:
        for name in getattr(module, "__all__", ()):
            assert hasattr(module, name), f"{module.__name__}.{name}"


# Where a SymPy object that may be a Python integer is made an expression, and where source of our own making is compiled;
# text from users never gets there.
ALLOWED = {
    ("sympify", "exact/rationals.py"),  # strict: it refuses text
    ("exec", "exact/balls.py"),
    ("compile", "exact/balls.py"),
}
EVALUATE = {"eval", "exec", "compile", "sympify", "parse_expr", "S", "__import__"}


def evaluations(path):
    relative = str(path.relative_to(PACKAGE)) if path.is_relative_to(PACKAGE) else path.name
    for node in ast.walk(parsed(path)):
        if isinstance(node, ast.Call):
            function = node.func
            name = function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")
            of_a_pattern = getattr(getattr(function, "value", None), "id", "") == "re"
            if name in EVALUATE and not of_a_pattern and (name, relative) not in ALLOWED:
                yield f"line {node.lineno}: {name}"


def test_no_text_is_evaluated():
    assert faults([*SOURCES, *CHECK_FILES], evaluations) == []


def prints(path):
    calls = [n for n in ast.walk(parsed(path)) if isinstance(n, ast.Call)]
    return [f"line {n.lineno}: print" for n in calls if getattr(n.func, "id", "") == "print"]


def test_nothing_prints_but_the_command_line():
    assert faults([p for p in SOURCES if unit(p) not in ("cli", "__main__", "kernel")], prints) == []


def precisions_set(path):
    for node in ast.walk(parsed(path)):
        targets = node.targets if isinstance(node, ast.Assign) else [node.target] if isinstance(node, ast.AugAssign) else []
        for target in targets:
            if isinstance(target, ast.Attribute) and target.attr in ("dps", "prec"):
                yield f"line {node.lineno}: {target.attr}"


def test_no_global_precision_is_touched():
    """Nothing sets mpmath's precision, and Arb's is set in one place."""
    assert faults([p for p in (*SOURCES, *CHECK_FILES) if p.name not in ("balls.py", "kernel.py")], precisions_set) == []


def loaded_by(statement):
    """The top-level names of what a fresh interpreter has loaded after a statement."""
    code = f"import sys; {statement}; print(*sorted({{m.split('.')[0] for m in sys.modules}}))"
    run = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    return set(run.stdout.split())


HEAVY = {"scipy", "matplotlib", "pandas", "jinja2", "latex2mathml", "typer", "rich", "hypothesis", "heyoka"}


def test_importing_the_package_imports_no_library_that_it_can_do_without():
    """In a fresh interpreter: libraries come in only when what needs them is used; exact work does without NumPy and SciPy."""
    assert not loaded_by("import mirrortheory") & {*HEAVY, "sympy", "numpy", "flint"}
    exact = loaded_by("from mirrortheory import Claim, Domain, Flow, Identity, Lq, Product, derive")
    assert "sympy" in exact
    assert not exact & {*HEAVY, "numpy"}


def test_every_public_name_is_there_for_programs_and_for_type_checkers():
    assert mirrortheory.__all__
    assert set(mirrortheory.__all__) <= set(dir(mirrortheory))
    for name in mirrortheory.__all__:
        assert getattr(mirrortheory, name) is getattr(mirrortheory, name)
    typed = next(n for n in parsed(PACKAGE / "__init__.py").body if isinstance(n, ast.If))
    assert sorted(alias.asname for n in typed.body if isinstance(n, ast.ImportFrom) for alias in n.names) == mirrortheory.__all__
    with pytest.raises(AttributeError, match="has no attribute 'no_such_name'"):
        _ = mirrortheory.no_such_name


def test_rooms_are_attributes_and_hide_no_public_name():
    """A room of the name of a function would take its place as soon as it is loaded."""
    rooms = {unit(path) for path in SOURCES} - {"", "__main__"}
    assert not rooms & set(mirrortheory.__all__)
    for room in rooms:
        assert getattr(mirrortheory, room).__name__ == f"mirrortheory.{room}"


def private(name):
    return name.startswith("_") and not name.endswith("__")


def private_names_of_others(tree, own):
    """The private names that a file of the room ``own`` imports from other rooms, or takes from what it imports from them."""
    froms = [n for n in ast.walk(tree) if isinstance(n, ast.ImportFrom) and n.module.split(".")[0] == "mirrortheory"]
    others = [n for n in froms if own is None or n.module.split(".")[1:2] != [own]]
    yield from (alias.name for node in others for alias in node.names if private(alias.name))
    yield from (node.module for node in others if any(map(private, node.module.split("."))))
    names = {alias.asname or alias.name for node in others for alias in node.names}
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id in names and private(node.attr):
            yield f"{node.value.id}.{node.attr}"


def test_private_names_stay_in_their_room():
    assert faults(SOURCES, lambda path: private_names_of_others(parsed(path), unit(path))) == []
    assert faults(CHECK_FILES, lambda path: private_names_of_others(parsed(path), None)) == []


def test_private_names_of_other_rooms_are_seen():
    text = "from mirrortheory.flows.kinks import _a\nfrom mirrortheory.flows import kinks\nkinks._b, kinks.c, kinks.__name__"
    assert list(private_names_of_others(ast.parse(text), "bias")) == ["_a", "kinks._b"]
    assert list(private_names_of_others(ast.parse(text), "flows")) == []
