"""The exercises worked a second time: plain arithmetic on the committed files, no library of ours.

Each function takes the given numbers and the place, and returns the answers by part. What the
exercises share with it are the files below ``data``, and the equations as the chapters print them.
"""

from __future__ import annotations

import csv
from functools import cache
from math import comb, exp, inf, log, sqrt
from pathlib import Path
from statistics import NormalDist, mean
from typing import Any

import numpy as np
from scipy.integrate import quad
from scipy.optimize import bisect

DATA = Path(__file__).parents[2] / "data"
Given = dict[str, Any]
Found = dict[str, Any]

CODES = ("LR", "EQ", "SS", "LQ", "AI")


def table(name: str) -> list[dict[str, str]]:
    """Rows of a CSV file below ``data``."""
    with (DATA / name).open(encoding="utf-8") as lines:
        return list(csv.DictReader(lines))


@cache
def usual(symbol: str) -> float:
    """Default of a parameter."""
    (row,) = [row for row in table("policy_parameters.csv") if row["symbol"] == symbol]
    return float(row["default"])


@cache
def printed(claim: str) -> float:
    """A number of the ledger."""
    (row,) = [row for row in table("claims.csv") if row["id"] == claim]
    return float(row["value"])


# --- by hand ----------------------------------------------------------------------------------


def scaled(values: list[float], sign: int = 1) -> list[float]:
    """From 0 at the worst to 1 at the best."""
    low, high = min(values), max(values)
    risen = [(value - low) / (high - low) for value in values]
    return risen if sign > 0 else [1 - value for value in risen]


def entropy(z: list[float]) -> float:
    """Shannon's, over the logarithm of the number of rows."""
    shares = [value / sum(z) for value in z]
    return -sum(share * log(share) for share in shares if share > 0) / log(len(z))


def weight(*entropies: float) -> float:
    """Weight of the first."""
    return (1 - entropies[0]) / sum(1 - e for e in entropies)


def e1(given: Given, _: str) -> Found:
    income, jobless = scaled(given["income"]), scaled(given["jobless"], -1)
    e = entropy(income), entropy(jobless)
    return {
        "z_income": income[1],
        "z_jobless": jobless[1],
        "z_third": jobless[2],
        "e_income": e[0],
        "e_jobless": e[1],
        "weight": weight(*e),
    }


def e2(given: Given, _: str) -> Found:
    rich = scaled([*given["income"][:2], given["times"] * given["income"][2]])
    found = weight(entropy(rich), entropy(scaled(given["jobless"], -1)))
    # Of 0, s and 1 the shares are the more uneven the nearer s is to 0.
    nearer = rich[1] < scaled(given["income"])[1]
    return {"weight": found, "why": f"收入分布更{'不均匀，熵变小' if nearer else '均匀，熵变大'}"}


def degree(u1: float, u2: float) -> float:
    """D of a pair with equal weights."""
    return sqrt(sqrt(u1 * u2))


def e3(given: Given, _: str) -> Found:
    u1, u2 = given["u1"], given["u2"]
    return {
        "C": 2 * sqrt(u1 * u2) / (u1 + u2),
        "T": (u1 + u2) / 2,
        "D": degree(u1, u2),
        "C_low": 1.0,
        "D_low": sqrt(given["low"]),
        "D_high": sqrt(given["high"]),
    }


def e4(given: Given, _: str) -> Found:
    first, second = given["first"], given["second"]
    apart = (degree(*first) + degree(*second)) / 2
    joined = degree(*(mean(pair) for pair in zip(first, second, strict=True)))
    larger = "先平均指数再算 D" if joined > apart else "先算各省的 D 再平均"
    return {"apart": apart, "joined": joined, "larger": larger}


def national_ai() -> float:
    """Index of AI of the nation from four regions: 10 r x + 6 C + 11 W + 3 N = 30 x."""
    others = 6 * printed("P-AI-C22") + 11 * printed("P-AI-W22") + 3 * printed("P-AI-NE22")
    return others / (30 - 10 * printed("P-51-E15"))


def e5(_: Given, __: str) -> Found:
    u1 = round(national_ai(), 4)  # as the book writes it
    u2 = printed("P-D-2022") ** 4 / u1
    bent = np.linalg.eigvalsh(second_derivatives(u1, u2)).max()
    # Where D is concave its mean lies below D of the mean, and so does the index got from it.
    return {"u2": u2, "kind": "下界" if bent < 1e-12 else "上界"}


def second_derivatives(x: float, y: float) -> np.ndarray:
    """Of the fourth root of xy."""
    mixed = 1 / (x * y)
    scale = (x * y) ** 0.25 / 16
    return np.array([[-3 * scale / x**2, mixed * scale], [mixed * scale, -3 * scale / y**2]])


def grade_of(d: float) -> str:
    """Grade of table 3: closed on the right."""
    rows = table("published/table_3.csv")
    return next(row["grade"] for row in rows if float(row["lower"]) < d <= float(row["upper"]))


def e6(given: Given, _: str) -> Found:
    u1, u2 = given["u1"], given["u2"]
    square = 4 * u1 * u2 / (u1 + u2) ** 2
    gap = abs(u1 - u2)
    c = {
        "standard": sqrt(square),
        "lost_coefficient": sqrt(square) / 2,
        "no_root": square,
        "liao": square**2,
        "wang": sqrt((1 - gap) * min(u1, u2) / max(u1, u2)),
        "fan": 1 - gap,
    }
    d = {name: sqrt(value * (u1 + u2) / 2) for name, value in c.items()}
    grades = {name: grade_of(value) for name, value in d.items()}
    found: Found = {f"C_{name}": value for name, value in c.items()}
    found |= {f"D_{name}": value for name, value in d.items()}
    differ = sum(grade != grades["standard"] for grade in grades.values())
    return found | {"grade": grades["standard"], "differ": differ}


def e13(given: Given, _: str) -> Found:
    e = entropy(scaled(given["income"])), entropy(scaled(given["jobless"], -1))
    twice = 2 * (1 - e[0]) / (2 * (1 - e[0]) + 1 - e[1])
    return {"once": weight(*e), "all": twice, "rest": 1 - twice}


# --- the real subset --------------------------------------------------------------------------


@cache
def scores(year: int = 2022) -> dict[str, dict[str, float]]:
    """Committed indices of a year by province."""
    rows = (row for row in table("real/scores.csv") if row["run"] == "repaired")
    return {
        row["province"]: {name: float(row[name]) for name in ("U1", "U2", "D")}
        for row in rows
        if row["year"] == str(year)
    }


@cache
def members(place: str) -> tuple[str, ...]:
    """Provinces of a place."""
    if place in scores():
        return (place,)
    inside = [row["name"] for row in table("places.csv") if row["parent"] == place]
    return tuple(name for each in inside for name in members(each))


def weighed(u1: float, u2: float, share: float) -> float:
    """D with a share of the first index."""
    c = 2 * sqrt(u1 * u2) / (u1 + u2)
    return sqrt(c * (share * u1 + (1 - share) * u2))


def e7(given: Given, place: str) -> Found:
    shares, final, who = given["shares"], scores(), farthest_apart(place)
    d = [
        {name: weighed(row["U1"], row["U2"], share) for name, row in final.items()}
        for share in shares
    ]
    own = [each[who] for each in d]
    moved = sum(grade_of(d[0][name]) != grade_of(d[-1][name]) for name in final)
    return {**dict(zip(("low", "middle", "high"), own, strict=True)), "moved": moved}


def farthest_apart(place: str) -> str:
    """The province of a place whose two ranks differ most."""
    return max(members(place), key=lambda name: abs(rank("U1", name) - rank("U2", name)))


def rank(column: str, who: str) -> int:
    """One more than there are provinces above."""
    own = scores()[who][column]
    return 1 + sum(row[column] > own for row in scores().values())


def e8(_: Given, place: str) -> Found:
    who = farthest_apart(place)
    rows = table("real/weights.csv")
    weights = [
        float(row["weight"]) for row in rows if (row["run"], row["system"]) == ("repaired", "AI")
    ]
    two = 100 * sum(sorted(weights)[-2:])
    return {name: rank(name, who) for name in ("U1", "U2", "D")} | {"two": two}


def e15(_: Given, __: str) -> Found:
    years = range(2013, 2023)
    paths = np.array(
        [
            [round(mean(row[name] for row in scores(year).values()), 4) for year in years]
            for name in ("U1", "U2")
        ]
    )
    moves = np.diff(paths, axis=1)
    levels, changes = (float(np.corrcoef(each)[0, 1]) for each in (paths, moves))
    slopes = np.polyfit(np.arange(len(years)), paths.T, 1)[0]
    same = "同" if slopes[0] * slopes[1] > 0 else "反"
    return {"levels": levels, "changes": changes, "may": f"这些年里两个指数{same}向变动"}


def e16(_: Given, __: str) -> Found:
    n = len(scores())
    never = exp(n * log(1 - 1 / n))
    return {"never": never, "distinct": n * (1 - never)}


# --- what the paper prints --------------------------------------------------------------------


def e9(given: Given, _: str) -> Found:
    cells = {
        (row["equation"], row["regressor"]): float(row["coefficient"])
        for row in table("published/table_4.csv")
    }
    a = np.array([[cells[equation, regressor] for regressor in CODES] for equation in CODES])
    moduli = sorted(np.abs(np.roots(np.poly(a))))
    scale = np.array(given["units"], dtype=float)
    moved = np.abs(np.roots(np.poly(a * scale[:, None] / scale)))
    return {
        "largest": moduli[-1],
        "outside": sum(modulus >= 1 for modulus in moduli),
        "rescaled": moved.max(),
        "growth": moduli[-1] ** given["years"],
    }


def t_density(x: float, degrees: int) -> float:
    """Student's, without the constant."""
    return float((1 + x * x / degrees) ** (-(degrees + 1) / 2))


def e10(_: Given, __: str) -> Found:
    t, degrees = printed("P-T4-LR-AI-t"), len(members("全国")) - 1
    normal = 2 * (1 - NormalDist().cdf(t))
    tail, half = (quad(t_density, start, inf, args=(degrees,))[0] for start in (t, 0))
    earned = sum(normal < level for level in (0.1, 0.05, 0.01))
    stars = int(printed("P-T4-LR-AI-s"))
    return {"normal": normal, "few": tail / half, "earned": earned, "printed": stars}


def e14(_: Given, __: str) -> Found:
    return {"nation": national_ai(), "east": printed("P-51-E15") * national_ai()}


def e17(given: Given, _: str) -> Found:
    a, b, c, d = given["path"]
    return {
        "left": sqrt(2 / 3) * (b - (c + d) / 2),
        "right": sqrt(2 / 3) * (a - (b + c) / 2),
        "older": sqrt(3 / 4) * (a - (b + c + d) / 3),
    }


def e18(given: Given, _: str) -> Found:
    pairs, level = 5 * 4, given["level"]
    chances = [comb(pairs, k) * level**k * (1 - level) ** (pairs - k) for k in range(pairs + 1)]
    expected = sum(k * chance for k, chance in enumerate(chances))
    within = np.cumsum(chances)
    most = int(np.argmax(within >= given["quantile"]))
    return {"expected": expected, "any": 1 - chances[0], "most": most}


def e19(_: Given, __: str) -> Found:
    ratio = printed("P-D-2022") / printed("P-D-2010")
    said = printed("P-D-GROWTH")
    told = {(True, True): "两种都成立", (True, False): "只作倍数成立"}
    reading = told.get((ratio > said, ratio > said + 1), "两种都不成立")
    return {"ratio": ratio, "increase": ratio - 1, "reading": reading}


# --- the models -------------------------------------------------------------------------------


def worth(half_life: float) -> float:
    """What a course is worth: the gains summed year by year, in steps too small to matter."""
    decay = usual("interest_rate") + log(2) / half_life
    gains = quad(lambda year: exp(-decay * year), 0, usual("career_years"))[0]
    chance = usual("completion_rate") * usual("placement_rate")
    return float(chance * usual("wage_gain") * gains - usual("course_cost"))


def e11(given: Given, _: str) -> Found:
    new, lost = 100 * usual("jobs_created"), 100 * usual("jobs_displaced")
    few, many = (lost - min(share * lost, new) for share in given["shares"])
    short, long = map(worth, given["half_lives"])
    found = {"net": new - lost, "few": few, "many": many, "short": short, "long": long}
    return found | {"half_life": bisect(worth, 1, 20)}


def e12(given: Given, _: str) -> Found:
    sigma, x = usual("substitution_elasticity"), usual("exposed_share")
    pay = [(sigma - eta) * x / (sigma * x + eta * (1 - x)) for eta in given["demands"]]
    steep, better = usual("path_dependence"), usual("replacement_pull")
    wedges = [100 * (better + steep * (2 * share - 1)) for share in given["replacing"]]
    found: Found = dict(zip(("inelastic", "middle", "elastic"), pay, strict=True))
    return found | {"turn": sigma} | dict(zip(("half", "more", "most"), wedges, strict=True))


def e20(given: Given, _: str) -> Found:
    ordinary, compute = usual("construction_labour_content"), usual("compute_labour_content")
    scale = usual("investment") / usual("annual_labour_cost")
    x = given["compute_share"]
    at = ordinary * (1 - given["fraction"]) / (ordinary - compute)
    mixed = scale * ((1 - x) * ordinary + x * compute)
    return {"ordinary": scale * ordinary, "mixed": mixed, "at": 100 * at}


def e21(given: Given, _: str) -> Found:
    advantage = given["n"] + given["g"] - given["r"]
    gain = exp(advantage * usual("generation_years")) - 1
    return {"gain": 100 * gain, "rate": 100 * (given["n"] + given["g"])}


def e22(given: Given, _: str) -> Found:
    paid = given["formal_compliance"]
    kept = (1 - paid * given["employee_rate"]) * (1 - given["income_tax_rate"])
    labour = 1 - kept / (1 + paid * given["employer_rate"])
    u, i, years = (
        usual(name) for name in ("corporate_tax_rate", "discount_rate", "depreciation_years")
    )
    z = quad(lambda year: exp(-i * year), 0, years)[0] / years
    cost = (1 - usual("investment_credit") - u * z) * (1 + usual("automation_levy"))
    machine = 1 - (1 - u) / cost
    levy = (1 - machine) / (1 - labour) - 1
    return {"labour": 100 * labour, "bias": 100 * (labour - machine), "levy": 100 * levy}


def e23(given: Given, _: str) -> Found:
    share, accuracy = given["fit_share"], given["certificate_accuracy"]
    gain, loss = usual("match_gain"), usual("mismatch_loss")
    with_it = share * accuracy, (1 - share) * (1 - accuracy)
    without = share * (1 - accuracy), (1 - share) * accuracy
    told = sum(max(fit * gain - unfit * loss, 0) for fit, unfit in (with_it, without))
    alone = max(share * gain - (1 - share) * loss, 0)
    odds = share * gain / ((1 - share) * loss)
    threshold = max(1 / (1 + odds), odds / (1 + odds))
    posterior = with_it[0] / sum(with_it)
    return {"posterior": 100 * posterior, "value": told - alone, "threshold": 100 * threshold}


def e24(given: Given, _: str) -> Found:
    before, pace, lag = given["before"], given["pace"], given["lag"]
    # Tasks and those on their way add up to what they were; on their way are pace * lag of them.
    gap = 1 - (1 + before * lag) / (1 + pace * lag)
    tasks, taken = usual("labour_share"), given["taken"]
    saved = bisect(lambda c: c * taken + log((tasks - taken) / tasks), 0, 50)
    return {"gap": 100 * gap, "saving": 100 * (1 - exp(-saved))}


def e25(given: Given, _: str) -> Found:
    tasks, new = usual("labour_share"), log(1 + usual("new_task_gain"))
    c = -log(1 - given["cost_saving"])
    d, n = given["tasks_automated"], given["tasks_created"]
    kept, cheaper = log((tasks - d + n) / tasks), c * d + new * n
    total = kept + (given["eta"] - 1) * cheaper
    return {"total": 100 * total, "needed": 1 - kept / cheaper}


def e26(given: Given, _: str) -> Found:
    base, rate, eta = given["base"], given["rate"], given["eta"]
    revenue = rate * base * (1 + rate) ** -eta
    lost = quad(lambda t: base * (1 + t) ** -eta, 0, rate)[0]
    marginal = eta * rate / (1 + rate - eta * rate)
    return {"revenue": revenue, "burden": lost - revenue, "marginal": 100 * marginal}


ROUTES = {name.upper(): route for name, route in dict(globals()).items() if name[1:].isdigit()}
