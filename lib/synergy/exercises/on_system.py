"""Exercises on the system of five variables: its roots, its transformation, stars by chance."""

from __future__ import annotations

import numpy as np
from scipy.stats import binom

from pvar.transforms import helmert_matrix
from synergy.claims.ledger import load_ledger
from synergy.claims.table4 import printed_system
from synergy.exercises.declared import Value
from synergy.exercises.worked import Answers, Given, Worked
from synergy.simulation import design, printed_stars


def _moduli(matrix: np.ndarray) -> list[float]:
    return sorted(np.abs(np.linalg.eigvals(matrix)).tolist(), reverse=True)


def roots(given: Given) -> Worked:
    """Moduli of the printed matrix, and of the same system in other units."""
    system = printed_system(load_ledger())
    a, years = system.coefficients, int(given["years"])
    scale = np.diag([float(unit) for unit in given["units"]])
    moduli, diagonal = system.moduli.tolist(), np.diag(a)
    moved = _moduli(scale @ a @ np.linalg.inv(scale))
    answers: dict[str, Value] = {
        "largest": float(moduli[0]),
        "outside": int(sum(modulus >= 1 for modulus in moduli)),
        "rescaled": float(moved[0]),
        "growth": float(system.growth(years)),
    }
    mistakes: dict[str, Answers] = {
        "diagonal": {"largest": float(diagonal.max()), "outside": int((diagonal >= 1).sum())},
        "entries": {"largest": float(np.abs(a).max()), "outside": int((np.abs(a) >= 1).sum())},
        "linear": {"growth": float(1 + years * (moduli[0] - 1))},
    }
    facts = {"matrix": a.tolist(), "moduli": moduli, "others": _others(a)}
    return Worked(answers, mistakes, facts)


def _others(matrix: np.ndarray) -> list[tuple[float, float]]:
    """Eigenvalues but the one of greatest modulus: real part, imaginary part of a pair once."""
    values = sorted(np.linalg.eigvals(matrix), key=abs, reverse=True)[1:]
    return [(float(each.real), float(each.imag)) for each in values if each.imag >= 0]


def deviations(given: Given) -> Worked:
    """Forward orthogonal deviations of four years, and the lag that goes with them."""
    y = np.array([float(value) for value in given["path"]])
    rows, whole = helmert_matrix(len(y) - 1), helmert_matrix(len(y))
    left, right = float((rows @ y[1:])[0]), float((rows @ y[:-1])[0])
    older = float((whole @ y)[0])
    answers: dict[str, Value] = {"left": left, "right": right, "older": older}
    mistakes: dict[str, Answers] = {
        "mean": {"left": float(y[1] - y[1:].mean()), "right": float(y[0] - y[:-1].mean())},
        "unscaled": {
            "left": float(y[1] - y[2:].mean()),
            "right": float(y[0] - y[1:-1].mean()),
            "older": float(y[0] - y[1:].mean()),
        },
        "same": {"right": older},
    }
    return Worked(answers, mistakes, {"years": len(y)})


def by_luck(given: Given) -> Worked:
    """Stars that a table of unrelated variables earns by chance."""
    count, level = int(design().variables), float(given["level"])
    pairs = count * (count - 1)
    answers: dict[str, Value] = {
        "expected": float(binom.mean(pairs, level)),
        "any": float(binom.sf(0, pairs, level)),
        "most": int(binom.ppf(given["quantile"], pairs, level)),
    }
    mistakes: dict[str, Answers] = {
        "own": {
            "expected": float(binom.mean(count**2, level)),
            "any": float(binom.sf(0, count**2, level)),
        },
        "one": {"any": level},
        "sum": {"any": float(pairs * level)},
    }
    facts = {"count": count, "pairs": pairs, "printed": printed_stars()}
    return Worked(answers, mistakes, facts)
