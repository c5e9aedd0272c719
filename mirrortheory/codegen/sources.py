"""The text of generated modules: what they call of the runtime, and nothing else of it."""

from __future__ import annotations

import ast
import inspect
from dataclasses import dataclass
from types import ModuleType


@dataclass(frozen=True)
class _Piece:
    """A statement of a module: the names that it defines and uses, and its text; of an import, the module and the name."""

    defines: frozenset[str]
    uses: frozenset[str]
    text: str
    imported: tuple[str, str] | None = None
    constant: bool = False


def runtime_for(body: str, *modules: ModuleType) -> str:
    """Return the imports and definitions of the modules that the code ``body`` needs, in their order.

    >>> from mirrortheory.codegen import numpy_runtime
    >>> print(runtime_for("guarded(f, x)", numpy_runtime).splitlines()[0])
    from __future__ import annotations
    """
    pieces = [piece for module in modules for piece in _pieces(inspect.getsource(module))]
    needed, pending = frozenset[str](), _names(ast.parse(body))
    while pending:
        needed |= pending
        pending = frozenset().union(*(piece.uses for piece in pieces if piece.defines & needed)) - needed
    kept = [piece for piece in pieces if piece.defines & needed]
    text, after_constant = _imports(kept) + "\n", True
    for piece in kept:
        if not piece.imported:
            text += ("\n" if after_constant and piece.constant else "\n\n\n") + piece.text
            after_constant = piece.constant
    return text


def _imports(pieces: list[_Piece]) -> str:
    found = {piece.imported for piece in pieces if piece.imported and not piece.imported[0].startswith("mirrortheory")}
    lines = [name for module, name in found if not module]
    for module in {module for module, _ in found if module}:
        lines.append(f"from {module} import {', '.join(sorted(name for of, name in found if of == module))}")
    groups = (
        [line for line in sorted(lines, key=lambda line: (line[0] == "f", line)) if ("numpy" in line) == own] for own in (0, 1)
    )
    return "\n\n".join("\n".join(group) for group in (["from __future__ import annotations"], *groups) if group)


def _pieces(source: str) -> list[_Piece]:
    lines, pieces = source.splitlines(), list[_Piece]()
    for node in ast.parse(source).body:
        text = "\n".join(lines[node.lineno - 1 : node.end_lineno])
        if isinstance(node, ast.Import | ast.ImportFrom):
            for alias in node.names:
                name = f"{alias.name} as {alias.asname}" if alias.asname else alias.name
                imported = (node.module or "", name) if isinstance(node, ast.ImportFrom) else ("", f"import {name}")
                pieces.append(_Piece(frozenset({alias.asname or alias.name}), frozenset(), text, imported))
        elif isinstance(node, ast.Assign | ast.AnnAssign):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            pieces.append(_Piece(frozenset().union(*map(_names, targets)), _names(node), text, constant=True))
        elif isinstance(node, ast.FunctionDef | ast.ClassDef):
            pieces.append(_Piece(frozenset({node.name}), _names(node), text))
    return pieces


def _names(node: ast.AST) -> frozenset[str]:
    return frozenset(n.id for n in ast.walk(node) if isinstance(n, ast.Name))
