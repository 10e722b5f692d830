"""Exercises on the system that the paper prints: its roots and its stars."""

from __future__ import annotations

import numpy as np

from synergy.claims.ledger import load_ledger
from synergy.claims.significance import LEVELS, p_value, star_cells, stars_of
from synergy.claims.table4 import printed_system
from synergy.exercises.declared import Value
from synergy.exercises.worked import Answers, Given, Worked


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
    facts = {"matrix": a.tolist(), "moduli": moduli, "moved": moved}
    return Worked(answers, mistakes, facts)


def stars(given: Given) -> Worked:
    """p values and stars of the printed cell with more stars than its t statistic earns."""
    cells = star_cells(load_ledger())
    cell = cells[cells["stars"] > cells["most"]].iloc[0]
    t, degrees = float(cell["t"]), int(given["degrees"])
    p, p_few = p_value(t), p_value(t, degrees)
    answers: dict[str, Value] = {
        "normal": p,
        "few": p_few,
        "earned": stars_of(p),
        "printed": int(cell["stars"]),
    }
    one = p_value(t, sides=1)
    mistakes: dict[str, Answers] = {
        "one_sided": {
            "normal": one,
            "few": p_value(t, degrees, 1),
            "earned": stars_of(one),
        },
        "two_levels": {"printed": stars_of(p)},
        "inside": {"normal": 1 - p},
    }
    facts = {"t": t, "few_stars": stars_of(p_few), "levels": LEVELS}
    return Worked(answers, mistakes, {**facts, "name": str(cell["name"])})
