"""Hostile inputs for the kernel, each made from its number alone: files, values, and certificates that are changed."""

import contextlib
import copy
import json
import random
import re

# Values ---------------------------------------------------------------------------------------------------------------


HEADS = {"pow": 2, "hyp2f1": 4, "pi": 0, "add": 2, "mul": 2, "max": 2, "min": 2} | dict.fromkeys(
    ["abs", "sign", "exp", "log", "sinh", "cosh", "tanh", "asinh", "acosh", "atanh", "sin", "cos", "atan", "gamma", "lambertw"], 1
)
NUMBERS = ["0", "1", "-1", "2", "-2", "1/2", "-1/2", "1/3", "3/2", "8", "-8", "64", "-64", "65", "1000", "1000000", "-1000001"]
NUMBERS += [
    "9" * 18,
    "1" + "0" * 30,
    "-" + "9" * 999,
    "1/" + "9" * 900,
    "7" * 400 + "/" + "3" * 401,
    "9" * 1001,
    "179769313486231570814527/2",
]
NO_NUMBERS = [
    "",
    "-",
    "/",
    "1/0",
    "1/-2",
    "+1",
    "1e9",
    "0x1",
    " 1",
    "1_0",
    "\u0663",
    "nan",
    "oo",
    "-oo",
    "1//2",
    "\ud800",
    "a\nb",
    "1" * 5000,
]
WORDS = [
    "PROVED",
    "DERIVED",
    "SUPPORTED",
    "REFUTED",
    "VACUOUS",
    "UNDECIDED",
    "ring",
    "form",
    "boxes",
    "sampled",
    "simulated",
    "eq",
    "le",
    "lt",
]
WORDS += [
    "gt",
    "ge",
    "ne",
    "statement",
    "domain",
    "evidence",
    "verdict",
    "version",
    "lhs",
    "rhs",
    "points",
    "num",
    "sym",
    "x",
    *HEADS,
]
SCALARS = [None, True, False, 0, 1, -1, -2, 2, 10**8, *NUMBERS, *NO_NUMBERS, *WORDS]


def junk(rng, depth=3):
    """Return any JSON value."""
    kind = rng.random()
    if depth and kind < 0.3:
        return [junk(rng, depth - 1) for _ in range(rng.randrange(5))]
    if depth and kind < 0.5:
        return {str(rng.choice(SCALARS)): junk(rng, depth - 1) for _ in range(rng.randrange(5))}
    return rng.choice(SCALARS)


def expression(rng, names, depth=3):
    """Return a random tree, now and then with large numbers or an invalid one."""
    if not depth or rng.random() < 0.15:
        kind = rng.random()
        if names and kind < 0.5:
            return ["sym", rng.choice(names)]
        return (
            ["pi"]
            if kind < 0.55
            else ["num", rng.choice(NUMBERS if kind < 0.95 else NO_NUMBERS) if kind > 0.7 else str(rng.randint(-9, 9))]
        )
    if rng.random() < 0.05:
        return [
            "piecewise",
            *([condition(rng, names, depth - 1), expression(rng, names, depth - 1)] for _ in range(rng.randrange(4))),
        ]
    head = rng.choice(["add", "mul", "pow"] if rng.random() < 0.6 else list(HEADS))
    if head == "pow" and rng.random() < 0.7:
        return ["pow", expression(rng, names, depth - 1), ["num", rng.choice(NUMBERS)]]
    return [head, *(expression(rng, names, depth - 1) for _ in range(HEADS[head]))]


def defined(rng, names, depth=3):
    """Return a random tree with derivatives, substitutions, names and velocities, now and then an invalid one."""
    inner, letter = expression(rng, names, depth), rng.choice([*names, "x", "R"])
    for _ in range(rng.choice((1, 1, 2, 3, 8))):
        inner = rng.choice(
            [
                ["diff", inner, letter],
                ["at", inner, [[letter, expression(rng, names, 1)]]],
                ["mul", ["def", "R"], inner],
                ["add", ["velocity", rng.choice((0, 0, 1, -1)), letter], inner],
            ]
        )
    return inner


def flow(rng, names):
    """Return a flow of a random map."""
    terms = {"slope": ["sym", "x"], "q": ["num", rng.choice(("1", "3/2", "2"))], "coupled": ["num", rng.choice(("0", "1/3"))]}
    terms["decoupled"] = rng.choice([["num", "0"], ["num", "1/3"], "none"])
    return {"weights": list(names), "map": expression(rng, names), **terms}


def tower(rng, tree):
    """Nest a tree deeply, here and there too deeply."""
    rest = [["num", rng.choice(NUMBERS)]]
    layer = rng.choice(
        [
            lambda t: ["pow", ["add", t, ["num", "1"]], *rest],
            lambda t: ["add", ["pow", ["add", t, ["num", "1"]], ["num", "3"]], ["num", "1"]],
            lambda t: ["pow", ["add", ["pow", t, ["num", "2"]], ["num", "1"]], ["num", "1/2"]],
            lambda t: [rng.choice(list(HEADS)), t],
            lambda t: ["mul", t, *rest],
            lambda t: ["abs", ["add", t, *rest]],
            lambda t: ["diff", t, "x"],
            lambda t: ["at", t, [["x", *rest]]],
            lambda t: [t],
        ]
    )
    for _ in range(rng.choice((2, 5, 20, 58, 118, 119, 125, 700))):
        tree = layer(tree)
    return tree


def condition(rng, names, depth):
    """Return a random condition, now and then an invalid one."""
    kind = rng.random()
    if kind < 0.1:
        return rng.choice([True, False, None, 1, [], ["and"], ["or", True]])
    if depth and kind < 0.3:
        return [rng.choice(["and", "or"]), *(condition(rng, names, depth - 1) for _ in range(rng.randrange(3)))]
    sides = (expression(rng, names, min(depth, 1)) for _ in range(2))
    return [rng.choice(["lt", "le", "gt", "ge", "eq", "ne"] if kind < 0.95 else ["xor", "in"]), *sides]


# Mutations of a certificate, in place ---------------------------------------------------------------------------------


def spots(data):
    """Return (parent, key) of every part of a JSON value."""
    found, waiting = [], [data]
    while waiting:
        parent = waiting.pop()
        items = parent.items() if isinstance(parent, dict) else enumerate(parent) if isinstance(parent, list) else ()
        for key, value in items:
            found.append((parent, key))
            waiting.append(value)
    return found


def names_of(data):
    return [name for domain in data["domain"] for name in domain["ranges"]]


def is_tree(value):
    return isinstance(value, list) and bool(value) and isinstance(value[0], str) and value[0] in {*HEADS, "num", "sym", "piecewise"}


def change_number(rng, data):
    parent, key = rng.choice([(p, k) for p, k in spots(data) if isinstance(p[k], str) and re.fullmatch(r"-?\d+(/\d+)?", p[k])])
    parent[key] = rng.choice(NUMBERS if rng.random() < 0.8 else NO_NUMBERS)


def change_tree(rng, data):
    parent, key = rng.choice([(p, k) for p, k in spots(data) if is_tree(p[k])])
    old, new = parent[key], expression(rng, names_of(data))
    huge = ["num", rng.choice(NUMBERS)]
    parent[key] = rng.choice(
        [
            new,
            ["add", old, new],
            ["mul", new, old],
            ["pow", old, new],
            ["pow", old, huge],
            [rng.choice(["gamma", "exp", "lambertw", "log", "sin"]), ["mul", huge, old]],
            ["exp", ["exp", ["exp", ["mul", huge, old]]]],
            ["hyp2f1", *(rng.choice([old, huge, new, ["num", "1/2"]]) for _ in range(4))],
            [rng.choice(["add", "mul"]), *[old] * rng.choice((1, 2, 60))],
            [rng.choice(list(HEADS)), *old[1:]],
            tower(rng, old),
        ]
    )


def change_place(rng, data):
    parent, key = rng.choice(spots(data))
    other, name = rng.choice(spots(data))
    kind = rng.randrange(5)
    if kind == 0:
        del parent[key]
    elif kind == 1:
        parent[key] = junk(rng)
    elif kind == 2:
        parent[key] = copy.deepcopy(other[name])
    elif isinstance(parent, list):
        parent.insert(key, copy.deepcopy(parent[key]) if kind == 3 else junk(rng))
    else:
        parent[rng.choice(WORDS)] = parent[key] if kind == 3 else junk(rng)


def change_evidence(rng, data):
    evidence = rng.choice(data["evidence"])
    kind = rng.choice(["kind", "verdict", "boxes", "rewrites", "points"])
    steps = [-2, -1, 0] if rng.random() < 0.5 else [-3, -2, -1, 0, 1, 2]
    trees = [p[k] for p, k in spots(data["statement"]) if is_tree(p[k])]
    old = rng.choice(trees)
    evidence[kind] = {
        "kind": rng.choice(WORDS),
        "verdict": rng.choice(WORDS),
        "boxes": [rng.choice(steps) for _ in range(rng.choice((1, 3, 30)))] if rng.random() < 0.7 else [0, -1] * 2000,
        "rewrites": [[old, rng.choice([["mul", old, ["num", "1"]], ["add", old, ["num", "0"]], rng.choice(trees), junk(rng)])]],
        "points": [{n: rng.choice(NUMBERS) for n in names_of(data)} for _ in range(rng.randrange(4))],
    }[kind]
    if kind == "verdict" or rng.random() < 0.2:
        data["verdict"] = evidence["verdict"]


def change_domain(rng, data):
    domain = rng.choice(data["domain"])
    name = rng.choice([*domain["ranges"], "more"])
    low, high = rng.choice(["-oo", *NUMBERS[:12]]), rng.choice(["oo", *NUMBERS[:14]])
    ends = [rng.random() < 0.5, rng.random() < 0.5]
    if rng.random() < 0.1:
        domain["ranges"].update((f"v{i}", domain["ranges"].get(name)) for i in range(rng.choice((3, 99, 500))))
    elif rng.random() < 0.5:
        domain["ranges"][name] = {"intervals": [[low, high, *ends]], "without": rng.sample(NUMBERS, rng.randrange(3))}
    else:
        domain["conditions"].append(condition(rng, names_of(data), 2))


def state(rng, data):
    """State that a tree equals, or does not exceed, itself or a relative of it, so that the arithmetic of sums is reached."""
    entry, evidence = data["statement"][0], data["evidence"][0]
    trees = [expression(rng, names_of(data), rng.randrange(1, 5)), tower(rng, entry.get("lhs", ["pi"]))]
    left = rng.choice(trees) if rng.random() < 0.9 else ["add", *trees]
    right = rng.choice(
        [left, ["add", left, ["num", "1"]], ["mul", left, ["num", "1"]], ["pow", ["abs", left], ["num", "1"]], trees[0]]
    )
    entry.update(lhs=left, rhs=right, relation=rng.choice(["eq", "eq", "le", "lt"]))
    verdict = rng.choice(["PROVED", "DERIVED", "SUPPORTED"])
    evidence.update(kind=rng.choice(["ring", "ring", "form", "boxes"]), verdict=verdict)
    data["verdict"] = verdict


MUTATORS = [change_number, change_tree, change_place, change_evidence, change_domain, state]


def mutated(rng, seeds):
    data = copy.deepcopy(rng.choice(seeds))
    for _ in range(rng.choice((1, 1, 1, 2, 2, 3))):
        with contextlib.suppress(LookupError, TypeError, AttributeError, RecursionError):  # an earlier mutation is in the way
            rng.choice(MUTATORS)(rng, data)
    return data


# Inputs: bytes for the reader, values for the checker -----------------------------------------------------------------


def garbled(rng, seeds):
    """Return a file that is random, cut off, damaged, or has what JSON allows and a certificate does not."""
    raw = bytearray(json.dumps(rng.choice(seeds)).encode(rng.choice(["utf-8"] * 9 + ["utf-16", "utf-32"])))
    kind = rng.randrange(6)
    if kind == 0:
        return rng.randbytes(rng.choice((0, 1, 2, 3, 4, 30, 300)))
    if kind == 1:
        return bytes(raw[: rng.randrange(len(raw))])
    if kind == 2:
        bomb = rng.choice([b"[", b'{"a":', b"[[],", b'"', b"\\u", b"9", b"-", b"1e", b"\xff", b"\x00"]) * rng.choice(
            (1, 900, 980, 1100, 40_000)
        )
        place = rng.randrange(len(raw))
        return bytes(bomb if rng.random() < 0.3 else raw[:place] + bomb + raw[place:])
    if kind == 3:
        word = rng.choice(
            [b"NaN", b"Infinity", b"1e999", b"1.5", b"12345678901", b"null", b'"\\ud800"', b"[]", b'{"a":1,"a":2}', b"\xef\xbb\xbf"]
        )
        found = rng.choice([m.span() for m in re.finditer(rb'"[^"]*"|-?\d+|true', bytes(raw))] or [(0, 1)])
        return bytes(raw[: found[0]] + word + raw[found[1] :])
    for _ in range(rng.randrange(1, 6)):
        place, length = rng.randrange(len(raw) + 1), rng.randrange(12)
        part = raw[place : place + length]
        flipped = bytes(x ^ 1 << rng.randrange(8) for x in part)
        raw[place : place + length] = rng.choice([b"", part + part, rng.randbytes(length), flipped])
    return bytes(raw)


def shaped(rng, seeds):
    """Return random JSON, mostly with the outline of a certificate."""
    data = junk(rng, 4)
    if rng.random() < 0.2:
        return data
    names = rng.sample(["x", "y", "z"], rng.randrange(3))
    make = rng.choice((expression, expression, defined))
    side = lambda: make(rng, names, rng.randrange(4)) if rng.random() < 0.8 else junk(rng)  # noqa: E731
    ranges = {
        n: {"intervals": [[rng.choice(["-oo", "0", "-1"]), rng.choice(["oo", "1"]), True, False]], "without": []} for n in names
    }
    evidence = {
        "statement": 0,
        "kind": rng.choice(WORDS),
        "verdict": rng.choice(WORDS[:6]),
        "points": [dict.fromkeys(names, "1/2")],
        "boxes": [-1],
    }
    data = {
        "version": 2,
        "claim": {},
        "definitions": [{"name": "R", "is": expression(rng, names)}] if rng.random() < 0.5 else [],
        "flows": [flow(rng, names)] if rng.random() < 0.5 else [],
        "statement": [{"relation": rng.choice(["eq", "le", "lt", "simulated"]), "domain": 0, "lhs": side(), "rhs": side()}],
        "domain": [{"ranges": ranges, "conditions": [["ne", side(), side()]] if rng.random() < 0.2 else []}],
        "evidence": [evidence],
        "verdict": evidence["verdict"],
    }
    if rng.random() < 0.4:
        parent, key = rng.choice(spots(data))
        parent[key] = junk(rng)
    return data


def make(number, seeds):
    """Return the family and the input of a number."""
    rng = random.Random(number)
    family = ("bytes", "shapes", "mutations", "mutations")[number % 4]
    return family, {"bytes": garbled, "shapes": shaped, "mutations": mutated}[family](rng, seeds)
