"""Exercises that can be worked on paper: weights, coupling and grades of a few numbers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import log

import pandas as pd

from synergy.coupling import COUPLING_VARIANTS, Coupling, couple, grade
from synergy.coupling import grades as printed_grades
from synergy.exercises.declared import Value
from synergy.exercises.worked import Answers, Given, Worked
from synergy.index import entropy_weights, normalise

#: The places and indicators of the chapter's own example, and their directions.
PLACES, DIRECTIONS = ("甲", "乙", "丙"), {"收入": 1, "失业": -1}

#: Entropy and weight of the indicators: by what is told, then by indicator.
Weighed = dict[str, dict[str, float]]


def _example(income: Sequence[float], jobless: Sequence[float]) -> pd.DataFrame:
    rows = pd.MultiIndex.from_product([PLACES, [0]], names=["province", "year"])
    return pd.DataFrame({"收入": income, "失业": jobless}, index=rows)


def _scaled(income: Sequence[float], jobless: Sequence[float]) -> pd.DataFrame:
    return normalise(_example(income, jobless), pd.Series(DIRECTIONS))


def _weighed(z: pd.DataFrame) -> Weighed:
    """Entropy and weight of both indicators, by name of the column."""
    found = entropy_weights(z)
    return {
        name: dict(zip(DIRECTIONS, found[name].tolist(), strict=True))
        for name in ("entropy", "weights")
    }


def weights(given: Given) -> Worked:
    """Two indicators, three places: scaled values, entropies, weight of the first."""
    values = given["income"], given["jobless"]
    z = _scaled(*values).droplevel("year")
    found, raw, unscaled = _weighed(z), _weighed(_example(*values)), _unscaled(z)
    jobless = {"z_jobless": float(z["失业"].iloc[1]), "z_third": float(z["失业"].iloc[2])}
    mistakes: dict[str, Answers] = {
        "direction": {name: 1 - value for name, value in jobless.items()},
        "unscaled": _told(unscaled),
        "raw": _told(raw),
        "entropy_as_weight": {"weight": _entropy_share(found)},
    }
    answers = {"z_income": float(z["收入"].iloc[1]), **jobless, **_told(found)}
    return Worked(answers, mistakes, {"z": z, "rows": len(z)})


def _unscaled(z: pd.DataFrame) -> Weighed:
    """What comes out if entropies are not divided by the logarithm of the number of rows."""
    entropy = {name: log(len(z)) * e for name, e in _weighed(z)["entropy"].items()}
    left = {name: 1 - e for name, e in entropy.items()}
    return {
        "entropy": entropy,
        "weights": {name: each / sum(left.values()) for name, each in left.items()},
    }


def _told(found: Weighed) -> dict[str, float]:
    """Both entropies and the weight of income, by key of the part."""
    e = found["entropy"]
    return {
        "e_income": e["收入"],
        "e_jobless": e["失业"],
        "weight": found["weights"]["收入"],
    }


def _entropy_share(found: Weighed) -> float:
    """What income's weight would be if weights were entropies."""
    return found["entropy"]["收入"] / sum(found["entropy"].values())


#: Why the weight of income changes.
_UNEVEN, _EVEN = "收入分布更不均匀，熵变小", "收入分布更均匀，熵变大"


def outlier(given: Given) -> Worked:
    """One place grows rich: the weight of income rises, whatever income matters."""
    income, jobless = list(given["income"]), given["jobless"]
    rich = given["times"] * income[-1]
    before = _weighed(_scaled(income, jobless))
    after = _weighed(_scaled([*income[:-1], rich], jobless))
    weight = after["weights"]["收入"]
    mistakes: dict[str, Answers] = {
        "unchanged": {"weight": before["weights"]["收入"]},
        "entropy_as_weight": {"weight": _entropy_share(after)},
    }
    entropy = [found["entropy"]["收入"] for found in (before, after)]
    why = _UNEVEN if entropy[1] < entropy[0] else _EVEN
    facts = {"before": before, "after": after, "rich": rich}
    return Worked({"weight": weight, "why": why}, mistakes, facts)


def coupling(given: Given) -> Worked:
    """C, T and D of a pair, and D of two balanced pairs."""
    u1, u2, low, high = (float(given[name]) for name in ("u1", "u2", "low", "high"))
    c, t, d = (float(value) for value in couple([u1, u2]))
    same = couple([[low, low], [high, high]])
    lost = couple([u1, u2], variant="lost_coefficient")
    rootless = couple([u1, u2], variant="no_root")
    answers = {"C": c, "T": t, "D": d, "C_low": float(same.C[0])}
    answers |= {"D_low": float(same.D[0]), "D_high": float(same.D[1])}
    mistakes: dict[str, Answers] = {
        "lost": {"C": float(lost.C), "D": float(lost.D), "C_low": 0.5},
        "no_root": {"C": float(rootless.C), "D": float(rootless.D)},
        "product": {"D": c * t, "D_low": low, "D_high": high},
        "level": {"C_low": low},
    }
    return Worked(answers, mistakes, {"C_high": float(same.C[1])})


def mean_of_d(given: Given) -> Worked:
    """D averaged over places against D of the average."""
    pairs = [given["first"], given["second"]]
    d = couple(pairs).D
    middle = pd.DataFrame(pairs).mean().tolist()
    apart, joined = float(d.mean()), float(couple(middle).D)
    orders = {"mean_first": "先平均指数再算 D", "d_first": "先算各省的 D 再平均"}
    larger = orders["mean_first" if joined > apart else "d_first"]
    smaller = orders["d_first" if joined > apart else "mean_first"]
    answers: dict[str, Value] = {"apart": apart, "joined": joined, "larger": larger}
    mistakes: dict[str, Answers] = {
        "swapped": {"apart": joined, "joined": apart, "larger": smaller},
    }
    return Worked(answers, mistakes, {"d": d.tolist(), "middle": middle})


def six_formulas(given: Given) -> Worked:
    """The same pair under every formula that goes by the name of a coupling degree."""
    pair = [float(given["u1"]), float(given["u2"])]
    kinds = {name: each for name, each in COUPLING_VARIANTS.items() if not each.rescaled}
    found = {name: couple(pair, variant=each) for name, each in kinds.items()}
    grades = {name: str(grade([each.D])[0]) for name, each in found.items()}
    differ = sum(each != grades["standard"] for each in grades.values())
    answers: dict[str, Value] = {f"C_{name}": float(each.C) for name, each in found.items()}
    answers |= {f"D_{name}": float(each.D) for name, each in found.items()}
    answers |= {"grade": grades["standard"], "differ": differ}
    mistakes = {**_slips_of_formulas(found), "all": {"differ": differ + 1}}
    rows, table = [(kinds[n], found[n], grades[n]) for n in found], printed_grades()
    names = tuple(table["grade"])
    facts = {"rows": rows, "t": float(found["standard"].T), "names": list(names)}
    facts["step"] = float(table["upper"].iloc[0])
    return Worked(answers, mistakes, facts, {"grade": names})


def _slips_of_formulas(found: Mapping[str, Coupling]) -> dict[str, Answers]:
    once = found["no_root"]
    names = [name for name in found if name != "liao"]
    return {
        "product": {f"D_{name}": float(found[name].C * found[name].T) for name in names},
        "liao_once": {"C_liao": float(once.C), "D_liao": float(once.D)},
    }


def copies(given: Given) -> Worked:
    """The same indicator entered more than once: what its weights add up to."""
    z = _scaled(given["income"], given["jobless"])
    times = int(given["times"])
    again = {f"收入{number}": z["收入"] for number in range(2, times + 1)}
    one = entropy_weights(z)["weights"].tolist()
    many = entropy_weights(z.assign(**again))["weights"].tolist()
    once, all_copies = one[0], 1 - many[1]
    answers: dict[str, Value] = {"once": once, "all": all_copies, "rest": many[1]}
    mistakes: dict[str, Answers] = {
        "unchanged": {"all": once, "rest": one[1]},
        "multiple": {"all": times * once},
        "each": {"all": many[0]},
    }
    return Worked(answers, mistakes, {"z": z.droplevel("year"), "each": many[0]})
