"""What was decided, read from a certificate: statements, flows and domains as words and LaTeX.

So what is shown is what the kernel checks, and no second account of it. The format is described in docs/certificates.md.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from mirrortheory.report.prose import letter

Json = Any
Phrase = tuple[str, str]  # words, and the LaTeX of a formula that follows them; either may be empty

_SUM, _SLOPE, _PRODUCT, _POWER, _ATOM = range(5)  # how strongly the parts of a formula hold together
_RELATIONS = {"eq": "=", "le": r"\le", "lt": "<", "ge": r"\ge", "gt": ">", "ne": r"\ne"}
_TREES = ("lhs", "rhs", "objective", "point", "matrix", "vector", "expression", "value", "factor", "power", "system")
_NAMED = ("log", "sinh", "cosh", "tanh", "sin", "cos", "max", "min")
_HALVES = {("-oo", "oo"): "any real", ("0", "oo"): "positive", ("-oo", "0"): "negative"}


def statement(certificate: Json, number: int) -> list[Phrase]:
    """Return a statement of a certificate as phrases: what is stated, along which flow, and what its names stand for."""
    entry = {name: _with_rates(given, certificate) for name, given in certificate["statement"][number].items()}
    phrases = list(_stated(entry))
    trees = [certificate["statement"][number].get(name) for name in _TREES]
    names, flows = _used(trees, certificate)
    phrases += [("along", _flow(certificate["flows"][k])) for k in flows]
    phrases += [("with", f"{letter(d['name'])} = {formula(d['is'])}") for d in certificate["definitions"] if d["name"] in names]
    return phrases


def domain(certificate: Json, number: int) -> list[Phrase]:
    """Return the domain of a statement of a certificate as phrases; empty where it has none."""
    entry = certificate["statement"][number]
    if "domain" not in entry:
        return []
    stated = certificate["domain"][entry["domain"]]
    alike: dict[tuple[str, str], list[str]] = {}
    for name, region in stated["ranges"].items():
        alike.setdefault(_region(region), []).append(letter(name))
    phrases = [(words, ", ".join(names) + rest) for (words, rest), names in alike.items()]
    return phrases + [("where" if k == 0 else "and", _condition(c)) for k, c in enumerate(stated["conditions"])]


def formula(tree: Json) -> str:
    r"""Return a tree of a certificate as LaTeX.

    >>> formula(["mul", ["num", "-1/2"], ["pow", ["add", ["sym", "x1"], ["num", "1"]], ["num", "2"]]])
    '- \\frac{(x_{1} + 1)^{2}}{2}'
    """
    return _expression(tree)[0]


def _stated(entry: Json) -> Iterator[Phrase]:
    relation = entry["relation"]
    if relation in _RELATIONS:
        yield "", f"{formula(entry['lhs'])} {_RELATIONS[relation]} {formula(entry['rhs'])}"
    elif relation == "exists":
        sign = "<" if entry["below"] else r"\ne"
        yield "At some point", f"{formula(entry['lhs'])} {sign} {formula(entry['rhs'])}"
    elif relation == "minimiser":
        yield ("The only minimum of" if entry["strict"] else "A minimum of"), formula(entry["objective"])
        pairs = zip(map(letter, entry["variables"]), map(formula, entry["point"]), strict=True)
        yield "is at", r", \quad ".join(f"{variable} = {value}" for variable, value in pairs)
    elif relation == "limit":
        variable, far = letter(entry["variable"]), entry["to"] == "oo"
        to = r"\infty" if far else _number(entry["to"])
        value = "" if entry["value"] == ["num", "0"] else f" - {_wrapped(entry['value'], _PRODUCT)}"
        factor = "" if entry["factor"] == ["num", "1"] else _wrapped(entry["factor"], _PRODUCT)
        distance = rf"\left(\frac{{1}}{{{variable}}}\right)" if far else rf"\left|{variable} - {to}\right|"
        bound = f"{factor} {distance}^{{{formula(entry['power'])}}}"
        yield "", rf"\left|{formula(entry['expression'])}{value}\right| \le {bound}"
        yield "which gives the limit for", rf"{variable} \to {to}"
    elif relation == "spectrum":
        yield from _spectrum(entry)
    elif relation == "root":
        yield ("There is just one zero of" if entry["unique"] else "There is a zero of"), _row(map(formula, entry["system"]))
        yield "in", _row(map(letter, entry["variables"]))
    elif relation == "ends":
        initial, matrix = _matrix(_numbers(entry["initial"])), _matrix(_numbers(entry["matrix"]))
        target = _row(formula(["num", b]) for b in entry["target"])
        yield "Sign flow of the layers, one in each row,", f"w(0) = {initial}"
        yield "on the square loss of", f"Z = {matrix}, b = {target}"
        yield "ends in the box", rf"x \in {_matrix(_numbers(entry['box']))}"
    elif relation == "laws":
        yield from _laws(entry)
    else:
        quantity, _, flow = entry["quantity"].partition(" along ")
        quantity = re.sub(r"Abs\((\w+)\)", r"|\1|", quantity)
        yield f"Simulated: {quantity}" + (f" along ``{flow}``" if flow else ""), ""


def _spectrum(entry: Json) -> Iterator[Phrase]:
    matrix, above = _matrix([map(formula, row) for row in entry["matrix"]]), ">" if entry["sign"] == 1 else "<"
    if "value" in entry:
        yield "The eigenvalue", f"{formula(entry['value'])} {above} 0"
        yield "with the vector", _row(map(formula, entry["vector"]))
        yield "belongs to", f"M = {matrix}"
    elif "vector" in entry:
        yield "", rf"v^{{T}} M v {above} 0, \quad v = {_row(map(formula, entry['vector']))}, \quad M = {matrix}"
    else:
        yield ("All eigenvalues are positive of" if entry["sign"] == 1 else "All eigenvalues are negative of"), f"M = {matrix}"


def _laws(entry: Json) -> Iterator[Phrase]:
    """Return a count of conservation laws in words: of which flow, at which q, and where."""
    flow, count = entry["flow"], entry["count"]
    q, damping = flow["q"], flow["damping"]
    where = "for all q in (1, 2) but finitely many, " if q == "q" else ""
    number = "no conservation law" if count == 0 else f"exactly {count} conservation law{'s' if count != 1 else ''}"
    yield f"There {'are' if count > 1 else 'is'} {where}near a generic point {number}, whatever c is, of", ""
    link = "" if q == "q" else rf", \quad q = {_number(q)}"
    if damping is None:
        yield "", rf"\dot w = - \phi_q\left(J(w)^{{T}} c\right){link}, \quad J = \frac{{\partial g}}{{\partial w}}"
    else:
        friction = "" if damping == "0" else rf" + {_number(damping)} \dot w"
        yield "", rf"\ddot w{friction} = - J(w)^{{T}} c, \quad J = \frac{{\partial g}}{{\partial w}}"
    yield "", rf"g(w) = {_row(map(formula, flow['map']))}, \quad w = {_row(map(letter, flow['weights']))}"
    if flow["cell"] is not None:
        yield "in the cell of signs of", f"w = {_row(map(_number, flow['cell']))}"


def _numbers(table: Sequence[Sequence[str]]) -> list[list[str]]:
    return [[formula(["num", value]) for value in row] for row in table]


def _matrix(rows: Sequence[Any]) -> str:
    inside = r" \\ ".join(" & ".join(row) for row in rows)
    return rf"\begin{{pmatrix}}{inside}\end{{pmatrix}}"


def _row(entries: Iterable[str]) -> str:
    return _brackets(", ".join(entries))


def _flow(flow: Json) -> str:
    weights, q = flow["weights"], formula(flow["q"])
    coupled = "" if flow["coupled"] == ["num", "0"] else f" + {_wrapped(flow['coupled'], _PRODUCT)} w_i"
    decoupled = "" if flow["decoupled"] == ["num", "0"] else f" - {_wrapped(flow['decoupled'], _PRODUCT)} w_i"
    slope = rf"{formula(flow['slope'])} \frac{{\partial x}}{{\partial w_i}}"
    weight = "" if weights[0][:1] == "w" else rf", \quad w = {_row(map(letter, weights))}"
    exponent = "" if q == "q" else rf", \quad q = {q}"
    return rf"\dot w_i = - \phi_q\left({slope}{coupled}\right){decoupled}, \quad x = {formula(flow['map'])}{weight}{exponent}"


def _used(trees: Json, certificate: Json) -> tuple[set[str], list[int]]:
    """Return the names and the flows that trees refer to, also by what these names stand for."""
    meaning = {d["name"]: d["is"] for d in certificate["definitions"]}
    names, flows, left = set[str](), set[int](), [trees]
    while left:
        tree = left.pop()
        if not isinstance(tree, list) or not tree:
            continue
        if tree[0] == "def" and tree[1] not in names:
            names.add(tree[1])
            left.append(meaning[tree[1]])
        elif tree[0] == "velocity":
            flows.add(tree[1])
        left.extend(tree)
    return names, sorted(flows)


def _region(region: Mapping[str, Json]) -> Phrase:
    """Return in words where a variable may be, or what follows its letter in a formula."""
    intervals, without = [tuple(interval) for interval in region["intervals"]], region["without"]
    if not intervals:
        return "in no place", ""
    if len(intervals) == 2 and [i[:2] for i in intervals] == [("-oo", "0"), ("0", "oo")] and intervals[0][3] and intervals[1][2]:
        intervals, without = [("-oo", "oo", True, True)], ["0", *without]
    low, high, low_open, high_open = intervals[0]
    left_out = rf" \setminus {_points(without)}" if without else ""
    if len(intervals) > 1:
        return "", rf" \in {_union(map(_set, intervals))}{left_out}"
    if without == ["0"] and (low, high) == ("-oo", "oo"):
        return "nonzero", ""
    if (low, high) in _HALVES and low_open and high_open:
        return _HALVES[low, high], rf" \notin {_points(without)}" if without else ""
    if (low, high) == ("0", "oo"):
        return "nonnegative", rf" \notin {_points(without)}" if without else ""
    return "", f" = {_number(low)}" if low == high else rf" \in {_set(intervals[0])}{left_out}"


def _points(values: Sequence[str]) -> str:
    return rf"\{{{', '.join(map(_number, values))}\}}"


def _union(sets: Iterable[str]) -> str:
    return r" \cup ".join(sets)


def _set(interval: Sequence[Json]) -> str:
    low, high, low_open, high_open = interval
    if low == high:
        return _points([low])
    return f"{'(' if low_open else '['}{_number(low)}, {_number(high)}{')' if high_open else ']'}"


def _condition(condition: Json) -> str:
    if isinstance(condition, bool):
        return r"\text{true}" if condition else r"\text{false}"
    if condition[0] in ("and", "or"):
        return rf" \text{{ {condition[0]} }} ".join(_condition(part) for part in condition[1:])
    return f"{formula(condition[1])} {_RELATIONS[condition[0]]} {formula(condition[2])}"


def _number(text: str) -> str:
    if text in ("oo", "-oo"):
        return text.replace("oo", r"\infty")
    top, _, bottom = text.lstrip("-").partition("/")
    return ("- " if text.startswith("-") else "") + (rf"\frac{{{top}}}{{{bottom}}}" if bottom else top)


def _wrapped(tree: Json, least: int) -> str:
    """Return a part of a formula, in brackets where it holds together less than that."""
    text, strength = _expression(tree)
    return text if strength >= least else _brackets(text)


def _brackets(text: str, left: str = "(", right: str = ")") -> str:
    """Return a formula in brackets, which are large where it is high."""
    high = any(mark in text for mark in (r"\frac", r"\begin", r"\sqrt", r"\left", r"\dot"))
    return rf"\left{left}{text}\right{right}" if high else left + text + right


def _expression(tree: Json) -> tuple[str, int]:
    head, *parts = tree
    if head == "num":
        strength = _SUM if parts[0].startswith("-") else _POWER if "/" in parts[0] else _ATOM
        return _number(parts[0]), strength
    if head in ("sym", "def"):
        return letter(parts[0]), _POWER if parts[0].endswith("'") else _ATOM
    if head == "add":
        return _added(parts), _SUM
    if head == "mul":
        return _multiplied(parts)
    if head == "pow":
        return _raised(*parts)
    if head == "exp":
        return ("e" if parts[0] == ["num", "1"] else f"e^{{{formula(parts[0])}}}"), _POWER
    if head == "diff":
        return rf"\partial_{{{letter(parts[1])}}} {_wrapped(parts[0], _POWER)}", _SLOPE
    if head == "rate":
        return rf"\frac{{\mathrm{{d}}}}{{\mathrm{{d}}t}} {_wrapped(parts[0], _POWER)}", _SLOPE
    if head == "at":
        values = r",\ ".join(f"{letter(name)} = {formula(value)}" for name, value in parts[1])
        return f"{_brackets(formula(parts[0]), '[', ']')}_{{{values}}}", _ATOM
    if head == "velocity":
        base, _, index = letter(parts[1]).partition("_")
        return rf"\dot{{{base}}}" + (f"_{index}" if index else ""), _ATOM
    if head == "piecewise":
        rows = r" \\ ".join(rf"{formula(value)} & {_condition(condition)}" for condition, value in parts)
        return rf"\begin{{cases}} {rows} \end{{cases}}", _SUM
    inside = ", ".join(map(formula, parts))
    if head == "abs":
        return _brackets(inside, "|", "|"), _ATOM
    if head == "hyp2f1":
        a, b, c, z = map(formula, parts)
        return rf"{{}}_2F_1\left({a}, {b}; {c}; {z}\right)", _POWER
    return {
        "pi": (r"\pi", _ATOM),
        "gamma": (rf"\Gamma{_brackets(inside)}", _POWER),
        "lambertw": (f"W{_brackets(inside)}", _POWER),
    }.get(head, (_function(head) + _brackets(inside), _POWER))


def _function(name: str) -> str:
    return f"\\{name}" if name in _NAMED else rf"\operatorname{{{name}}}"


def _added(terms: Sequence[Json]) -> str:
    texts = [_wrapped(term, _PRODUCT) if term[0] == "add" else formula(term) for term in terms]
    texts.sort(key=lambda text: text.startswith("-"))  # what is subtracted comes last
    return texts[0] + "".join(f" {text}" if text.startswith("-") else f" + {text}" for text in texts[1:])


def _multiplied(factors: Sequence[Json]) -> tuple[str, int]:
    negative, above, below = False, list[Json](), list[Json]()
    for factor in factors:
        if factor[0] == "num":
            top, _, bottom = factor[1].lstrip("-").partition("/")
            negative ^= factor[1].startswith("-")
            above += [] if top == "1" else [["num", top]]
            below += [["num", bottom]] if bottom else []
        elif factor[0] == "pow" and factor[2][0] == "num" and factor[2][1].startswith("-"):
            below.append(["pow", factor[1], ["num", factor[2][1][1:]]])
        else:
            above.append(factor)
    sign, strength = ("- ", _SUM) if negative else ("", _PRODUCT)
    if below:
        return rf"{sign}\frac{{{_side_by_side(above)}}}{{{_side_by_side(below)}}}", strength
    alone = f"{sign}{_wrapped(above[0], _SLOPE)}" if len(above) == 1 else ""
    return alone or sign + _side_by_side(above), strength


def _side_by_side(factors: Sequence[Json]) -> str:
    return (
        " ".join(_wrapped(factor, _PRODUCT) for factor in factors) if len(factors) > 1 else formula((factors or [["num", "1"]])[0])
    )


def _raised(base: Json, exponent: Json) -> tuple[str, int]:
    if exponent == ["num", "1"]:
        return _expression(base)
    if exponent == ["num", "1/2"]:
        return rf"\sqrt{{{formula(base)}}}", _ATOM
    if exponent[0] == "num" and exponent[1].startswith("-"):
        return rf"\frac{{1}}{{{formula(['pow', base, ['num', exponent[1][1:]]])}}}", _POWER
    power = exponent[1] if exponent[0] == "num" else formula(exponent)
    return f"{_wrapped(base, _ATOM)}^{{{power}}}", _POWER


def _with_rates(tree: Json, certificate: Json) -> Json:
    """Return a tree with ["rate", Q] for d/dt of Q along a flow, that is for the sum of all slopes of Q times the velocities."""
    if not isinstance(tree, list) or not tree:
        return tree
    terms = tree[1:] if tree[0] == "add" else [tree]
    products = [term[1:] for term in terms if isinstance(term, list) and len(term) == 3 and term[0] == "mul"]
    pairs = [(slope, velocity) for slope, velocity in products if (slope[0], velocity[0]) == ("diff", "velocity")]
    if pairs and len(pairs) == len(terms):
        quantity, flow = pairs[0][0][1], pairs[0][1][1]
        moved = sorted(slope[2] for slope, _ in pairs)
        alike = all(slope == ["diff", quantity, velocity[2]] and velocity[1] == flow for slope, velocity in pairs)
        letters = _letters(quantity, {d["name"]: d["is"] for d in certificate["definitions"]})
        if alike and moved == sorted(letters & set(certificate["flows"][flow]["weights"])):
            return ["rate", _with_rates(quantity, certificate)]
    return [_with_rates(part, certificate) for part in tree]


def _letters(tree: Json, meaning: Mapping[str, Json]) -> set[str]:
    if not isinstance(tree, list) or not tree:
        return set()
    if tree[0] == "sym":
        return {tree[1]}
    return _letters(meaning[tree[1]], meaning) if tree[0] == "def" else set().union(*(_letters(part, meaning) for part in tree[1:]))
