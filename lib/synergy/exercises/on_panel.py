"""Exercises on the panel that leads: grades and weights, where a place stands and why."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import pandas as pd
from scipy.stats import binom, kendalltau

from synergy.coupling import Floats, couple, grade
from synergy.exercises.declared import Value
from synergy.exercises.worked import Answers, Given, Worked
from synergy.panel import of_year
from synergy.portrait import indicator_ranks
from synergy.words import rank_of

if TYPE_CHECKING:
    from synergy.evidence import Evidence, Findings


def final_indices(evidence: Evidence) -> pd.DataFrame:
    """Both indices of every unit in the last year."""
    lead = evidence.lead
    return lead.at(lead.years[1])[["U1", "U2"]].dropna()


def has_several(evidence: Evidence) -> bool:
    """Whether there are units enough to compare."""
    return len(final_indices(evidence)) >= 3


def chosen_unit(evidence: Evidence) -> str:
    """The province asked about: in the edition's place the one whose two ranks lie farthest apart.

    Of a place without any in the panel, it is one of all.
    """
    final = final_indices(evidence)
    ranks = final.rank(ascending=False, method="min")
    inside = final.index.isin(evidence.place.members)
    asked = ranks[inside] if inside.any() else ranks
    return str((asked["U1"] - asked["U2"]).abs().idxmax())


#: Keys of the parts, one for each share of the AI index.
_SHARES = ("low", "middle", "high")


def shares_moved(given: Given, evidence: Evidence) -> Worked:
    """D of a unit as the share of the AI index moves, and how many units change their grade."""
    final, who = final_indices(evidence), chosen_unit(evidence)
    u = [float(final[name][who]) for name in ("U1", "U2")]
    shares = [float(share) for share in given["shares"]]
    d = [_degree(final, share) for share in shares]
    own = [float(couple(u, weights=[share, 1 - share]).D) for share in shares]
    unrooted = [float(value * value) for value in own]
    mistakes: dict[str, Answers] = {
        "swapped": {"low": own[-1], "high": own[0]},
        "product": dict(zip(_SHARES, unrooted, strict=True)),
        "all": {"moved": len(final)},
    }
    moved = int((grade(d[0]) != grade(d[-1])).sum())
    facts = {"who": who, "u": u, "means": [float(each.mean()) for each in d]}
    answers = {**dict(zip(_SHARES, own, strict=True)), "moved": moved}
    return Worked(answers, mistakes, facts | _of_panel(evidence, len(final)))


def _degree(indices: pd.DataFrame, share: float) -> Floats:
    """D of units with a share of the AI index."""
    return couple(indices.to_numpy(float), weights=[share, 1 - share]).D


def _of_panel(evidence: Evidence, count: int) -> dict[str, Any]:
    """What questions say of the panel: its last year, and how many units of which kind."""
    plan = evidence.lead.plan
    return {"n": count, "year": evidence.lead.years[1], "unit": plan.unit, "whole": plan.whole}


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
    facts = {"who": who, "ai": lead.coverage.named("U1"), **_behind_the_rank(lead, two, who)}
    return Worked(answers, mistakes, facts | _of_panel(evidence, len(scores)))


def _heaviest(lead: Findings) -> pd.DataFrame:
    """The two indicators of AI with the greatest weights."""
    return _weights_of_ai(lead).sort_values("weight", ascending=False).head(2)


def _weights_of_ai(lead: Findings) -> pd.DataFrame:
    return lead.weights[lead.weights["system"] == "AI"]


class Behind(NamedTuple):
    """An indicator behind a unit's index.

    Its name; its weight; the unit's place by it, None where indicators are not at hand; by how much
    weight times scaled value exceeds the mean of all units, None where scaled values are not.
    """

    name: str
    weight: float
    rank: int | None
    gain: float | None


def _behind_the_rank(lead: Findings, two: pd.DataFrame, who: str) -> dict[str, Any]:
    """The heaviest indicators, the one by which a unit stands best, those that lift and lower it.

    What lifts a place is weight times score, not weight: it is told where scores are at hand, and
    else the place by each indicator, which says less.
    """
    known = [_behind(lead, str(code), who) for code in _weights_of_ai(lead).index]
    heavy = [_behind(lead, str(code), who) for code in two.index]
    placed = [each for each in known if each.rank is not None]
    gained = [each for each in known if each.gain is not None]
    best = min(placed, key=lambda each: (each.rank or 0, -each.weight), default=None)
    ends = [end(gained, key=lambda each: each.gain or 0.0, default=None) for end in (max, min)]
    return {"heavy": heavy, "best": best, "most": ends[0], "least": ends[1]}


def _behind(lead: Findings, code: str, who: str) -> Behind:
    name = str(lead.plan.indicators["name_zh"][code])
    weight = float(lead.weights["weight"][code])
    ranks, gain = indicator_ranks(lead), None
    rank = int(ranks[code][who]) if code in ranks.columns else None
    if lead.index is not None:
        scaled = of_year(lead.index.normalised, lead.years[1])[code]
        gain = float(weight * (scaled[who] - scaled.mean()))
    return Behind(name, weight, rank, gain)


def national_paths(evidence: Evidence) -> pd.DataFrame:
    """Yearly means of both indices as the question prints them: a reader's calculator agrees."""
    frame = evidence.lead.frame[["U1", "U2"]]
    return frame.groupby(level="year").mean().dropna().round(4)


#: p value below which an index is said to have a trend (Mann 1945, Econometrica).
_TREND = 0.05


def both_have_trends(evidence: Evidence) -> bool:
    """Whether both national indices go one way over at least five years."""
    paths = national_paths(evidence)
    years = paths.index.to_numpy(float)
    return len(paths) >= 5 and all(
        kendalltau(years, path.to_numpy(float)).pvalue < _TREND for _, path in paths.items()
    )


#: What can be said of two lines that went the same way, and of two that went opposite ways.
_TOGETHER, _APART = "这些年里两个指数同向变动", "这些年里两个指数反向变动"


def two_trends(given: Given, evidence: Evidence) -> Worked:
    """Correlation of the two national indices, in levels and in yearly changes."""
    lead, paths = evidence.lead, national_paths(evidence)
    changes = paths.diff().dropna()
    levels, moves = (float(frame["U1"].corr(frame["U2"])) for frame in (paths, changes))
    may = _TOGETHER if levels > 0 else _APART
    answers: dict[str, Value] = {"levels": levels, "changes": moves, "may": may}
    mistakes: dict[str, Answers] = {
        "squared": {"levels": levels**2, "changes": moves**2},
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
