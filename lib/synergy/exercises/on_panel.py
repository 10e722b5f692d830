"""Exercises on the panel that leads: grades and weights, where a place stands and why."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.stats import binom

from synergy.coupling import Floats, couple, grade
from synergy.exercises.declared import Value
from synergy.exercises.worked import Answers, Given, Worked
from synergy.portrait import indicator_ranks
from synergy.words import rank_of

if TYPE_CHECKING:
    from synergy.evidence import Evidence, Findings

BoolArray = NDArray[np.bool_]


def final_indices(evidence: Evidence) -> pd.DataFrame:
    """Both indices of every unit in the last year."""
    lead = evidence.lead
    return lead.at(lead.years[1])[["U1", "U2"]].dropna()


def chosen_unit(evidence: Evidence) -> str:
    """The province asked about: the edition's, else the one whose two ranks lie farthest apart."""
    final = final_indices(evidence)
    if evidence.place.is_unit and evidence.place.name in final.index:
        return evidence.place.name
    ranks = final.rank(ascending=False, method="min")
    return str((ranks["U1"] - ranks["U2"]).abs().idxmax())


def chosen_members(evidence: Evidence) -> tuple[str, BoolArray]:
    """Name of the edition's place and which units lie in it; all where the panel has none."""
    inside = final_indices(evidence).index.isin(evidence.place.members)
    if inside.any():
        return evidence.place.label, inside
    return evidence.lead.plan.whole, np.ones_like(inside)


#: Keys of the parts, one for each share of the AI index.
_SHARES = ("low", "middle", "high")


def shares_moved(given: Given, evidence: Evidence) -> Worked:
    """D of a place as the share of the AI index moves, and how many units change their grade."""
    final, (who, members) = final_indices(evidence), chosen_members(evidence)
    shares = [float(share) for share in given["shares"]]
    d, mean = [_degree(final, share) for share in shares], final[members].mean()
    own = [float(each[members].mean()) for each in d]
    pooled = [float(_degree(mean, share)) for share in shares]
    mistakes: dict[str, Answers] = {
        "swapped": {"low": own[-1], "high": own[0]},
        "pooled": dict(zip(_SHARES, pooled, strict=True)),
        "all": {"moved": len(final)},
    }
    moved = int((grade(d[0]) != grade(d[-1])).sum())
    facts = {"who": who, "u": mean.tolist(), "many": int(members.sum()) > 1}
    answers = {**dict(zip(_SHARES, own, strict=True)), "moved": moved}
    return Worked(answers, mistakes, facts | _of_panel(evidence, len(final)))


def _degree(indices: pd.DataFrame | pd.Series[float], share: float) -> Floats:
    """D of units, or of one, with a share of the AI index."""
    return couple(indices.to_numpy(float), weights=[share, 1 - share]).D


def _of_panel(evidence: Evidence, count: int) -> dict[str, Any]:
    """What questions say of the panel: its last year, and how many units of which kind."""
    return {"n": count, "year": evidence.lead.years[1], "unit": evidence.lead.plan.unit}


def place_in_order(given: Given, evidence: Evidence) -> Worked:
    """Ranks of a province by both indices and D; the two heaviest indicators of AI."""
    lead, who = evidence.lead, chosen_unit(evidence)
    scores, two = lead.at(lead.years[1])[["U1", "U2", "D"]].dropna(), _heaviest(lead)
    ranks = {name: rank_of(scores[name], who) for name in ("U1", "U2", "D")}
    mistakes: dict[str, Answers] = {
        "from_below": {name: len(scores) + 1 - rank for name, rank in ranks.items()},
        "between": {"D": round((ranks["U1"] + ranks["U2"]) / 2)},
        "within": {"two": float(100 * two["weight_in_dimension"].sum())},
    }
    answers: dict[str, Value] = {**ranks, "two": float(100 * two["weight"].sum())}
    facts = {"who": who, "heavy": _told(lead, two, who), "ai": lead.coverage.named("U1")}
    return Worked(answers, mistakes, facts | _of_panel(evidence, len(scores)))


def _heaviest(lead: Findings) -> pd.DataFrame:
    """The two indicators of AI with the greatest weights."""
    weights = lead.weights[lead.weights["system"] == "AI"]
    return weights.sort_values("weight", ascending=False).head(2)


def _told(lead: Findings, chosen: pd.DataFrame, who: str) -> list[tuple[str, float, int | None]]:
    """Name and weight of indicators, and a unit's place by each."""
    named, own = lead.plan.indicators["name_zh"], indicator_ranks(lead)
    pairs = zip(map(str, chosen.index), chosen["weight"].tolist(), strict=True)
    return [(str(named[code]), weight, _place(own, who, code)) for code, weight in pairs]


def _place(ranks: pd.DataFrame, who: str, code: str) -> int | None:
    """Place of a unit by one indicator; None where indicators are not at hand."""
    return int(ranks[code][who]) if code in ranks.columns else None


def national_paths(evidence: Evidence) -> pd.DataFrame:
    """Yearly means of both indices as the question prints them: a reader's calculator agrees."""
    frame = evidence.lead.frame[["U1", "U2"]]
    return frame.groupby(level="year").mean().dropna().round(4)


def two_trends(given: Given, evidence: Evidence) -> Worked:
    """Correlation of the two national indices, in levels and in yearly changes."""
    lead, paths = evidence.lead, national_paths(evidence)
    changes = paths.diff().dropna()
    levels, moves = (float(frame["U1"].corr(frame["U2"])) for frame in (paths, changes))
    answers: dict[str, Value] = {
        "levels": levels,
        "changes": moves,
        "may": "两个指数各有随年份的趋势",
    }
    mistakes: dict[str, Answers] = {
        "squared": {"levels": levels**2, "changes": moves**2},
        "cause": {"may": "人工智能提高了就业质量"},
    }
    rows = [(int(year), u1, u2) for year, u1, u2 in paths.itertuples()]
    return Worked(answers, mistakes, {"rows": rows, "called": lead.coverage.named("U1")})


def left_out_units(given: Given, evidence: Evidence) -> Worked:
    """How many units a bootstrap sample misses."""
    n = len(final_indices(evidence))
    never = float(binom.pmf(0, n, 1 / n))
    answers: dict[str, Value] = {"never": never, "distinct": n * (1 - never)}
    mistakes: dict[str, Answers] = {
        "once": {"never": 1 / n, "distinct": float(n - 1)},
        "permuted": {"never": 0.0, "distinct": float(n)},
    }
    return Worked(answers, mistakes, {"n": n, "unit": evidence.lead.plan.unit})
