"""Hostile formulas for the parser, run as a program of its own: ``python fuzz_parse.py COUNT [--atheris]``.

Every text is made from its number alone. Each must become a real expression in the given symbols, or be refused by one line of
InvalidArgument, in time, without opening a file, importing, or running anything; the first that is not ends the run, with its
number. The last line printed counts the outcomes. With --atheris, texts grow by the coverage of the parser instead.
"""

import faulthandler
import json
import random
import sys
import time
from collections import Counter

import sympy

from mirrortheory.errors import InvalidArgument
from mirrortheory.exact import parse
from mirrortheory.exact.parse import FUNCTIONS

SECONDS = 5
SYMBOLS = {"u": sympy.Symbol("u", positive=True), "x": sympy.Symbol("x", real=True), "q": sympy.Symbol("q", positive=True)}
FORBIDDEN = ("open", "import", "exec", "os.", "subprocess.", "socket.", "shutil.", "tempfile.", "ctypes.", "urllib.")
NUMBERS = ("0", "1", "2", "7", "10", "64", "65", "999", "1/2", "1/3", "64/65", "9" * 30, "9" * 51, "10**9")
WORDS = (
    *(*FUNCTIONS, *SYMBOLS, *NUMBERS, "z", "lambda", "if", "else", "not", "or", "import", "__class__", "eval", "print"),
    *("(", ")", "((", "))", "**", "*", "/", "+", "-", "//", ",", ".", "=", ":=", "[", "]", "'", '"', "\\", "\n", "#", "0x1", "1e9"),
    *(".5", "1_0", "2x", "\u00b2", "\u0661", "\uff58", "\0", "^", "@", "%", "oo", "pi", "I", "E", "nan"),
)


def formula(rng, depth):
    """Return a well-formed text."""
    if depth == 0 or rng.random() < 0.1:
        return rng.choice((*SYMBOLS, *NUMBERS))
    if rng.random() < 0.4:
        return f"{rng.choice(FUNCTIONS)}({formula(rng, depth - 1)})"
    operator = rng.choice(("+", "-", "*", "/", "**"))
    return f"({formula(rng, depth - 1)}){operator}({formula(rng, depth - 1)})"


def nested(rng):
    """Return a text that is long or deep in one way."""
    count, inner = rng.choice((3, 30, 99, 101, 3000)), rng.choice((*SYMBOLS, "2", "1/3"))
    opening = rng.choice(("(", "-", "+", "sqrt(1+", "1/(1+", "2**(", *(f"{name}(" for name in FUNCTIONS)))
    if rng.random() < 0.3:
        return rng.choice(("+", "-", "*", "/", "**", " ", ".", ",")).join([inner] * count)
    return opening * count + inner + ")" * (count * opening.count("("))


def make(number):
    """Return the family and the text of a number."""
    rng = random.Random(number)
    family = ("characters", "words", "formulas", "formulas", "garbled", "nested")[number % 6]
    if family == "characters":
        return family, "".join(chr(rng.choice((rng.randrange(128), rng.randrange(0x11000)))) for _ in range(rng.randrange(30)))
    if family == "words":
        return family, "".join(rng.choice(WORDS) for _ in range(rng.randrange(1, 15)))
    if family == "nested":
        return family, nested(rng)
    text = formula(rng, rng.randrange(1, 6))
    if family == "garbled":
        place, length = rng.randrange(len(text)), rng.randrange(5)
        text = text[:place] + rng.choice(("", rng.choice(WORDS), text[place : place + 9] * 2)) + text[place + length :]
    return family, text


class Watch:
    """Gives texts to the parser, records what happens meanwhile, and counts how it ends."""

    def __init__(self):
        self.counts, self.slowest, self.events, self.active = Counter(), 0.0, [], False
        for number in range(600):  # SymPy imports parts of itself on first use
            outcome(make(number)[1])
        sys.addaudithook(self.hear)

    def hear(self, event, arguments):
        if self.active and event.startswith(FORBIDDEN):
            self.events.append((event, str(arguments)[:200]))

    def run(self, name, text):
        if not self.counts.total() % 500:
            faulthandler.dump_traceback_later(100, exit=True)
        started, self.active = time.process_time(), True
        try:
            found = outcome(text)
        except BaseException:
            print(f"{name}: {text!r:.300}", file=sys.stderr)
            raise
        self.active, seconds = False, time.process_time() - started
        self.slowest = max(self.slowest, seconds)
        assert (seconds < SECONDS, self.events) == (True, []), f"{name}: {text!r:.300}: {seconds:.1f} s, {self.events}"
        self.counts[found] += 1

    def report(self):
        counts = dict(self.counts.most_common())
        print(json.dumps({"inputs": self.counts.total(), "slowest": round(self.slowest, 2), "counts": counts}), flush=True)


def main(count):
    watch = Watch()
    for number in range(count):
        watch.run(f"input {number}", make(number)[1])
    watch.report()


def grow(count):
    import atheris

    watch = Watch()
    parse.expression = atheris.instrument_func(parse.expression)
    for name in ("read", "tree", "bits_of_power", "must_be_real", "within"):
        setattr(parse._Reader, name, atheris.instrument_func(getattr(parse._Reader, name)))

    def run(data):
        watch.run("coverage", data.decode("utf-8", errors="replace"))
        if watch.counts.total() == count:
            watch.report()

    def change(data, max_size, seed):
        rng = random.Random(seed)
        text = make(rng.randrange(10**9))[1] if rng.random() < 0.5 else ""
        return text.encode("utf-8", errors="replace")[:max_size] or atheris.Mutate(data, max_size)

    options = [f"-atheris_runs={count}", "-max_len=2000", "-timeout=20", "-rss_limit_mb=4096", "-seed=1", "-verbosity=0"]
    atheris.Setup([sys.argv[0], *options], run, custom_mutator=change)
    atheris.Fuzz()


def outcome(text):
    try:
        found = parse.expression(text, SYMBOLS)
    except InvalidArgument as error:
        assert len(str(error).splitlines()) == 1, str(error)
        assert len(str(error)) < 600, str(error)
        return "refused"
    assert isinstance(found, sympy.Expr)
    assert found.free_symbols <= set(SYMBOLS.values())
    assert not found.has(sympy.I, sympy.zoo, sympy.nan, sympy.oo)
    return "accepted"


if __name__ == "__main__":
    (grow if "--atheris" in sys.argv else main)(int(sys.argv[1]))
