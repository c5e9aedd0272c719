"""Random products: any exponent of the table of forms, depth up to 8, imbalances and x from 1e-300 to 1e300."""

import sympy

R = sympy.Rational
EXPONENTS = [R(1), R(6, 5), R(5, 4), R(4, 3), R(3, 2), R(2)]


def size(rng):
    return R(rng.randint(1, 999), rng.randint(1, 999)) * R(10) ** rng.randint(-298, 298)


def any_product(rng):
    """An exponent, an imbalance and an x: often one smallest layer, at times some of them, or all, and at times two equal ones."""
    q, depth = rng.choice(EXPONENTS), rng.randint(2, 8)
    smallest = min(depth, rng.choice([1, 1, 1, 2, depth]))
    shifts = [0] * smallest + [size(rng) for _ in range(depth - smallest)]
    if depth > smallest + 2 and rng.random() < 0.3:
        shifts[-1] = shifts[-2]
    return q, tuple(shifts), size(rng)
