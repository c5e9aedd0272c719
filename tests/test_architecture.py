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
    {"exact"},
    {"definitions"},
    {"domain"},
    {"geometries", "reparams"},
    {"decays"},
    {"potentials"},
    {"theory"},
    {"notation"},
    {"flows"},
    {"bias", "saddles"},
    {"features"},
    {"evidence"},
    {"laws"},
    {"check"},
    {"conjecture"},
    {"report"},
    {"codegen"},
    {"cli"},
    {"__main__"},
)
STANDALONE = {"kernel"}  # imports nothing of the package
RANK = {name: rank for rank, layer in enumerate(LAYERS) for name in layer}

# Where a library that is slow to import, or that only one task needs, may be imported.
ENTRANCES = {
    "flint": {"exact", "kernel"},
    "scipy": {"flows", "bias"},
    "heyoka": {"flows"},
    "matplotlib": {"report"},
    "jinja2": {"report"},
    "markupsafe": {"report"},
    "latex2mathml": {"report"},
    "typer": {"cli"},
    "rich": {"cli"},
    "numpy": {"exact", "flows", "bias", "features", "evidence", "codegen", "report"},
    "mpmath": {"codegen"},
    "hypothesis": set(),
    "pytest": set(),
}
MOST_LINES = 500


@functools.cache
def parsed(path):
    return ast.parse(path.read_text(encoding="utf-8"))


def unit(path):
    """The module or subpackage of the package that a file belongs to; the package's own __init__ is ''."""
    first = path.relative_to(PACKAGE).parts[0]
    return "" if first == "__init__.py" else first.removesuffix(".py")


def imported(path):
    """Every module that a file imports, with what it takes from it, wherever in the file the import stands."""
    for node in ast.walk(parsed(path)):
        if isinstance(node, ast.Import):
            yield from ((alias.name, None) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path.name} has a relative import"
            yield from ((node.module, alias.name) for alias in node.names)


def units_imported(path):
    for module, name in imported(path):
        parts = module.split(".")
        if parts[0] == "mirrortheory":
            inner = parts[1:] or ([name] if name in RANK or name in STANDALONE else [])
            yield inner[0] if inner else ""


def named(paths):
    return [pytest.param(p, id=str(p.relative_to(PACKAGE.parent))) for p in paths]


def test_every_module_has_a_place():
    assert {unit(p) for p in SOURCES} - {""} == set(RANK) | STANDALONE


@pytest.mark.parametrize("path", named(SOURCES))
def test_imports_point_one_way(path):
    own = unit(path)
    if own in STANDALONE:
        assert not set(units_imported(path))
        return
    for other in set(units_imported(path)) - {own}:
        if other in STANDALONE:
            assert own == "check", f"{own} imports {other}, which is run by itself"
        elif other == "":
            assert own == "cli", f"{path.name} imports the package itself"
        elif own != "":
            assert RANK[other] < RANK[own], f"{own} imports {other}"


@pytest.mark.parametrize("path", named(SOURCES))
def test_libraries_enter_where_they_may(path):
    for module, _ in imported(path):
        library = module.split(".")[0]
        known = library in ENTRANCES or library in ("sympy", "mirrortheory") or library in sys.stdlib_module_names
        assert known, f"{path.name} imports {library}"
        assert library not in ENTRANCES or unit(path) in ENTRANCES[library], f"{path.name} imports {library}"


@pytest.mark.parametrize("library", sorted(name for name, units in ENTRANCES.items() if units))
def test_entrances_are_used(library):
    users = {unit(p) for p in SOURCES for module, _ in imported(p) if module.split(".")[0] == library}
    assert users == ENTRANCES[library]


@pytest.mark.parametrize("path", named(CHECK_FILES))
def test_theorem_files_import_the_package_sympy_and_itertools_only(path):
    libraries = {module.split(".")[0] for module, _ in imported(path)}
    assert libraries <= {"mirrortheory", "sympy", "itertools", "__future__"}


def test_there_are_theorem_files():
    assert len(CHECK_FILES) > 10


@pytest.mark.parametrize("path", named(SOURCES))
def test_the_package_never_imports_theorem_files(path):
    assert "proofs_checks" not in {module.split(".")[0] for module, _ in imported(path)}


# The kernel's lines are lines of code, counted in test_kernel.py; it imports no part of the package.
@pytest.mark.parametrize("path", [p for p in named([*SOURCES, *CHECK_FILES, *TESTS]) if p.id != "mirrortheory/kernel.py"])
def test_modules_are_small(path):
    assert len(path.read_text(encoding="utf-8").splitlines()) <= MOST_LINES


@pytest.mark.parametrize("path", named([*SOURCES, *CHECK_FILES]))
def test_files_are_documented(path):
    assert ast.get_docstring(parsed(path))


@pytest.mark.parametrize("path", named(SOURCES))
def test_no_module_is_a_heap(path):
    assert path.stem not in {"utils", "util", "helpers", "common", "core", "misc"}


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


@pytest.mark.parametrize("module", [m for m in modules() if m.__name__ != "mirrortheory.kernel"], ids=lambda m: m.__name__)
def test_everything_public_has_a_docstring(module):
    """A method that overrides one of its base class inherits its docstring."""
    assert [name for name, value in public_objects(module) if not inspect.getdoc(value)] == []


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


@pytest.mark.parametrize("path", named([*SOURCES, *CHECK_FILES]))
def test_no_text_is_evaluated(path):
    relative = str(path.relative_to(PACKAGE)) if path.is_relative_to(PACKAGE) else path.name
    for node in ast.walk(parsed(path)):
        if isinstance(node, ast.Call):
            function = node.func
            name = function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")
            of_a_pattern = getattr(getattr(function, "value", None), "id", "") == "re"
            assert name not in EVALUATE or of_a_pattern or (name, relative) in ALLOWED, f"line {node.lineno}: {name}"


@pytest.mark.parametrize("path", named([p for p in SOURCES if unit(p) not in ("cli", "__main__", "kernel")]))
def test_nothing_prints_but_the_command_line(path):
    calls = [n for n in ast.walk(parsed(path)) if isinstance(n, ast.Call)]
    assert not [n.lineno for n in calls if getattr(n.func, "id", "") == "print"]


@pytest.mark.parametrize("path", named([*SOURCES, *CHECK_FILES]))
def test_no_global_precision_is_touched(path):
    """Nothing sets mpmath's precision, and Arb's is set in one place."""
    for node in ast.walk(parsed(path)):
        targets = node.targets if isinstance(node, ast.Assign) else [node.target] if isinstance(node, ast.AugAssign) else []
        for target in targets:
            if isinstance(target, ast.Attribute) and target.attr in ("dps", "prec"):
                assert path.name in ("balls.py", "kernel.py"), f"line {node.lineno}"


def loaded_by(statement):
    """The top-level names of what a fresh interpreter has loaded after a statement."""
    code = f"import sys; {statement}; print(*sorted({{m.split('.')[0] for m in sys.modules}}))"
    run = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    return set(run.stdout.split())


HEAVY = {"scipy", "matplotlib", "jinja2", "latex2mathml", "typer", "rich", "hypothesis", "heyoka"}


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


@pytest.mark.parametrize("path", named([*SOURCES, *CHECK_FILES]))
def test_private_names_stay_in_their_room(path):
    own = unit(path) if path.is_relative_to(PACKAGE) else None
    assert list(private_names_of_others(parsed(path), own)) == []


def test_private_names_of_other_rooms_are_seen():
    text = "from mirrortheory.flows.kinks import _a\nfrom mirrortheory.flows import kinks\nkinks._b, kinks.c, kinks.__name__"
    assert list(private_names_of_others(ast.parse(text), "bias")) == ["_a", "kinks._b"]
    assert list(private_names_of_others(ast.parse(text), "flows")) == []
