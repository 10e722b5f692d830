"""Exercises on what the paper prints: do its numbers agree, and what do they imply."""

from __future__ import annotations

from scipy.optimize import brentq

from synergy.claims.calibration import published_values
from synergy.claims.ledger import load_ledger
from synergy.claims.significance import LEVELS, cell_name, p_value, star_cells, stars_of
from synergy.coupling import couple
from synergy.dictionary import published_table, units
from synergy.exercises.declared import Value
from synergy.exercises.worked import Answers, Given, Worked


def implied_quality(given: Given) -> Worked:
    """Index of quality that the printed national means of D and of the AI index imply."""
    paper = published_values()
    d, u1 = paper["d_national_2022"], paper["ai_national_2022"]
    u2 = brentq(lambda value: float(couple([u1, value]).D) - d, 1e-6, 1.0, xtol=1e-12)
    # D is concave in both indices: the mean of D lies below D of the means.
    answers: dict[str, Value] = {"u2": float(u2), "kind": "下界"}
    mistakes: dict[str, Answers] = {
        "square": {"u2": float(d**2 / u1)},
        "product": {"u2": float(u1 * u2)},
        "arithmetic": {"u2": 2 * d - u1},
    }
    return Worked(answers, mistakes, {"d": d, "u1": u1})


def stars(given: Given) -> Worked:
    """p values and stars of the printed cell with more stars than its t statistic earns."""
    cells = star_cells(load_ledger())
    cell = cells[cells["stars"] > cells["most"]].iloc[0]
    t, degrees = float(cell["t"]), len(units()) - 1
    p, p_few, one = p_value(t), p_value(t, degrees), p_value(t, sides=1)
    answers: dict[str, Value] = {"normal": p, "few": p_few, "earned": stars_of(p)}
    answers |= {"printed": int(cell["stars"])}
    one_sided = {"normal": one, "few": p_value(t, degrees, 1), "earned": stars_of(one)}
    mistakes: dict[str, Answers] = {
        "one_sided": one_sided,
        "two_levels": {"printed": stars_of(p)},
        "inside": {"normal": 1 - p},
    }
    facts = {"t": t, "few_stars": stars_of(p_few), "levels": LEVELS, "provinces": len(units())}
    facts |= {"coefficient": _coefficient(str(cell["name"]))}
    below = {"below": 1 - p / 2, "below_few": 1 - p_few / 2, "degrees": degrees}
    return Worked(answers, mistakes, {**facts, **below, "name": str(cell["name"])})


def _coefficient(name: str) -> float:
    """Coefficient that table 4 prints in a cell of a name."""
    printed = published_table(4)
    names = [
        cell_name(*pair) for pair in zip(printed["equation"], printed["regressor"], strict=True)
    ]
    return float(printed["coefficient"].iloc[names.index(name)])


def four_regions(given: Given) -> Worked:
    """The national index that three regional ones and a ratio imply."""
    ledger, size = load_ledger(), units()["region"].value_counts()
    ids = {"中部": "P-AI-C22", "西部": "P-AI-W22", "东北": "P-AI-NE22"}
    values = {name: ledger[key].value for name, key in ids.items()}
    ratio, total = ledger["P-51-E15"].value, int(size.sum())
    others = sum(int(size[name]) * value for name, value in values.items())
    nation = others / (total - ratio * int(size["东部"]))
    answers: dict[str, Value] = {"nation": nation, "east": ratio * nation}
    plain = sum(values.values()) / (len(size) - ratio)
    rest = others / (total - int(size["东部"]))
    mistakes: dict[str, Answers] = {
        "unweighted": {"nation": plain, "east": ratio * plain},
        "of_the_rest": {"nation": rest, "east": ratio * rest},
    }
    facts = {"values": values, "size": size.to_dict(), "total": total, "ratio": ratio}
    return Worked(answers, mistakes, {**facts, "others": others})


#: What a sentence on growth can be true of.
_READINGS = {
    (True, False): "只作倍数成立",
    (False, True): "只作增加量成立",
    (True, True): "两种都成立",
    (False, False): "两种都不成立",
}


def times_or_more(given: Given) -> Worked:
    """The printed growth of D as a multiple and as an increase."""
    ledger = load_ledger()
    first, last, said = (ledger[key].value for key in ("P-D-2010", "P-D-2022", "P-D-GROWTH"))
    ratio = last / first
    told = _READINGS[ratio > said, ratio - 1 > said]
    answers: dict[str, Value] = {"ratio": ratio, "increase": ratio - 1, "reading": told}
    mistakes: dict[str, Answers] = {
        "swapped": {"ratio": ratio - 1, "increase": ratio},
        "points": {"increase": last - first},
    }
    facts = {"first": first, "last": last, "said": said}
    return Worked(answers, mistakes, facts, {"reading": tuple(_READINGS.values())})
